"""The outbox: mails sent to a real SMTP server by one, two and four real workers.

    HANDOFF_DATA=FOLDER .venv/bin/python -m tests.bench.outbox --size 15000

Measured in any embedded database in which no mail waits; what is added goes again. Celery workers
as in production, of one process each, are woken up as the clock does it, take what is due, and
send it over SMTP to a server in this process, which counts what it gets by Message-ID.
"""

import logging
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.at_work import row
from tests.bench.databases import Data
from tests.bench.document import Column, Section, by_size, number
from tests.bench.own_rows import quiet_instant, requests_of, run, taken_away
from tests.bench.results import ROOT, Measured, Row
from tests.sockets import free_port

PART = "outbox"
WORKERS = (1, 2, 4)
WARM_UP = 40
LONGEST = 300.0  # seconds
WORDS = "You asked for a mentor. We have your request, and a coordinator looks for somebody. " * 12


def main() -> None:
    """Measure, print, and keep it if the size of the database was named."""
    run(PART, __doc__, lambda asked: measure(asked.number, asked.size or 0), number=2_000)


def measure(wanted: int, size: int) -> list[Row]:
    """How quick so many mails are sent, by one worker and by several."""
    data = Data(size, Path(os.environ["HANDOFF_DATA"]).resolve())
    data.start()
    _refuse_if_mail_waits()
    with taken_away(), sink() as got:
        return [_drained(wanted, workers, data, got) for workers in WORKERS]


def _refuse_if_mail_waits() -> None:
    from intake.models import OutboxMail

    if OutboxMail.objects.filter(state__in=["queued", "sending"]).exists():
        raise SystemExit("Mails wait in this database; they would be sent, so nothing is measured.")


def _drained(wanted: int, workers: int, data: Data, got: "Got") -> dict[str, Any]:
    with working(workers, data, got.port):
        _send(WARM_UP * workers, workers, got)
        seconds = _send(wanted, workers, got)
    received = Counter(got.ids)
    return row("workers", wanted, seconds, workers) | {
        "twice": sum(times - 1 for times in received.values()),
        "lost": wanted - len(received),
    }


def _send(wanted: int, workers: int, got: "Got") -> float:
    """Have so many mails sent; the seconds from waking the workers up to the last mail."""
    write(wanted)
    got.ids.clear()
    began = time.perf_counter()
    wake(workers)
    awake = began
    while len(set(got.ids)) < wanted:
        time.sleep(0.002)
        now = time.perf_counter()
        if now - began > LONGEST:
            raise SystemExit(f"Only {len(set(got.ids))} of {wanted} mails came.")
        if now - awake > 1:  # each call sends no more than it may: the clock calls again
            awake = now
            wake(workers)
    return time.perf_counter() - began


def write(wanted: int) -> None:
    """So many mails that are due, to as many clients."""
    from django.db import connection

    from intake.models import OutboxMail

    at = quiet_instant()
    made = requests_of(wanted, at)
    OutboxMail.objects.bulk_create(_mail(mre, at) for mre in made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE intake_outboxmail")


def _mail(mre: Any, at: datetime) -> Any:
    from intake.models import OutboxMail

    return OutboxMail(
        kind="client_received",
        dedupe_key=f"bench:{mre.pk}",
        request=mre,
        client=mre.client,
        to_email=mre.client.email,
        to_name=str(mre.client),
        subject=f"We have your request {mre.number}",
        text=WORDS,
        html=f"<!doctype html><html><body><p>{WORDS}</p></body></html>",
        created_at=at,
        send_at=at,
    )


# --- A mail server and workers --------------------------------------------------------------------


@dataclass
class Got:
    """What the mail server got: the Message-ID of each mail, in the order in which they came."""

    port: int
    ids: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail."""
        lines = envelope.content.splitlines()
        [line] = [line for line in lines if line.lower().startswith(b"message-id:")]
        self.ids.append(line.decode())
        return "250 OK"


@contextmanager
def sink() -> Iterator[Got]:
    """A mail server that takes everything."""
    from aiosmtpd.controller import Controller

    logging.getLogger("mail.log").setLevel(logging.ERROR)
    got = Got(port=free_port())
    controller = Controller(got, hostname="127.0.0.1", port=got.port)
    controller.start()
    try:
        yield got
    finally:
        controller.stop()


@contextmanager
def working(workers: int, data: Data, port: int) -> Iterator[None]:
    """So many workers on this data, as `serve` starts them, of one process each."""
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-Wignore", "-m", "celery", "--quiet", "-A", "config.celery"]
    options = ["worker", "--concurrency", "1", "--without-gossip", "--without-mingle"]
    running = [
        subprocess.Popen(
            [*command, *options, "--hostname", f"bench{one}@localhost"],
            env=data.environment() | {"DJANGO_SETTINGS_MODULE": "config.settings.dev"} | mail,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for one in range(workers)
    ]
    try:
        _wait_until_ready(workers)
        yield
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait(60)


def _wait_until_ready(workers: int) -> None:
    from config.celery import app

    deadline = time.monotonic() + LONGEST
    while len(app.control.ping(timeout=1) or []) < workers:
        if time.monotonic() > deadline:
            raise SystemExit("The workers did not start.")


def wake(workers: int) -> None:
    """What the clock does, once for each worker."""
    from config.celery import app

    for _ in range(workers):
        app.send_task("intake.tasks.deliver_mail", expires=10)


def _lines(found: Measured) -> Iterator[str]:
    yield (
        "Celery workers of one process each, over SMTP to a server on the same machine, which "
        "counts what it gets.\n"
    )
    yield from by_size(COLUMNS, found)


COLUMNS = (
    Column("at_once", "Workers", number),
    Column("number", "Mails", number),
    Column("per_second", "A second", number),
    Column("twice", "Sent twice", number),
    Column("lost", "Lost", number),
)
SECTION = Section(PART, "The outbox", _lines)

if __name__ == "__main__":
    main()
