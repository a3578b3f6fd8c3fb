"""What can be done about a row of a list, on the row itself, and what one has to know for it.

Made for the rows of one page at once: two queries at most, however many there are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q
from django.utils.http import urlencode

from intake.enums import SessionState, Stage
from intake.models import RequestEvent, Session
from intake.nudges import nudges_today
from intake.pages.watch_words import Step
from intake.permissions import check_nudge_helps, coordinates
from mentors.addresses import address
from mentors.enums import Role
from mentors.models import Chapter, Position, Volunteer
from mentors.permissions import refusal
from reports.waiting import Waiting


@dataclass
class Known:
    """What is known of one row besides, as far as its list has to know it."""

    row: Waiting
    from_here: str
    """Says to the page of an act to which list one goes back; stands behind the ?."""
    may_act: bool
    coordinators: str = ""
    """Who coordinates the chapter, by name; empty if nobody is named."""
    nudged: RequestEvent | None = None
    """The nudge of today, on what may be acted on."""
    planned: Session | None = None
    """The next session that is to come."""
    unrecorded: Session | None = None
    """One that should have begun, and nobody has said what became of it."""
    missed: Session | None = None
    held: list[Session] = field(default_factory=list)
    """In order."""

    @property
    def steps(self) -> list[Step]:
        """What is done next, the most likely first; nothing for who only reads."""
        if not self.may_act:
            return []
        offered = (make(self) for make in STEPS[self.row.stage])
        return [
            replace(step, address=f"{step.address}?{self.from_here}") for step in offered if step
        ]


def known(
    rows: Sequence[Waiting], stage: Stage, *, reader: Volunteer, back: str, now: datetime
) -> dict[int, Known]:
    """The rows of one page of a list as they stand now, by the number of the request.

    `back` is the address of the list as it is shown.
    """
    from_here = urlencode({"back": back})
    found = {row.mre.pk: Known(row, from_here, coordinates(reader, row.mre, now)) for row in rows}
    for read in _READ[stage]:
        read(found, now)
    return found


Rows = Mapping[int, Known]


def _read_nudges(found: Rows, now: datetime) -> None:
    acted_on = [one.row.mre for one in found.values() if one.may_act]
    for pk, event in nudges_today(acted_on, now).items():
        found[pk].nudged = event


def _read_sessions(found: Rows, now: datetime) -> None:
    for session in _sessions(one.row for one in found.values()):
        _sort_in(found[session.request_id], session, now)


def _read_coordinators(found: Rows, now: datetime) -> None:
    named = _coordinators({one.row.chapter for one in found.values()}, now)
    for one in found.values():
        one.coordinators = named[one.row.chapter.pk]


_READ: dict[Stage, tuple[Callable[[Rows, datetime], None], ...]] = {
    Stage.NOT_ASSIGNED: (_read_coordinators,),
    Stage.NOT_ACCEPTED: (_read_nudges,),
    Stage.NOT_CONTACTED: (_read_nudges,),
    Stage.NOT_COUNSELED: (_read_nudges, _read_sessions),
    Stage.IN_MENTORING: (_read_nudges, _read_sessions),
}
"""What the cells and the steps of each list have to know."""


def _sessions(rows: Iterable[Waiting]) -> Iterable[Session]:
    """Those of the mentors who lead the requests, in order."""
    led = [row.mre.current_id for row in rows]
    counted = [SessionState.SCHEDULED, SessionState.HELD, SessionState.MISSED]
    found = Session.objects.filter(assignment__in=led, state__in=counted)
    return found.order_by("starts_at", "pk")


def _sort_in(one: Known, session: Session, now: datetime) -> None:
    if session.state == SessionState.HELD:
        one.held.append(session)
    elif session.state == SessionState.MISSED:
        one.missed = session
    elif session.starts_at > now:
        one.planned = one.planned or session
    else:
        one.unrecorded = one.unrecorded or session


def _coordinators(chapters: set[Chapter], now: datetime) -> dict[int, str]:
    """The coordinators nearest to each chapter, by name: its own, else of the district, …"""
    districts = {chapter.district_id for chapter in chapters}
    regions = {chapter.district.region_id for chapter in chapters}
    named = (
        Position.objects.filter(role=Role.RCIC)
        .filter(Q(chapter__in=chapters) | Q(district__in=districts) | Q(region__in=regions))
        .in_force(now)
        .select_related("volunteer")
        .order_by("volunteer__last_name", "volunteer__first_name", "pk")
    )
    held = list(named)
    return {chapter.pk: ", ".join(_nearest(chapter, held)) for chapter in chapters}


def _nearest(chapter: Chapter, held: Iterable[Position]) -> list[str]:
    levels: tuple[Callable[[Position], bool], ...] = (
        lambda one: one.chapter_id == chapter.pk,
        lambda one: one.district_id == chapter.district_id,
        lambda one: one.region_id == chapter.district.region_id,
    )
    there = ([str(one.volunteer) for one in held if is_there(one)] for is_there in levels)
    return next((names for names in there if names), [])


# --- The steps ------------------------------------------------------------------------------------


def _to(label: str, page: str) -> Callable[[Known], Step]:
    return lambda one: Step(label, address(page, one.row.mre.pk))


def _assign(one: Known) -> Step:
    """A request that is parked enters the queue first."""
    if one.row.mre.parked:
        return _to("Release", "intake:release")(one)
    return _to("Assign", "intake:assign")(one)


def _move(one: Known) -> Step | None:
    return None if one.row.mre.parked else _to("Move", "intake:move_request")(one)


def _nudge(one: Known) -> Step:
    refused = refusal(check_nudge_helps, one.row.mentor, one.nudged)
    return replace(_to("Nudge", "intake:nudge")(one), refused=refused)


def _record(one: Known) -> Step:
    if one.unrecorded:
        return Step("Record session", address("intake:session_held", one.unrecorded.pk))
    return _to("Record session", "intake:session_record")(one)


def _did_not_come(one: Known) -> Step | None:
    if one.unrecorded is None:
        return None
    return Step("Client did not come", address("intake:session_missed", one.unrecorded.pk))


def _snooze(one: Known) -> Step | None:
    if one.row.snooze:
        return _to("Take up again", "intake:take_up")(one)
    return None if one.row.mre.parked else _to("Snooze", "intake:snooze")(one)


_give = _to("Give to another", "intake:assign")
_log = _to("Log attempt", "intake:attempt")
_close = _to("Close", "intake:end")
_withdraw = _to("Withdraw", "intake:withdraw")

STEPS: dict[Stage, tuple[Callable[[Known], Step | None], ...]] = {
    Stage.NOT_ASSIGNED: (_assign, _withdraw, _move, _snooze),
    Stage.NOT_ACCEPTED: (_nudge, _give, _withdraw, _snooze),
    Stage.NOT_CONTACTED: (_nudge, _log, _close, _give, _snooze),
    Stage.NOT_COUNSELED: (_nudge, _record, _did_not_come, _close, _give, _snooze),
    Stage.IN_MENTORING: (_nudge, _record, _close),
}
