"""Which mail follows from which event.

`tell` is called for every event that is appended. The letters for each kind of event stand in
`LETTERS`; what they say, in `intake.letters`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from intake import outbox, telling
from intake.enums import EventKind
from intake.letters import client, coordinators, mentor, times
from intake.letters.base import Drafts
from intake.letters.reminders import by_clock
from intake.letters.sessions import session_letters
from intake.letters.team import member_joined, member_left
from intake.models import Assignment, RequestEvent

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
    tell_all([event], event.processed_at)


def tell_all(events: Iterable[RequestEvent], now: datetime) -> None:
    """Write the mails that follow from several events, as if each had been told of by itself."""
    drafts = [
        draft
        for event in events
        for letter in LETTERS.get(EventKind(event.kind), ())
        for draft in letter(event)
    ]
    outbox.write(telling.by_choice(drafts), now=now)


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
        outbox.write([mentor.mentor_assigned_several(events)], now=now)


LETTERS: dict[EventKind, tuple[Callable[[RequestEvent], Drafts], ...]] = {
    EventKind.SUBMITTED: (client.client_received, coordinators.rcic_new),
    EventKind.RELEASED: (coordinators.rcic_released,),
    EventKind.TEAM_JOINED: (member_joined,),
    EventKind.TEAM_LEFT: (member_left,),
    EventKind.ASSIGNED: (mentor.mentor_assigned,),
    EventKind.REPLACED: (mentor.mentor_assigned, mentor.mentor_before, client.client_new_mentor),
    EventKind.ACCEPTED: (client.client_accepted,),
    EventKind.DECLINED: (coordinators.rcic_declined,),
    EventKind.NUDGED: (mentor.mentor_nudged,),
    EventKind.REMINDED: (by_clock("mentor_reminder"),),
    EventKind.OVERDUE: (by_clock("mentor_overdue"), coordinators.rcic_overdue),
    EventKind.REQUEUED: (
        by_clock("mentor_requeued"),
        coordinators.rcic_requeued,
        client.client_delay,
    ),
    EventKind.HANDED_BACK: (coordinators.rcic_handed_back,),
    EventKind.TRANSFERRED: (coordinators.rcic_transferred, mentor.mentor_taken_over),
    EventKind.MOVED: (coordinators.rcic_moved,),
    EventKind.CLOSED: (
        client.client_closed,
        mentor.mentor_withdrawn,
        coordinators.rcic_client_withdrew,
    ),
    EventKind.REOPENED: (coordinators.rcic_reopened,),
    EventKind.NOTE: (client.client_note,),
    EventKind.CONTACT: (client.client_message,),
    EventKind.NOTES_DUE: (by_clock("mentor_notes_due"),),
    EventKind.ATTEMPTS_DUE: (by_clock("mentor_attempts_due"),),
    EventKind.CLOSE_OUT_DUE: (by_clock("mentor_close_out"),),
    EventKind.TIMES_PROPOSED: (times.client_times,),
    EventKind.TIMES_DROPPED: (times.mentor_times_declined,),
    EventKind.TIME_ASKED: (times.mentor_time_asked,),
    EventKind.SESSION_SCHEDULED: (session_letters("invited"),),
    EventKind.SESSION_MOVED: (session_letters("changed"),),
    EventKind.SESSION_CANCELLED: (session_letters("cancelled"),),
    EventKind.ADDRESS_FAILED: (coordinators.rcic_address_failed, mentor.mentor_address_failed),
    EventKind.CONTACT_CORRECTED: (mentor.mentor_client_update,),
    EventKind.QUESTION_EXTENDED: (mentor.mentor_client_update,),
}
