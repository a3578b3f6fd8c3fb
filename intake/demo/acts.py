"""One request as the people of the demo see it: each verb is one real act at the world's now."""

from collections.abc import Callable
from dataclasses import replace as with_changes
from datetime import datetime, timedelta

from intake.actions import (
    answering,
    assigning,
    closing,
    contacting,
    recording,
    sessions,
    snoozing,
    submission,
)
from intake.actions.recording import Minutes
from intake.calendar import local_date
from intake.demo.case_file import CaseFile
from intake.demo.people import Mentor, Place
from intake.enums import (
    Channel,
    ContactResult,
    DeclineReason,
    NoteLevel,
    SessionMode,
    Source,
    Stage,
    Status,
    WithdrawReason,
)
from intake.models import Assignment, MentoringRequest
from intake.permissions import check_can_edit_session
from mentors.models import Volunteer
from mentors.permissions import refusal

MODES = (SessionMode.VIDEO, SessionMode.PHONE, SessionMode.IN_PERSON)
LASTS = timedelta(hours=1)
WITH_EXPERT = 0.15
"""How often a Subject Matter Expert of the chapter takes part in a session."""


class Case(CaseFile):
    """A client's request, whoever works on it: each verb is an act of one of them."""

    def is_waiting_for_answer(self) -> bool:
        """Whether the mentor still has it: he may have begun a pause and handed it back."""
        if self.pk in self.cast.handed_back:
            self.cast.handed_back.remove(self.pk)
            self._let_go()
        return self.assignment is not None

    # --- The client -----------------------------------------------------------------------------

    def submit(
        self,
        source: Source = Source.WEB,
        by: Volunteer | None = None,
        wish: Mentor | None = None,
    ) -> None:
        """The request comes in; it may go straight to the mentor whom the client wishes for."""
        ask = with_changes(self.applicant.ask, requested_mentor=wish.person if wish else None)
        mre = submission.submit(
            person=self.applicant.person, ask=ask, source=source, by=by, now=self.world.now
        )
        self.pk = mre.pk
        if mre.status == Status.ASSIGNED and wish is not None:
            assert mre.current is not None  # held by request_current_while_with_mentor
            self._give_to(wish, mre.current)

    def give_up(self) -> None:
        """The client no longer needs it."""
        submission.withdraw_by_client(mre_id=self.pk, now=self.world.now)
        self._let_go(closed=True)

    def add_to_question(self) -> None:
        """The client adds something on the status page."""
        submission.add_to_question(
            mre_id=self.pk, text=self.says("client_adds"), now=self.world.now
        )

    def correct_address(self) -> None:
        """The client corrects the e-mail address on the status page."""
        person = self.applicant.person
        email = person.email.replace("@", ".office@")
        submission.correct_contact(
            mre_id=self.pk, email=email, phone=person.phone, now=self.world.now
        )

    # --- The coordinator ------------------------------------------------------------------------

    def assign(self, mentor: Mentor, note: str = "", by: Volunteer | None = None) -> None:
        """Out of the queue to a mentor."""
        assignment = assigning.assign(
            mre_id=self.pk,
            mentor_id=mentor.person.pk,
            by=by or self.coordinator(),
            now=self.world.now,
            note=note,
        )
        self._give_to(mentor, assignment)

    def replace(self, mentor: Mentor) -> None:
        """To another mentor before the first one has answered."""
        self.lead.take(self.held_by.assigned_at, -1)
        self._hand_over(mentor, assigning.replace, "replace_note")

    def reassign(self, mentor: Mentor) -> None:
        """To another mentor after the first one had accepted."""
        self._hand_over(mentor, assigning.reassign, "reassign_note")

    def _hand_over(self, mentor: Mentor, act: Callable[..., Assignment], why: str) -> None:
        assignment = act(
            mre_id=self.pk,
            mentor_id=mentor.person.pk,
            by=self.coordinator(),
            now=self.world.now,
            note=self.says(why),
        )
        self._let_go()
        self._give_to(mentor, assignment)

    def move(self, place: Place) -> None:
        """To another chapter's queue."""
        assigning.move(
            mre_id=self.pk,
            chapter_id=place.chapter.pk,
            by=self.coordinator(),
            now=self.world.now,
            note=self.says("move"),
        )
        self.place = place

    def snooze(self, days: int, reason: str) -> None:
        """The coordinator looks at it again in so many days."""
        here = local_date(self.world.now, self.place.chapter.zone)
        snoozing.snooze(
            mre_id=self.pk,
            by=self.coordinator(),
            now=self.world.now,
            until=here + timedelta(days=days),
            reason=reason,
            stage=Stage.NOT_ASSIGNED,
        )

    def withdraw(
        self, reason: WithdrawReason, *, by: Volunteer | None = None, stays: int | None = None
    ) -> None:
        """Closed, because nothing more will come of it."""
        closing.withdraw(
            mre_id=self.pk,
            by=by or self.coordinator(),
            now=self.world.now,
            reason=reason,
            note=self.says("withdraw", reason),
            duplicate_of_id=stays,
        )
        self._let_go(closed=True)

    def reopen(self) -> None:
        """Closed too early: to the queue."""
        closing.reopen(
            mre_id=self.pk,
            by=self.coordinator(),
            now=self.world.now,
            reason=self.says("reopen"),
            to_mentor=False,
        )
        self.is_closed = False

    def _give_to(self, mentor: Mentor, assignment: Assignment) -> None:
        self.mentor, self.assignment = mentor, assignment
        self.tried.add(mentor)
        mentor.take(self.world.now)
        self.world.expect(
            ("answer", self.pk), assignment.remind_at, assignment.respond_by, assignment.requeue_at
        )

    def _let_go(self, *, closed: bool = False) -> None:
        """No mentor works on it any more."""
        if self.is_accepted:
            self.lead.clients -= 1
        self.mentor = self.assignment = None
        self.is_accepted, self.is_closed = False, closed
        self.world.expect(("answer", self.pk))
        self.world.expect(("contact", self.pk))

    # --- The mentor's answer --------------------------------------------------------------------

    def accept(self, note: str = "") -> None:
        """The mentor takes the client and writes the first note."""
        spanish = self.applicant.ask.language in self.lead.person.languages[1:]
        note = note or self.says("first_note_spanish" if spanish else "first_note")
        mre = answering.accept(
            assignment_id=self.held_by.pk, by=self.lead.person, now=self.world.now, note=note
        )
        assert mre.current is not None  # held by request_current_while_with_mentor
        self.assignment, self.is_accepted = mre.current, True
        self.lead.clients += 1
        self.world.expect(("answer", self.pk))
        self._await_client()

    def decline(self, reason: DeclineReason) -> None:
        """The mentor says no."""
        answering.decline(
            assignment_id=self.held_by.pk,
            by=self.lead.person,
            now=self.world.now,
            reason=reason,
            text=self.says("decline", reason),
        )
        self._let_go()

    def time_out(self) -> None:
        """The clock has taken it back from the mentor."""
        self._let_go()

    def _await_client(self) -> None:
        """When the mentor will be asked for the next attempt, or to close."""
        held = self.held_by
        self.world.expect(("contact", self.pk), held.attempts_due_at, held.close_out_due_at)

    # --- The mentor's work ----------------------------------------------------------------------

    def attempt(self, result: ContactResult, channel: Channel = Channel.PHONE) -> None:
        """The mentor tries to reach the client, and writes it down."""
        reached = result == ContactResult.REACHED
        attempt = contacting.log_attempt(
            mre_id=self.pk,
            by=self.lead.person,
            now=self.world.now,
            channel=channel,
            result=result,
            note=self.says("attempt_reached" if reached else "attempt_missed"),
        )
        self.assignment = attempt.assignment
        self._await_client()

    def note(self, level: NoteLevel) -> None:
        """A note on the request: the mentor's, or the coordinator's own."""
        own = level == NoteLevel.COORDINATOR
        contacting.add_note(
            mre_id=self.pk,
            by=self.coordinator() if own else self.lead.person,
            now=self.world.now,
            level=level,
            text=self.says(f"request_note_{level}"),
        )

    def plan_session(self, days: float, *, place: str = "") -> datetime:
        """Plan a session so many days ahead, on a full hour; when it will be over."""
        self.session = sessions.schedule(
            mre_id=self.pk,
            by=self.lead.person,
            now=self.world.now,
            starts_at=full_hour(self.in_days(days)),
            mode=SessionMode.VIDEO if place else self.rng.choice(MODES),
            place=place,
        )
        self.world.expect(("contact", self.pk))
        return self.meeting.starts_at + LASTS

    def move_session(self, days: float) -> datetime:
        """Move the planned session to so many days from now; when it will be over."""
        self.session = sessions.move(
            session_id=self.meeting.pk,
            by=self.lead.person,
            now=self.world.now,
            starts_at=full_hour(self.in_days(days)),
            mode=self.rng.choice(MODES),
        )
        return self.meeting.starts_at + LASTS

    def cancel_session(self) -> None:
        """Call the planned session off."""
        sessions.cancel(session_id=self.meeting.pk, by=self.lead.person, now=self.world.now)

    def miss_session(self) -> None:
        """The client did not come to the planned session."""
        recording.missed(session_id=self.meeting.pk, by=self.lead.person, now=self.world.now)

    def hold_session(self, *, notes: bool = True) -> None:
        """The planned session took place."""
        self.session = recording.held(
            session_id=self.meeting.pk,
            by=self.lead.person,
            now=self.world.now,
            took=self._took(),
            notes=self.says("session_notes") if notes else "",
        )
        self._owe_notes(written=notes)

    def record_session(self, *, notes: bool = True) -> None:
        """A session took place an hour ago that was not planned here."""
        self.session = recording.record_held(
            mre_id=self.pk,
            by=self.lead.person,
            now=self.world.now,
            starts_at=full_hour(self.world.now) - LASTS,
            mode=self.rng.choice(MODES),
            took=self._took(),
            notes=self.says("session_notes") if notes else "",
        )
        self.world.expect(("contact", self.pk))
        self._owe_notes(written=notes)

    def write_notes(self) -> None:
        """The notes of the last session at last; once its month is closed, by the coordinator."""
        mentor, now = self.lead.person, self.world.now
        too_late = refusal(check_can_edit_session, mentor, self.meeting, now)
        recording.enter_notes(
            session_id=self.meeting.pk,
            by=self.coordinator() if too_late else mentor,
            now=self.world.now,
            notes=self.says("session_notes_late"),
        )
        self._owe_notes(written=True)

    def _owe_notes(self, *, written: bool) -> None:
        self.world.expect(("notes", self.pk), None if written else self.meeting.notes_due_at)

    def _took(self) -> Minutes:
        rng, helpers = self.rng, self.place.experts
        helper = rng.choice(helpers).pk if helpers and self.chance(WITH_EXPERT) else None
        return Minutes(
            minutes=rng.choice((30, 45, 60, 60, 60, 75, 90)),
            preparation=rng.choice((0, 15, 15, 30, 45)),
            travel=rng.choice((0, 0, 0, 20, 40)),
            co_mentors={helper: 45} if helper else None,
        )

    # --- Ends -----------------------------------------------------------------------------------

    def complete(self) -> None:
        """Mentored, and no more is needed."""
        self._close(closing.complete)

    def no_show(self) -> None:
        """The client missed the session."""
        self._close(closing.no_show)

    def no_response(self) -> None:
        """Three attempts without an answer."""
        self._close(closing.no_response)

    def incorrect_contact(self) -> None:
        """The client cannot be reached at all."""
        self._close(closing.incorrect_contact)

    def _close(self, act: Callable[..., MentoringRequest]) -> None:
        act(mre_id=self.pk, by=self.lead.person, now=self.world.now)
        self._let_go(closed=True)

    def transfer(self, propose: Mentor | None = None) -> None:
        """The mentor gives the client back to the queue, and may propose who goes on."""
        closing.transfer_to_queue(
            mre_id=self.pk,
            by=self.lead.person,
            now=self.world.now,
            reason=self.says("transfer"),
            proposed_id=propose.person.pk if propose else None,
        )
        self._let_go()

    def reopen_to(self, mentor: Mentor) -> None:
        """Closed too early: the mentor who held it goes on."""
        mre = closing.reopen(
            mre_id=self.pk,
            by=mentor.person,
            now=self.world.now,
            reason=self.says("reopen_to_mentor"),
            to_mentor=True,
        )
        self.mentor, self.assignment = mentor, mre.current
        self.is_accepted, self.is_closed = True, False
        mentor.clients += 1


def full_hour(at: datetime) -> datetime:
    """The beginning of the hour of an instant, as people agree to meet."""
    return at.replace(minute=0, second=0, microsecond=0)
