"""The pages that each role opens daily, and which person, request or client they are about."""

import re
from dataclasses import dataclass, field
from typing import Any

from intake.national import SIGN_INS

WORK, REPORT = "work", "report"
"""Working pages must not notice history; reports may take time for the rows of their period."""
YEAR = "?span=12-months"


@dataclass(frozen=True)
class Page:
    """One page, as one role opens it. `{new}` and the like in the address: see `TARGETS`."""

    title: str
    role: str
    address: str
    kind: str = WORK
    is_part: bool = False
    """Whether a script asks for it, to put it into a page that is open."""
    data: dict[str, str] = field(default_factory=dict)
    """What is posted; without it the page is read."""

    @property
    def about(self) -> set[str]:
        """The names of what the address is about."""
        return set(re.findall(r"\{(\w+)\}", self.address))


def _work(role: str, pages: dict[str, str], **more: Any) -> list[Page]:
    return [Page(title, role, address, **more) for title, address in pages.items()]


def _reports(role: str, pages: dict[str, str], **more: Any) -> list[Page]:
    return [
        Page(title, role, f"/reports/{address}", REPORT, **more) for title, address in pages.items()
    ]


CHAPTER = "coordinator of a chapter"
REGION = "coordinator of a region"
LEADER = "leader of a region"
ADMINISTRATOR = "administrator"
MENTOR = "mentor"
CHAIR = "membership chair"

LISTS = {"Queue": "/queue/", "Watch list": "/watch/", "All requests": "/requests/"}
REPORTS = {
    "Overview": "",
    "Not yet assigned": "not-yet-assigned/",
    "Not yet accepted": "not-yet-accepted/",
    "Not yet contacted": "not-yet-contacted/",
    "Not yet counseled": "not-yet-counseled/",
    "In mentoring": "in-mentoring/",
    "Timing, 30 days": "timing/",
    "Mentors’ activity, 30 days": "activity/",
    "Conversion, 30 days": "conversion/?span=30-days",
    "Coverage, 30 days": "coverage/?span=30-days",
    "Fairness, 30 days": "fairness/?span=30-days",
}
REPORTS_OF_A_YEAR = {
    "Timing, 12 months": f"timing/{YEAR}",
    "Mentors’ activity, 12 months": f"activity/{YEAR}",
    "Conversion, 12 months": f"conversion/{YEAR}",
    "Coverage, 12 months": f"coverage/{YEAR}",
    "Fairness, 12 months": f"fairness/{YEAR}",
}
TREND = {"Trend, 12 months": "timing/submission_to_notes/trend/"}
"""Comes into the overview and the timing when they are shown; there are three of them."""
PAGES = (
    *_work(CHAPTER, LISTS),
    Page("Pulse of the queue (every 5 s)", CHAPTER, "/queue/pulse/", data={"stamp": "", "row": ""}),
    *_work(CHAPTER, {"Pane beside the queue": "/requests/{new}/preview/"}, is_part=True),
    *_work(
        CHAPTER,
        {
            "Request with its shortlist": "/requests/{new}/",
            "Shortlist, district": "/requests/{new}/?tier=district",
            "Shortlist, region": "/requests/{new}/?tier=region",
            "Shortlist, all": "/requests/{new}/?tier=outside",
            "Shortlist, search": "/requests/{new}/?q=bakery",
            "Request with a mentor": "/requests/{led}/",
            "Request that is closed": "/requests/{closed}/",
            "Clocks of a request": "/requests/{led}/clocks/",
            "Client": "/clients/{client}/",
            "All requests, closed ones": "/requests/?status=complete",
            "All requests, last page": "/requests/?page=999999",
            "Search, a number": "/find/?q=MR-{led}",
            "Search, an e-mail": "/find/?q={email}",
            "Search, a last name": "/find/?q={name}",
            "Proposal for the queue": "/queue/proposal/",
            "Roster": "/roster/",
            "Roster, a mentor": "/roster/{mentor}/",
        },
    ),
    *_work(REGION, LISTS),
    *_work(
        ADMINISTRATOR,
        LISTS
        | {
            "Search, a last name": "/find/?q={name}",
            "Search, a first name": "/find/?q={first_name}",
            "Roster": "/roster/",
            "Outbox": "/outbox/",
        },
    ),
    *_work(
        MENTOR,
        {
            "My requests": "/desk/",
            "My closed requests": "/desk/closed/",
            "My sessions": "/sessions/",
            "Own request": "/requests/{own}/",
            "Availability": "/availability/",
            "How I am seen": "/availability/seen/",
        },
    ),
    *_reports(LEADER, REPORTS),
    *_reports(LEADER, TREND, is_part=True),
    *_reports(
        CHAIR,
        {
            "Mentors’ activity, 30 days": "activity/",
            "Activity of a mentor": "activity/{chaired}/",
        },
    ),
    *_reports(ADMINISTRATOR, REPORTS | REPORTS_OF_A_YEAR),
    *_reports(ADMINISTRATOR, TREND, is_part=True),
    *_work("visitor", {"Form for a request": "/request/", "Directory of mentors": "/mentors/"}),
)

