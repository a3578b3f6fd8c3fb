"""Which mail follows from which event.

`tell` is called for every event that is appended. The letters for each kind of event stand in
`LETTERS`; a letter is a function from the event to drafts, and says nothing about the client that
its reader does not need.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from intake import invitations, outbox, telling
from intake.enums import EventKind, NoteLevel, Status, WithdrawReason
from intake.inforce import calendar, policy
from intake.links import Purpose, absolute, answer_path, status_path
from intake.models import Assignment, RequestEvent, Session
from intake.outbox import Draft
from mentors.enums import Role
from mentors.models import Chapter, Volunteer
from mentors.words import (
    appointment_in_words,
    instant_in_words,
    last_day_in_words,
)

Drafts = Iterator[Draft]

ANSWER_REMINDERS = (
    "mentor_assigned",
    "mentor_direct",
    "mentor_reminder",
    "mentor_overdue",
    "mentor_nudged",
)
"""Mails that ask for an answer: moot once there is one, if they have not left yet."""
CONTACT_REMINDERS = ("mentor_attempts_due", "mentor_close_out")


def tell(event: RequestEvent) -> None:
    """Write the mails that follow from an event into the outbox, as each reader wants them."""
    drafts = [draft for letter in LETTERS.get(EventKind(event.kind), ()) for draft in letter(event)]
    outbox.write(telling.by_choice(event, drafts), now=event.processed_at)


def tell_together(assignments: Sequence[Assignment], now: datetime) -> None:
    """Write what one mentor is owed for several assignments made at once: a single mail.

    For events that were recorded without telling, in the same transaction. A single assignment is
    told of as always.
    """
    told = RequestEvent.objects.filter(assignment__in=assignments, kind=EventKind.ASSIGNED)
    events = list(
        told.select_related(
            "request__client",
            "request__chapter",
            "request__area",
            "request__business_type",
            "assignment__mentor__chapter",
            "assignment__assigned_by",
        ).order_by("pk")
    )
    if len(events) == 1:
        tell(events[0])
    elif events:
        outbox.write([mentor_assigned_several(events)], now=now)


def coordinators(chapter: Chapter, now: datetime) -> list[Volunteer]:
    """The RCICs in scope of a chapter today, each once."""
    from mentors.models import Position

    held = Position.objects.in_force(now).above(chapter).filter(role=Role.RCIC)
    return list(
        Volunteer.objects.filter(pk__in=held.values("volunteer"))
        .select_related("chapter")
        .order_by("pk")
    )


def mail_moment(now: datetime, zone: ZoneInfo) -> datetime:
    """When a mail of a clock may leave: from 08:00 to 20:00 local time on business days."""
    rules = policy()
    return calendar().next_mail_moment(now, zone, rules.mail_from_hour, rules.mail_until_hour)


def _leaves_at(event: RequestEvent, zone: ZoneInfo) -> datetime:
    """A clock keeps business hours; what people do is told at once."""
    now = event.processed_at
    return mail_moment(now, zone) if event.kind in BY_CLOCK else now


def choices_url() -> str:
    """Where people choose how they are told."""
    return absolute(reverse("intake:mails"))


def request_url(event: RequestEvent) -> str:
    """The request's page; asks for a sign-in."""
    return absolute(reverse("intake:request", args=[event.request_id]))


# --- To the client --------------------------------------------------------------------------------


def _to_client(event: RequestEvent, kind: str, **more: Any) -> Draft:
    mre = event.request
    context = {"url": absolute(status_path(mre)), **more.pop("context", {})}
    return Draft(
        kind=kind,
        key=f"{event.pk}:{kind}",
        to=mre.client,
        mre=mre,
        assignment=event.assignment,
        context=context,
        send_at=_leaves_at(event, mre.chapter.zone),
        **more,
    )


def client_received(event: RequestEvent) -> Drafts:
    yield _to_client(event, "client_received")


def client_accepted(event: RequestEvent) -> Drafts:
    mentor = _mentor(event)
    yield _to_client(
        event,
        "client_accepted",
        context={"mentor_name": str(mentor), "note": event.data["note"]},
        reply_to=mentor.email,
    )


