"""What is said of an instant that is over is what the desks showed at that instant."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from pytest_django import DjangoAssertNumQueries

from intake.actions import contacting, submission, times
from intake.actions.times import Meeting
from intake.enums import Channel, ContactResult, QueueReason, SessionMode, Stage
from intake.models import ContactAttempt, ProposedTime
from intake.sweep import sweep
from mentors.models import Chapter
from reports.scope import EVERYWHERE, Reach
from reports.standing import Standing, standing
from reports.waiting_now import held, stage
from tests.factories import MONDAY, SITUATIONS, Organisation, Story, request_in, set_profile, submit
from tests.intake.test_random_acts import Acts, a_request, some
from tests.thorough import examples

SINCE = {
    Stage.NOT_ASSIGNED: "status_since",
    Stage.NOT_ACCEPTED: "current__assigned_at",
    Stage.NOT_CONTACTED: "current__answered_at",
    Stage.NOT_COUNSELED: "current__contacted_at",
    Stage.IN_MENTORING: "current__counseled_at",
}


def shown(reach: Reach, at: datetime) -> list[Standing]:
    """How the open requests stand in the tables, which are those of `at`."""
    found = reach.requests().open().alias(held=held()).annotate(at_stage=stage())
    found = found.select_related("current")
    return [
        Standing(
            request=mre.pk,
            chapter=mre.chapter_id,
            stage=mre.at_stage,
            since=found.filter(pk=mre.pk).values_list(SINCE[mre.at_stage], flat=True).get(),
            reason=QueueReason(mre.queue_reason) if mre.queue_reason else None,
            assignment=mre.current_id,
            mentor=mre.current.mentor_id if mre.current else None,
            overdue=bool(mre.current and mre.status == "assigned" and mre.current.respond_by <= at),
            attempts=mre.current.attempts_made if mre.current else 0,
            was_assigned=mre.assignments.exists(),
            has_notes=mre.sessions.filter(notes_entered_at__isnull=False).exists(),
        )
        for mre in found.order_by("pk")
    ]


def told(reach: Reach, at: datetime) -> list[Standing]:
    """The same from the timelines, in order."""
    return sorted(standing(reach, at), key=lambda row: row.request)


def just(chapter: Chapter) -> Reach:
    """One chapter, as its coordinator sees it."""
    return Reach(chapter.name, frozenset([chapter.pk]))


def end(story: Story) -> None:
    """Whatever can still be done: to another mentor and another chapter, and closed."""
    story.wait(days=1)
    if story.mre.status == "accepted":
        story.attempt(ContactResult.REACHED).wait(hours=1).schedule().reassign(story.org.grace)
    elif story.mre.status == "need_action":
        story.move(story.org.chicago)
    if not story.mre.is_closed:
        story.wait(hours=1).withdraw()
        story.wait(hours=1).reopen()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_is_told_as_it_was(org: Organisation, situation: str) -> None:
    story = request_in(situation, org)
    before, at = shown(EVERYWHERE, story.now), story.now
    assert told(EVERYWHERE, at) == before
    end(story)
    assert told(EVERYWHERE, at) == before
    assert told(EVERYWHERE, story.now) == shown(EVERYWHERE, story.now)


def test_it_counts_where_it_was(org: Organisation) -> None:
    story = submit(org).wait(hours=1)
    at = story.now
    story.wait(hours=1).move(org.newark).wait(hours=1).move(org.chicago)
    assert [row.chapter for row in told(just(org.new_york), at)] == [org.new_york.pk]
    assert told(just(org.newark), at) == told(just(org.chicago), at) == []
    between = story.now - timedelta(minutes=30)
    assert [row.chapter for row in told(just(org.newark), between)] == [org.newark.pk]
    assert [row.chapter for row in told(just(org.chicago), story.now)] == [org.chicago.pk]


def test_a_parked_request_counts_for_administrators_until_its_release(org: Organisation) -> None:
    story = submit(org, suspended=True).wait(hours=1)
    at = story.now
    submission.release(mre_id=story.mre_id, by=org.admin, now=story.wait(hours=1).now)
    assert told(just(org.new_york), at) == []
    assert len(told(EVERYWHERE, at)) == 1
    assert len(told(just(org.new_york), story.now)) == 1


def test_nothing_stood_before_its_submission_or_after_its_closing(org: Organisation) -> None:
    story = request_in("complete", org)
    assert told(EVERYWHERE, MONDAY - timedelta(seconds=1)) == []
    assert len(told(EVERYWHERE, MONDAY)) == 1
    assert told(EVERYWHERE, story.now) == []


def test_a_deadline_that_the_sweep_has_not_noticed_is_over(org: Organisation) -> None:
    story = submit(org).assign()
    respond_by = story.assignment.respond_by
    [before] = standing(EVERYWHERE, respond_by - timedelta(microseconds=1))
    [then] = standing(EVERYWHERE, respond_by)
    assert (before.overdue, then.overdue) == (False, True)


def test_a_return_by_the_clock_counts_from_its_deadline(org: Organisation) -> None:
    story = submit(org).assign()
    due = story.assignment.requeue_at
    sweep(due + timedelta(days=2))
    [row] = standing(EVERYWHERE, due)
    assert (row.stage, row.since, row.was_assigned) == (Stage.NOT_ASSIGNED, due, True)


def test_an_attempt_counts_from_when_it_was_made(org: Organisation) -> None:
    story = request_in("accepted", org).wait(days=2)
    made = story.now - timedelta(days=1)
    story.attempt(ContactResult.REACHED, at=made)
    [before] = standing(EVERYWHERE, made - timedelta(seconds=1))
    [then] = standing(EVERYWHERE, made)
    assert (before.stage, before.attempts) == (Stage.NOT_CONTACTED, 1)
    assert (then.stage, then.since, then.attempts) == (Stage.NOT_COUNSELED, made, 2)


def test_an_attempt_logged_for_a_time_when_it_was_closed_opens_nothing(org: Organisation) -> None:
    story = request_in("complete", org).wait(days=2)
    closed = story.now
    story.reopen(to_mentor=True).attempt(ContactResult.REACHED, at=closed - timedelta(hours=1))
    assert standing(EVERYWHERE, closed - timedelta(minutes=1)) == []


def test_an_attempt_counts_until_it_is_taken_back(org: Organisation) -> None:
    story = request_in("contacted", org).wait(minutes=5)
    at = story.now
    attempt = ContactAttempt.objects.get(request=story.mre_id, result="reached")
    contacting.take_back(attempt_id=attempt.pk, by=org.joan, now=story.wait(minutes=1).now)
    [then], [later] = standing(EVERYWHERE, at), standing(EVERYWHERE, story.now)
    assert (then.stage, then.attempts) == (Stage.NOT_COUNSELED, 2)
    assert (later.stage, later.attempts) == (Stage.NOT_CONTACTED, 1)


def test_two_queries_for_any_number_of_requests(
    org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more, number in ((1, 1), (4, 5)):
        for _ in range(more):
            submit(org).assign()
        for reach in (EVERYWHERE, just(org.new_york)):
            with django_assert_num_queries(2):
                found = standing(reach, MONDAY)
            assert len(found) == number


# --- Whatever people and clocks do ----------------------------------------------------------------


class Watched(Acts):
    """Random acts; after each it is written down how the requests stand.

    Clocks strike in time here, and attempts are logged at once: of what is written down later, the
    timeline says more than anybody could know at the time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[datetime, list[Standing]] = {}

    @rule(hours=st.sampled_from((1, 5, 20, 24, 24 * 3, 24 * 8)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        sweep(self.now)

    @precondition(some("accepted"))
    @rule(which=a_request, result=st.sampled_from(ContactResult))
    def a_mentor_tries_to_reach_the_client(self, which: int, result: ContactResult) -> None:
        given = self.by_mentor(self.pick(which, "accepted"))
        self.attempt(contacting.log_attempt, given, channel=Channel.PHONE, result=result)

    @precondition(lambda self: ContactAttempt.objects.filter(logged_at__isnull=False).exists())
    @rule()
    def a_mentor_takes_an_attempt_back(self) -> None:
        last = ContactAttempt.objects.filter(logged_at__isnull=False).latest("pk")
        given = {"attempt_id": last.pk, "by": last.by, "now": self.now}
        self.attempt(contacting.take_back, given)

    @precondition(some("accepted"))
    @rule(which=a_request)
    def a_mentor_proposes_a_time(self, which: int) -> None:
        given = self.by_mentor(self.pick(which, "accepted"))
        starts = [self.now + timedelta(hours=30)]
        self.attempt(times.propose, given, starts=starts, meeting=Meeting(mode=SessionMode.PHONE))

    @precondition(lambda self: ProposedTime.objects.exists())
    @rule(suits=st.booleans())
    def a_client_answers(self, suits: bool) -> None:
        offered = ProposedTime.objects.select_related("proposal").latest("pk")
        given = {"mre_id": offered.proposal.request_id, "now": self.now}
        if suits:
            self.attempt(times.pick, given, time_id=offered.pk)
        else:
            self.attempt(times.decline, given, proposal_id=offered.proposal_id, text="None.")

    @invariant()
    def how_it_stands_is_written_down(self) -> None:
        self.seen[self.now] = shown(EVERYWHERE, self.now)

    def teardown(self) -> None:
        try:
            for at, rows in self.seen.items():
                assert told(EVERYWHERE, at) == rows
        finally:
            super().teardown()


def test_any_sequence_of_acts_is_told_as_it_was(org: Organisation) -> None:
    set_profile(org.ben, accepts_direct=True)
    Watched.org = org
    run_state_machine_as_test(
        Watched,
        settings=settings(
            max_examples=examples(2),
            stateful_step_count=25,
            phases=[Phase.generate],
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
