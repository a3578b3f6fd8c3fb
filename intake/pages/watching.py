"""Requests with mentors that need a coordinator's eye: which, and since when.

The list is found by concern, from the assignments and sessions whose instants have come: so it
costs what needs an eye, not what there is. Its rows are few enough to be sorted here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Greatest

from intake.enums import ACCEPTED, SessionState
from intake.models import Assignment, MentoringRequest, Session
from intake.pages.lanes import Lane
from intake.querysets import RequestQuerySet
from mentors.enums import Classification, VolunteerStatus
from mentors.models import Pause

LANES = (
    Lane("", "All", always=True),
    Lane("overdue", "Overdue", always=True),
    Lane("attempt", "No contact", always=True),
    Lane("close_out", "Close-out due", always=True),
    Lane("missed", "Session missed", always=True),
    Lane("unrecorded", "Session not recorded", always=True),
    Lane("notes", "Notes late", always=True),
    Lane("away", "Mentor away", always=True),
    Lane("address", "Mail comes back", always=True),
)
CONCERNS = tuple(lane.key for lane in LANES if lane.key)
TIME_TO_RECORD = timedelta(days=1)
"""After the beginning of a session, until somebody should have said what became of it."""

PURSUED = timedelta(days=90)
"""Session notes that have been late for longer are asked for by nobody any more: an organisation
that moves in brings thousands. They stay late with the session, and on the mentor's desk."""

FEW = 500
"""Open requests that are looked through one by one for what needs an eye."""


@dataclass
class Watched:
    """A request that needs an eye: since when, by concern."""

    pk: int
    since: dict[str, datetime] = field(default_factory=dict)

    def lasts(self, lane: str) -> datetime | None:
        """Since when it is in a lane, if it is; without a lane since the first of its concerns."""
        return self.since.get(lane) if lane else min(self.since.values())


def watched(requests: RequestQuerySet, now: datetime) -> list[Watched]:
    """Those of `requests` that need an eye. Two queries, which cost what is found.

    Open requests with a mentor, and requests of which session notes are owed, closed or not.
    """
    found: dict[int, Watched] = {}
    for pk, since, concern in _concerns(now, requests):
        one = found.setdefault(pk, Watched(pk))
        one.since[concern] = min(since, one.since.get(concern, since))
    return list(found.values())


def counts(found: Iterable[Watched]) -> dict[str, int]:
    """How many each lane has."""
    tally = Counter(concern for one in found for concern in one.since)
    return {"": len(list(found))} | {key: tally[key] for key in CONCERNS}


def in_lane(found: Iterable[Watched], key: str) -> list[Watched]:
    """Those of one lane, what has lasted longest first."""
    lasting = [(one.lasts(key), one.pk, one) for one in found]
    return [one for since, _, one in sorted(row for row in lasting if row[0] is not None)]


def only_lasting(found: Iterable[Watched], until: Mapping[int, datetime]) -> list[Watched]:
    """What had begun by an instant, given by request; what has not lasted so long is left out."""
    kept = [
        Watched(
            one.pk,
            {key: since for key, since in one.since.items() if since <= until[one.pk]},
        )
        for one in found
        if one.pk in until
    ]
    return [one for one in kept if one.since]


def load(found: Sequence[Watched], now: datetime) -> list[Any]:
    """The requests in this order, with `<concern>_since` and `away_until`. One query."""
    rows = MentoringRequest.objects.filter(pk__in=[one.pk for one in found]).select_related(
        "client", "chapter", "current__mentor__chapter"
    )
    rows = rows.annotate(away_until=_pauses(now).values("ends_on")[:1])
    by_id: dict[int, Any] = {mre.pk: mre for mre in rows}
    for one in found:
        for key in CONCERNS:
            setattr(by_id[one.pk], f"{key}_since", one.since.get(key))
        by_id[one.pk].watch_since = one.lasts("")
    return [by_id[one.pk] for one in found]


# --- Which, and since when ------------------------------------------------------------------------


