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
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from intake.actions import (
    answering,
    assigning,
    availability,
    closing,
    contacting,
    sessions,
    submission,
)
from intake.actions.sessions import Minutes
from intake.enums import (
    Channel,
    ContactResult,
    DeclineReason,
    SessionMode,
    SessionState,
    Source,
    WithdrawReason,
)
from intake.models import Assignment, MentoringRequest, RequestEvent
from intake.shortlist import used_this_week
from intake.sweep import sweep
from mentors import actions as people
from mentors.errors import Refused
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, a_person, an_ask, set_profile
from tests.soundness import assert_sound, fingerprint

MENTORS = ("joan", "ben", "grace", "nora")
OTHERS = ("rcic", "rcic_region", "admin", "rcic_elsewhere", "manager", "chair", "leader", "sam")
NOTES = ("", "Because.")

an_actor = st.sampled_from(("who has it",) * 6 + ("rcic",) * 4 + MENTORS + OTHERS)
a_mentor = st.sampled_from(MENTORS)
a_note = st.sampled_from(("Because.",) * 3 + NOTES)


class Acts(RuleBasedStateMachine):
    """Two clients, four mentors, and everybody else who may or may not do something."""

    org: ClassVar[Organisation]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = MONDAY
        self.requests = [self._submit(None), self._submit("ben")]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def _submit(self, mentor: str | None) -> int:
        wish = getattr(self.org, mentor) if mentor else None
        return submission.submit(
            person=a_person(),
            ask=an_ask(requested_mentor=wish),
            source=Source.WEB,
            by=None,
            now=self.now,
        ).pk

    # --- Trying

    def attempt(self, act: Callable[[], object]) -> None:
        """An act is carried out, or refused with a sentence and without a trace."""
        before = fingerprint()
        events = set(RequestEvent.objects.values_list("pk", flat=True))
        refused = ""
        try:
            with transaction.atomic():
                act()
        except Refused as why:
            refused = why.reason
        if refused:
            assert refused.endswith(".")
            assert fingerprint() == before
        connection.check_constraints()
        assert events <= set(RequestEvent.objects.values_list("pk", flat=True))

    def person(self, who: str, mre: MentoringRequest) -> Volunteer:
        """Somebody by name; “who has it” is the mentor of the latest assignment, if any."""
        if who != "who has it":
            return Volunteer.objects.get(pk=getattr(self.org, who).pk)
        latest = Assignment.objects.filter(request=mre).order_by("pk").last()
        return latest.mentor if latest else self.person("joan", mre)

    def common(self, which: int, who: str) -> dict[str, Any]:
        mre = MentoringRequest.objects.get(pk=self.requests[which])
        return {"mre_id": mre.pk, "by": self.person(who, mre), "now": self.now}

    def latest(self, which: int) -> int:
        """The latest assignment of a request, or none that there is."""
        found = Assignment.objects.filter(request=self.requests[which]).order_by("pk").last()
        return found.pk if found else 0

    # --- What can happen

    @rule(hours=st.sampled_from((1, 5, 20, 24, 24 * 3, 24 * 8)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_clocks_come_by(self) -> None:
        swept = sweep(self.now)
        assert not any(swept.failed.values())
        connection.check_constraints()

    @rule(which=st.integers(0, 1), who=an_actor, mentor=a_mentor, note=a_note)
    def assign(self, which: int, who: str, mentor: str, note: str) -> None:
        chosen = getattr(self.org, mentor).pk
        given = self.common(which, who) | {"mentor_id": chosen, "note": note}
        status = MentoringRequest.objects.get(pk=self.requests[which]).status
        acts: dict[str, Callable[..., object]] = {
            "assigned": assigning.replace,
            "accepted": assigning.reassign,
        }
        self.attempt(lambda: acts.get(status, assigning.assign)(**given))

    @rule(which=st.integers(0, 1), who=an_actor, note=a_note)
    def accept(self, which: int, who: str, note: str) -> None:
        by = self.common(which, who)["by"]
        if pk := self.latest(which):
            self.attempt(lambda: answering.accept(assignment_id=pk, by=by, now=self.now, note=note))

    @rule(which=st.integers(0, 1), who=an_actor, reason=st.sampled_from(DeclineReason))
    def decline(self, which: int, who: str, reason: DeclineReason) -> None:
        by = self.common(which, who)["by"]
        if pk := self.latest(which):
            self.attempt(
                lambda: answering.decline(assignment_id=pk, by=by, now=self.now, reason=reason)
            )

    @rule(which=st.integers(0, 1), who=an_actor)
    def hand_back(self, which: int, who: str) -> None:
        self.attempt(lambda: answering.hand_back(**self.common(which, who)))

    @rule(
        which=st.integers(0, 1),
        who=an_actor,
        channel=st.sampled_from((Channel.EMAIL, Channel.PHONE)),
        result=st.sampled_from(ContactResult),
        hours_ago=st.sampled_from((0, 0, 3, 100)),
    )
    def try_to_reach(
        self, which: int, who: str, channel: Channel, result: ContactResult, hours_ago: int
    ) -> None:
        at = self.now - timedelta(hours=hours_ago)
        given = self.common(which, who) | {"channel": channel, "result": result, "at": at}
        self.attempt(lambda: contacting.log_attempt(**given))

    @rule(which=st.integers(0, 1), who=an_actor)
    def plan_a_session(self, which: int, who: str) -> None:
        at = self.now + timedelta(hours=20)
        given = self.common(which, who) | {"starts_at": at, "mode": SessionMode.VIDEO}
        self.attempt(lambda: sessions.schedule(**given))

    @rule(which=st.integers(0, 1), who=an_actor, notes=a_note)
    def record_a_session(self, which: int, who: str, notes: str) -> None:
        given = self.common(which, who) | {
            "starts_at": self.now,
            "mode": SessionMode.PHONE,
            "took": Minutes(minutes=30),
            "notes": notes,
        }
        self.attempt(lambda: sessions.record_held(**given))

    @rule(which=st.integers(0, 1), who=an_actor, missed=st.booleans())
    def a_planned_session_is_over(self, which: int, who: str, missed: bool) -> None:
        mre = MentoringRequest.objects.get(pk=self.requests[which])
        planned = mre.sessions.filter(state=SessionState.SCHEDULED).first()
        if planned is None:
            return
        given: dict[str, Any] = {"session_id": planned.pk, "by": self.person(who, mre)}
        given["now"] = self.now
        if missed:
            self.attempt(lambda: sessions.missed(**given))
        else:
            self.attempt(lambda: sessions.held(**given, took=Minutes(minutes=30)))

    @rule(
        which=st.integers(0, 1),
        who=an_actor,
        close=st.sampled_from(
            (closing.complete, closing.no_show, closing.no_response, closing.incorrect_contact)
        ),
    )
    def close(self, which: int, who: str, close: Callable[..., object]) -> None:
        self.attempt(lambda: close(**self.common(which, who)))

    @rule(which=st.integers(0, 1), who=an_actor, note=a_note)
    def transfer(self, which: int, who: str, note: str) -> None:
        self.attempt(lambda: closing.transfer_to_queue(**self.common(which, who), reason=note))

    @rule(which=st.integers(0, 1), who=an_actor, reason=st.sampled_from(WithdrawReason))
    def withdraw(self, which: int, who: str, reason: WithdrawReason) -> None:
        given = self.common(which, who) | {"reason": reason, "note": "Because."}
        other = self.requests[1 - which]
        self.attempt(lambda: closing.withdraw(**given, duplicate_of_id=other))

    @rule(which=st.integers(0, 1))
    def the_client_withdraws(self, which: int) -> None:
        pk = self.requests[which]
        self.attempt(lambda: submission.withdraw_by_client(mre_id=pk, now=self.now))

    @rule(which=st.integers(0, 1), who=an_actor, to_mentor=st.booleans())
    def reopen(self, which: int, who: str, to_mentor: bool) -> None:
        given = self.common(which, who) | {"reason": "Because.", "to_mentor": to_mentor}
        self.attempt(lambda: closing.reopen(**given))

    @rule(which=st.integers(0, 1), who=an_actor, chapter=st.sampled_from(("newark", "new_york")))
    def move(self, which: int, who: str, chapter: str) -> None:
        to = getattr(self.org, chapter).pk
        given = self.common(which, who) | {"chapter_id": to, "note": "Because."}
        self.attempt(lambda: assigning.move(**given))

    @rule(mentor=a_mentor, days=st.integers(0, 9), hand_back=st.booleans())
    def a_mentor_pauses(self, mentor: str, days: int, hand_back: bool) -> None:
        person = getattr(self.org, mentor)
        today = self.now.astimezone(person.zone).date()
        self.attempt(
            lambda: availability.pause(
                mentor_id=person.pk,
                by=person,
                now=self.now,
                starts_on=today,
                ends_on=today + timedelta(days=days),
                hand_back_unanswered=hand_back,
            )
        )

    @rule(mentor=a_mentor)
    def a_mentor_comes_back(self, mentor: str) -> None:
        person = getattr(self.org, mentor)
        people.resume(mentor_id=person.pk, by=person, now=self.now)

    # --- What always holds

    @invariant()
    def every_request_is_sound(self) -> None:
        for pk in self.requests:
            assert_sound(pk)

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
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,  # the same sequences every time: a suite must not fail by chance
            suppress_health_check=list(HealthCheck),
        ),
    )
