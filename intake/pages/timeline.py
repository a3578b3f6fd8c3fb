"""What happened to a request, as a reader may be told it: events become entries in words.

Who wrote in confidence is not quoted to everybody: see `_may_quote`. Events that are a
coordinator's own matter are left out for mentors.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.enums import (
    Channel,
    ContactResult,
    DeclineReason,
    EventKind,
    Leaving,
    NoteLevel,
    Status,
    TeamRole,
    WithdrawReason,
)
from intake.models import MentoringRequest, RequestEvent
from intake.pages.offered import Offered, offered
from intake.pages.sight import Sight
from mentors.enums import MailTrouble
from mentors.words import day_in_words, instant_in_words, last_day_in_words

NOTICEABLE = timedelta(hours=1)
"""A clock that acted later than this after its deadline has that said."""

TONES = {
    EventKind.OVERDUE: "warning",
    EventKind.REQUEUED: "danger",
    EventKind.DECLINED: "danger",
    EventKind.HANDED_BACK: "danger",
    EventKind.TRANSFERRED: "danger",
    EventKind.CLOSE_OUT_DUE: "warning",
    EventKind.NOTES_DUE: "warning",
    EventKind.SESSION_MISSED: "warning",
    EventKind.ACCEPTED: "success",
    EventKind.SESSION_HELD: "success",
    EventKind.ADDRESS_FAILED: "danger",
}
DEADLINES = (EventKind.OVERDUE, EventKind.REQUEUED, EventKind.NOTES_DUE)
"""Events that count from a midnight: people say the end of the day before."""
MANAGEMENT = (
    EventKind.RELEASED,
    EventKind.RECOMPUTED,
    EventKind.NUDGED,
    EventKind.NOT_DUPLICATE,
    EventKind.CLIENT_MERGED,
    EventKind.MERGE_UNDONE,
    EventKind.SNOOZED,
    EventKind.SNOOZE_ENDED,
)
"""Events that only coordinators and leaders are shown."""
CHOICES = (EventKind.ASSIGNED, EventKind.REPLACED)
"""Events that tell of a choice of a mentor."""
OPEN_TO_THE_NEXT = (EventKind.TRANSFERRED, EventKind.REOPENED)
"""Events whose reason was written for whoever mentors the client next."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `at` is empty where `when` says the day of a deadline."""

    title: str
    words: str
    text: str
    at: datetime | None
    when: str
    tone: str
    offered: Offered | None = None
    """From which list a mentor was chosen; a coordinator's matter."""


def entries(
    mre: MentoringRequest, events: Iterable[RequestEvent], seen: Sight, zone: ZoneInfo
) -> list[Entry]:
    """The timeline of a request for one reader, in the order of the events.

    Each event comes with `by` and `assignment__mentor`. `zone` is the reader's.
    """
    return [_entry(mre, event, seen, zone) for event in events if _is_shown(event, seen)]


def headline(event: RequestEvent) -> str:
    """An event in one line: “Assigned to Joan Whitfield by Sam Ortiz”."""
    return " ".join(filter(None, [_title(event), _actor(event)]))


def _title(event: RequestEvent) -> str:
    kind = EventKind(event.kind)
    return TITLES[kind](event) if kind in TITLES else str(kind.label)


def _is_shown(event: RequestEvent, seen: Sight) -> bool:
    if event.data.get("admins_only"):
        return seen.is_admin
    if seen.coordinates or seen.leads:
        return True
    return event.kind not in MANAGEMENT and event.data.get("level") != NoteLevel.COORDINATOR


def _entry(mre: MentoringRequest, event: RequestEvent, seen: Sight, zone: ZoneInfo) -> Entry:
    kind = EventKind(event.kind)
    words = [_words(mre, event, seen, zone), _actor(event), _caught_up(event, zone)]
    return Entry(
        title=_title(event),
        words=" · ".join(filter(None, words)),
        text=_text(event) if _may_quote(mre, event, seen) else "",
        at=None if kind in DEADLINES else event.at,
        when=_end_of_day(event) if kind in DEADLINES else "",
        tone=TONES.get(kind, ""),
        offered=_offered(event) if seen.coordinates and kind in CHOICES else None,
    )


