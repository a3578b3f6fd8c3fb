"""Requests with mentors that need a coordinator's eye: since when, why in words, what to do.

Each concern is an annotation that holds the instant since when it is true, and nothing while it is
not. So one query gives the rows with all their concerns, and one the counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Greatest, Least
from django.urls import reverse

from intake.enums import UNANSWERED, SessionState, Status
from intake.inforce import policy
from intake.models import MentoringRequest, Session
from intake.pages.lanes import Lane
from intake.querysets import RequestQuerySet
from mentors.enums import Classification, VolunteerStatus
from mentors.models import Pause
from mentors.words import day_in_words, last_day_in_words

LANES = (
    Lane("", "All", always=True),
    Lane("overdue", "Overdue", always=True),
    Lane("attempt", "No contact", always=True),
    Lane("close_out", "Close-out due", always=True),
    Lane("missed", "Session missed", always=True),
    Lane("unrecorded", "Session not recorded", always=True),
    Lane("notes", "Notes late", always=True),
    Lane("away", "Mentor away", always=True),
)
CONCERNS = tuple(lane.key for lane in LANES if lane.key)
TIME_TO_RECORD = timedelta(days=1)
"""After the beginning of a session, until somebody should have said what became of it."""


@dataclass(frozen=True)
class Concern:
    """One reason for a request to be on the watch list."""

    key: str
    words: str
    step: str
    """What a coordinator can do about it,"""
    address: str
    """and where."""


def watched(requests: RequestQuerySet, now: datetime) -> RequestQuerySet:
    """Those of `requests` that need an eye, with `<concern>_since` and `watch_since`.

    Open requests with a mentor, and requests of which session notes are owed, closed or not.
    """
    # By id, so that both halves are found by their own partial index.
    with_mentor = requests.with_mentor().values("pk")
    owed = requests.filter(sessions__in=_late_notes(now)).values("pk")
    found = MentoringRequest.objects.filter(pk__in=with_mentor.union(owed))
    since = {f"{key}_since": how for key, how in _instants(now).items()}
    found = found.annotate(**since).annotate(watch_since=Least(*since))
    found = found.filter(watch_since__isnull=False)
    return found.annotate(away_until=_pauses(now).values("ends_on")[:1])


def counts(rows: RequestQuerySet) -> dict[str, int]:
    """How many rows each lane has. One query."""
    tallies: dict[str, Any] = {key: Count(f"{key}_since") for key in CONCERNS}
    counted = rows.aggregate(all=Count("pk"), **tallies)
    return {"": counted.pop("all"), **counted}


def in_lane(rows: RequestQuerySet, key: str) -> RequestQuerySet:
    """The rows of one lane, what has lasted longest first."""
    if not key:
        return rows.order_by(F("watch_since"), "pk")
    return rows.filter(**{f"{key}_since__isnull": False}).order_by(f"{key}_since", "pk")


# --- Since when ---------------------------------------------------------------------------------


def _instants(now: datetime) -> dict[str, Any]:
    accepted = Q(status=Status.ACCEPTED)
    unanswered = Q(status=Status.ASSIGNED, current__outcome__in=UNANSWERED)
    return {
        "overdue": _when(unanswered & Q(current__respond_by__lte=now), "current__respond_by"),
        "attempt": _when(
            accepted & Q(current__attempts_due_at__lte=now), "current__attempts_due_at"
        ),
        "close_out": _when(
            accepted & Q(current__close_out_due_at__lte=now), "current__close_out_due_at"
        ),
        "missed": Case(When(accepted, then=_first(_missed(now), "starts_at"))),
        "unrecorded": Case(When(accepted, then=_first(_unrecorded(now), "starts_at"))),
        "notes": _first(_late_notes(now).filter(request=OuterRef("pk")), "notes_due_at"),
        "away": _away_since(now),
    }


def _when(condition: Q, instant: str) -> Case:
    return Case(When(condition, then=F(instant)))


def _first(sessions: QuerySet[Session], instant: str) -> Subquery:
    return Subquery(
        sessions.order_by().values("request").annotate(first=Min(instant)).values("first")
    )


def _missed(now: datetime) -> QuerySet[Session]:
    """Sessions that the client missed, unless one was held or another one is planned."""
    settled = Session.objects.filter(
        Q(state=SessionState.HELD) | Q(state=SessionState.SCHEDULED, starts_at__gt=now),
        assignment=OuterRef("assignment"),
    )
    missed = Session.objects.filter(assignment=OuterRef("current"), state=SessionState.MISSED)
    return missed.exclude(Exists(settled))


def _unrecorded(now: datetime) -> QuerySet[Session]:
    """Sessions that should have taken place a day ago, and nobody has said what became of them."""
    return Session.objects.filter(
        assignment=OuterRef("current"),
        state=SessionState.SCHEDULED,
        starts_at__lte=now - TIME_TO_RECORD,
    )


def _late_notes(now: datetime) -> QuerySet[Session]:
    return Session.objects.without_notes().filter(notes_due_at__lte=now)


def _away_since(now: datetime) -> Any:
    """Since when a mentor who is paused, or is a mentor no longer, has the request."""
    gone = ~Q(
        current__mentor__status=VolunteerStatus.ACTIVE,
        current__mentor__classification=Classification.MENTOR,
        current__mentor__is_active=True,
    )
    paused = Subquery(_pauses(now).annotate(began=PAUSE_BEGAN).values("began")[:1])
    return Case(
        When(~Q(status__in=[Status.ASSIGNED, Status.ACCEPTED]), then=None),
        When(gone, then=F("status_since")),
        # GREATEST passes over what is empty, so a mentor without a pause has to be told apart.
        When(Exists(_pauses(now)), then=Greatest(paused, F("status_since"))),
    )


PAUSE_BEGAN = Func(
    F("mentor__chapter__time_zone"),
    F("starts_on"),
    function="timezone",
    template="%(function)s(%(expressions)s::timestamp)",
    output_field=DateTimeField(),
)
"""00:00 of the first day of a pause in the mentor’s chapter, as an instant."""


def _pauses(now: datetime) -> QuerySet[Pause]:
    """The pause in force of the mentor who has the request; of several the longest."""
    paused = Pause.objects.filter(mentor=OuterRef("current__mentor")).in_force(now)
    return paused.order_by("-ends_on", "-pk")


# --- Why, and what to do ------------------------------------------------------------------------


def concerns(mre: Any, zone: ZoneInfo) -> list[Concern]:
    """Why a row of `watched` is on the list, most pressing first; days are the reader's."""
    return [
        Concern(key, WORDS[key](mre, zone), STEPS[key][0], _address(mre, key))
        for key in CONCERNS
        if getattr(mre, f"{key}_since") is not None
    ]


