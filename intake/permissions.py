"""Who may do what, and why not. `check_can_…` raises the sentence.

A state that no longer allows an act raises AlreadyDone: somebody was faster. A person who may never
do it raises NotAllowed. The rules are those of the table of acts in docs/rules.md.
"""

from datetime import datetime, timedelta

from intake.enums import (
    BAD_ADDRESS,
    OPEN,
    WAITING,
    Channel,
    ContactResult,
    ListPage,
    Outcome,
    SessionState,
    Status,
)
from intake.inforce import policy
from intake.models import (
    Assignment,
    ContactAttempt,
    MentoringRequest,
    RequestEvent,
    Session,
    Snooze,
)
from intake.nudges import nudge_today
from intake.policy import close_out_due, session_edit_until
from intake.stages import stage_of, stage_since
from mentors.enums import VolunteerStatus
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from mentors.roles import duties
from mentors.words import day_in_words, instant_in_words


def coordinates(user: Volunteer, mre: MentoringRequest, now: datetime) -> bool:
    """Whether `user` is an RCIC above the request's chapter, or an administrator.

    Parked requests are for administrators alone.
    """
    mine = duties(user, now)
    return mine.is_admin or (mre.chapter_id in mine.rcic and not mre.parked)


def holds(user: Volunteer, mre: MentoringRequest) -> bool:
    """Whether `user` is the mentor who holds the request, or held it when it was closed."""
    return mre.current is not None and mre.current.mentor_id == user.pk


def situation(mre: MentoringRequest) -> str:
    """Where the request stands now, as a sentence for somebody who came too late."""
    when = instant_in_words(mre.status_since, mre.chapter.zone)
    mentor = str(mre.current.mentor) if mre.current else ""
    match mre.status:
        case Status.NEED_ACTION:
            why = mre.get_queue_reason_display().lower()
            return f"This request is in the coordinator’s queue since {when} ({why})."
        case Status.ASSIGNED:
            return f"This request was assigned to {mentor} on {when}."
        case Status.ACCEPTED:
            return f"{mentor} accepted this request on {when}."
    return f"This request was closed on {when}: {mre.get_status_display()}."


def check_status(mre: MentoringRequest, *allowed: Status) -> None:
    """Raise AlreadyDone with the situation unless the request stands at one of `allowed`."""
    if mre.status not in allowed:
        raise AlreadyDone(situation(mre))


