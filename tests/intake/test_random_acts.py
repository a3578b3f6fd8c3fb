"""Whatever people and clocks do, in whatever order: what always holds, holds.

People try acts that they may and acts that they may not, at random moments; clocks come by now and
then. Hypothesis looks for the shortest sequence that breaks something.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from intake.actions import (
    answering,
    assigning,
    availability,
    closing,
    contacting,
    recording,
    sessions,
    submission,
)
from intake.actions.recording import Minutes
from intake.enums import (
    Channel,
    ContactResult,
    DeclineReason,
    SessionMode,
    Source,
    WithdrawReason,
)
from intake.mentor_facts import used_this_week
from intake.models import Assignment, MentoringRequest, RequestEvent, Session
from intake.selfcheck.tables import compare
from intake.sweep import sweep
from mentors import actions as people
from mentors.errors import Refused
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, a_person, an_ask, set_profile
from tests.soundness import assert_sound, fingerprint
from tests.thorough import examples

MENTORS = ("joan", "ben", "grace", "nora")
OTHERS = ("rcic", "rcic_region", "admin", "rcic_elsewhere", "manager", "chair", "leader", "sam")
OPEN = ("need_action", "assigned", "accepted")
CLOSED = ("complete", "withdrawn", "no_show", "no_response", "incorrect_contact")

a_request = st.integers(0, 1)
a_mentor = st.sampled_from(MENTORS)
seldom = st.sampled_from((False, False, False, True))

Given = dict[str, Any]
"""`mre_id`, `by` and `now` of an act."""


def some(*statuses: str) -> Callable[["Acts"], bool]:
    """Whether one of the requests stands so."""
    return lambda acts: bool(acts.standing(*statuses))


class Acts(RuleBasedStateMachine):
    """Two clients, four mentors, and everybody else who may or may not do something."""

    org: ClassVar[Organisation]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = MONDAY
        self.requests = [self._submit(None), self._submit(self.org.ben)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def _submit(self, mentor: Volunteer | None) -> int:
        return submission.submit(
            person=a_person(),
            ask=an_ask(requested_mentor=mentor),
            source=Source.WEB,
            by=None,
            now=self.now,
        ).pk

    # --- Trying

    def standing(self, *statuses: str) -> list[int]:
        """The requests that stand so."""
        found = MentoringRequest.objects.filter(pk__in=self.requests, status__in=statuses)
        return list(found.order_by("pk").values_list("pk", flat=True))

    def pick(self, which: int, *statuses: str) -> int:
        """One of the requests that stand so."""
        found = self.standing(*statuses)
        return found[which % len(found)]

    def by_rcic(self, pk: int) -> Given:
        return {"mre_id": pk, "by": self.org.rcic, "now": self.now}

    def by_mentor(self, pk: int) -> Given:
        """The mentor of the latest assignment, if there was one."""
        latest = Assignment.objects.filter(request=pk).order_by("pk").last()
        by = latest.mentor if latest else self.org.joan
        return {"mre_id": pk, "by": by, "now": self.now}

    def attempt(self, act: Callable[..., object], given: Given, **more: Any) -> None:
        """An act is carried out, or refused with a sentence and without a trace."""
        before, refused = fingerprint(), ""
        events = set(RequestEvent.objects.values_list("pk", flat=True))
        try:
            with transaction.atomic():
                act(**given, **more)
        except Refused as why:
            refused = why.reason
        if refused:
            assert refused.endswith(".")
            assert fingerprint() == before
        connection.check_constraints()
        assert events <= set(RequestEvent.objects.values_list("pk", flat=True))

    def answer(self, act: Callable[..., object], given: Given, **more: Any) -> None:
        """An act that names the assignment instead of the request."""
        latest = Assignment.objects.filter(request=given.pop("mre_id")).order_by("pk").last()
        if latest:
            self.attempt(act, given | {"assignment_id": latest.pk}, **more)

    # --- Time

    @rule(hours=st.sampled_from((1, 5, 20, 24, 24 * 3, 24 * 8)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_clocks_come_by(self) -> None:
        swept = sweep(self.now)
        assert not any(swept.failed.values())
        connection.check_constraints()

    # --- What people do, in the way they should

    @precondition(some("need_action"))
    @rule(which=a_request, mentor=a_mentor)
    def a_coordinator_assigns(self, which: int, mentor: str) -> None:
        chosen = getattr(self.org, mentor).pk
        given = self.by_rcic(self.pick(which, "need_action"))
        self.attempt(assigning.assign, given, mentor_id=chosen, note="Because.")

    @precondition(some("assigned", "accepted"))
    @rule(which=a_request, mentor=a_mentor)
    def a_coordinator_gives_it_to_somebody_else(self, which: int, mentor: str) -> None:
        pk = self.pick(which, "assigned", "accepted")
        act = assigning.replace if pk in self.standing("assigned") else assigning.reassign
        chosen = getattr(self.org, mentor).pk
        self.attempt(act, self.by_rcic(pk), mentor_id=chosen, note="Because.")

    @precondition(some("assigned"))
    @rule(which=a_request)
    def a_mentor_accepts(self, which: int) -> None:
        given = self.by_mentor(self.pick(which, "assigned"))
        self.answer(answering.accept, given, note="Hello Maria.")

    @precondition(some("assigned"))
    @rule(which=a_request, reason=st.sampled_from(DeclineReason))
    def a_mentor_declines(self, which: int, reason: DeclineReason) -> None:
        given = self.by_mentor(self.pick(which, "assigned"))
        self.answer(answering.decline, given, reason=reason, text="Because.")

    @precondition(some("accepted"))
    @rule(
        which=a_request,
        channel=st.sampled_from((Channel.EMAIL, Channel.PHONE)),
        result=st.sampled_from(ContactResult),
        hours_ago=st.sampled_from((0, 0, 3, 100)),
    )
    def a_mentor_tries_to_reach_the_client(
        self, which: int, channel: Channel, result: ContactResult, hours_ago: int
    ) -> None:
        at = self.now - timedelta(hours=hours_ago)
        given = self.by_mentor(self.pick(which, "accepted"))
        self.attempt(contacting.log_attempt, given, channel=channel, result=result, at=at)

    @precondition(some("accepted"))
    @rule(which=a_request)
    def a_mentor_plans_a_session(self, which: int) -> None:
        given = self.by_mentor(self.pick(which, "accepted"))
        at = self.now + timedelta(hours=4)
        self.attempt(sessions.schedule, given, starts_at=at, mode=SessionMode.VIDEO)

    @precondition(some("accepted"))
    @rule(which=a_request, notes=st.sampled_from(("", "Prices.")))
    def a_mentor_records_a_session(self, which: int, notes: str) -> None:
        given = self.by_mentor(self.pick(which, "accepted"))
        more = {"starts_at": self.now, "mode": SessionMode.PHONE, "notes": notes}
        self.attempt(recording.record_held, given, took=Minutes(minutes=30), **more)

    @precondition(lambda self: Session.objects.filter(state="scheduled").exists())
    @rule(missed=st.booleans())
    def a_planned_session_is_over(self, missed: bool) -> None:
        planned = Session.objects.filter(state="scheduled").latest("pk")
        given = self.by_mentor(planned.request_id) | {"session_id": planned.pk}
        del given["mre_id"]
        if missed:
            self.attempt(recording.missed, given)
        else:
            self.attempt(recording.held, given, took=Minutes(minutes=30))

    @precondition(some("accepted"))
    @rule(which=a_request, note=st.sampled_from(("", "Because.")))
    def a_mentor_closes_as_he_may(self, which: int, note: str) -> None:
        given = self.by_mentor(self.pick(which, "accepted"))
        for close in (closing.complete, closing.no_show, closing.incorrect_contact):
            self.attempt(close, given)
        self.attempt(closing.no_response, given, note=note)

    @precondition(some("accepted"))
    @rule(which=a_request)
    def a_mentor_gives_it_back(self, which: int) -> None:
        given = self.by_mentor(self.pick(which, "accepted"))
        self.attempt(closing.transfer_to_queue, given, reason="Because.")

    @precondition(some(*OPEN))
    @rule(which=a_request, reason=st.sampled_from(WithdrawReason), really=seldom)
    def a_coordinator_withdraws(self, which: int, reason: WithdrawReason, really: bool) -> None:
        if really:
            given = self.by_rcic(self.pick(which, *OPEN))
            other = self.requests[1 - which]
            more = {"reason": reason, "note": "Because.", "duplicate_of_id": other}
            self.attempt(closing.withdraw, given, **more)

    @precondition(some(*OPEN))
    @rule(which=a_request, really=seldom)
    def the_client_withdraws(self, which: int, really: bool) -> None:
        if really:
            given = {"mre_id": self.pick(which, *OPEN), "now": self.now}
            self.attempt(submission.withdraw_by_client, given)

    @precondition(some(*CLOSED))
    @rule(which=a_request, to_mentor=st.booleans())
    def a_coordinator_reopens(self, which: int, to_mentor: bool) -> None:
        given = self.by_rcic(self.pick(which, *CLOSED))
        self.attempt(closing.reopen, given, reason="Because.", to_mentor=to_mentor)

    @precondition(some("need_action"))
    @rule(which=a_request, chapter=st.sampled_from(("newark", "new_york")))
    def a_coordinator_moves_it(self, which: int, chapter: str) -> None:
        given = self.by_rcic(self.pick(which, "need_action")) | {"by": self.org.rcic_region}
        to = getattr(self.org, chapter).pk
        self.attempt(assigning.move, given, chapter_id=to, note="Because.")

    @rule(mentor=a_mentor, days=st.integers(0, 9), hand_back=st.booleans(), really=seldom)
    def a_mentor_pauses(self, mentor: str, days: int, hand_back: bool, really: bool) -> None:
        person = getattr(self.org, mentor)
        today = self.now.astimezone(person.zone).date()
        given = {"mentor_id": person.pk, "by": person, "now": self.now}
        dates = {"starts_on": today, "ends_on": today + timedelta(days=days)}
        if really:
            self.attempt(availability.pause, given, hand_back_unanswered=hand_back, **dates)

    @rule(mentor=a_mentor)
    def a_mentor_comes_back(self, mentor: str) -> None:
        person = getattr(self.org, mentor)
        people.resume(mentor_id=person.pk, by=person, now=self.now)

    # --- What people try though they may not

    @rule(
        which=a_request,
        who=st.sampled_from(MENTORS + OTHERS),
        act=st.sampled_from(
            (
                answering.hand_back,
                closing.complete,
                closing.no_show,
                closing.no_response,
                closing.incorrect_contact,
            )
        ),
    )
    def somebody_tries_something(self, which: int, who: str, act: Callable[..., object]) -> None:
        given = {"mre_id": self.requests[which], "by": getattr(self.org, who), "now": self.now}
        self.attempt(act, given)

    @rule(which=a_request, who=st.sampled_from(MENTORS + OTHERS), note=st.sampled_from(("", "Hi.")))
    def somebody_tries_to_answer(self, which: int, who: str, note: str) -> None:
        given = {"mre_id": self.requests[which], "by": getattr(self.org, who), "now": self.now}
        self.answer(answering.accept, given, note=note)

    @rule(which=a_request, who=st.sampled_from(OTHERS), mentor=a_mentor)
    def somebody_tries_to_assign(self, which: int, who: str, mentor: str) -> None:
        given = {"mre_id": self.requests[which], "by": getattr(self.org, who), "now": self.now}
        chosen = getattr(self.org, mentor).pk
        for act in (assigning.assign, assigning.replace, assigning.reassign):
            self.attempt(act, given, mentor_id=chosen, note="")

    # --- What always holds

    @invariant()
    def every_request_is_sound(self) -> None:
        for pk in self.requests:
            assert_sound(pk)

    @invariant()
    def every_timeline_tells_what_the_tables_keep(self) -> None:
        assert compare(self.requests) == {}

    @invariant()
    def every_choice_of_a_mentor_is_one_assignment_with_one_outcome(self) -> None:
        chosen = RequestEvent.objects.filter(kind__in=["assigned", "replaced"]).count()
        assert Assignment.objects.count() == chosen

    @invariant()
    def no_place_of_the_week_is_lost_or_taken_twice(self) -> None:
        mentors = [getattr(self.org, name) for name in MENTORS]
        used = used_this_week(mentors, self.now)
        since = self.now.astimezone(mentors[0].zone)
        sunday = (since - timedelta(days=since.isoweekday() % 7)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        for person in mentors:
            received = Assignment.objects.filter(mentor=person, assigned_at__gte=sunday)
            assert used.get(person.pk, 0) == received.exclude(outcome="replaced").count()


def test_no_sequence_of_acts_breaks_what_always_holds(org: Organisation) -> None:
    set_profile(org.joan, weekly_limit=2)
    set_profile(org.ben, accepts_direct=True, weekly_limit=1)
    Acts.org = org
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=examples(4),
            stateful_step_count=30,
            deadline=None,
            derandomize=True,  # the same sequences every time: a suite must not fail by chance
            suppress_health_check=list(HealthCheck),
        ),
    )