def _overdue(mre: Any, zone: ZoneInfo) -> str:
    mentor = mre.current.mentor
    asked = last_day_in_words(mre.current.respond_by, mentor.zone)
    back = last_day_in_words(mre.current.requeue_at, mentor.zone)
    return f"{mentor} was asked to answer by {asked}; goes back to the queue after {back}."


def _attempt(mre: Any, zone: ZoneInfo) -> str:
    made, needed = mre.current.attempts_made, policy().attempts_needed
    due = day_in_words(mre.attempt_since.astimezone(zone).date())
    return f"Not reached in {made} of {needed} attempts; the next was due {due}."


def _close_out(mre: Any, zone: ZoneInfo) -> str:
    first = day_in_words(mre.current.first_attempt_at.astimezone(zone).date())
    return f"{mre.current.attempts_made} attempts since {first}, no answer: it can be closed."


def _missed_words(mre: Any, zone: ZoneInfo) -> str:
    day = day_in_words(mre.missed_since.astimezone(zone).date())
    return f"The client missed the session of {day}; no other is planned."


def _unrecorded_words(mre: Any, zone: ZoneInfo) -> str:
    day = day_in_words(mre.unrecorded_since.astimezone(zone).date())
    return f"Nobody has recorded what became of the session of {day}."


def _notes(mre: Any, zone: ZoneInfo) -> str:
    return f"Session notes were due {last_day_in_words(mre.notes_since, zone)}."


def _away(mre: Any, zone: ZoneInfo) -> str:
    mentor = mre.current.mentor
    if mentor.status != VolunteerStatus.ACTIVE or not mentor.is_active:
        return f"{mentor} is {mentor.get_status_display().lower()}."
    if mentor.classification != Classification.MENTOR:
        return f"{mentor} is no longer a mentor ({mentor.get_classification_display()})."
    return f"{mentor} is paused until {day_in_words(mre.away_until)}."


WORDS = {
    "overdue": _overdue,
    "attempt": _attempt,
    "close_out": _close_out,
    "missed": _missed_words,
    "unrecorded": _unrecorded_words,
    "notes": _notes,
    "away": _away,
}
REQUEST, ASSIGN, ATTEMPT = "intake:request", "intake:assign", "intake:attempt"
STEPS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "overdue": ("Give to another mentor", ASSIGN, (), ""),
    "attempt": ("Log an attempt", ATTEMPT, (), ""),
    "close_out": ("Close", "intake:close", (Status.NO_RESPONSE.value,), ""),
    "missed": ("Close or plan another", REQUEST, (), "#close"),
    "unrecorded": ("Record the session", REQUEST, (), "#sessions"),
    "notes": ("Ask for the notes", REQUEST, (), "#mentor"),
    "away": ("Give to another mentor", ASSIGN, (), ""),
}
"""What to do: the words of the link, its page, what that needs besides, the place on it."""


def _address(mre: Any, key: str) -> str:
    _, page, more, place = STEPS[key]
    return reverse(page, args=[mre.pk, *more]) + place