def client_new_mentor(event: RequestEvent) -> Drafts:
    if event.from_status == Status.ACCEPTED:
        yield _to_client(event, "client_new_mentor")


def client_delay(event: RequestEvent) -> Drafts:
    yield _to_client(event, "client_delay")


def client_closed(event: RequestEvent) -> Drafts:
    # A duplicate goes on under its other number: "closed" would only confuse.
    if event.data.get("reason") != WithdrawReason.DUPLICATE:
        yield _to_client(
            event,
            "client_closed",
            context={
                "status_label": event.get_to_status_display(),
                "how_to_return": absolute(reverse("intake:submit")),
            },
        )


def client_note(event: RequestEvent) -> Drafts:
    if event.data["level"] == NoteLevel.CLIENT and event.by is not None:
        yield _to_client(
            event,
            "client_note",
            context={"mentor_name": str(event.by), "note": event.data["text"]},
            reply_to=event.by.email,
        )


# --- To the coordinators --------------------------------------------------------------------------


def _to_coordinators(
    event: RequestEvent, kind: str, chapter: Chapter | None = None, **context: Any
) -> Drafts:
    if event.request.parked:  # for administrators alone
        return
    for rcic in coordinators(chapter or event.request.chapter, event.processed_at):
        if rcic.pk != event.by_id:
            yield Draft(
                kind=kind,
                key=f"{event.pk}:{kind}:{rcic.pk}",
                to=rcic,
                mre=event.request,
                assignment=event.assignment,
                context={"url": request_url(event), "choices_url": choices_url(), **context},
                send_at=_leaves_at(event, rcic.zone),
            )


def rcic_new(event: RequestEvent) -> Drafts:
    if not event.data["direct"]:
        yield from _to_coordinators(event, "rcic_new")


