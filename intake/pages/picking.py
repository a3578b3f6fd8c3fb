"""Choosing a mentor: what the Assign card shows of the shortlist, and by when he would be asked.

No request of a browser and no clock: the views read both and hand them in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator

from intake.calendar import BusinessCalendar, Explanation
from intake.models import MentoringRequest
from intake.policy import Policy
from intake.shortlist import Looked, Offer, offer
from mentors.eligibility import NotAvailable, by_kind, first_by_name
from mentors.matching import (
    CHAPTER,
    DISTRICT,
    OUTSIDE,
    REGION,
    TIERS,
    Candidate,
    Ranked,
    Reason,
)
from mentors.words import zone_in_words
from mentors.zones import zone_called

PER_PAGE = 12
MOST_PER_KIND = 10
"""Mentors named under each reason for not being available; the others are found by name."""

KINDS = {
    "refused": "Declined or did not answer this request",
    "not_assignable": "Cannot be assigned now",
    "outside": "Do not serve clients outside their local area",
    "limit": "Have reached their weekly limit",
    "no_match": "Offer nothing that the request asks for",
}
TONES = {"continuity": "primary", "area": "green", "business_type": "green", "language": "azure"}


@dataclass(frozen=True)
class Search(Looked):
    """How far to look, and for whom; without a tier, the nearest that has somebody eligible."""

    page: int = 1
    chosen: int | None = None
    """A mentor picked by hand: first in the list, available or not."""


@dataclass(frozen=True)
class Tab:
    """One tier to look in; `count` is empty where it would have to be searched first."""

    tier: str
    label: str
    count: int | None
    is_open: bool


@dataclass(frozen=True)
class Further:
    """Found by the search, but farther away: “5 outside the region”."""

    tier: str
    words: str


@dataclass(frozen=True)
class Choice:
    """One mentor of the list. `obstacle`: why he is not offered, if he was picked all the same."""

    candidate: Candidate
    reasons: Sequence[tuple[str, str]]
    """Words and tone."""
    has_it: bool = False
    obstacle: str = ""
    needs_note: bool = False

    @property
    def this_week(self) -> str:
        """Places taken: “1 of 3”; “1, no limit”."""
        limit = self.candidate.weekly_limit
        used = self.candidate.used_this_week
        return f"{used}, no limit" if limit is None else f"{used} of {limit}"

    @property
    def in_time(self) -> str:
        """“9 of 9 in time”."""
        answers = self.candidate.answers
        if not answers:
            return "not asked lately"
        return f"{self.candidate.answered_in_time} of {answers} in time"


@dataclass(frozen=True)
class Group:
    """Mentors who are not available for one kind of reason."""

    title: str
    rows: Sequence[NotAvailable]
    more: int


@dataclass(frozen=True)
class Due:
    """By when mentors of one zone would be asked to answer. `zone` is empty for the usual one."""

    zone: str
    respond: Explanation
    requeue: Explanation

    @property
    def closed(self) -> str:
        """“Thanksgiving Day is not counted”, for the closed days among the weekdays."""
        names = [day.why for day in self.requeue.closed]
        if not names:
            return ""
        return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not counted"


@dataclass(frozen=True)
class Picking:
    """All that the card shows."""

    tabs: Sequence[Tab]
    further: Sequence[Further]
    chosen: Choice | None
    choices: Sequence[Choice]
    page: Page
    groups: Sequence[Group]
    not_available: int
    languages: Sequence[str]
    tier: str
    place: str
    dues: Sequence[Due]

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to choose from."""
        return self.chosen is None and not self.choices

    @property
    def preselected(self) -> int | None:
        """Whose button is pressed to begin with: who was picked, else who fits best."""
        if self.chosen is not None:
            return self.chosen.candidate.id
        return next((row.candidate.id for row in self.choices if not row.has_it), None)