def _concerns(now: datetime, requests: RequestQuerySet) -> QuerySet[Any]:
    """Every concern of these requests: which request, since when, which concern. Each found by an
    index of its own.

    Of each session with late notes it is looked up whether its request is one of them: by `IN` the
    database would first read all requests that a chapter ever had.
    """
    held, unanswered = Assignment.objects.open(), Assignment.objects.unanswered()
    led = Q(assignment__ended_at__isnull=True, assignment__outcome__in=ACCEPTED)
    of_open: list[QuerySet[Any]] = [
        _because("overdue", unanswered.filter(respond_by__lte=now), "respond_by"),
        _because("attempt", held.filter(attempts_due_at__lte=now), "attempts_due_at"),
        _because("close_out", held.filter(close_out_due_at__lte=now), "close_out_due_at"),
        _because("missed", _missed(now), "missed_at"),
        _because("unrecorded", unrecorded(now).filter(led), "starts_at"),
        _because("away", held.exclude(_IS_MENTOR), "request__status_since"),
        _because("away", _paused(now), Greatest(PAUSE_BEGAN, "taken_at")),
        _because("address", held.exclude(mentor__mail_trouble=""), _UNREACHED),
    ]
    late = _because("notes", late_notes(now), "notes_due_at")
    if requests.query.has_filters():
        late = late.filter(request=Subquery(requests.filter(pk=OuterRef("request")).values("pk")))
        in_sight = _where_to_look(requests)
        of_open = [rows.filter(request__in=in_sight) for rows in of_open]
    return late.union(*of_open, all=True)


def _where_to_look(requests: RequestQuerySet) -> QuerySet[Any]:
    """What mentors hold in a chapter or a district is looked through request by request. In more,
    the database finds all concerns that there are, and looks up which of them are in sight.
    """
    held = requests.with_mentor().order_by().values("pk")
    return requests.order_by().values("pk") if held[FEW : FEW + 1].exists() else held


def _because(concern: str, rows: QuerySet[Any], since: Any) -> QuerySet[Any]:
    how = F(since) if isinstance(since, str) else since
    named = rows.annotate(since=how, concern=Value(concern, CharField()))
    return named.order_by().values_list("request", "since", "concern")


def _missed(now: datetime) -> QuerySet[Assignment]:
    """Whose client missed a session, with `missed_at`, unless one was held or another is planned.

    Asked for each assignment that is led and has come as far as a planned session: missed sessions
    of former times are many.
    """
    sessions = Session.objects.filter(assignment=OuterRef("pk"))
    missed = sessions.filter(state=SessionState.MISSED).order_by("starts_at")
    planned = sessions.filter(state=SessionState.SCHEDULED, starts_at__gt=now)
    led = Assignment.objects.open().filter(
        outcome__in=ACCEPTED, contacted_at__isnull=False, counseled_at__isnull=True
    )
    candidates = led.annotate(missed_at=Subquery(missed.values("starts_at")[:1]))
    return candidates.filter(~Exists(planned), missed_at__isnull=False)


def _paused(now: datetime) -> QuerySet[Pause]:
    """The pauses in force of mentors who hold something, with the `request`, once for each."""
    holding = Pause.objects.in_force(now).filter(
        mentor__assignments__isnull=False, mentor__assignments__ended_at__isnull=True
    )
    return holding.annotate(
        request=F("mentor__assignments__request"),
        taken_at=F("mentor__assignments__request__status_since"),
    )


def unrecorded(now: datetime) -> QuerySet[Session]:
    """Sessions that should have taken place a day ago, and nobody has said what became of them."""
    return Session.objects.filter(state=SessionState.SCHEDULED, starts_at__lte=now - TIME_TO_RECORD)


def late_notes(now: datetime) -> QuerySet[Session]:
    """Sessions whose notes are missing, and should not be any more, of the last three months."""
    return Session.objects.without_notes().filter(
        notes_due_at__lte=now, notes_due_at__gt=now - PURSUED
    )


_IS_MENTOR = Q(
    mentor__status=VolunteerStatus.ACTIVE,
    mentor__classification=Classification.MENTOR,
    mentor__is_active=True,
)

_UNREACHED = Greatest("mentor__mail_trouble_at", "assigned_at")
"""Since when a mentor who holds a request gets no mail about it."""

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
