"""Several web servers, workers and beats on one PostgreSQL and one Valkey; one of each is killed.

They work through PgBouncer, with fewer sessions than there are processes, where it is installed.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test import Client as Browser

from intake.enums import MailState, Outcome, Status
from intake.models import Assignment, MentoringRequest, OutboxMail, RequestEvent
from intake.sending import CLAIM_LASTS
from mentors.models import Volunteer
from tests.blank import database_url
from tests.concurrency.test_workers import (
    assert_each_step_was_done_once_in_order,
    right_now,
    steps_done,
    unanswered,
)
from tests.factories import Organisation, mentor, submit
from tests.intake.test_public import filled_in
from tests.machines import Machine, Machines, until
from tests.pooler import Pooler, why_none
from tests.sockets import free_port
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS, AT_ONCE, KILLED_AFTER = 24, 6, 8
GIVEN = 12
QUIET = 3.0  # seconds in which a worker that has mails in hand sends one


class PostOffice:
    """Takes every mail, and notes which one it was."""

    def __init__(self) -> None:
        self.arrived: Counter[int] = Counter()

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        lines = envelope.content.splitlines()
        header = next(line for line in lines if line.startswith(b"Message-ID:")).decode()
        self.arrived[int(header.partition("<outbox-")[2].partition("@")[0])] += 1
        await asyncio.sleep(0.02)
        return "250 OK"


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, int]]:
    office, port = PostOffice(), free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    yield office, port
    controller.stop()


@pytest.fixture
def database(transactional_db: None) -> Iterator[dict[str, str]]:
    """The variables that lead to the database of this test."""
    name = connection.settings_dict["NAME"]
    if why_none():
        yield {"DATABASE_URL": database_url(name)}
        return
    pooler = Pooler(size=3)
    yield {"DATABASE_URL": pooler.url(name), "DATABASE_POOLED": "1"}
    pooler.stop()


@pytest.fixture
def machines(
    org: Organisation,
    database: dict[str, str],
    valkey_url: str,
    office: tuple[PostOffice, int],
    tmp_path: Path,
) -> Iterator[Machines]:
    redis.Redis.from_url(valkey_url).flushdb()
    environment = database | {
        "DJANGO_SETTINGS_MODULE": "tests.fast_beat",
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": valkey_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{office[1]}",
        "RATE_REQUEST_PER_PLACE": "1000/h",
        "LOG_LEVEL": "ERROR",
    }
    machines = Machines(environment, tmp_path)
    yield machines
    machines.stop()


def test_nothing_is_lost_or_done_twice_when_one_of_each_is_killed(
    org: Organisation, machines: Machines, office: tuple[PostOffice, int]
) -> None:
    stories = unanswered(org, 12)  # from three weeks ago
    webs = [machines.web(), machines.web()]
    _ask_through(webs)
    webs[0] = machines.web()
    beats = [machines.beat(), machines.beat()]
    _accept_through(webs, org)

    workers = [machines.worker(), machines.worker()]
    until(lambda: steps_done() >= 5, "a worker sweeps")
    workers[0].kill()
    beats[0].kill()
    until(_nothing_is_due, "the others do what is left")
    assert_each_step_was_done_once_in_order(stories)

    _ten_minutes_pass()
    until(lambda: _waiting() == 0, "every mail is sent")
    arrived = office[0].arrived
    assert set(arrived) == set(OutboxMail.objects.values_list("pk", flat=True)) - _for_later()
    # One may have been killed between sending a mail and writing that down.
    assert sum(arrived.values()) <= len(arrived) + 1
    for pk in MentoringRequest.objects.values_list("pk", flat=True):
        assert_sound(pk)


def _wait_for(webs: list[Machine]) -> None:
    for web in webs:
        until(web.answers, "the web servers are ready")


# --- Asking ---------------------------------------------------------------------------------------


def _ask_through(webs: list[Machine]) -> None:
    """Everybody asks once; who gets no answer sends the same form again, to the other server."""
    forms = [_form(number) for number in range(CLIENTS)]
    _wait_for(webs)
    with ThreadPoolExecutor(AT_ONCE) as clients:
        answers = clients.map(_send, forms, cycle([webs, webs[::-1]]))
        for number, status in enumerate(answers):
            assert status == 302
            if number == KILLED_AFTER:
                webs[0].kill()
    asked = MentoringRequest.objects.filter(client__email__startswith="client").values_list(
        "client__email", flat=True
    )
    assert Counter(asked) == {str(form["email"]): 1 for form in forms}


def _form(number: int) -> dict[str, object]:
    phone = f"212-555-{number + 100:04}"
    return filled_in(email=f"client{number}@example.com", phone=phone)


def _send(form: dict[str, object], webs: list[Machine]) -> int:
    try:
        return webs[0].post("/request/", form)
    except OSError:
        return webs[1].post("/request/", form)
    finally:
        connection.close()


# --- Accepting ------------------------------------------------------------------------------------


def _accept_through(webs: list[Machine], org: Organisation) -> None:
    """Each mentor accepts on two servers at once: one of them does it."""
    mentors = [mentor(org.new_york) for _ in range(GIVEN)]
    given = [submit(org, at=right_now()).assign(person).mre_id for person in mentors]
    sessions = [_signed_in(person) for person in mentors]
    _wait_for(webs)
    with ThreadPoolExecutor(AT_ONCE) as hands:
        statuses = [
            hands.submit(web.post, f"/requests/{pk}/accept/", {"note": "Hello"}, session=session)
            for pk, session in zip(given, sessions, strict=True)
            for web in webs
        ]
    assert {status.result() for status in statuses} == {302}
    accepted = RequestEvent.objects.filter(kind="accepted").values_list("request", flat=True)
    assert Counter(accepted) == dict.fromkeys(given, 1)
    assert set(MentoringRequest.objects.filter(pk__in=given).values_list("status", flat=True)) == {
        Status.ACCEPTED
    }


def _signed_in(person: Volunteer) -> str:
    browser = Browser()
    browser.force_login(person)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


# --- Clocks and mails -----------------------------------------------------------------------------


def _nothing_is_due() -> bool:
    late = Assignment.objects.filter(requeue_at__lte=right_now())
    return not late.filter(outcome__in=[Outcome.PENDING, Outcome.OVERDUE]).exists()


def _ten_minutes_pass() -> None:
    """What the killed worker had in hand is free again; the other has sent what it had."""
    until(_nobody_sends, "all but what one of them had in hand is sent")
    OutboxMail.objects.filter(state=MailState.SENDING).update(
        claimed_at=F("claimed_at") - CLAIM_LASTS
    )


def _nobody_sends() -> bool:
    """Whether nothing is due, and nothing was sent for a while."""
    before = _sent()
    time.sleep(QUIET)
    due = OutboxMail.objects.filter(state=MailState.QUEUED, send_at__lte=right_now())
    return not due.exists() and _sent() == before


def _sent() -> int:
    return OutboxMail.objects.filter(state=MailState.SENT).count()


def _waiting() -> int:
    due = OutboxMail.objects.filter(state=MailState.QUEUED, send_at__lte=right_now())
    return due.count() + OutboxMail.objects.filter(state=MailState.SENDING).count()


def _for_later() -> set[int]:
    """Mails that leave in office hours only, are moot, or went with another."""
    others = OutboxMail.objects.exclude(state=MailState.SENT)
    assert not others.filter(state=MailState.FAILED).exists()
    return set(others.values_list("pk", flat=True))
