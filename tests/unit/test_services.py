"""The embedded servers: shared by all who use them, gone when the last one is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from config.services.client import PROJECT, Handle, use
from config.services.errors import ServiceError
from config.services.folder import LONGEST_RUN_PATH, Folder
from config.services.valkey import socket_of

LONGEST_WAIT = 30.0

USER = """
import sys
from pathlib import Path
from config.services.client import use
use(sys.argv[1], Path(sys.argv[2]))
print("in use", flush=True)
sys.stdin.read()
"""


class User:
    """Another process that uses a service until it is told to leave, or killed."""

    def __init__(self, kind: str, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, kind, str(path)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_in_use(self) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline() == "in use\n"

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def processes_of(path: Path, name: str | None = None) -> list[psutil.Process]:
    """The processes that were started with this folder, or its socket's, in their arguments."""
    places = (str(path), str(Folder(path).run))
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.pid != os.getpid()
        and name in (None, process.info["name"])
        and any(place in word for word in process.info["cmdline"] or [] for place in places)
    ]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answer_of(folder: Folder, question: str) -> object:
    connection = psycopg2.connect(host=str(folder.run), user="postgres", dbname="handoff")
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            assert row
            return row[0]
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """The folder of a service; at the end nothing of it may be left running."""
    path = tmp_path / "service"
    yield path
    wait_for(lambda: not processes_of(path))


@pytest.fixture
def users(path: Path) -> Iterator[Callable[[str], User]]:
    """Makes users of the folder; those that a failed test forgot are killed."""
    made: list[User] = []

    def make(kind: str) -> User:
        made.append(User(kind, path))
        return made[-1]

    yield make
    for user in made:
        user.kill()


def released(handle: Handle) -> None:
    handle.release()
    assert not handle.is_running()


def test_it_is_postgresql_18_and_sorts_alike_everywhere(path: Path) -> None:
    handle = use("postgres", path)
    assert str(answer_of(Folder(path), "SHOW server_version")).startswith("18.")
    assert answer_of(Folder(path), "SHOW server_encoding") == "UTF8"
    provider = "SELECT datlocprovider::text FROM pg_database WHERE datname = 'handoff'"
    assert answer_of(Folder(path), provider) == "b"
    released(handle)


def test_nobody_else_can_connect(path: Path) -> None:
    handle = use("postgres", path)
    assert Folder(path).run.stat().st_mode & 0o077 == 0
    assert answer_of(Folder(path), "SHOW listen_addresses") == ""
    released(handle)


def test_the_data_is_there_again(path: Path) -> None:
    first = use("postgres", path)
    connection = psycopg2.connect(host=str(Folder(path).run), user="postgres", dbname="handoff")
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS value")
    connection.close()
    released(first)
    second = use("postgres", path)
    assert second is not first
    assert answer_of(Folder(path), "SELECT value FROM kept") == 42
    released(second)


def test_two_who_start_at_once_share_one_server(path: Path, users: Callable[[str], User]) -> None:
    first, second = users("postgres"), users("postgres")
    first.wait_until_in_use()
    second.wait_until_in_use()
    assert len(processes_of(path, "postgres")) == 1
    first.leave()
    assert len(processes_of(path, "postgres")) == 1
    second.leave()
    assert not processes_of(path)  # the last one waited for it


def test_who_comes_while_it_stops_gets_a_new_one(path: Path, users: Callable[[str], User]) -> None:
    for _ in range(3):
        leaving = users("valkey")
        leaving.wait_until_in_use()
        leaving.process.send_signal(signal.SIGINT)
        coming = users("valkey")
        coming.wait_until_in_use()
        assert redis.Redis(unix_socket_path=str(socket_of(Folder(path)))).ping()
        coming.leave()


@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_a_killed_user_leaves_nothing_running(
    path: Path, users: Callable[[str], User], kind: str
) -> None:
    user = users(kind)
    user.wait_until_in_use()
    user.kill()
    wait_for(lambda: not processes_of(path))


@pytest.mark.parametrize(("kind", "name"), [("postgres", "postgres"), ("valkey", "valkey-server")])
def test_a_server_whose_keeper_was_killed_is_replaced(path: Path, kind: str, name: str) -> None:
    handle = use(kind, path)
    assert handle.keeper
    handle.keeper.kill()
    handle.keeper.wait()
    assert processes_of(path, name)
    assert not handle.is_running()
    handle.release()
    again = use(kind, path)
    assert len(processes_of(path, name)) == 1
    released(again)


def test_a_server_that_dies_is_noticed(path: Path) -> None:
    handle = use("postgres", path)
    (server,) = processes_of(path, "postgres")
    server.send_signal(signal.SIGQUIT)
    wait_for(lambda: not handle.is_running())
    handle.release()


def test_a_forked_child_does_not_end_what_its_parent_uses(path: Path) -> None:
    handle = use("valkey", path)
    child = os.fork()
    if child == 0:
        handle.release()
        os._exit(0)
    os.waitpid(child, 0)
    assert handle.is_running()
    assert redis.Redis(unix_socket_path=str(socket_of(Folder(path)))).ping()
    released(handle)


@pytest.mark.parametrize("name", ["d" * LONGEST_RUN_PATH, 'a folder’s "name"'])
@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_long_and_odd_paths_do(tmp_path: Path, name: str, kind: str) -> None:
    folder = Folder(tmp_path / name)
    assert folder.run.parent != folder.path
    released(use(kind, folder.path))
    assert not processes_of(folder.path)
    assert not folder.run.exists()


def test_a_data_folder_of_another_version_is_refused(path: Path) -> None:
    (path / "data").mkdir(parents=True)
    (path / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServiceError, match="was made by PostgreSQL 16, but this is PostgreSQL 18"):
        use("postgres", path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServiceError, match="cannot be written"):
        use("postgres", tmp_path / "file" / "postgres")


def test_a_run_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ("d" * LONGEST_RUN_PATH))
    folder.run.symlink_to(tmp_path)
    try:
        with pytest.raises(ServiceError, match="belongs to somebody else"):
            use("valkey", folder.path)
    finally:
        folder.run.unlink()
