"""Rows of requests.csv and events.csv as what they mean."""

from intake.enums import MeetBy, SessionMode
from intake.history import cells
from intake.history.reader import Refusal, Row
from intake.history.records import Asked, Happened
from intake.history.world import Person, World

LONGEST_ID = 60
LONGEST_NAME = 100
LONGEST_QUESTION = 20_000
MEET_BY = cells.codes(MeetBy.choices) | {"": MeetBy.NO_PREFERENCE.value}
KINDS = """assigned accepted declined requeued handed_back transferred contact session_scheduled
session_held session_missed notes_entered closed reopened moved"""
BY_KIND = {kind: kind for kind in KINDS.split()}


def asked(row: Row, world: World) -> Asked:
    """A request, with the rows that it names. Raises Refusal."""
    (
        request_id, client_id, chapter_code, submitted_at, area,
        existing, business_type, business_name, question, origination_url, meet_by, requested,
    ) = row.cells  # fmt: skip
    place = world.places.get(cells.words(chapter_code, "chapter_code", LONGEST_ID, needed=True))
    if place is None:
        raise Refusal(f"Chapter “{chapter_code}” is not known.")
    return Asked(
        line=row.line,
        request_id=cells.words(request_id, "request_id", LONGEST_ID, needed=True),
        client_id=cells.words(client_id, "client_id", LONGEST_ID, needed=True),
        place=place,
        submitted_at=cells.instant(submitted_at.strip(), "submitted_at"),
        area=_area(area, world),
        existing=cells.flag(existing.strip(), "existing"),
        business_type=_business_type(business_type, world),
        business_name=cells.words(business_name, "business_name", 150),
        question=cells.words(question, "question", LONGEST_QUESTION),
        origination_url=cells.words(origination_url, "origination_url", 500),
        meet_by=cells.code(meet_by, "meet_by", MEET_BY),
        requested=person(requested, "requested_mentor_id", world) if requested.strip() else None,
    )


def _area(name: str, world: World) -> int:
    found = world.areas.get(cells.words(name, "area", LONGEST_NAME, needed=True).casefold())
    if found is None:
        raise Refusal(f"Mentoring area “{name}” is not on the list.")
    return found


def _business_type(name: str, world: World) -> int | None:
    if not name.strip():
        return None
    found = world.business_types.get(name.strip().casefold())
    if found is None:
        raise Refusal(f"Type of business “{name}” is not on the list.")
    return found


def person(external_id: str, column: str, world: World) -> Person:
    """A volunteer by his id in the old system. Raises Refusal."""
    found = world.people.get(external_id.strip())
    if found is None:
        why = f": volunteer “{external_id}” is not known." if external_id.strip() else " is empty."
        raise Refusal(column + why)
    return found


def happened(row: Row) -> Happened:
    """An event, not yet looked at closely. Raises Refusal."""
    _, at, kind, actor, mentor, value, minutes, text = row.cells
    what = cells.code(kind, "kind", BY_KIND)
    return Happened(
        row.line, cells.instant(at.strip(), "at"), what, actor, mentor, value, minutes, text
    )


def mode(meet_by: str) -> str:
    """How people met of whom that is not said: as the client wished, else by video."""
    return meet_by if meet_by in SessionMode.values else SessionMode.VIDEO.value
