"""The digests under two beats, two workers, and acts that go on meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from intake.actions.digest import choose_mails, send_daily_digest
from intake.enums import MailHow
from intake.models import DigestLine, OutboxMail
from intake.sweep import send_daily_digests
from reports.digest import send_all
from tests.concurrency.rig import race, race_through
from tests.factories import MONDAY, Organisation, request_in, submit

pytestmark = pytest.mark.django_db(transaction=True)

TUESDAY = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
"""Tue 17 Mar 2026, 08:00 in New York."""


@pytest.fixture
def told_daily(org: Organisation) -> Organisation:
    """The coordinators of New York hear of new requests once a day; two wait."""
    for person in (org.rcic, org.rcic_district, org.rcic_region):
        choose_mails(by=person, now=MONDAY, wanted={"rcic_new": MailHow.DAILY})
    submit(org)
    submit(org)
    return org


def digest_of(org: Organisation, now: datetime = TUESDAY) -> Callable[[], bool]:
    return lambda: send_daily_digest(volunteer_id=org.rcic.pk, now=now)


def assert_each_line_is_in_one_mail(org: Organisation, mails: int = 1) -> None:
    written = OutboxMail.objects.filter(volunteer=org.rcic, kind="daily_digest")
    assert written.count() == mails
    for line in DigestLine.objects.filter(volunteer=org.rcic).select_related("mail", "request"):
        assert line.mail is not None
        assert [mail.pk for mail in written if line.request.number in mail.text] == [line.mail.pk]


def test_of_two_workers_one_writes_it(told_daily: Organisation) -> None:
    turns = race_through(told_daily.rcic, digest_of(told_daily), digest_of(told_daily))
    assert [turn.error for turn in turns] == [None, None]
    assert [turn.result for turn in turns] == [True, False]
    assert_each_line_is_in_one_mail(told_daily)


def test_two_beats_at_any_moment(told_daily: Organisation) -> None:
    turns = race(*[lambda: send_daily_digests(TUESDAY + timedelta(hours=1))] * 3)
    assert [turn.error for turn in turns] == [None] * 3
    assert sum(int(str(turn.result)) for turn in turns) == 3, "one for each coordinator"
    assert_each_line_is_in_one_mail(told_daily)


def test_a_line_written_while_the_digest_is_written_is_in_this_one_or_the_next(
    told_daily: Organisation,
) -> None:
    turns = race(digest_of(told_daily), *[lambda: submit(told_daily)] * 3)
    assert [turn.error for turn in turns] == [None] * 4
    send_daily_digest(volunteer_id=told_daily.rcic.pk, now=TUESDAY + timedelta(days=1))
    mails = OutboxMail.objects.filter(volunteer=told_daily.rcic, kind="daily_digest").count()
    assert DigestLine.objects.filter(volunteer=told_daily.rcic).count() == 5
    assert_each_line_is_in_one_mail(told_daily, mails)


def test_a_worker_that_dies_in_the_middle_leaves_all_to_the_next(told_daily: Organisation) -> None:
    """Killed between the mail and the marks: the database undoes the half of it."""

    def killed() -> None:
        with transaction.atomic():
            assert send_daily_digest(volunteer_id=told_daily.rcic.pk, now=TUESDAY)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    [turn] = race(killed)
    assert turn.error is not None
    assert not OutboxMail.objects.filter(kind="daily_digest").exists()
    assert digest_of(told_daily, TUESDAY + timedelta(minutes=15))()
    assert_each_line_is_in_one_mail(told_daily)


def test_of_the_weekly_digest_two_beats_send_one(org: Organisation) -> None:
    request_in("declined", org)
    turns = race(*[lambda: send_all(MONDAY + timedelta(days=7))] * 3)
    assert [turn.error for turn in turns] == [None] * 3
    assert OutboxMail.objects.filter(kind="chair_digest").count() == 1
