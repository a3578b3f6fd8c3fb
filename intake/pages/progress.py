"""Where a request stands, in words for the client: what is happening, what comes next, by when.

Nothing here names a mentor who has not accepted, unless the client has named him; or tells what
people here write to each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from intake.enums import Outcome, QueueReason, SessionState, Status, WithdrawReason
from intake.inforce import calendar, policy
from intake.models import Assignment, MentoringRequest, Session
from mentors.words import appointment_in_words, day_in_words, last_day_in_words

STEPS = ("Received", "Mentor asked", "Mentor found", "Complete")


@dataclass(frozen=True)
class Progress:
    """What the status page says. `step` is a place in `STEPS`; None if it was closed on the way."""

    step: int | None
    title: str
    what: str
    next: str
    meetings: tuple[str, ...] = ()


def progress(mre: MentoringRequest, now: datetime) -> Progress:
    """Where the request stands at `now`; days are those of its chapter."""
    match mre.status:
        case Status.NEED_ACTION:
            return _in_queue(mre, now)
        case Status.ASSIGNED:
            return _with_mentor_asked(mre)
        case Status.ACCEPTED:
            return _with_mentor(mre, now)
    return _closed(mre)


def _meetings(mre: MentoringRequest, now: datetime) -> tuple[str, ...]:
    """The sessions still to come, the next one first: “by video on Tue 24 Nov 2026, 14:00 EST”."""
    planned = Session.objects.filter(
        assignment=mre.current_id, state=SessionState.SCHEDULED, starts_at__gt=now
    ).order_by("starts_at", "pk")
    return tuple(_session_in_words(session, mre) for session in planned)


def _session_in_words(session: Session, mre: MentoringRequest) -> str:
    how = session.get_mode_display().lower()
    when = appointment_in_words(session.starts_at, mre.chapter.zone)
    return f"{how} on {when}" if how == "in person" else f"by {how} on {when}"


def _in_queue(mre: MentoringRequest, now: datetime) -> Progress:
    answer = calendar().deadline_day(now, policy().respond_days, mre.chapter.zone)
    return Progress(
        step=0,
        title="We are choosing a mentor for you",
        what=_in_queue_with_wish(mre) or _why_in_queue(mre),
        next=f"A mentor who is asked today answers by {day_in_words(answer)}. "
        "You get a mail as soon as one has accepted. You need not do anything.",
    )


def _why_in_queue(mre: MentoringRequest) -> str:
    chapter = mre.chapter.name
    return {
        QueueReason.NEW: f"A coordinator at {chapter} looks for a mentor who knows {mre.area}.",
        QueueReason.DECLINED: "The mentor we asked cannot take it on, so we ask another one.",
        QueueReason.TIMED_OUT: (
            "The mentor we asked did not answer in time. We are sorry; we ask another one."
        ),
        QueueReason.TRANSFERRED: (
            "Your mentor cannot go on, so we find you another one, who can read what was done."
        ),
        QueueReason.MENTOR_UNAVAILABLE: (
            "The mentor we asked is away for a while, so we ask another one."
        ),
        QueueReason.REOPENED: "Your request is open again, and we look for a mentor.",
        QueueReason.MOVED_HERE: f"Your request is with {chapter} now, which looks for a mentor.",
    }[QueueReason(mre.queue_reason)]


def _in_queue_with_wish(mre: MentoringRequest) -> str:
    """What is said to who asked for a mentor by name: nothing of what that one answered, or of
    where he is. Empty without a wish, and where it does not matter any more.
    """
    if mre.requested_mentor is None:
        return ""
    asked = f"You asked for {mre.requested_mentor}."
    looking = f"{asked} We are looking for a mentor who suits your question."
    return {
        QueueReason.NEW: f"{asked} A coordinator at {mre.chapter.name} has your wish, and finds "
        f"you a mentor who knows {mre.area}.",
        QueueReason.DECLINED: looking,
        QueueReason.MENTOR_UNAVAILABLE: looking,
        QueueReason.TIMED_OUT: f"{looking} We are sorry that it takes longer.",
    }.get(QueueReason(mre.queue_reason), "")


def _with_mentor_asked(mre: MentoringRequest) -> Progress:
    assignment = _current(mre)
    zone = assignment.mentor.zone
    answer = last_day_in_words(assignment.respond_by, zone)
    who = "The mentor you asked for" if assignment.is_direct else "A mentor"
    if assignment.outcome == Outcome.OVERDUE:
        end = last_day_in_words(assignment.requeue_at, zone)
        return Progress(
            step=1,
            title="We are waiting for a mentor’s answer",
            what=f"{who} has been asked and should have answered by {answer}. We are sorry.",
            next=f"If there is no answer by {end}, we ask another one. You get a mail either way.",
        )
    return Progress(
        step=1,
        title=f"{who} has been asked",
        what=f"You asked for {assignment.mentor}, who is looking at your request."
        if assignment.is_direct
        else "A mentor is looking at your request.",
        next=f"You can expect an answer by {answer}; after a yes the mentor writes to you by mail.",
    )


def _with_mentor(mre: MentoringRequest, now: datetime) -> Progress:
    mentor = _current(mre).mentor
    meetings = _meetings(mre, now)
    return Progress(
        step=2,
        title=f"{mentor} is your mentor",
        what=f"{mentor} has accepted your request and writes to you by e-mail, to "
        f"{mre.client.email}. To answer, simply reply to that mail.",
        next=_next_with_mentor(mre, meetings),
        meetings=meetings,
    )


def _next_with_mentor(mre: MentoringRequest, meetings: tuple[str, ...]) -> str:
    assignment = _current(mre)
    mentor = assignment.mentor.first_name
    if meetings:
        return f"You and {mentor} meet {meetings[0]}."
    if assignment.counseled_at:
        return f"You have met. If you need more, write to {mentor}; if not, {mentor} closes it."
    if assignment.contacted_at:
        return f"Agree with {mentor} on a day for your first meeting."
    look = f"Look for the mail from {mentor}, in the spam folder too, and answer it"
    if assignment.close_out_due_at:
        until = _business_day(assignment.close_out_due_at, mre)
        return f"{look} by {until}. Without an answer from you your request may be closed then."
    if assignment.attempts_due_at:
        again = _business_day(assignment.attempts_due_at, mre)
        return f"{look}. If you have not spoken by then, {mentor} tries again by {again}."
    return f"{look}."


def _business_day(at: datetime, mre: MentoringRequest) -> str:
    """The day of an instant, or the next business day."""
    zone = mre.chapter.zone
    return day_in_words(calendar().next_mail_moment(at, zone, 0, 24).astimezone(zone).date())


def _closed(mre: MentoringRequest) -> Progress:
    title, what = CLOSINGS[Status(mre.status)](mre)
    return Progress(
        step=3 if mre.status == Status.COMPLETE else None,
        title=title,
        what=what,
        next="Nothing more happens here. Whenever you need help again, ask for a mentor anew.",
    )


def _withdrawn(mre: MentoringRequest) -> tuple[str, str]:
    what = {
        WithdrawReason.OUT_OF_SCOPE: "It is about something our mentors cannot help with.",
        WithdrawReason.DUPLICATE: _duplicate(mre),
        WithdrawReason.NOT_INTERESTED: "We were told that you no longer need it.",
        WithdrawReason.OTHER: "Our coordinator has closed it.",
    }[WithdrawReason(mre.withdraw_reason)]
    return "Your request was withdrawn", what


def _duplicate(mre: MentoringRequest) -> str:
    stays = mre.duplicate_of
    if stays is not None and stays.client_id == mre.client_id:
        return f"You had asked us twice. We go on with your request {stays.number}."
    return "You had asked us twice. We go on with your other request."


def _complete(mre: MentoringRequest) -> tuple[str, str]:
    return (
        "Your mentoring is complete",
        f"{_current(mre).mentor} has closed your request. We hope that it helped.",
    )


CLOSINGS: dict[Status, Callable[[MentoringRequest], tuple[str, str]]] = {
    Status.COMPLETE: _complete,
    Status.WITHDRAWN: _withdrawn,
    Status.NO_SHOW: lambda _: (
        "Your request was closed after a missed meeting",
        "A meeting with your mentor was agreed and did not take place.",
    ),
    Status.NO_RESPONSE: lambda _: (
        "Your request was closed without an answer from you",
        "Your mentor tried several times and did not reach you.",
    ),
    Status.INCORRECT_CONTACT: lambda _: (
        "Your request was closed because we could not reach you",
        "Neither your e-mail address nor your phone number worked.",
    ),
}


def _current(mre: MentoringRequest) -> Assignment:
    assert mre.current is not None  # held by request_current_while_with_mentor
    return mre.current