def pick(
    mre: MentoringRequest,
    search: Search,
    *,
    now: datetime,
    calendar: BusinessCalendar,
    policy: Policy,
) -> Picking:
    """The shortlist of a request as a coordinator searches it."""
    found = offer(mre, now, search)
    missing = found.shortlist.missing
    chosen = _chosen(found, search.chosen)
    rest = [row for row in found.shortlist.ranked if row.candidate.id != search.chosen]
    page = Paginator(rest, PER_PAGE).get_page(search.page)
    choices = [_choice(row, mre) for row in page]
    shown = [choice.candidate for choice in choices + ([chosen] if chosen else [])]
    return Picking(
        tabs=_tabs(mre, found, search),
        further=[Further(tier, _found(found, tier)) for tier in found.further],
        chosen=chosen,
        choices=choices,
        page=page,
        groups=_groups(missing),
        not_available=len(missing),
        languages=sorted({*found.languages, search.language} - {""}),
        tier=found.tier,
        place=_place(mre, found.tier),
        dues=_dues(mre, shown, now, calendar, policy),
    )


# --- Who ----------------------------------------------------------------------------------------


def _choice(row: Ranked, mre: MentoringRequest) -> Choice:
    return Choice(
        candidate=row.candidate,
        reasons=[_badge(reason) for reason in row.fit],
        has_it=mre.current is not None and mre.current.mentor_id == row.candidate.id,
    )


def _badge(reason: Reason) -> tuple[str, str]:
    return reason.text, TONES.get(reason.kind, "secondary")


def _chosen(found: Offer, mentor_id: int | None) -> Choice | None:
    """Who was picked by hand, if he is in this tier: with what stands against him."""
    for row in found.shortlist.ranked:
        if row.candidate.id == mentor_id:
            return Choice(row.candidate, [_badge(reason) for reason in row.fit])
    for missing in found.shortlist.missing:
        if missing.candidate.id == mentor_id and missing.can_override:
            return Choice(
                missing.candidate, [], obstacle=missing.why, needs_note=missing.needs_note
            )
    return None


def _groups(missing: Iterable[NotAvailable]) -> list[Group]:
    return [
        Group(KINDS[kind], first_by_name(rows, MOST_PER_KIND), max(0, len(rows) - MOST_PER_KIND))
        for kind, rows in by_kind(missing).items()
    ]


# --- Where --------------------------------------------------------------------------------------


def _tabs(mre: MentoringRequest, found: Offer, search: Search) -> list[Tab]:
    labels = {CHAPTER: mre.chapter.name, DISTRICT: "District", REGION: "Region", OUTSIDE: "All"}
    # Mentors outside the region are read only when somebody looks there, or for somebody.
    known = TIERS if found.tier == OUTSIDE or search.words else TIERS[:-1]
    return [
        Tab(tier, labels[tier], found.counts[tier] if tier in known else None, tier == found.tier)
        for tier in TIERS
    ]


FARTHER = {
    DISTRICT: "elsewhere in the district",
    REGION: "elsewhere in the region",
    OUTSIDE: "outside the region",
}


def _found(found: Offer, tier: str) -> str:
    more = "more " if found.shortlist.ranked or found.shortlist.missing else ""
    return f"{found.further[tier]} {more}{FARTHER[tier]}"


def _place(mre: MentoringRequest, tier: str) -> str:
    """Where the open tab looks, to end a sentence with."""
    return {
        CHAPTER: f"in {mre.chapter.name}",
        DISTRICT: f"in {mre.chapter.district.name}",
        REGION: "in the region",
        OUTSIDE: "anywhere",
    }[tier]


# --- By when ------------------------------------------------------------------------------------


def _dues(
    mre: MentoringRequest,
    shown: Iterable[Candidate],
    now: datetime,
    calendar: BusinessCalendar,
    policy: Policy,
) -> list[Due]:
    """The deadlines of an assignment made now: each mentor's clock runs in his own chapter.

    One for nearly everybody; a second one only while it is already tomorrow for some of them.
    """
    names = sorted({one.time_zone for one in shown} - {mre.chapter.time_zone})
    dues: dict[tuple[date, date], Due] = {}
    for name in [mre.chapter.time_zone, *names]:
        zone = zone_called(name)
        respond = calendar.explain_deadline(now, policy.respond_days, zone)
        requeue = calendar.explain_deadline(now, policy.requeue_days, zone)
        days = (respond.last_day, requeue.last_day)
        dues.setdefault(days, Due("" if not dues else zone_in_words(name), respond, requeue))
    return list(dues.values())