def _offered(event: RequestEvent) -> Offered | None:
    return offered(event.assignment) if event.assignment else None


def _words(mre: MentoringRequest, event: RequestEvent, seen: Sight, zone: ZoneInfo) -> str:
    """What is said beside the title. Why a colleague declined is no business of other mentors."""
    if event.kind == EventKind.SUBMITTED:
        page = mre.origination_url
        return f"on {page}" if page else mre.get_source_display()
    if event.kind == EventKind.DECLINED and not (seen.coordinates or seen.leads):
        return ""
    if "proposed" in event.data:
        return _proposal(event) if seen.coordinates or seen.leads else ""
    return WORDS.get(EventKind(event.kind), _nothing)(event, zone)


# --- Who, and when ------------------------------------------------------------------------------


def _actor(event: RequestEvent) -> str:
    if event.by is not None:
        return "" if event.kind in BY_ITS_MENTOR and _is_his(event) else f"by {event.by}"
    if event.by_client:
        return "" if event.kind == EventKind.SUBMITTED else "by the client"
    return CLOCKS.get(EventKind(event.kind), _nothing)(event, None)


BY_ITS_MENTOR = (EventKind.ACCEPTED, EventKind.DECLINED)
"""Events whose title names the mentor who did it."""


def _is_his(event: RequestEvent) -> bool:
    return event.assignment is not None and event.by_id == event.assignment.mentor_id


def _end_of_day(event: RequestEvent) -> str:
    return f"end of {last_day_in_words(event.at, _zone(event))}"


def _zone(event: RequestEvent) -> ZoneInfo:
    """Where the clock of this event runs: in the mentor's chapter."""
    return event.assignment.mentor.zone if event.assignment else event.request.chapter.zone


def _caught_up(event: RequestEvent, zone: ZoneInfo) -> str:
    """That a clock was down and did this later than it counts."""
    by_clock = event.by is None and not event.by_client
    if not by_clock or event.processed_at - event.at < NOTICEABLE:
        return ""
    return f"recorded {instant_in_words(event.processed_at, zone)}"


# --- Titles -------------------------------------------------------------------------------------


def _mentor(event: RequestEvent) -> str:
    return str(event.assignment.mentor) if event.assignment else "a mentor"


def _assigned(event: RequestEvent) -> str:
    asked_for = ", as the client asked" if event.data.get("direct") else ""
    return f"Assigned to {_mentor(event)}{asked_for}"


def _declined(event: RequestEvent) -> str:
    return f"Declined by {_mentor(event)}"


def _closed(event: RequestEvent) -> str:
    return f"Closed: {Status(event.to_status).label}"


def _reopened(event: RequestEvent) -> str:
    back = "to the queue" if event.to_status == Status.NEED_ACTION else f"with {_mentor(event)}"
    return f"Reopened {back}"


def _note(event: RequestEvent) -> str:
    if event.data.get("level") == NoteLevel.CLIENT:
        return "Note sent to the client"
    return f"Note added ({NoteLevel(event.data['level']).label.lower()})"


def _contacted(event: RequestEvent) -> str:
    return "Mail sent to the client" if "subject" in event.data else str(EventKind.CONTACT.label)


def _corrected(event: RequestEvent) -> str:
    return str(EventKind.CONTACT_CORRECTED.label) if event.by_client else "Contact data corrected"


def _address_failed(event: RequestEvent) -> str:
    whom = _mentor(event) if event.data["whose"] == "mentor" else "the client"
    if event.data["trouble"] == MailTrouble.COMPLAINED:
        return f"Our mail is marked as unwanted by {whom}"
    return f"Mail to {whom} comes back"


def _times_dropped(event: RequestEvent) -> str:
    if event.by_client:
        return "None of the proposed times suits"
    return str(EventKind.TIMES_DROPPED.label)


def _moved(event: RequestEvent) -> str:
    return f"Moved to {event.data['to_name']}"


def _joined(event: RequestEvent) -> str:
    what = "a session" if "session" in event.data else "the team"
    return f"{event.data['name']} joined {what}"


def _left(event: RequestEvent) -> str:
    what = "a session" if "session" in event.data else "the team"
    verb = "was taken off" if event.data["how"] == Leaving.TAKEN_OFF else "left"
    return f"{event.data['name']} {verb} {what}"


