"""Real worker processes, killed in the middle of what they do: nothing is lost or done twice."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from celery import Celery
from django.conf import settings
from django.db import connection
from django.db.models import F
from kombu import pools

from config.beat import SCHEDULE
from config.celery import app
from config.services.client import PROJECT
from config.settings.base import celery_address
from intake.enums import MailState, Outcome, Status
from intake.models import Assignment, OutboxMail, RequestEvent
from intake.sending import CLAIM_LASTS
from tests.factories import Organisation, Story, submit
from tests.sockets import free_port
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST = 60.0  # seconds; the machine may be busy with other tests
STEPS = ["submitted", "assigned", "reminded", "overdue", "requeued"]


def right_now() -> datetime:
    """The workers read the real clock, so their tests have to."""
    return datetime.fromtimestamp(time.time(), UTC)


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait for it, but not for ever."""
    deadline = time.monotonic() + LONGEST
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.03)


# --- Workers ------------------------------------------------------------------------------------


def database_url() -> str:
    """The database of this test, as another process would be given it."""
    given = connection.settings_dict
    password = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    host = quote(given["HOST"], safe="")
    return f"postgresql://{given['USER']}{password}@{host}{port}/{given['NAME']}"


class Workers:
    """Celery workers of this test, and a way to wake them up as beat does."""

    def __init__(self, valkey_url: str) -> None:
        self.valkey_url = valkey_url
        self.broker = Celery(broker=celery_address(valkey_url))
        self.mail_port = 0
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """A worker as `serve` starts it, in a process group of its own."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.valkey_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}" if self.mail_port else "",
            "LOG_LEVEL": "ERROR",
        }
        command = ["celery", "--quiet", "-A", "config.celery", "worker", "--concurrency", "1"]
        worker = subprocess.Popen(
            [sys.executable, "-Wignore", "-m", *command, "--without-gossip", "--without-mingle"],
            cwd=PROJECT,
            env=environment,
            start_new_session=True,
        )
        self.running.append(worker)
        return worker

    def wake(self, task: str) -> None:
        """What beat does."""
        self.broker.send_task(SCHEDULE[task]["task"])

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """Without any warning, with all its children."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(LONGEST)
        self.running.remove(worker)

    def stop(self) -> None:
        """Leave nobody behind."""
        for worker in list(self.running):
            self.kill(worker)
        pools.reset()  # a process that is forked later would wait at their sockets
        self.broker.close()


@pytest.fixture
def workers(org: Organisation, valkey_url: str) -> Iterator[Workers]:
    redis.Redis.from_url(valkey_url).flushdb()
    workers = Workers(valkey_url)
    yield workers
    workers.stop()


# --- Sending ------------------------------------------------------------------------------------


class SlowPostOffice:
    """Takes every mail, and its time."""

    def __init__(self) -> None:
        self.begun = 0
        self.ids: list[str] = []

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.begun += 1
        await asyncio.sleep(0.2)
        assert isinstance(envelope.content, bytes)
        header = next(
            line for line in envelope.content.splitlines() if line.startswith(b"Message-ID:")
        )
        self.ids.append(header.decode().partition("<")[2].rstrip("> "))
        return "250 OK"


@pytest.fixture
def office() -> Iterator[tuple[SlowPostOffice, int]]:
    office, port = SlowPostOffice(), free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    yield office, port
    controller.stop()


def states() -> Counter[str]:
    return Counter(OutboxMail.objects.values_list("state", flat=True))


def test_every_mail_is_sent_though_the_worker_is_killed_while_it_sends(
    org: Organisation, workers: Workers, office: tuple[SlowPostOffice, int]
) -> None:
    post_office, workers.mail_port = office
    for _ in range(6):
        submit(org, at=right_now())
    numbers = set(OutboxMail.objects.values_list("pk", flat=True))
    assert len(numbers) == 24

    worker = workers.start()
    workers.wake("deliver-mail")
    until(lambda: post_office.begun == 5, "the fifth mail is on its way")
    workers.kill(worker)
    assert states() == {MailState.SENT: 4, MailState.SENDING: 16, MailState.QUEUED: 4}

    workers.start()
    workers.wake("deliver-mail")
    until(lambda: states()[MailState.SENT] == 8, "the others are sent")
    assert states()[MailState.SENDING] == 16, "nobody touches what another may still have in hand"
    _ten_minutes_pass()
    workers.wake("deliver-mail")
    until(lambda: states()[MailState.SENT] == 24, "what the killed worker had in hand is sent")

    arrived = Counter(int(name.split("@")[0].removeprefix("outbox-")) for name in post_office.ids)
    assert set(arrived) == numbers
    assert [number for number in arrived.values() if number > 1] in ([], [2])
    assert set(OutboxMail.objects.values_list("attempts", flat=True)) == {1, 2}


