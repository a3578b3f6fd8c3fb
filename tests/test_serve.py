"""`manage.py serve` as somebody at a terminal sees it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config.services.client import PROJECT

LONGEST_START = 90.0  # seconds; the machine may be busy with other tests
UNREACHABLE_DATABASE = "postgresql://handoff:secret-word@127.0.0.1:1/handoff"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Serve:
    """A running `manage.py serve` with a data folder of its own."""

    def __init__(self, data: Path, port: int, **environment: str) -> None:
        self.port = port
        self.output: list[str] = []
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "serve", "--no-demo"],
            cwd=PROJECT,
            env=kept | {"HANDOFF_DATA": str(data), "PORT": str(port)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output.append(line)
            if "Handoff is ready" in line:
                return
        pytest.fail("".join(self.output))

    def everything(self) -> list[psutil.Process]:
        """All processes that belong to it; the servers are below their keepers."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def finish(self) -> str:
        """Wait for its end, and give what it said."""
        said, _ = self.process.communicate(timeout=LONGEST_START)
        return "".join([*self.output, said])


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Serve]:
    serve = Serve(data, free_port(), **environment)
    try:
        yield serve
    finally:
        serve.process.terminate()
        serve.process.wait(timeout=LONGEST_START)


def wait_for_end_of(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert not alive


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of several starts, one after the other: only the first one finds an empty folder."""
    return tmp_path_factory.mktemp("data")


def test_ctrl_c_stops_everything_and_a_second_one_is_refused(data: Path) -> None:
    with serving(data) as serve:
        serve.wait_until_ready()
        with urlopen(f"http://127.0.0.1:{serve.port}/health/") as response:
            assert response.status == 200
        with serving(data) as second:
            refusal = second.finish()
        assert second.process.returncode == 1
        assert f"Handoff already runs on the data folder {data}" in refusal
        assert str(serve.process.pid) in refusal
        said = stopped_by(serve, signal.SIGINT)
    assert serve.process.returncode == 0
    assert said.rstrip().endswith("Stopped.")
    assert "Traceback" not in said


def stopped_by(serve: Serve, number: signal.Signals) -> str:
    """What it said when a signal stopped it; nothing of it may be left running."""
    everything = serve.everything()
    assert {"postgres", "valkey-server"} <= {process.name() for process in everything}
    serve.process.send_signal(number)
    said = serve.finish()
    wait_for_end_of(everything)
    return said


def test_a_polite_kill_before_it_is_ready_stops_everything(tmp_path: Path) -> None:
    with serving(tmp_path) as serve:
        assert serve.process.stdout
        assert "PostgreSQL 18" in serve.process.stdout.readline()
        everything = serve.everything()
        serve.process.send_signal(signal.SIGTERM)
        serve.finish()
    wait_for_end_of(everything)


@pytest.mark.parametrize(
    ("part", "words"),
    [("worker", "celery --quiet -A config.celery worker"), ("PostgreSQL", "bin/postgres -D")],
)
def test_a_part_that_dies_is_named_and_the_rest_stopped(data: Path, part: str, words: str) -> None:
    with serving(data) as serve:
        serve.wait_until_ready()
        everything = serve.everything()
        victim = next(child for child in everything if words in " ".join(child.cmdline()))
        victim.kill()
        said = serve.finish()
    assert serve.process.returncode == 1
    assert f"The {part} has ended by itself" in said
    wait_for_end_of(everything)


def test_a_busy_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        serve = Serve(tmp_path, port)
        said = serve.finish()
    assert serve.process.returncode == 1
    assert f"Port {port} on 127.0.0.1 is used by another program" in said


def test_a_refused_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    serve = Serve(tmp_path, free_port(), DATABASE_URL=UNREACHABLE_DATABASE)
    said = serve.finish()
    assert serve.process.returncode == 1
    assert said.startswith("The database of DATABASE_URL cannot be used: ")
    assert "Connection refused" in said
    assert "secret-word" not in said


def test_a_refused_broker_is_said_in_a_sentence(tmp_path: Path) -> None:
    serve = Serve(tmp_path, free_port(), REDIS_URL="redis://127.0.0.1:1/0")
    said = serve.finish()
    assert serve.process.returncode == 1
    assert "The Redis of REDIS_URL cannot be used: " in said
    assert "Traceback" not in said