def check_coordinates(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Raise NotAllowed unless `user` coordinates the request's chapter."""
    if not coordinates(user, mre, now):
        raise NotAllowed(f"Only a coordinator (RCIC) for {mre.chapter} can do this.")


def check_leads_or_coordinates(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Raise NotAllowed unless `user` is the mentor of the request or coordinates its chapter.

    Who was its mentor until a moment ago reads what happened instead: raises AlreadyDone.
    """
    if holds(user, mre) or coordinates(user, mre, now):
        return
    if mre.assignments.filter(mentor=user).exists():
        raise AlreadyDone(situation(mre))
    raise NotAllowed("Only the mentor of this request or a coordinator (RCIC) can do this.")


def check_can_assign(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Assign: RCIC, from the queue."""
    check_coordinates(user, mre, now)
    check_status(mre, Status.NEED_ACTION)
    if mre.parked:
        raise NotAllowed("This request is parked for administrators; release it first.")


def check_can_replace(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Reassign before an answer: RCIC, any time."""
    check_coordinates(user, mre, now)
    check_status(mre, Status.ASSIGNED)


def check_can_reassign(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Reassign after acceptance: RCIC."""
    check_coordinates(user, mre, now)
    check_status(mre, Status.ACCEPTED)


def check_can_answer(user: Volunteer, assignment: Assignment, mre: MentoringRequest) -> None:
    """Accept or decline: the assigned mentor, until the request has gone back to the queue."""
    if assignment.mentor_id != user.pk:
        raise NotAllowed("Only the mentor to whom it is assigned can answer.")
    if assignment.outcome in (Outcome.ACCEPTED_IN_TIME, Outcome.ACCEPTED_LATE):
        when = instant_in_words(_answered(assignment), user.zone)
        raise AlreadyDone(f"You accepted this request on {when}.")
    if assignment.outcome == Outcome.DECLINED:
        when = instant_in_words(_answered(assignment), user.zone)
        raise AlreadyDone(f"You declined this request on {when}.")
    if not assignment.is_unanswered:
        raise AlreadyDone(gone(assignment))


def gone(assignment: Assignment) -> str:
    """Why an assignment can no longer be answered, as a sentence for its mentor."""
    return {
        Outcome.TIMED_OUT: "This request went back because there was no answer in time.",
        Outcome.REPLACED: "This request was given to another mentor.",
        Outcome.HANDED_BACK: "This request was handed back.",
        Outcome.WITHDRAWN: "This request was withdrawn.",
    }[Outcome(assignment.outcome)]


def _answered(assignment: Assignment) -> datetime:
    assert assignment.answered_at is not None  # held by assignment_answered_at_when_answered
    return assignment.answered_at


def check_can_hand_back(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Hand back: the assigned mentor; the Chapter Manager of the mentor; an administrator."""
    check_status(mre, Status.ASSIGNED)
    mine = duties(user, now)
    assert mre.current is not None  # held by request_current_while_with_mentor
    manages = mre.current.mentor.chapter_id in mine.manages
    if not (mine.is_admin or manages or holds(user, mre)):
        raise NotAllowed("Only the mentor or the mentor’s Chapter Manager can hand this back.")


def check_can_nudge(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Nudge the mentor who holds it: RCIC, at most once a day for each request."""
    check_coordinates(user, mre, now)
    check_status(mre, Status.ASSIGNED, Status.ACCEPTED)
    assert mre.current is not None  # held by request_current_while_with_mentor
    check_nudge_helps(mre.current.mentor, nudge_today(mre, now))


def check_can_nudge_for_notes(
    user: Volunteer, mre: MentoringRequest, now: datetime, session: Session
) -> None:
    """Nudge the mentor of a session whose notes are late, also once he has given up the request."""
    check_coordinates(user, mre, now)
    if session.state != SessionState.HELD or not session.notes_late(now):
        raise NotAllowed("No notes are late for this session.")
    if session.notes_entered_at is not None:
        when = instant_in_words(session.notes_entered_at, mre.chapter.zone)
        raise AlreadyDone(f"The notes of this session were entered on {when}.")
    check_nudge_helps(session.assignment.mentor, nudge_today(mre, now))


def check_nudge_helps(mentor: Volunteer, before: RequestEvent | None) -> None:
    """Raise unless the mentor is still there; and nobody has nudged `before` on the same day."""
    if not mentor.is_active or mentor.status != VolunteerStatus.ACTIVE:
        raise NotAllowed(f"{mentor} is {mentor.get_status_display().lower()}: no mail will help.")
    if before is not None:
        assert before.assignment is not None  # a nudge is about one
        when = instant_in_words(before.at, before.request.chapter.zone)
        raise AlreadyDone(
            f"{before.by} nudged {before.assignment.mentor} on {when}; once a day is enough."
        )


def check_can_snooze(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Put it aside on its list until a day: RCIC, while somebody has a next step to take."""
    check_coordinates(user, mre, now)
    check_status(mre, *OPEN)
    if stage_of(mre) not in WAITING:
        raise NotAllowed("The client is being mentored: there is nothing to snooze.")
    if held := snoozed(mre, now):
        until = day_in_words(held.until)
        raise AlreadyDone(f"{held.by} has snoozed this until {until}: {held.reason}")


def check_can_take_up(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Take up before its day what was put aside: RCIC."""
    check_coordinates(user, mre, now)
    if snoozed(mre, now) is None:
        raise AlreadyDone("This request is not snoozed any more.")


def snoozed(mre: MentoringRequest, now: datetime) -> Snooze | None:
    """The snooze that holds for an open request: of its stage and mentor, and not run out."""
    held = mre.snoozes.filter(ended_at__isnull=True, ends_at__gt=now).select_related("by").first()
    if held is None or held.stage != stage_of(mre) or held.at < stage_since(mre):
        return None
    return held if held.assignment_id == mre.current_id else None


def check_can_transfer(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Transfer to the queue: the leading mentor or an RCIC, after acceptance."""
    check_leads_or_coordinates(user, mre, now)
    check_status(mre, Status.ACCEPTED)


def check_can_move(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Move to another chapter: RCIC, from the queue."""
    check_coordinates(user, mre, now)
    check_status(mre, Status.NEED_ACTION)


def check_can_release(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Let a parked request into the queue: administrators."""
    if not duties(user, now).is_admin:
        raise NotAllowed("Only an administrator can release a parked request.")
    check_status(mre, Status.NEED_ACTION)
    if not mre.parked:
        raise AlreadyDone("This request is not parked.")


def check_can_work(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Log attempts and sessions: the leading mentor, or an RCIC for him, while it is accepted."""
    check_leads_or_coordinates(user, mre, now)
    check_status(mre, Status.ACCEPTED)


TAKEN_BACK_WITHIN = timedelta(minutes=10)
"""How long a wrong tap can be taken back by whoever made it."""


def check_can_mail_client(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Write a mail to the client: the leading mentor, or an RCIC for him, while it is accepted."""
    check_can_work(user, mre, now)


def check_can_take_back(
    user: Volunteer, attempt: ContactAttempt, mre: MentoringRequest, now: datetime
) -> None:
    """Take an attempt back: who logged it by hand, for ten minutes, while the mentor leads it.

    What was sent cannot be: the client has it.
    """
    if attempt.is_first_note or attempt.is_mail or attempt.logged_at is None:
        raise NotAllowed("This was sent to the client and cannot be taken back.")
    if attempt.by_id != user.pk:
        raise NotAllowed("Only who logged an attempt can take it back.")
    if attempt.assignment_id != mre.current_id:
        raise AlreadyDone("This attempt was an earlier mentor’s.")
    if now - attempt.logged_at > TAKEN_BACK_WITHIN:
        minutes = TAKEN_BACK_WITHIN // timedelta(minutes=1)
        raise NotAllowed(f"An attempt can be taken back for {minutes} minutes, not later.")
    check_can_work(user, mre, now)


def check_can_complete(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Complete: at least one session was held."""
    check_can_work(user, mre, now)
    if not _held(mre):
        raise NotAllowed("Complete needs at least one session that was held; record it first.")


def check_can_withdraw(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Withdraw: an RCIC while it is open; the leading mentor while no session was held."""
    check_leads_or_coordinates(user, mre, now)
    check_status(mre, Status.NEED_ACTION, Status.ASSIGNED, Status.ACCEPTED)
    if coordinates(user, mre, now):
        return
    if mre.status != Status.ACCEPTED:
        raise NotAllowed("Decline the request instead: you have not accepted it.")
    if _held(mre):
        raise NotAllowed("A session was held: close it as Complete, or ask your coordinator.")


def check_can_no_show(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """No Show: a scheduled session is marked missed, and none was held."""
    check_can_work(user, mre, now)
    if _held(mre):
        raise NotAllowed("A session was held, so this is not a No Show; close it as Complete.")
    if not any(
        session.assignment_id == mre.current_id and session.state == SessionState.MISSED
        for session in mre.sessions.all()
    ):
        raise NotAllowed("No Show needs a scheduled session that is marked as missed.")


def check_can_no_response(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """No Response: three attempts of the current mentor, none reached, no session held by him."""
    check_can_work(user, mre, now)
    needed = policy().attempts_needed
    assert mre.current is not None  # held by request_current_while_with_mentor
    made = mre.current.attempts_made
    if made < needed:
        raise NotAllowed(f"No Response needs {needed} contact attempts; {made} so far.")
    if any(attempt.result == ContactResult.REACHED for attempt in mre.current.attempts.all()):
        raise NotAllowed("The client was reached, so this is not No Response.")
    if mre.current.counseled_at is not None:
        raise NotAllowed("A session was held, so this is not No Response.")


def no_response_needs_note(mre: MentoringRequest, now: datetime) -> bool:
    """Whether two weeks since the first attempt have not passed, so that a note must say why."""
    assert mre.current is not None
    assert mre.current.first_attempt_at is not None
    return now < close_out_due(policy(), mre.current.first_attempt_at)


def check_can_incorrect_contact(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Incorrect Contact: an attempt failed for good on every channel the client gave."""
    check_can_work(user, mre, now)
    assert mre.current is not None  # held by request_current_while_with_mentor
    made = mre.current.attempts.all()
    bad = {attempt.channel for attempt in made if attempt.result in BAD_ADDRESS}
    missing = []
    if mre.client.email and Channel.EMAIL not in bad:
        missing.append("e-mail")
    if mre.client.phone and not bad & {Channel.PHONE, Channel.TEXT}:
        missing.append("phone")
    if missing:
        which = " and ".join(missing)
        raise NotAllowed(f"Log an attempt marked undeliverable or wrong number by {which} first.")


def check_can_reopen(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Reopen: an RCIC; the mentor who held it, within 30 days."""
    check_leads_or_coordinates(user, mre, now)
    if not mre.is_closed:
        raise AlreadyDone(situation(mre))
    days = policy().reopen_days
    assert mre.closed_at is not None  # held by request_closed_at_when_closed
    if not coordinates(user, mre, now) and (now - mre.closed_at).days >= days:
        raise NotAllowed(f"It was closed more than {days} days ago; ask your coordinator.")


def check_can_edit_session(user: Volunteer, session: Session, now: datetime) -> None:
    """Edit a past session: its mentor until the 5th of the month after; from then on an RCIC."""
    mre = session.request
    if coordinates(user, mre, now):
        return
    if session.assignment.mentor_id != user.pk:
        raise NotAllowed("Only the mentor of this session or a coordinator (RCIC) can change it.")
    if session.entered_at is None:
        return
    until = session_edit_until(policy(), session.entered_at, session.assignment.mentor.zone)
    if now >= until:
        raise NotAllowed(
            "This session can no longer be changed: it was entered before the month was closed. "
            "Ask your coordinator."
        )


def check_can_put_right(
    user: Volunteer, session: Session, mre: MentoringRequest, now: datetime
) -> None:
    """Mark as missed what was marked as held, or the other way: as long as it can be edited.

    The request is still with this mentor; a session with notes was held; and what was never
    planned cannot have been missed.
    """
    check_can_work(user, mre, now)
    session.request = mre
    check_can_edit_session(user, session, now)
    if session.state == SessionState.MISSED:
        return
    if session.notes_entered_at is not None:
        raise NotAllowed("This session has notes: it was held.")
    if session.created_at >= session.starts_at:
        raise NotAllowed("This session was not planned here, so it cannot have been missed.")


def check_can_read_notes(user: Volunteer, session: Session, now: datetime) -> None:
    """Session notes: its mentor and co-mentors, later mentors of the request, RCICs in scope."""
    if coordinates(user, session.request, now) or holds(user, session.request):
        return
    if session.assignment.mentor_id == user.pk:
        return
    if any(co.volunteer_id == user.pk for co in session.co_mentorships.all()):
        return
    raise NotAllowed("Session notes are for the mentors of this client and the coordinator.")


def check_can_add_note(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Write a note on the request: its mentor or an RCIC."""
    check_leads_or_coordinates(user, mre, now)


def check_can_write_to_client(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Write a note that is sent to the client: no mentor's name goes out before acceptance."""
    check_can_add_note(user, mre, now)
    if mre.status == Status.ASSIGNED and not coordinates(user, mre, now):
        raise NotAllowed("Accept the request first: your first note goes to the client with that.")


def check_can_read_weights(user: Volunteer, now: datetime) -> None:
    """See what gives points on the shortlist: who works with it."""
    mine = duties(user, now)
    if not (mine.is_admin or mine.rcic):
        raise NotAllowed("What gives points on the shortlist is for coordinators (RCIC) to read.")


def check_can_see_as_ranked(user: Volunteer, mentor: Volunteer, now: datetime) -> None:
    """See what the shortlist shows of a mentor: himself, and who reads shortlists."""
    mine = duties(user, now)
    if not (user.pk == mentor.pk or mine.is_admin or mentor.chapter_id in mine.rcic):
        raise NotAllowed(
            "What the shortlist shows of a mentor is for himself and the coordinators (RCIC) of "
            "his chapter."
        )


def check_can_keep_closed_days(user: Volunteer, now: datetime) -> None:
    """Add and remove closed days, and move the due dates that hang on them: administrators."""
    if not duties(user, now).is_admin:
        raise NotAllowed("Only administrators change the closed days; everybody can read them.")


def check_can_add_request(user: Volunteer, now: datetime) -> None:
    """Type in a request for a client who calls or walks in: RCICs and mentors."""
    mine = duties(user, now)
    if not (mine.is_admin or mine.rcic or mine.is_mentor):
        raise NotAllowed("Requests are typed in by coordinators (RCIC) and mentors.")


def check_has_saved_views(user: Volunteer, page: ListPage, now: datetime) -> None:
    """Save views of a list: whoever has that list."""
    mine = duties(user, now)
    has = mine.sees_requests_of if page == ListPage.REQUESTS else mine.rcic
    if not (mine.is_admin or has):
        raise NotAllowed(
            "Views are saved by those who have the list: coordinators (RCIC), and leaders for "
            "All requests."
        )


def _held(mre: MentoringRequest) -> bool:
    """Whether the current mentor held a session: a new mentor starts afresh."""
    return mre.current is not None and mre.current.counseled_at is not None