def rcic_released(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(event, "rcic_new")


def rcic_declined(event: RequestEvent) -> Drafts:
    assignment = _assignment(event)
    yield from _to_coordinators(
        event,
        "rcic_declined",
        mentor_name=str(assignment.mentor),
        reason=assignment.get_decline_reason_display(),
        text=assignment.decline_text,
    )


def rcic_overdue(event: RequestEvent) -> Drafts:
    assignment = _assignment(event)
    yield from _to_coordinators(
        event,
        "rcic_overdue",
        mentor_name=str(assignment.mentor),
        respond_by=last_day_in_words(assignment.respond_by, assignment.mentor.zone),
    )


def rcic_requeued(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(event, "rcic_requeued", mentor_name=str(_mentor(event)))


def rcic_handed_back(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(event, "rcic_handed_back", mentor_name=str(_mentor(event)))


def rcic_transferred(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(
        event, "rcic_transferred", mentor_name=str(_mentor(event)), reason=event.data["reason"]
    )


def rcic_moved(event: RequestEvent) -> Drafts:
    old = Chapter.objects.select_related("district").get(pk=event.data["from_chapter"])
    new, note = event.request.chapter, event.data["note"]
    yield from _to_coordinators(event, "rcic_moved_here", new, from_chapter=old.name, note=note)
    yield from _to_coordinators(event, "rcic_moved_away", old, to_chapter=new.name, note=note)


def rcic_reopened(event: RequestEvent) -> Drafts:
    if event.to_status == Status.NEED_ACTION:
        yield from _to_coordinators(event, "rcic_reopened", reason=event.data["reason"])


def rcic_client_withdrew(event: RequestEvent) -> Drafts:
    if event.by_client:
        yield from _to_coordinators(event, "rcic_client_withdrew")


# --- To the mentor --------------------------------------------------------------------------------


def _to_mentor(
    event: RequestEvent, kind: str, mentor: Volunteer | None = None, **more: Any
) -> Draft:
    to = mentor or _mentor(event)
    context = {"url": request_url(event), **more.pop("context", {})}
    return Draft(
        kind=kind,
        key=f"{event.pk}:{kind}:{to.pk}",
        to=to,
        mre=event.request,
        assignment=event.assignment,
        context=context,
        send_at=_leaves_at(event, to.zone),
        **more,
    )


def answer_context(assignment: Assignment) -> dict[str, str]:
    """The deadlines and the three signed links that every mail asking for an answer carries."""
    zone = assignment.mentor.zone
    links = {f"{purpose}_url": absolute(answer_path(assignment, purpose)) for purpose in Purpose}
    return links | {
        "respond_by": last_day_in_words(assignment.respond_by, zone),
        "requeue_after": last_day_in_words(assignment.requeue_at, zone),
        "url": links["accept_url"],
    }


def mentor_assigned(event: RequestEvent) -> Drafts:
    assignment = _assignment(event)
    context: dict[str, Any] = answer_context(assignment)
    if assignment.is_direct:
        yield _to_mentor(event, "mentor_direct", context=context)
    else:
        context |= {
            "by_name": str(assignment.assigned_by),
            "note": assignment.note,
            "why": assignment.reasons,
        }
        yield _to_mentor(event, "mentor_assigned", context=context)


def mentor_assigned_several(events: Sequence[RequestEvent]) -> Draft:
    made = [_assignment(event) for event in events]
    links = [answer_context(assignment) for assignment in made]
    notes = {assignment.note for assignment in made}
    for_all = notes.pop() if len(notes) == 1 else ""
    requests = [
        {
            "mre": event.request,
            "why": assignment.reasons,
            "note": "" if for_all else assignment.note,
            "accept_url": link["accept_url"],
            "decline_url": link["decline_url"],
        }
        for event, assignment, link in zip(events, made, links, strict=True)
    ]
    mentor = made[0].mentor
    return Draft(
        kind="mentor_assigned_several",
        key=f"{events[0].pk}:mentor_assigned_several:{mentor.pk}",
        to=mentor,
        context={
            "by_name": str(made[0].assigned_by),
            "note": for_all,
            "requests": requests,
            # One mentor and one instant: the days are the same for all. The link to pause is
            # that of the last one, which is the longest in force if he answers from the top.
            **{name: links[-1][name] for name in ("respond_by", "requeue_after", "pause_url")},
            "url": absolute(reverse("intake:desk")),
        },
    )


def mentor_before(event: RequestEvent) -> Drafts:
    """The mentor from whom a request was taken is told, whether he had accepted or not."""
    before = Assignment.objects.select_related("mentor__chapter").get(pk=event.data["previous"])
    if event.from_status == Status.ACCEPTED:
        context = {"reason": event.data["note"]}
        yield _to_mentor(event, "mentor_taken_over", before.mentor, context=context)
    else:
        yield _to_mentor(event, "mentor_replaced", before.mentor)


def mentor_taken_over(event: RequestEvent) -> Drafts:
    if event.by_id != _mentor(event).pk:
        yield _to_mentor(event, "mentor_taken_over", context={"reason": event.data["reason"]})


def mentor_nudged(event: RequestEvent) -> Drafts:
    """From a coordinator by name, with what he wrote; a reply goes to him."""
    assert event.by is not None  # no clock nudges like this
    assignment = _assignment(event)
    context: dict[str, Any] = answer_context(assignment) if assignment.is_unanswered else {}
    context |= {"by_name": str(event.by), "note": event.data["note"]}
    yield _to_mentor(event, "mentor_nudged", context=context, reply_to=event.by.email)


def mentor_reminder(event: RequestEvent) -> Drafts:
    yield _to_mentor(event, "mentor_reminder", context=answer_context(_assignment(event)))


def mentor_overdue(event: RequestEvent) -> Drafts:
    yield _to_mentor(event, "mentor_overdue", context=answer_context(_assignment(event)))


def mentor_requeued(event: RequestEvent) -> Drafts:
    yield _to_mentor(event, "mentor_requeued")


def mentor_withdrawn(event: RequestEvent) -> Drafts:
    told = event.assignment is not None and event.by_id != _mentor(event).pk
    if told and event.to_status == Status.WITHDRAWN:
        why = "the client no longer needs it" if event.by_client else event.data["why"]
        yield _to_mentor(event, "mentor_withdrawn", context={"why": why})


def mentor_client_update(event: RequestEvent) -> Drafts:
    current = event.request.current
    if current is not None and event.by_id != current.mentor_id:
        mentor = current.mentor
        context = {"what_changed": event.data["what"], "by_name": str(event.by or "")}
        yield _to_mentor(event, "mentor_client_update", mentor, context=context)


def mentor_notes_due(event: RequestEvent) -> Drafts:
    when = instant_in_words(datetime.fromisoformat(event.data["starts_at"]), _mentor(event).zone)
    yield _to_mentor(event, "mentor_notes_due", context={"session_when": when})


def mentor_attempts_due(event: RequestEvent) -> Drafts:
    context = {"attempts": event.data["attempts"], "needed": policy().attempts_needed}
    yield _to_mentor(event, "mentor_attempts_due", context=context)


def mentor_close_out(event: RequestEvent) -> Drafts:
    assignment = _assignment(event)
    assert assignment.first_attempt_at is not None  # a close-out follows three attempts
    first = instant_in_words(assignment.first_attempt_at, assignment.mentor.zone)
    context = {"attempts": assignment.attempts_made, "first_attempt": first}
    yield _to_mentor(event, "mentor_close_out", context=context)


# --- To both: sessions ----------------------------------------------------------------------------


def session_letters(change: str) -> Callable[[RequestEvent], Drafts]:
    """Invitation, change or cancellation, to client and mentor, with the calendar file."""

    def letters(event: RequestEvent) -> Drafts:
        session = Session.objects.select_related(
            "request__client", "request__chapter", "assignment__mentor__chapter"
        ).get(pk=event.data["session"])
        mentor, client_zone = session.assignment.mentor, event.request.chapter.zone
        file = {
            "calendar": invitations.invitation(session, event.processed_at),
            "calendar_method": invitations.method(session),
        }
        both = {"mentor_name": str(mentor), "mode": session.get_mode_display()}
        when = appointment_in_words(session.starts_at, client_zone)
        yield _to_client(
            event,
            f"client_session_{change}",
            context=both | {"when": when},
            reply_to=mentor.email,
            **file,
        )
        when = appointment_in_words(session.starts_at, mentor.zone)
        yield _to_mentor(
            event, f"mentor_session_{change}", mentor, context=both | {"when": when}, **file
        )

    return letters


def _assignment(event: RequestEvent) -> Assignment:
    assert event.assignment is not None  # every event that has such letters names one
    return event.assignment


def _mentor(event: RequestEvent) -> Volunteer:
    return _assignment(event).mentor


LETTERS: dict[EventKind, tuple[Callable[[RequestEvent], Drafts], ...]] = {
    EventKind.SUBMITTED: (client_received, rcic_new),
    EventKind.RELEASED: (rcic_released,),
    EventKind.ASSIGNED: (mentor_assigned,),
    EventKind.REPLACED: (mentor_assigned, mentor_before, client_new_mentor),
    EventKind.ACCEPTED: (client_accepted,),
    EventKind.DECLINED: (rcic_declined,),
    EventKind.NUDGED: (mentor_nudged,),
    EventKind.REMINDED: (mentor_reminder,),
    EventKind.OVERDUE: (mentor_overdue, rcic_overdue),
    EventKind.REQUEUED: (mentor_requeued, rcic_requeued, client_delay),
    EventKind.HANDED_BACK: (rcic_handed_back,),
    EventKind.TRANSFERRED: (rcic_transferred, mentor_taken_over),
    EventKind.MOVED: (rcic_moved,),
    EventKind.CLOSED: (client_closed, mentor_withdrawn, rcic_client_withdrew),
    EventKind.REOPENED: (rcic_reopened,),
    EventKind.NOTE: (client_note,),
    EventKind.NOTES_DUE: (mentor_notes_due,),
    EventKind.ATTEMPTS_DUE: (mentor_attempts_due,),
    EventKind.CLOSE_OUT_DUE: (mentor_close_out,),
    EventKind.SESSION_SCHEDULED: (session_letters("invited"),),
    EventKind.SESSION_MOVED: (session_letters("changed"),),
    EventKind.SESSION_CANCELLED: (session_letters("cancelled"),),
    EventKind.CONTACT_CORRECTED: (mentor_client_update,),
    EventKind.QUESTION_EXTENDED: (mentor_client_update,),
}

BY_CLOCK = (
    EventKind.REMINDED,
    EventKind.OVERDUE,
    EventKind.REQUEUED,
    EventKind.NOTES_DUE,
    EventKind.ATTEMPTS_DUE,
    EventKind.CLOSE_OUT_DUE,
)
