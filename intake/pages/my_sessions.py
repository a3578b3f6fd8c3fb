"""All sessions of a mentor: coming, to be recorded, and the past by month with their minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, prefetch_related_objects

from intake.enums import SessionMode, SessionState
from intake.models import CoMentor, Session
from mentors.models import Volunteer

PER_PAGE = 50
MOST_OPEN = 200
"""Sessions to come or to be recorded; nobody has so many."""
OVER = (SessionState.HELD, SessionState.MISSED)


@dataclass(frozen=True)
class Row:
    """A session from one volunteer's side: whether he leads it, and his own minutes of it."""

    session: Session
    leads: bool
    minutes: int
    preparation: int
    travel: int

    @property
    def total(self) -> int:
        """All the time that it took him."""
        return self.minutes + self.preparation + self.travel

    @property
    def how(self) -> str:
        """How they met; whether they did not."""
        state = SessionState(self.session.state)
        fate = "" if state == SessionState.HELD else f" · {state.label}"
        return f"{SessionMode(self.session.mode).label}{fate}"


@dataclass(frozen=True)
class Month:
    """The past sessions of a month, as far as they stand on one page, and his minutes of them."""

    first: date
    rows: Sequence[Row]

    @property
    def minutes(self) -> int:
        """With clients."""
        return sum(row.minutes for row in self.rows)

    @property
    def total(self) -> int:
        """With preparation and travel."""
        return sum(row.total for row in self.rows)


@dataclass(frozen=True)
class MySessions:
    """The page."""

    coming: Sequence[Row]
    to_record: Sequence[Row]
    past: Page
    months: Sequence[Month]


def read(volunteer: Volunteer, now: datetime, page: str | None) -> MySessions:
    """The sessions that he leads and those he joins. Two queries; four if he joins some of these.

    First which ones, all at once: somebody has hundreds in ten years. Then what is shown of them:
    the database would join it to all that he ever had.
    """
    known = list(_all_of(volunteer))
    planned = [pk for pk, state, _ in known if state == SessionState.SCHEDULED][:MOST_OPEN]
    over = [pk for pk, state, _ in reversed(known) if state in OVER]
    past = Paginator(over, PER_PAGE).get_page(page)
    rows = _rows([*planned, *past.object_list], volunteer)
    open_rows = [rows[pk] for pk in planned]
    return MySessions(
        coming=[row for row in open_rows if row.session.starts_at > now],
        to_record=[row for row in open_rows if row.session.starts_at <= now],
        past=past,
        months=_by_month([rows[pk] for pk in past.object_list], volunteer.zone),
    )


def _all_of(volunteer: Volunteer) -> QuerySet[Session, tuple[int, str, datetime]]:
    """The id of each of his sessions, its state and when it begins, in this order.

    Each half is read by an index of its own, and no row twice.
    """
    told = ("pk", "state", "starts_at")
    led = Session.objects.filter(assignment__mentor=volunteer).values_list(*told)
    joined = Session.objects.filter(co_mentorships__volunteer=volunteer).values_list(*told)
    return led.union(joined).order_by("starts_at", "pk")


SHOWN = (
    *("starts_at", "mode", "place", "planned_minutes", "state"),
    *("minutes", "preparation_minutes", "travel_minutes"),
    *("request__client__first_name", "request__area__name", "assignment__mentor"),
)
"""Of years of sessions: neither what was asked nor the notes."""


def _rows(ids: Sequence[int], volunteer: Volunteer) -> dict[int, Row]:
    about = ("request__client", "request__area", "assignment")
    sessions = list(Session.objects.filter(pk__in=ids).select_related(*about).only(*SHOWN))
    others = [one for one in sessions if one.assignment.mentor_id != volunteer.pk]
    prefetch_related_objects(others, "assignment__mentor")
    own = _own_time(volunteer, others)
    return {session.pk: _row(session, own.get(session.pk), volunteer) for session in sessions}


def _own_time(volunteer: Volunteer, others: Sequence[Session]) -> dict[int, CoMentor]:
    """What he logged of sessions that others lead, by session. No query without any."""
    if not others:
        return {}
    joined = CoMentor.objects.filter(volunteer=volunteer, session__in=others)
    return {company.session_id: company for company in joined}


def _row(session: Session, company: CoMentor | None, volunteer: Volunteer) -> Row:
    leads = session.assignment.mentor_id == volunteer.pk
    if session.state != SessionState.HELD:
        return Row(session, leads, 0, 0, 0)
    took = session if leads or company is None else company
    return Row(session, leads, took.minutes or 0, took.preparation_minutes, took.travel_minutes)


def _by_month(rows: Sequence[Row], zone: ZoneInfo) -> list[Month]:
    def first_of_month(row: Row) -> date:
        return row.session.starts_at.astimezone(zone).date().replace(day=1)

    return [Month(first, list(group)) for first, group in groupby(rows, key=first_of_month)]