TITLES: dict[EventKind, Callable[[RequestEvent], str]] = {
    EventKind.ASSIGNED: _assigned,
    EventKind.REPLACED: lambda event: f"Given to {_mentor(event)}",
    EventKind.ACCEPTED: lambda event: f"Accepted by {_mentor(event)}",
    EventKind.DECLINED: _declined,
    EventKind.TEAM_JOINED: _joined,
    EventKind.TEAM_LEFT: _left,
    EventKind.TIME_LOGGED: lambda event: f"{event.data['name']} logged time",
    EventKind.HANDED_BACK: lambda event: f"Handed back by {_mentor(event)}",
    EventKind.CLOSED: _closed,
    EventKind.REOPENED: _reopened,
    EventKind.NOTE: _note,
    EventKind.MOVED: _moved,
    EventKind.TIMES_DROPPED: _times_dropped,
    EventKind.NUDGED: lambda event: f"Nudged {_mentor(event)}",
    EventKind.CONTACT: _contacted,
    EventKind.CONTACT_CORRECTED: _corrected,
    EventKind.ADDRESS_FAILED: _address_failed,
}


# --- Words beside the title ---------------------------------------------------------------------

Words = Callable[[RequestEvent, ZoneInfo | None], str]


def _nothing(event: RequestEvent, zone: ZoneInfo | None) -> str:
    return ""


def _respond_days(event: RequestEvent, zone: ZoneInfo | None) -> str:
    days = event.assignment.respond_days if event.assignment else 0
    return f"no answer from {_mentor(event)} in {days} business days"


def _requeue_clock(event: RequestEvent, zone: ZoneInfo | None) -> str:
    days = event.assignment.requeue_days if event.assignment else 0
    return f"by the {days}-day clock: {_mentor(event)} did not answer"


def _session(event: RequestEvent, zone: ZoneInfo | None) -> str:
    when = instant_in_words(datetime.fromisoformat(event.data["starts_at"]), zone or _zone(event))
    return f"session of {when}{', late' if event.data.get('late') else ''}"


def _contact(event: RequestEvent, zone: ZoneInfo | None) -> str:
    result = ContactResult(event.data["result"]).label.lower()
    return f"{Channel(event.data['channel']).label}: {result}"


def _taken_back(event: RequestEvent, zone: ZoneInfo | None) -> str:
    return f"{_contact(event, zone)}, a wrong tap"


def _instead_of(event: RequestEvent, zone: ZoneInfo | None) -> str:
    led = "who had accepted it" if event.from_status == Status.ACCEPTED else "who had not answered"
    return f"instead of {event.data['previous_mentor']}, {led}"


def _proposal(event: RequestEvent) -> str:
    """Whom the mentor before proposed, and what became of it: a coordinator's matter."""
    name = event.data["proposed"]
    if event.kind == EventKind.TRANSFERRED:
        return f"proposes {name}" if name else ""
    return "as was proposed" if event.data["followed"] else f"{name} had been proposed"


def _closing(event: RequestEvent, zone: ZoneInfo | None) -> str:
    reason = event.data.get("reason")
    stays = event.data.get("duplicate_of")
    words = WithdrawReason(reason).label.lower() if reason else ""
    return f"{words} of MR-{stays}" if stays else words


def _different(event: RequestEvent, zone: ZoneInfo | None) -> str:
    how = "another person" if event.data["different_people"] else "same person, another request"
    return f"of MR-{event.data['other']}: {how}"


def _times(event: RequestEvent, zone: ZoneInfo | None) -> str:
    at_home = zone or _zone(event)
    starts = map(datetime.fromisoformat, event.data["starts"])
    return "; ".join(instant_in_words(at, at_home) for at in starts)


def _merged(event: RequestEvent, zone: ZoneInfo | None) -> str:
    return f"C-{event.data['merged']} into C-{event.data['kept']}"


def _company(event: RequestEvent, zone: ZoneInfo | None) -> str:
    """The session, or what somebody is on the team of the request."""
    if "session" in event.data:
        return _session(event, zone)
    if event.kind == EventKind.TEAM_JOINED:
        return f"as {TeamRole(event.data['role']).label.lower()}"
    return f"the time of {_mentor(event)} is over" if event.data["how"] == Leaving.ENDED else ""