_OF_CHAPTER = "FROM intake_mentoringrequest m WHERE m.chapter_id = %(chapter)s"
TARGETS = {
    "new": f"""SELECT id {_OF_CHAPTER} AND status = 'need_action' AND queue_reason = 'new'
        AND NOT parked ORDER BY waiting_since, id LIMIT 1""",
    "led": f"""SELECT id {_OF_CHAPTER} AND status = 'accepted' AND NOT parked
        ORDER BY submitted_at DESC, id DESC LIMIT 1""",
    "closed": f"""SELECT id {_OF_CHAPTER} AND status = 'complete' AND NOT parked
        ORDER BY submitted_at DESC, id DESC LIMIT 1""",
    "client": f"""SELECT client_id {_OF_CHAPTER} AND status = 'accepted' AND NOT parked
        ORDER BY submitted_at DESC, id DESC LIMIT 1""",
    "email": f"""SELECT c.email FROM intake_client c WHERE c.id = (SELECT client_id {_OF_CHAPTER}
        AND status = 'accepted' AND NOT parked ORDER BY submitted_at DESC, id DESC LIMIT 1)""",
    "mentor": """SELECT v.id FROM mentors_volunteer v
        WHERE v.chapter_id = %(chapter)s AND v.classification = 'mentor' AND v.status = 'active'
        ORDER BY v.id DESC LIMIT 1""",
    "own": """SELECT m.id FROM intake_mentoringrequest m
        JOIN intake_assignment a ON a.id = m.current_id
        JOIN mentors_volunteer v ON v.id = a.mentor_id
        WHERE v.email = %(mentor)s ORDER BY m.status = 'accepted' DESC, m.id DESC LIMIT 1""",
    "chaired": """SELECT v.id FROM mentors_position p
        JOIN mentors_volunteer c ON c.id = p.volunteer_id
        JOIN mentors_volunteer v ON v.chapter_id = p.chapter_id
        WHERE c.email = %(chair)s AND p.role = 'membership_chair'
        AND v.classification = 'mentor' AND v.status = 'active' ORDER BY v.id DESC LIMIT 1""",
}
COORDINATED = """SELECT p.chapter_id FROM mentors_position p
    JOIN mentors_volunteer v ON v.id = p.volunteer_id
    WHERE v.email = %(coordinator)s AND p.role = 'rcic' AND p.chapter_id IS NOT NULL"""
NAMES = {"name": "Nguyen", "first_name": "Jennifer"}
"""What is searched for: names that many have."""


def targets(connection: Any) -> dict[str, Any]:
    """What the addresses are about in this database: the same kinds of people in each size.

    What there is none of is left out.
    """
    known = {"coordinator": SIGN_INS[CHAPTER], "mentor": SIGN_INS[MENTOR], "chair": SIGN_INS[CHAIR]}
    with connection.cursor() as cursor:
        known["chapter"] = _one(cursor, COORDINATED, known)
        found = {name: _one(cursor, sql, known) for name, sql in TARGETS.items()}
    return NAMES | {name: value for name, value in found.items() if value is not None}


def _one(cursor: Any, sql: str, known: dict[str, Any]) -> Any:
    cursor.execute(sql, known)
    (value,) = cursor.fetchone() or (None,)
    return value
