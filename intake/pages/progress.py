"""Where a request stands, in words for the client: what is happening, what comes next, by when.

Nothing here names a mentor who has not accepted, unless the client has named him; or tells what
people here write to each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake.enums import Outcome, QueueReason, SessionMode, SessionState, Status, WithdrawReason
from intake.inforce import calendar, policy
from intake.models import Assignment, MentoringRequest, Session
from mentors.words import appointment_in_words, day_in_words, last_day_in_words

STEPS = (
    gettext_lazy("Received"),
    gettext_lazy("Mentor asked"),
    gettext_lazy("Mentor found"),
    gettext_lazy("Complete"),
)
HOW = {
    SessionMode.IN_PERSON: gettext_lazy("in person"),
    SessionMode.VIDEO: gettext_lazy("by video"),
    SessionMode.PHONE: gettext_lazy("by phone"),
    SessionMode.EMAIL: gettext_lazy("by e-mail"),
    SessionMode.CHAT: gettext_lazy("by chat"),
}


@dataclass(frozen=True)
class Progress:
    """What the status page says. `step` is a place in `STEPS`; None if it was closed on the way."""

    step: int | None
    title: str
    what: str
    next: str
    meetings: tuple[str, ...] = ()


def progress(mre: MentoringRequest, now: datetime, *, times_to_choose: bool = False) -> Progress:
    """Where the request stands at `now`; days are those of its chapter.

    `times_to_choose`: the page offers times that the mentor proposes.
    In the active language, and made at once: nothing of it may wait for a page.
    """
    match mre.status:
        case Status.NEED_ACTION:
            return _in_queue(mre, now)
        case Status.ASSIGNED:
            return _with_mentor_asked(mre)
        case Status.ACCEPTED:
            return _with_mentor(mre, now, times_to_choose=times_to_choose)
    return _closed(mre)


def _meetings(mre: MentoringRequest, now: datetime) -> tuple[str, ...]:
    """The sessions to come, the next one first: “by video on Tue 24 Nov 2026, 2:00 PM EST”."""
    planned = Session.objects.filter(
        assignment=mre.current_id, state=SessionState.SCHEDULED, starts_at__gt=now
    ).order_by("starts_at", "pk")
    return tuple(_session_in_words(session, mre) for session in planned)


def _session_in_words(session: Session, mre: MentoringRequest) -> str:
    when = appointment_in_words(session.starts_at, mre.chapter.zone)
    return _("%(how)s on %(when)s") % {"how": HOW[SessionMode(session.mode)], "when": when}


# --- Before a mentor has accepted -----------------------------------------------------------------


def _in_queue(mre: MentoringRequest, now: datetime) -> Progress:
    answer = calendar().deadline_day(now, policy().respond_days, mre.chapter.zone)
    return Progress(
        step=0,
        title=_("We are choosing a mentor for you"),
        what=_in_queue_with_wish(mre) or _why_in_queue(mre),
        next=_(
            "A mentor whom we ask today answers by %(day)s. We send you an e-mail as soon as one "
            "has accepted. You do not have to do anything."
        )
        % {"day": day_in_words(answer)},
    )


def _why_in_queue(mre: MentoringRequest) -> str:
    names = {"chapter": mre.chapter.name, "area": mre.area}
    return {
        QueueReason.NEW: _(
            "A coordinator at %(chapter)s is looking for a mentor who knows %(area)s."
        ),
        QueueReason.DECLINED: _("The mentor we asked cannot take it on, so we ask another one."),
        QueueReason.TIMED_OUT: _(
            "The mentor we asked did not answer in time. We are sorry; we ask another one."
        ),
        QueueReason.TRANSFERRED: _(
            "Your mentor cannot go on, so we find you another one, who can read what was done."
        ),
        QueueReason.MENTOR_UNAVAILABLE: _(
            "The mentor we asked is away for a while, so we ask another one."
        ),
        QueueReason.REOPENED: _("Your request is open again, and we are looking for a mentor."),
        QueueReason.MOVED_HERE: _(
            "Your request is with %(chapter)s now. A coordinator there is looking for a mentor."
        ),
    }[QueueReason(mre.queue_reason)] % names


def _in_queue_with_wish(mre: MentoringRequest) -> str:
    """What is said to who asked for a mentor by name: nothing of what that one answered, or of
    where he is. Empty without a wish, and where it does not matter any more.
    """
    if mre.requested_mentor is None:
        return ""
    names = {"mentor": mre.requested_mentor, "chapter": mre.chapter.name, "area": mre.area}
    looking = _("You asked for %(mentor)s. We are looking for a mentor who suits your question.")
    said = {
        QueueReason.NEW: _(
            "You asked for %(mentor)s. A coordinator at %(chapter)s has your wish, and finds you a "
            "mentor who knows %(area)s."
        ),
        QueueReason.DECLINED: looking,
        QueueReason.MENTOR_UNAVAILABLE: looking,
        QueueReason.TIMED_OUT: _(
            "You asked for %(mentor)s. We are looking for a mentor who suits your question. We are "
            "sorry that it takes longer."
        ),
    }.get(QueueReason(mre.queue_reason), "")
    return said % names


def _with_mentor_asked(mre: MentoringRequest) -> Progress:
    assignment = _current(mre)
    if assignment.outcome == Outcome.OVERDUE:
        return _waiting_too_long(assignment)
    answer = last_day_in_words(assignment.respond_by, assignment.mentor.zone)
    if assignment.is_direct:
        title = _("The mentor you asked for has been asked")
        what = _("You asked for %(mentor)s, who is looking at your request.")
    else:
        title = _("A mentor has been asked")
        what = _("A mentor is looking at your request.")
    return Progress(
        step=1,
        title=title,
        what=what % {"mentor": assignment.mentor},
        next=_(
            "You can expect an answer by %(day)s. If it is yes, the mentor writes you an e-mail."
        )
        % {"day": answer},
    )


def _waiting_too_long(assignment: Assignment) -> Progress:
    zone = assignment.mentor.zone
    what = (
        _(
            "The mentor you asked for has been asked and should have answered by %(day)s. "
            "We are sorry."
        )
        if assignment.is_direct
        else _("A mentor has been asked and should have answered by %(day)s. We are sorry.")
    )
    return Progress(
        step=1,
        title=_("We are waiting for a mentor’s answer"),
        what=what % {"day": last_day_in_words(assignment.respond_by, zone)},
        next=_("If there is no answer by %(day)s, we ask another one. We write to you either way.")
        % {"day": last_day_in_words(assignment.requeue_at, zone)},
    )


# --- With a mentor --------------------------------------------------------------------------------


def _with_mentor(mre: MentoringRequest, now: datetime, *, times_to_choose: bool) -> Progress:
    mentor = _current(mre).mentor
    meetings = _meetings(mre, now)
    return Progress(
        step=2,
        title=_("%(mentor)s is your mentor") % {"mentor": mentor},
        what=_(
            "%(mentor)s has accepted your request and writes to you by e-mail, to %(address)s. To "
            "answer, simply reply to that e-mail."
        )
        % {"mentor": mentor, "address": mre.client.email},
        next=_next_with_mentor(mre, meetings, times_to_choose=times_to_choose),
        meetings=meetings,
    )


def _next_with_mentor(
    mre: MentoringRequest, meetings: tuple[str, ...], *, times_to_choose: bool
) -> str:
    assignment = _current(mre)
    words = {"mentor": assignment.mentor.first_name}
    if meetings:
        return _("You and %(mentor)s meet %(meeting)s.") % {**words, "meeting": meetings[0]}
    if times_to_choose:
        return (
            _("%(mentor)s proposes times for a meeting. Please choose one of them below.") % words
        )
    if assignment.counseled_at:
        return (
            _("You have met. If you need more, write to %(mentor)s; if not, %(mentor)s closes it.")
            % words
        )
    if assignment.contacted_at:
        return _("Agree with %(mentor)s on a day for your first meeting.") % words
    return _look_for_the_mail(mre, assignment)


def _look_for_the_mail(mre: MentoringRequest, assignment: Assignment) -> str:
    words = {"mentor": assignment.mentor.first_name}
    if assignment.close_out_due_at:
        return _(
            "Look for the e-mail from %(mentor)s, in the spam folder too, and answer it by "
            "%(day)s. Without an answer from you your request may be closed then."
        ) % {**words, "day": _business_day(assignment.close_out_due_at, mre)}
    if assignment.attempts_due_at:
        return _(
            "Look for the e-mail from %(mentor)s, in the spam folder too, and answer it. If you "
            "have not spoken by then, %(mentor)s tries again by %(day)s."
        ) % {**words, "day": _business_day(assignment.attempts_due_at, mre)}
    return _("Look for the e-mail from %(mentor)s, in the spam folder too, and answer it.") % words


def _business_day(at: datetime, mre: MentoringRequest) -> str:
    """The day of an instant, or the next business day."""
    zone = mre.chapter.zone
    return day_in_words(calendar().next_mail_moment(at, zone, 0, 24).astimezone(zone).date())


# --- Closed ---------------------------------------------------------------------------------------


def _closed(mre: MentoringRequest) -> Progress:
    title, what = CLOSINGS[Status(mre.status)](mre)
    return Progress(
        step=3 if mre.status == Status.COMPLETE else None,
        title=title,
        what=what,
        next=_("Your request is closed. Whenever you need help again, you are welcome."),
    )


def _withdrawn(mre: MentoringRequest) -> tuple[str, str]:
    what = {
        WithdrawReason.OUT_OF_SCOPE: _("It is about something our mentors cannot help with."),
        WithdrawReason.DUPLICATE: _duplicate(mre),
        WithdrawReason.NOT_INTERESTED: _("We were told that you no longer need it."),
        WithdrawReason.OTHER: _("Our coordinator has closed it."),
    }[WithdrawReason(mre.withdraw_reason)]
    return _("Your request was withdrawn"), what


def _duplicate(mre: MentoringRequest) -> str:
    stays = mre.duplicate_of
    if stays is not None and stays.client_id == mre.client_id:
        return _("You had asked us twice. We go on with your request %(number)s.") % {
            "number": stays.number
        }
    return _("You had asked us twice. We go on with your other request.")


def _complete(mre: MentoringRequest) -> tuple[str, str]:
    return (
        _("Your mentoring is complete"),
        _("%(mentor)s has closed your request. We hope that it helped.")
        % {"mentor": _current(mre).mentor},
    )


CLOSINGS: dict[Status, Callable[[MentoringRequest], tuple[str, str]]] = {
    Status.COMPLETE: _complete,
    Status.WITHDRAWN: _withdrawn,
    Status.NO_SHOW: lambda mre: (
        _("Your request was closed after a missed meeting"),
        _("A meeting with your mentor was agreed and did not take place."),
    ),
    Status.NO_RESPONSE: lambda mre: (
        _("Your request was closed without an answer from you"),
        _("Your mentor tried several times and did not reach you."),
    ),
    Status.INCORRECT_CONTACT: lambda mre: (
        _("Your request was closed because we could not reach you"),
        _("Neither your e-mail address nor your phone number worked."),
    ),
}


def _current(mre: MentoringRequest) -> Assignment:
    assert mre.current is not None  # held by request_current_while_with_mentor
    return mre.current
