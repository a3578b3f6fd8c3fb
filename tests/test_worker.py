"""A real worker and a real broker: what beat wakes up gets done."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from celery import Celery
from django.conf import settings
from kombu import pools

from config.beat import SCHEDULE
from config.settings.base import celery_address
from intake.enums import MailState
from intake.models import OutboxMail
from tests.factories import Organisation, submit

LONGEST_WAIT = 60.0  # seconds


@pytest.fixture
def broker(valkey_url: str) -> Iterator[Celery]:
    """An application that reaches the worker of this test by names alone, as beat does."""
    with Celery(broker=celery_address(valkey_url), set_as_current=False) as app:
        yield app
        app.control.purge()
        pools.reset()  # a process that is forked later would wait at their sockets


@pytest.fixture
def worker(process_environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as `serve` starts it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-q", "-A", "config.celery", "worker", "-c", "1"],
        cwd=settings.BASE_DIR,
        env=process_environment,
    )
    yield process
    process.terminate()
    process.wait(timeout=LONGEST_WAIT)


@pytest.mark.usefixtures("worker")
def test_every_scheduled_task_is_done(
    transactional_db: None, broker: Celery, org: Organisation
) -> None:
    submit(org)
    assert OutboxMail.objects.filter(state=MailState.QUEUED).exists()
    wait_for(lambda: broker.control.ping(timeout=0.5))  # or the messages might expire
    for entry in SCHEDULE.values():
        broker.send_task(entry["task"], **entry["options"])
    wait_for(lambda: not OutboxMail.objects.filter(state=MailState.QUEUED).exists())


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