def _time(event: RequestEvent, zone: ZoneInfo | None) -> str:
    data = event.data
    spent = [
        (data["minutes"], ""),
        (data["preparation"], " preparation"),
        (data["travel"], " travel"),
    ]
    words = ", ".join(f"{number} min{what}" for number, what in spent if number)
    return f"{words} for the {_session(event, zone)}"


def _told_apart(event: RequestEvent, zone: ZoneInfo | None) -> str:
    return f"C-{event.data['merged']} is a client apart from C-{event.data['kept']} again"


def _snoozed(event: RequestEvent, zone: ZoneInfo | None) -> str:
    return f"until {day_in_words(date.fromisoformat(event.data['until']))}"


WORDS: dict[EventKind, Words] = {
    EventKind.OVERDUE: _respond_days,
    EventKind.REPLACED: _instead_of,
    EventKind.REMINDED: lambda event, zone: f"to {_mentor(event)}",
    EventKind.DECLINED: lambda e, zone: DeclineReason(e.data["reason"]).label.lower(),
    EventKind.MOVED: lambda event, zone: f"from {event.data['from_name']}",
    EventKind.CONTACT: _contact,
    EventKind.CONTACT_TAKEN_BACK: _taken_back,
    EventKind.CLOSED: _closing,
    EventKind.CONTACT_CORRECTED: lambda event, zone: event.data["what"],
    EventKind.ATTEMPTS_DUE: lambda event, zone: f"{event.data['attempts']} made so far",
    EventKind.CLOSE_OUT_DUE: lambda event, zone: f"{_mentor(event)} was asked to close it",
    EventKind.SESSION_SCHEDULED: _session,
    EventKind.SESSION_MOVED: _session,
    EventKind.SESSION_CANCELLED: _session,
    EventKind.SESSION_HELD: _session,
    EventKind.SESSION_MISSED: _session,
    EventKind.SESSION_EDITED: _session,
    EventKind.NOTES_ENTERED: _session,
    EventKind.NOTES_DUE: _session,
    EventKind.TEAM_JOINED: _company,
    EventKind.TEAM_LEFT: _company,
    EventKind.TIME_LOGGED: _time,
    EventKind.TIMES_PROPOSED: _times,
    EventKind.TIME_ASKED: _session,
    EventKind.NOT_DUPLICATE: _different,
    EventKind.CLIENT_MERGED: _merged,
    EventKind.MERGE_UNDONE: _told_apart,
    EventKind.SNOOZED: _snoozed,
}
CLOCKS: dict[EventKind, Words] = {EventKind.REQUEUED: _requeue_clock}


# --- What people wrote --------------------------------------------------------------------------


def _text(event: RequestEvent) -> str:
    """What somebody wrote about it in his own words."""
    return next(_texts(event), "")


def _texts(event: RequestEvent) -> Iterator[str]:
    names = ["note", "text", "line"] if event.kind != EventKind.NOTE else ["text"]
    if event.kind in (EventKind.TRANSFERRED, EventKind.REOPENED, EventKind.SNOOZED):
        names = ["reason"]
    if event.kind == EventKind.CONTACT and "subject" in event.data:
        yield f"{event.data['subject']}\n\n{event.data['text']}"
    yield from (event.data[name] for name in names if event.data.get(name))


def _may_quote(mre: MentoringRequest, event: RequestEvent, seen: Sight) -> bool:
    """A coordinator reads all. A mentor reads what belongs to his own time, or was left for him.

    Before he accepts that is the note with which it was assigned to him, and nothing else. Who is
    on the team reads what he and others were asked to help with.
    """
    if seen.coordinates:
        return True
    is_his = event.assignment_id is not None and event.assignment_id == mre.current_id
    if seen.helps:
        return event.kind == EventKind.TEAM_JOINED and is_his
    if seen.is_asked:
        return is_his and event.kind in (EventKind.ASSIGNED, EventKind.REPLACED)
    if not seen.mentors:
        return False
    return is_his or event.kind in OPEN_TO_THE_NEXT or event.data.get("level") == NoteLevel.CLIENT
