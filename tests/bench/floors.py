"""The floor of each page: what the best SQL we could write by hand takes for the same rows.

The statements lie in `floors/`, one file for each page; `{name}` stands for what is told of the
page below, or for the file `_name.sql`. They may assume what a program has to find out: whose
chapters the reader sees, which instants the period has. They work out nothing that needs no rows.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from intake.national import SIGN_INS
from tests.bench.page_list import ADMINISTRATOR, CHAIR, CHAPTER, Page

FOLDER = Path(__file__).parent / "floors"
NEAR = {
    "chapter": "v.chapter_id = w.chapter_id",
    "district": "ch.district_id = w.district_id",
    "region": "d.region_id = w.region_id AND (ch.district_id = w.district_id OR p.serves_outside)",
    "outside": "(ch.district_id = w.district_id OR p.serves_outside)",
}
"""Who may be offered, by how far the shortlist reaches."""
BAKERY = "p.words @@ plainto_tsquery('english', 'bakery')"
NEW, LED, CLOSED, OWN = ({"which": f"%({name})s"} for name in ("new", "led", "closed", "own"))
FLOORS: dict[str, tuple[str, dict[str, str]]] = {
    "Queue": ("queue", {}),
    "Watch list": ("watch", {}),
    "All requests": ("requests", {}),
    "Pulse of the queue (every 5 s)": ("pulse", {}),
    "Pane beside the queue": ("pane", NEW | {"near": NEAR["chapter"]}),
    "Request with its shortlist": (
        "shortlist",
        NEW | {"near": NEAR["chapter"], "there": NEAR["region"]},
    ),
    "Shortlist, district": ("shortlist", NEW | {"near": NEAR["district"], "there": NEAR["region"]}),
    "Shortlist, region": (
        "shortlist",
        NEW | {"near": NEAR["region"], "there": "d.region_id = w.region_id"},
    ),
    "Shortlist, all": ("shortlist", NEW | {"near": NEAR["outside"], "there": "true"}),
    "Shortlist, search": (
        "shortlist",
        NEW | {"near": f"{NEAR['region']} AND {BAKERY}", "there": BAKERY},
    ),
    "Request with a mentor": ("request", LED),
    "Request that is closed": ("request", CLOSED),
    "Clocks of a request": ("clocks", LED),
    "Client": ("client", {}),
    "All requests, closed ones": ("requests_closed", {}),
    "All requests, last page": ("requests_last", {}),
    "Search, a number": ("find_number", {}),
    "Search, an e-mail": ("find_email", {}),
    "Search, a last name": ("find_words", {"query": "lower(%(name)s)::tsquery"}),
    "Search, a first name": ("find_words", {"query": "lower(%(first_name)s)::tsquery"}),
    "Proposal for the queue": ("proposal", {}),
    "Roster": ("roster", {}),
    "Roster, a mentor": ("person", {}),
    "Outbox": ("outbox", {}),
    "My requests": ("desk", {}),
    "My closed requests": ("desk_closed", {}),
    "My sessions": ("sessions", {}),
    "Own request": ("request", OWN),
    "Availability": ("availability", {}),
    "How I am seen": ("seen", {}),
    "Overview": ("overview", {"unit": "ch.district_id"}),
    "Not yet assigned": ("list", {"stage": "m.status = 'need_action'", "begun": "m.status_since"}),
    "Not yet accepted": ("list", {"stage": "m.status = 'assigned'", "begun": "a.assigned_at"}),
    "Not yet contacted": (
        "list",
        {"stage": "m.status = 'accepted' AND a.contacted_at IS NULL", "begun": "a.answered_at"},
    ),
    "Not yet counseled": (
        "list",
        {
            "stage": "m.status = 'accepted' AND a.contacted_at IS NOT NULL AND "
            "a.counseled_at IS NULL",
            "begun": "a.contacted_at",
        },
    ),
    "In mentoring": (
        "list",
        {"stage": "m.status = 'accepted' AND a.counseled_at IS NOT NULL", "begun": "counseled_at"},
    ),
    "Timing": ("timing", {"unit": "m.chapter_id"}),
    "Trend": ("trend", {}),
    "Mentors’ activity": ("activity", {}),
    "Activity of a mentor": ("activity_mentor", {}),
    "Conversion": ("conversion", {}),
    "Coverage": ("coverage", {}),
    "Fairness": ("fairness", {}),
    "Form for a request": ("form", {}),
    "Directory of mentors": ("directory", {}),
}
"""Of each page by its title, that of reports without their period."""
CHAPTERS = """
SELECT array_agg(ch.id) FROM mentors_position p
JOIN mentors_volunteer v ON v.id = p.volunteer_id
JOIN mentors_chapter ch ON true JOIN mentors_district d ON d.id = ch.district_id
WHERE v.email = %(email)s AND (p.ends_on IS NULL OR p.ends_on >= current_date)
AND (ch.id = p.chapter_id OR d.id = p.district_id OR d.region_id = p.region_id)
"""


@dataclass(frozen=True)
class Floor:
    """The statements of one page for one reader in one database."""

    statements: list[str]
    known: dict[str, Any]

    def took(self, connection: Any) -> float:
        """The seconds until all rows have come."""
        started = perf_counter()
        with connection.cursor() as cursor:
            for statement in self.statements:
                cursor.execute(statement, self.known)
                cursor.fetchall()
        return perf_counter() - started


def floor_of(page: Page, connection: Any, targets: dict[str, Any]) -> Floor:
    """The floor of a page. Of the proposal, the rows: who gets whom is no question for SQL."""
    title, _, period = page.title.partition(", ")
    name, words = FLOORS.get(page.title) or FLOORS[title]
    span = "year" if period == "12 months" else "month"
    told = {"since": f"%({span})s", "before": f"%({span}_before)s"}
    told |= _scope(page.role) | words
    email = SIGN_INS.get(page.role, "")
    known = targets | _instants() | _reader(connection, email)
    return Floor(_statements(name, tuple(sorted(told.items()))), known)


def _scope(role: str) -> dict[str, str]:
    """What the reader sees. Of one chapter the database is told so: it then reads in order."""
    if role == ADMINISTRATOR:
        return {"scope": "NOT m.parked", "people": "true", "given": "true"}
    one = role in (CHAPTER, CHAIR)
    where = "chapter_id = %(chapter)s" if one else "chapter_id = ANY (%(chapters)s)"
    active = f"SELECT id FROM mentors_volunteer WHERE {where} AND status = 'active'"
    return {
        "scope": f"m.{where} AND NOT m.parked",
        "people": f"v.{where}",
        "given": f"a.mentor_id = ANY (ARRAY({active}))",
    }


def _instants() -> dict[str, datetime]:
    """Now, and the beginnings of the periods of the reports and of those before them."""
    now = datetime.now(UTC)  # noqa: TID251
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = today - timedelta(days=29)
    year = (today - timedelta(days=335)).replace(day=1)
    return {
        "now": now,
        "month": month,
        "month_before": month - timedelta(days=30),
        "year": year,
        "year_before": year.replace(year=year.year - 1),
    }


def _reader(connection: Any, email: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM mentors_volunteer WHERE email = %(email)s", {"email": email})
        (me,) = cursor.fetchone() or (None,)
        cursor.execute(CHAPTERS, {"email": email})
        (chapters,) = cursor.fetchone()
    return {"me": me, "chapters": chapters or [], "chapter": min(chapters or [0])}


@cache
def _statements(name: str, told: tuple[tuple[str, str], ...]) -> list[str]:
    text = _written(name, dict(told))
    return [part for part in text.split(";") if part.strip()]


def _written(name: str, told: dict[str, str]) -> str:
    """The file with everything in its place."""
    text = (FOLDER / f"{name}.sql").read_text()
    for hole in sorted(set(re.findall(r"\{(\w+)\}", text))):
        text = text.replace(f"{{{hole}}}", told.get(hole) or _written(f"_{hole}", told))
    return text