def _ten_minutes_pass() -> None:
    OutboxMail.objects.filter(state=MailState.SENDING).update(
        claimed_at=F("claimed_at") - CLAIM_LASTS
    )


# --- Sweeping -----------------------------------------------------------------------------------


def unanswered(org: Organisation, number: int) -> list[Story]:
    """Requests that nobody has answered for weeks, while no clock was running."""
    then = right_now() - timedelta(days=21)
    return [submit(org, at=then).assign() for _ in range(number)]


def steps_done() -> int:
    return RequestEvent.objects.filter(kind__in=STEPS[2:]).count()


def all_back() -> bool:
    return not Assignment.objects.exclude(outcome=Outcome.TIMED_OUT).exists()


def assert_each_step_was_done_once_in_order(stories: list[Story]) -> None:
    """With the deadline as its instant, however late it was done."""
    for story in stories:
        assert story.kinds == STEPS
        assignment = story.assignment
        instants = [event.at for event in story.mre.events.order_by("pk")][2:]
        due = [assignment.remind_at, assignment.respond_by, assignment.requeue_at]
        assert instants == due
        assert (assignment.ended_at, story.mre.status_since) == (due[2], due[2])
        assert story.mre.status == Status.NEED_ACTION
        assert Counter(story.mails)["client_delay"] == 1
        assert_sound(story.mre_id)


def test_two_workers_woken_many_times_do_every_step_once(
    org: Organisation, workers: Workers
) -> None:
    stories = unanswered(org, 12)
    for _ in range(6):
        workers.wake("sweep")
    workers.start()
    workers.start()
    until(all_back, "everything is back in the queue")
    until(lambda: _nothing_waits(workers), "every call was answered")
    assert_each_step_was_done_once_in_order(stories)


def _nothing_waits(workers: Workers) -> bool:
    queue = redis.Redis.from_url(workers.valkey_url)
    return queue.llen("celery") == 0 and queue.hlen("unacked") == 0


def test_a_sweep_that_is_killed_in_the_middle_is_finished_by_the_next(
    org: Organisation, workers: Workers
) -> None:
    stories = unanswered(org, 15)
    worker = workers.start()
    workers.wake("sweep")
    until(lambda: steps_done() >= 5, "the sweep has begun")
    workers.kill(worker)
    until(_nobody_else_is_connected, "the database has noticed")
    done = steps_done()
    assert 5 <= done < 45, "it was killed in the middle"
    for story in stories:
        assert_sound(story.mre_id)

    workers.start()
    workers.wake("sweep")
    until(all_back, "everything is back in the queue")
    assert_each_step_was_done_once_in_order(stories)


def _nobody_else_is_connected() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0]) == 0


@pytest.fixture
def poisoned(org: Organisation) -> Iterator[Story]:
    """A request of whose assignment the database takes no further event."""
    [story] = unanswered(org, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'poison'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER poison BEFORE INSERT ON intake_requestevent FOR EACH ROW"
            f" WHEN (NEW.assignment_id = {story.assignment.pk}) EXECUTE FUNCTION refuse_event()"
        )
    yield story
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS refuse_event() CASCADE")


def test_a_row_that_fails_is_pushed_ahead_and_the_others_are_done(
    org: Organisation, poisoned: Story, workers: Workers
) -> None:
    others = unanswered(org, 4)
    workers.start()
    workers.wake("sweep")
    until(lambda: poisoned.assignment.sweep_after is not None, "the bad row is pushed ahead")
    assert_each_step_was_done_once_in_order(others)
    assert poisoned.kinds == ["submitted", "assigned"]
    assert poisoned.assignment.sweep_failures == 1
    after = poisoned.assignment.sweep_after
    assert after is not None
    assert timedelta(minutes=4) < after - right_now() <= timedelta(minutes=5)

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER poison ON intake_requestevent")
    Assignment.objects.update(sweep_after=F("sweep_after") - timedelta(minutes=5))
    workers.wake("sweep")
    until(all_back, "the cured row is back in the queue")
    assert_each_step_was_done_once_in_order([*others, poisoned])


# --- Beat ---------------------------------------------------------------------------------------


def test_beat_wakes_tasks_that_there_are() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)
    assert all(entry["options"]["expires"] for entry in SCHEDULE.values())
