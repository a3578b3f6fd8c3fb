"""A mentor proposed for every waiting request: the facts for `mentors.proposing`, and its words.

No request of a browser and no clock: the views read both and hand them in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from intake.mentor_facts import sketches, with_workload
from intake.models import MentoringRequest
from intake.needs import NEED, needs_of
from intake.pages.several import assigned_before
from intake.querysets import RequestQuerySet
from mentors.board import Waiting
from mentors.matching import CHAPTER, DISTRICT, REGION, Ranked
from mentors.models import Volunteer
from mentors.proposing import Plan, Proposal, propose
from mentors.weights import DEFAULT_WEIGHTS
from mentors.words import day_in_words

MOST = 500
"""So many requests in one proposal, those that have waited longest."""
WORTH_TELLING = 0.0005
"""A gain below this would be shown as 0.0 %."""
WHERE = {CHAPTER: "own chapter", DISTRICT: "district", REGION: "region"}


@dataclass(frozen=True)
class Option:
    """One mentor to choose for a request, in the words of the list."""

    mentor_id: int
    words: str


@dataclass(frozen=True)
class Line:
    """One request with what is proposed for it. `note` is filled in where one is required."""

    mre: MentoringRequest
    proposal: Proposal
    options: Sequence[Option]
    note: str

    @property
    def where(self) -> str:
        """How far the mentor was sought: “own chapter”."""
        return WHERE[self.proposal.proposed.tier] if self.proposal.proposed else ""


@dataclass(frozen=True)
class Page:
    """The whole proposal: a line for each request, and what it comes to."""

    lines: Sequence[Line]
    plan: Plan

    @property
    def proposed(self) -> int:
        """How many get a mentor."""
        return self.plan.total.proposed

    @property
    def left(self) -> int:
        """How many stay in the queue."""
        return len(self.lines) - self.proposed

    @property
    def gain(self) -> str:
        """“12.3 %”: how much better in total than one by one; empty if it is not."""
        gain = self.plan.gain
        return f"{gain * 100:.1f} %" if gain >= WORTH_TELLING else ""

    @property
    def more(self) -> int:
        """How many would have gone without a mentor, one by one."""
        return self.proposed - self.plan.one_by_one.proposed


def waiting(rows: RequestQuerySet) -> RequestQuerySet:
    """Those of these requests for which a mentor can be proposed, longest wait first."""
    return rows.need_action().filter(parked=False).order_by("waiting_since", "pk")


def undecided(rows: RequestQuerySet) -> RequestQuerySet:
    """Those for which nobody is proposed by the mentor before: that is for a person to decide."""
    return rows.filter(proposed_mentor__isnull=True)


READ = (
    "business_name",
    "question",
    "language",
    "waiting_since",
    "client__first_name",
    "client__last_name",
    "chapter__name",
    "chapter__time_zone",
    "chapter__district__region",
    "area__name",
    "business_type__name",
)
"""What a line shows of a request, and what its need is read off."""


def page(rows: RequestQuerySet, now: datetime) -> Page:
    """The proposal for these requests, 500 at most. Eight queries, whatever their number.

    Three more if there is one for which nobody can be proposed: only to say why, those are read
    who could not be proposed for any.
    """
    mres = list(rows.select_related("client", *NEED).only(*READ)[:MOST])
    plan, before = _plan(mres, now), assigned_before(mres)
    lines = [
        Line(mre, row, _options(row), _note(mre, row) if mre.pk in before else "")
        for mre, row in zip(mres, plan.proposals, strict=True)
    ]
    return Page(lines, plan)


def _plan(mres: Sequence[MentoringRequest], now: datetime) -> Plan:
    needs = needs_of(mres)
    districts = {mre.chapter.district for mre in mres}
    regions = {district.region_id for district in districts}
    mentors = Volunteer.objects.mentors().filter(chapter__district__region__in=regions)
    within_reach = Q(chapter__district__in=districts) | Q(profile__serves_outside=True)
    return propose(
        [Waiting(mre.pk, needs[mre.pk]) for mre in mres],
        sketches(mentors.filter(within_reach), now),
        DEFAULT_WEIGHTS,
        complete=lambda found: with_workload(found, now),
        everybody=lambda: sketches(mentors, now),
    )


def _options(row: Proposal) -> list[Option]:
    """Who can be chosen: the proposed first, then the next best."""
    options = [_option(row.proposed, row.this_week)] if row.proposed else []
    for other in row.alternatives:
        one = other.ranked.candidate
        full = "no place left after this" if other.is_full else one.this_week
        options.append(_option(other.ranked, full))
    return options


def _option(ranked: Ranked, places: str) -> Option:
    one = ranked.candidate
    fit = ", ".join(reason.text for reason in ranked.fit)
    far = "" if ranked.tier == CHAPTER else f", {one.chapter_name}"
    return Option(one.id, f"{one.name}{far}: {fit} ({places})")


def _note(mre: MentoringRequest, row: Proposal) -> str:
    """Why this mentor now, for a request that had one already: the coordinator may change it."""
    assert mre.waiting_since is not None  # held by request_waits_until_accepted
    day = day_in_words(mre.waiting_since.astimezone(mre.chapter.zone).date())
    since = f"{mre.client.first_name} has waited since {day}."
    if row.proposed is None:
        return since
    return f"{since} Why you: {', '.join(reason.text for reason in row.proposed.fit)}."
