"""The demo organisation: whole, believable, and the same every time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Model, Q
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from intake.calendar import BusinessCalendar
from intake.demo import run, sign_ins
from intake.demo.rhythm import Rhythm
from intake.demo.script import read
from intake.enums import (
    EventKind,
    MailState,
    NoteLevel,
    Outcome,
    QueueReason,
    SessionState,
    Source,
    Status,
    WithdrawReason,
)
from intake.models import (
    Assignment,
    ClientMerge,
    DuplicateFlag,
    MentoringRequest,
    Note,
    OutboxMail,
    RequestEvent,
    Session,
    TimeProposal,
)
from mentors import picklists
from mentors.enums import Classification, VolunteerStatus
from mentors.models import Chapter, FollowUp, Pause, Volunteer
from mentors.roles import duties
from reports.digest import send_all as send_chair_digests
from tests.thorough import THOROUGH

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
"""Tue 24 Nov 2026, 15:00 in Cleveland."""
FEW = 10
CLEVELAND = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def _demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once for the tests below, which only look at it; taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        refusals = run.seed(now=NOW, requests=FEW, each_monday=send_chair_digests)
        assert refusals == []
        yield
        transaction.set_rollback(True)


def in_use(model: type[Model], field: str) -> set[Any]:
    return set(model._default_manager.values_list(field, flat=True))


# --- Everything is there ------------------------------------------------------------------------


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(
    ("model", "field", "values"),
    [
        (MentoringRequest, "status", set(Status)),
        (MentoringRequest, "queue_reason", {"", *QueueReason}),
        (MentoringRequest, "source", {Source.WEB, Source.COORDINATOR}),
        (Assignment, "outcome", set(Outcome)),
        (Session, "state", set(SessionState)),
        (Note, "level", set(NoteLevel)),
        (OutboxMail, "state", {MailState.KEPT}),
        (
            RequestEvent,
            "kind",
            set(EventKind)
            - {EventKind.RELEASED, EventKind.RECOMPUTED, EventKind.SESSION_EDITED}
            - {EventKind.NUDGED, EventKind.MERGE_UNDONE, EventKind.CONTACT_TAKEN_BACK}
            - {EventKind.TIMES_DROPPED, EventKind.TIME_ASKED, EventKind.TEAM_LEFT}
            - {EventKind.ADDRESS_FAILED, EventKind.SNOOZE_ENDED},
        ),
    ],
)
def test_every_value_has_rows(model: type[Model], field: str, values: set[str]) -> None:
    assert values <= in_use(model, field)


@pytest.mark.usefixtures("_demo")
def test_the_organisation_has_its_size() -> None:
    chapters = Chapter.objects.select_related("district")
    assert len(chapters) == 12
    assert len({chapter.district_id for chapter in chapters}) == 4
    assert len({chapter.district.region_id for chapter in chapters}) == 2
    assert len({chapter.time_zone for chapter in chapters}) >= 3
    assert 100 <= Volunteer.objects.mentors().count() <= 130
    assert in_use(Volunteer, "status") == set(VolunteerStatus)
    assert in_use(Volunteer, "classification") == set(Classification)


@pytest.mark.usefixtures("_demo")
def test_what_is_rare_is_there_too() -> None:
    requests = MentoringRequest.objects.all()
    assert requests.filter(parked=True, client__service_suspended=True).exists()
    assert requests.filter(withdraw_reason=WithdrawReason.DUPLICATE).exists()
    assert requests.filter(requested_mentor__isnull=False, current__assigned_by=None).exists()
    assert requests.filter(language="Spanish").exists()
    assert DuplicateFlag.objects.filter(
        request__status=Status.NEED_ACTION,
        reason="same phone; same name and zip code",
        dismissed_at__isnull=True,
    ).exists()
    assert DuplicateFlag.objects.filter(different_people=True).exists()
    assert ClientMerge.objects.filter(kept__requests__status=Status.NEED_ACTION).exists()
    assert Assignment.objects.filter(tier="district").exists()
    assert Session.objects.filter(state=SessionState.SCHEDULED, starts_at__gt=NOW).exists()
    assert Session.objects.filter(notes_entered_at__gte=F("notes_due_at")).exists()
    assert Session.objects.without_notes().exists()
    assert Session.objects.filter(co_mentors__isnull=False).exists()
    assert Pause.objects.over(30, NOW).exists()
    assert OutboxMail.objects.filter(kind="chair_digest").exists()
    assert FollowUp.objects.exists()


# --- It holds together --------------------------------------------------------------------------


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (RequestEvent, ("at", "processed_at")),
        (MentoringRequest, ("submitted_at", "status_since", "waiting_since", "closed_at")),
        (Assignment, ("assigned_at", "reminded_at", "overdue_at", "answered_at", "ended_at")),
        (Session, ("created_at", "entered_at", "notes_entered_at", "notes_asked_at")),
        (OutboxMail, ("created_at",)),
        (Pause, ("created_at",)),
    ],
)
def test_nothing_has_happened_later_than_now(model: type[Model], fields: tuple[str, ...]) -> None:
    for field in fields:
        assert not model._default_manager.filter(**{f"{field}__gt": NOW}).exists()


@pytest.mark.usefixtures("_demo")
def test_each_request_is_held_by_one_mentor_or_by_none() -> None:
    for mre in MentoringRequest.objects.prefetch_related("assignments"):
        held = [a.pk for a in mre.assignments.all() if a.ended_at is None]
        with_mentor = mre.status in (Status.ASSIGNED, Status.ACCEPTED)
        assert held == ([mre.current_id] if with_mentor else [])


@pytest.mark.usefixtures("_demo")
def test_each_timeline_is_a_chain() -> None:
    for mre in MentoringRequest.objects.prefetch_related("events"):
        events = sorted(mre.events.all(), key=lambda event: event.pk)
        assert events[0].kind == EventKind.SUBMITTED
        for before, after in pairwise(events):
            assert after.from_status == before.to_status
            assert after.processed_at >= before.processed_at
        assert events[-1].to_status == mre.status


@pytest.mark.usefixtures("_demo")
def test_no_clock_is_behind() -> None:
    shortly_before = NOW - timedelta(minutes=1)
    pending = Assignment.objects.filter(outcome=Outcome.PENDING)
    assert not pending.filter(respond_by__lte=shortly_before).exists()
    assert not pending.filter(remind_at__lte=shortly_before, reminded_at=None).exists()
    assert not Assignment.objects.unanswered().filter(requeue_at__lte=shortly_before).exists()
    assert not OutboxMail.objects.filter(state=MailState.QUEUED, send_at__lte=NOW).exists()
    late = Assignment.objects.filter(overdue_at__isnull=False)
    assert not late.filter(~Q(overdue_at=F("respond_by"))).exists()


# --- What the accounts see ----------------------------------------------------------------------


@pytest.mark.usefixtures("_demo")
def test_the_coordinator_has_a_busy_queue() -> None:
    dana = Volunteer.objects.get(email="dana.reyes@example.org")
    mine = MentoringRequest.objects.for_user(dana, NOW)
    assert 25 <= mine.need_action().count() <= 40
    assert in_use_of(mine.need_action(), "queue_reason") == set(QueueReason)
    assert mine.overdue().count() >= 5


def in_use_of(rows: Any, field: str) -> set[Any]:
    return set(rows.values_list(field, flat=True))


@pytest.mark.usefixtures("_demo")
def test_the_mentor_has_something_of_everything_to_do() -> None:
    joan = Volunteer.objects.get(email="joan.whitfield@example.org")
    hers = Assignment.objects.filter(mentor=joan).open()
    assert hers.unanswered().count() == 2
    assert hers.filter(attempts_due_at__lte=NOW).count() == 1
    assert hers.filter(close_out_due_at__lte=NOW).count() == 1
    assert Session.objects.without_notes().filter(assignment__in=hers).count() == 1
    led = hers.filter(request__status=Status.ACCEPTED)
    assert {str(held.request.client) for held in led} == {
        "Rosa Delgado",
        "Paul Becker",
        "Nadia Haddad",
        "Ian Moore",
        "Ben Ochoa",
        "Elena Fuentes",
    }
    assert TimeProposal.objects.open().get(assignment__in=hers).times.count() == 3


@pytest.mark.usefixtures("_demo")
def test_each_role_has_a_sign_in_that_works() -> None:
    roles = {}
    for role, email, password in sign_ins():
        browser = Browser()
        browser.post(reverse("account_login"), {"login": email, "password": password})
        user = Volunteer.objects.get(email=email)
        assert browser.session["_auth_user_id"] == str(user.pk)
        roles[role] = duties(user, NOW)
    assert roles["Coordinator (RCIC)"].rcic
    assert roles["Mentor"].is_mentor
    assert roles["Chapter Manager"].manages
    assert roles["Membership Chair"].chairs
    assert roles["Leader"].leads
    assert roles["Administrator"].is_admin


@pytest.mark.usefixtures("_demo")
def test_only_the_shown_accounts_have_a_password() -> None:
    shown = {email for _, email, _ in sign_ins()}
    others = Volunteer.objects.exclude(email__in=shown)
    assert not any(person.has_usable_password() for person in others)


# --- Loading it ---------------------------------------------------------------------------------


COMPARED_UNTIL = NOW - timedelta(days=40 if THOROUGH else 90)
"""The days after that are alike if those before are; loading them again takes the longest."""


class EnoughError(Exception):
    """As much of the demo as is compared is there."""


def what_happened(until: datetime) -> list[tuple[object, ...]]:
    """Every event so far: what, whose, by whom, to whom, when."""
    people = ("request__client__email", "by__email", "assignment__mentor__email")
    events = RequestEvent.objects.filter(processed_at__lt=until).order_by("pk")
    return list(events.values_list("kind", "at", "processed_at", *people))


@pytest.mark.usefixtures("_demo")
def test_it_is_the_same_every_time_and_what_stops_it_leaves_all_as_it_was() -> None:
    def compare(day: date) -> None:
        if day == COMPARED_UNTIL.date():
            assert what_happened(COMPARED_UNTIL) == first
            raise EnoughError

    first, everything = what_happened(COMPARED_UNTIL), what_happened(NOW)
    assert len(first) > 100
    connection.check_constraints()  # what the tests above have written is settled by then
    with pytest.raises(EnoughError):
        run.seed(
            now=NOW,
            requests=FEW,
            replace=True,
            each_day=compare,
            each_monday=send_chair_digests,
        )
    assert what_happened(NOW) == everything


@pytest.mark.usefixtures("_demo")
def test_it_is_not_loaded_over_what_is_there() -> None:
    with pytest.raises(CommandError, match="There are chapters in this database already"):
        call_command("seed_demo")


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize("answer", ["no\n", ""])
def test_replacing_asks_first(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(answer))
    before = MentoringRequest.objects.count()
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("seed_demo", "--replace")
    assert MentoringRequest.objects.count() == before


@pytest.mark.django_db
def test_without_the_demo_nobody_is_shown_a_sign_in() -> None:
    assert run.is_empty()
    assert sign_ins() == []


# --- The script and the desk hours --------------------------------------------------------------


def test_the_script_uses_the_picklists() -> None:
    for question in read("questions")["question"]:
        assert question["area"] in picklists.AREAS
        assert question["type"] in picklists.BUSINESS_TYPES


THANKSGIVING = date(2026, 11, 26)
RHYTHM = Rhythm(BusinessCalendar(closed=frozenset({THANKSGIVING})))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24 10:00", 2, "2026-11-24 12:00"),
        ("2026-11-24 17:00", 1, "2026-11-25 09:00"),
        ("2026-11-25 16:30", 2, "2026-11-27 09:30"),
        ("2026-11-21 12:00", 1, "2026-11-23 09:30"),
        ("2026-11-20 17:30", 9, "2026-11-23 17:30"),
    ],
)
def test_desk_hours_pass_on_business_days_only(start: str, hours: float, end: str) -> None:
    assert RHYTHM.later(local(start), CLEVELAND, hours) == local(end)


def local(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CLEVELAND)


QUARTERS = st.integers(0, 400).map(lambda number: number / 4)


@given(minutes=st.integers(0, 500_000), first=QUARTERS, then=QUARTERS)
def test_hours_at_the_desk_add_up(minutes: int, first: float, then: float) -> None:
    at = local("2026-06-01 00:00") + timedelta(minutes=minutes)
    for move in (RHYTHM.later, RHYTHM.earlier):
        in_two_steps = move(move(at, CLEVELAND, first), CLEVELAND, then)
        assert in_two_steps == move(at, CLEVELAND, first + then)
