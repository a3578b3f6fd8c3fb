"""Finding the mentor: who is offered for a request, tier by tier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from intake.mentor_facts import sketches, with_workload
from intake.models import MentoringRequest
from intake.needs import need_of
from mentors import eligibility
from mentors.eligibility import Shortlist, Sifted, sift
from mentors.finding import said_of
from mentors.matching import CHAPTER, DISTRICT, OUTSIDE, REGION, Candidate, Need
from mentors.models import Volunteer
from mentors.weights import DEFAULT_WEIGHTS


@dataclass(frozen=True)
class Looked:
    """How far a coordinator looked, and for whom."""

    tier: str = ""
    """Empty: as far as is needed."""
    words: str = ""
    language: str = ""


@dataclass(frozen=True)
class Offer:
    """For one request: the shortlist of a tier, and how many each tier would offer.

    `counts` includes the nearer tiers; of a search, it counts those it found. `further` says how
    many a search found beyond the open tier, by their own tier, available or not.
    """

    shortlist: Shortlist
    counts: dict[str, int]
    further: dict[str, int]
    languages: Sequence[str]

    @property
    def tier(self) -> str:
        """How far this shortlist reaches."""
        return self.shortlist.tier


def offer(mre: MentoringRequest, now: datetime, looked: Looked | None = None) -> Offer:
    """The shortlist of a tier; without one, of the nearest that has somebody eligible.

    The number of queries does not depend on the number of mentors.
    """
    looked, need = looked or Looked(), need_of(mre)
    found = sketches(_worth_a_look(need, looked), now, need)
    sifted = sift(need, speaking(looked.language, found))
    tier = looked.tier or sifted.local_tier
    if tier == REGION and not looked.tier and not looked.words:
        # Nobody near: now also those are listed who do not serve clients so far away, with why.
        return offer(mre, now, Looked(REGION, language=looked.language))
    return Offer(
        shortlist=ranking(need, sifted, tier, now),
        counts=sifted.counts,
        further=sifted.beyond(tier) if looked.words else {},
        languages=sorted({name for one in found for name in one.languages} - {"English"}),
    )


def _worth_a_look(need: Need, looked: Looked) -> QuerySet[Volunteer]:
    """Whom to read: for a search everybody found; else who is listed or counted in this tier.

    Who does not serve clients outside the local area is listed beyond the district, but never
    counted there; so while only the chapter or the district is open, most of the region is not
    read. Nobody outside the region is, until somebody looks there.
    """
    mentors = Volunteer.objects.mentors()
    if looked.words:
        return mentors.filter(said_of(looked.words))
    if looked.tier in (REGION, OUTSIDE):
        return mentors.filter(reach(need, looked.tier))
    near = Q(chapter__district=need.district_id) | Q(profile__serves_outside=True)
    return mentors.filter(reach(need, REGION), near)


def reach(need: Need, tier: str) -> Q:
    """The volunteers of a tier, the nearer ones included."""
    return {
        CHAPTER: Q(chapter=need.chapter_id),
        DISTRICT: Q(chapter__district=need.district_id),
        REGION: Q(chapter__district__region=need.region_id),
        OUTSIDE: Q(),
    }[tier]


def speaking(language: str, found: Iterable[Candidate]) -> list[Candidate]:
    """Those who speak it; all for no language."""
    return [one for one in found if not language or language in one.languages]


def ranking(need: Need, sifted: Sifted, tier: str, now: datetime) -> Shortlist:
    """The shortlist of a tier. Two queries: only who is ranked is asked for more facts."""
    return eligibility.shortlist(
        need, sifted, DEFAULT_WEIGHTS, tier, complete=lambda found: with_workload(found, now)
    )


# --- One mentor ---------------------------------------------------------------------------------


def why_not_direct(mentor: Volunteer, now: datetime) -> str:
    """Why a client's wish for this mentor goes to the queue instead; empty if it need not."""
    candidate = _himself(mentor, now)
    if not candidate.assignable:
        return candidate.not_assignable_reason
    if not mentor.profile.accepts_direct:
        return "does not take direct requests"
    return "has reached the weekly limit" if candidate.at_limit else ""


def taking_direct(mentors: QuerySet[Volunteer], now: datetime) -> set[int]:
    """Which of these would be given at once to a client who asks for them. Three queries."""
    willing = mentors.filter(profile__accepts_direct=True)
    return {one.id for one in sketches(willing, now) if one.assignable and not one.at_limit}


def why_not_assignable(mentor: Volunteer, now: datetime) -> str:
    """Why nobody may be given to this person today; empty if an active mentor who is not paused."""
    return _himself(mentor, now).not_assignable_reason


def _himself(mentor: Volunteer, now: datetime) -> Candidate:
    [candidate] = sketches(Volunteer.objects.filter(pk=mentor.pk), now)
    return candidate
