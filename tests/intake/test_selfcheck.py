"""The nightly self-check: a difference is found wherever it is, and none where there is none."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from intake.actions import contacting, recording, sessions, times
from intake.actions.times import Meeting
from intake.enums import ContactResult, EventKind, SessionMode
from intake.models import (
    ContactAttempt,
    FigureCheck,
    MentoringRequest,
    OutboxMail,
    ProposedTime,
    RequestEvent,
)
from intake.selfcheck import night
from intake.selfcheck.agreement import OF_ASSIGNMENT, OF_REQUEST, OF_SESSION, in_words
from intake.selfcheck.tables import compare, told_of
from mentors.errors import NotAllowed
from tests.factories import MONDAY, SITUATIONS, Organisation, Story, request_in, submit
from tests.kept import Everything

LATER = "+ interval '1 minute'"


def led_by_two(story: Story) -> Story:
    return SITUATIONS["counseled"](story).reassign()


Plant = tuple[Callable[[Story], Story], str]

PLANTED: dict[tuple[str, str], Plant] = {
    ("mentoringrequest", "status"): (
        SITUATIONS["accepted"], "status = 'assigned', waiting_since = now()",
    ),
    ("mentoringrequest", "submitted_at"): (
        SITUATIONS["new"], "submitted_at = submitted_at - interval '1 minute'",
    ),
    ("mentoringrequest", "status_since"): (
        SITUATIONS["new"], f"status_since = status_since {LATER}",
    ),
    ("mentoringrequest", "waiting_since"): (
        SITUATIONS["new"], f"waiting_since = waiting_since {LATER}",
    ),
    ("mentoringrequest", "queue_reason"): (SITUATIONS["new"], "queue_reason = 'declined'"),
    ("mentoringrequest", "chapter"): (
        SITUATIONS["new"], "chapter_id = (SELECT id FROM mentors_chapter WHERE code = '0606')",
    ),
    ("mentoringrequest", "parked"): (SITUATIONS["new"], "parked = true"),
    ("mentoringrequest", "current"): (
        SITUATIONS["replaced"], "current_id = (SELECT min(id) FROM intake_assignment)",
    ),
    ("mentoringrequest", "closed_at"): (SITUATIONS["complete"], f"closed_at = closed_at {LATER}"),
    ("mentoringrequest", "withdraw_reason"): (
        SITUATIONS["withdrawn"], "withdraw_reason = 'other'",
    ),
    ("mentoringrequest", "duplicate_of"): (
        SITUATIONS["withdrawn"], "withdraw_reason = 'duplicate', duplicate_of_id = id",
    ),
    ("assignment", "mentor"): (
        SITUATIONS["assigned"], "mentor_id = (SELECT max(id) FROM mentors_volunteer)",
    ),
    ("assignment", "assigned_at"): (SITUATIONS["assigned"], f"assigned_at = assigned_at {LATER}"),
    ("assignment", "outcome"): (
        SITUATIONS["accepted"], "outcome = 'accepted_late', overdue_at = respond_by",
    ),
    ("assignment", "overdue_at"): (SITUATIONS["overdue"], f"overdue_at = overdue_at {LATER}"),
    ("assignment", "answered_at"): (SITUATIONS["accepted"], f"answered_at = answered_at {LATER}"),
    ("assignment", "decline_reason"): (SITUATIONS["declined"], "decline_reason = 'away'"),
    ("assignment", "ended_at"): (SITUATIONS["declined"], f"ended_at = ended_at {LATER}"),
    ("assignment", "attempts_made"): (SITUATIONS["accepted"], "attempts_made = 2"),
    ("assignment", "first_attempt_at"): (
        SITUATIONS["accepted"], f"first_attempt_at = first_attempt_at {LATER}",
    ),
    ("assignment", "contacted_at"): (
        SITUATIONS["contacted"], f"contacted_at = contacted_at {LATER}",
    ),
    ("assignment", "counseled_at"): (
        SITUATIONS["counseled"], f"counseled_at = counseled_at {LATER}",
    ),
    ("session", "assignment"): (
        led_by_two, "assignment_id = (SELECT max(id) FROM intake_assignment)",
    ),
    ("session", "state"): (SITUATIONS["session_planned"], "state = 'cancelled'"),
    ("session", "starts_at"): (SITUATIONS["session_planned"], f"starts_at = starts_at {LATER}"),
    ("session", "entered_at"): (SITUATIONS["counseled"], f"entered_at = entered_at {LATER}"),
    ("session", "notes_entered_at"): (
        SITUATIONS["counseled"], f"notes_entered_at = notes_entered_at {LATER}",
    ),
}  # fmt: skip
"""By table and field: a story, and how the row is changed behind its back."""


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def differing(story: Story) -> list[str]:
    return [one.words for one in compare([story.mre_id]).get(story.mre_id, [])]


# --- What is found --------------------------------------------------------------------------------


def test_every_field_that_is_compared_is_tried() -> None:
    compared = {
        "mentoringrequest": OF_REQUEST,
        "assignment": OF_ASSIGNMENT,
        "session": OF_SESSION,
    }
    fields = {(table, field) for table, fields in compared.items() for field in fields}
    assert fields - set(PLANTED) == {("assignment", "attempts_kept")}


@pytest.mark.parametrize(("table", "field"), PLANTED)
def test_a_field_that_was_changed_behind_its_back_is_found(
    org: Organisation, table: str, field: str
) -> None:
    play, change = PLANTED[table, field]
    story = play(submit(org))
    assert differing(story) == []
    own = "id" if table == "mentoringrequest" else "request_id"
    sql(f"UPDATE intake_{table} SET {change} WHERE {own} = {story.mre_id}")
    assert any(f": {field.replace('_', ' ')}: " in words for words in differing(story))


def test_a_row_that_is_gone_is_found(org: Organisation) -> None:
    story = request_in("session_planned", org)
    sql(f"DELETE FROM intake_session WHERE id = {story.session_id}")
    assert differing(story) == [
        f"session {story.session_id}: is told of by the timeline, is not there in the table"
    ]


def test_an_attempt_that_is_gone_is_found(org: Organisation) -> None:
    story = request_in("accepted", org)
    sql(f"DELETE FROM intake_contactattempt WHERE request_id = {story.mre_id}")
    [words] = differing(story)
    assert words.endswith("attempts kept: 1 by the timeline, 0 in the table")


def test_a_row_that_nothing_tells_of_is_found(org: Organisation) -> None:
    story = request_in("session_planned", org)
    session = story.session
    session.pk, session.calendar_uid = None, "6f3f0a9c-52a3-4b0e-bb0f-3a2d2ff3a0f1"
    session.save()
    [words] = differing(story)
    assert words == f"session {session.pk}: is not told of by the timeline, is there in the table"


def test_a_timeline_that_jumps_is_found(org: Organisation) -> None:
    story = request_in("declined", org)
    RequestEvent.objects.create(
        request=story.mre, kind=EventKind.MOVED, at=story.now, processed_at=story.now,
        from_status="accepted", to_status="need_action", data={"to_chapter": org.newark.pk},
    )  # fmt: skip
    assert any("begins at Accepted, but it stood at Need Action" in w for w in differing(story))


def test_a_timeline_that_cannot_be_read_is_a_difference_and_stops_nothing(
    org: Organisation,
) -> None:
    story = request_in("declined", org)
    RequestEvent.objects.create(
        request=story.mre, kind=EventKind.MOVED, at=story.now, processed_at=story.now,
        from_status="need_action", to_status="need_action", data={},
    )  # fmt: skip
    assert differing(story) == ["the timeline: cannot be replayed (KeyError('to_chapter'))"]


def test_what_older_timelines_do_not_tell_is_not_compared(org: Organisation) -> None:
    story = request_in("assigned", org)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE intake_requestevent SET data = data - 'chapter' - 'mentor'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert differing(story) == []


def test_values_stand_in_words() -> None:
    assert in_words("status", "need_action") == "Need Action"
    assert in_words("ended_at", None) == in_words("queue_reason", "") == "nothing"
    assert in_words("closed_at", MONDAY) == "2026-03-16 14:00:00 UTC"
    assert in_words("parked", True) == "yes"
    assert in_words("attempts_made", 3) == "3"


# --- What is not ----------------------------------------------------------------------------------


def taken_back(story: Story) -> Story:
    story.attempt(ContactResult.REACHED).wait(minutes=1)
    last = ContactAttempt.objects.filter(request=story.mre_id).latest("pk")
    contacting.take_back(attempt_id=last.pk, by=last.by, now=story.now)
    return story


def offered(story: Story) -> Story:
    starts = [story.wait(hours=1).now + timedelta(days=3)]
    meeting = Meeting(mode=SessionMode.PHONE)
    given: dict[str, Any] = {"mre_id": story.mre_id, "by": story.mentor, "now": story.now}
    times.propose(starts=starts, meeting=meeting, **given)
    return story


def chosen(story: Story) -> Story:
    time = ProposedTime.objects.latest("pk")
    picked = times.pick(mre_id=story.mre_id, time_id=time.pk, now=story.wait(hours=1).now)
    story.session_id = picked.pk
    return story


def not_held(story: Story) -> Story:
    recording.missed(session_id=story.session_id, by=story.mentor, now=story.now)
    return story


def shifted(story: Story) -> Story:
    session = story.session
    plan = {"starts_at": session.starts_at + timedelta(days=1), "mode": session.mode}
    sessions.move(session_id=session.pk, by=story.mentor, now=story.wait(hours=1).now, **plan)
    return story


ROUNDABOUT: dict[str, Callable[[Story], Story]] = {
    "an attempt logged for earlier": lambda story: story.wait(days=2).attempt(
        ContactResult.REACHED, at=story.now - timedelta(days=1)
    ),
    "an attempt taken back": taken_back,
    "an attempt taken back after a session": lambda story: taken_back(story.hold().wait(hours=1)),
    "times offered twice in a day": lambda story: offered(offered(story)),
    "a time chosen": lambda story: chosen(offered(story)),
    "an attempt taken back after a time was chosen": lambda story: taken_back(
        chosen(offered(story)).wait(hours=1)
    ),
    "a session after all missed": lambda story: not_held(
        story.schedule().hold_planned().wait(hours=1)
    ),
    "a planned session moved and held": lambda story: shifted(story.schedule()).hold_planned(),
    "transferred with a session to come": lambda story: story.schedule().wait(hours=1).transfer(),
    "closed, reopened, reassigned": lambda story: (
        story.hold().complete().wait(days=1).reopen(to_mentor=True).wait(days=1).reassign()
    ),
}


@pytest.mark.parametrize("way", ROUNDABOUT)
def test_nothing_differs_after_roundabout_ways(org: Organisation, way: str) -> None:
    story = ROUNDABOUT[way](request_in("accepted", org))
    assert differing(story) == []


# --- Night by night -------------------------------------------------------------------------------


def plant(story: Story) -> None:
    """Something that no act has done."""
    sql(f"UPDATE intake_mentoringrequest SET parked = true WHERE id = {story.mre_id}")


def checked(now: datetime, **how: Any) -> FigureCheck:
    """A whole check at one instant."""
    check = night.begin(now=now, **how)
    for _ in night.run(check, clock=lambda: now):
        pass
    check.refresh_from_db()
    return check


def test_later_nights_look_at_what_is_open_or_was_written_of_and_a_slice_of_the_rest(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "OVERLAP", 0)
    closed = [request_in("withdrawn_from_queue", org) for _ in range(5)]
    open_one = request_in("new", org)
    assert checked(MONDAY).requests == 6
    monkeypatch.setattr(night, "SLICE", 2)
    looked_at = [checked(MONDAY + timedelta(days=days)).requests for days in (1, 2, 3, 4)]
    assert looked_at == [3, 3, 2, 1]  # two a night beside the open one, to the end
    closed[4].wait(days=9).reopen().wait(hours=1).withdraw()
    assert checked(closed[4].now).requests == 4
    assert open_one.mre_id == max(story.mre_id for story in [*closed, open_one])


def test_an_empty_database_has_nothing_to_check(db: None) -> None:
    assert checked(MONDAY).requests == 0


# --- Who is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rcic", "leader", "chair", "manager", "joan"])
def test_only_administrators_begin_one(org: Organisation, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only an administrator"):
        night.begin(now=MONDAY, by=getattr(org, who))


# --- By hand --------------------------------------------------------------------------------------


# --- With one request in each situation -----------------------------------------------------------


class TestOneInEachSituation:
    @pytest.fixture
    def stories(self, everything: Everything) -> list[Story]:
        """In the order in which they were submitted."""
        return list(everything.stories.values())

    def test_nothing_differs_in_any_situation(self, stories: list[Story]) -> None:
        assert compare([story.mre_id for story in stories]) == {}

    def test_four_queries_for_any_number_of_requests(
        self, stories: list[Story], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        numbers = [story.mre_id for story in stories]
        for some in (numbers[:1], numbers):
            with django_assert_num_queries(6):  # and a savepoint around them
                compare(some)

    def test_the_first_night_finds_what_differs(self, stories: list[Story]) -> None:
        plant(stories[0])
        check = checked(MONDAY)
        assert (check.requests, check.differing, check.finished_at) == (len(stories), 1, MONDAY)
        [(number, found)] = told_of(check)
        assert (number, found.words) == (
            stories[0].mre_id,
            "the request: parked: no by the timeline, yes in the table",
        )

    def test_everything_is_every_request(self, stories: list[Story]) -> None:
        checked(MONDAY)
        assert checked(MONDAY, everything=True).requests == len(stories)

    def test_a_check_that_broke_off_goes_on_where_it_stopped(
        self, stories: list[Story], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(night, "BATCH", 7)
        begun = night.begin(now=MONDAY)
        assert night.step(begun, now=MONDAY) == 7
        assert night.begin(now=MONDAY + timedelta(hours=1)) == begun
        later = MONDAY + timedelta(hours=2)
        assert night.run_due(clock=lambda: later) == len(stories) - 7
        begun.refresh_from_db()
        assert (begun.requests, begun.finished_at) == (len(stories), later)
        assert night.step(begun, now=later) == 0

    def test_a_worker_lets_others_have_their_turn(
        self, stories: list[Story], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(night, "BATCH", 5)
        slow: Iterator[int] = iter(range(0, 1000, 2))
        assert night.run_due(clock=lambda: MONDAY + timedelta(minutes=next(slow))) == 10
        assert night.under_way() is not None

    def test_it_is_due_once_a_night(self, stories: list[Story]) -> None:
        at_night = MONDAY.replace(hour=7)
        ran = {}
        for hours in (0, 1, 19, 20, 24, 44, 54):
            now = at_night + timedelta(hours=hours)
            ran[hours] = night.run_due(clock=iter([now] * 9).__next__)
        assert [hours for hours, begun in ran.items() if begun] == [
            0,
            24,
            54,
        ]  # the last one by day

    def test_only_so_many_differences_are_kept_but_all_are_counted(
        self, stories: list[Story], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(night, "MOST_KEPT", 3)
        sql("UPDATE intake_mentoringrequest SET submitted_at = submitted_at - interval '1 day'")
        check = checked(MONDAY)
        assert (check.differing, len(check.differences)) == (len(stories), 3)

    def test_the_administrators_are_mailed_once_and_nobody_else(self, stories: list[Story]) -> None:
        plant(stories[0])
        check = checked(MONDAY)
        night.step(check, now=MONDAY)
        [mail] = OutboxMail.objects.filter(kind="figures_differ")
        assert mail.volunteer == stories[0].org.admin
        assert f"MR-{stories[0].mre_id}, the request: parked: no by the timeline" in mail.text
        assert f"/reports/checks/{check.pk}/" in mail.text
        assert stories[0].mre.client.last_name not in mail.text + mail.html + mail.subject

    def test_nobody_is_mailed_when_nothing_differs(self, stories: list[Story]) -> None:
        checked(MONDAY)
        assert not OutboxMail.objects.filter(kind="figures_differ").exists()

    def test_the_command_says_what_differs_and_ends_badly(self, stories: list[Story]) -> None:
        said = StringIO()
        call_command("check_figures", stdout=said)
        assert said.getvalue().endswith(f"{len(stories)} requests agree with their timelines.\n")
        plant(stories[0])
        with pytest.raises(SystemExit) as end:
            call_command("check_figures", "--all", stdout=(said := StringIO()))
        assert end.value.code == 1
        assert f"MR-{stories[0].mre_id}, the request: parked: no" in said.getvalue()
        assert f"1 of {len(stories)} requests differ" in said.getvalue()

    def test_the_command_ends_first_what_was_begun(self, stories: list[Story]) -> None:
        night.begin(now=MONDAY)
        call_command("check_figures", "--all", stdout=StringIO())
        found = FigureCheck.objects.order_by("pk").values_list("everything", "requests")
        assert list(found) == [(False, len(stories)), (True, len(stories))]
        assert MentoringRequest.objects.count() == len(stories)
