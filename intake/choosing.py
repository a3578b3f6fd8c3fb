"""The choice of one mentor for one request, and what is kept of the shortlist he stood on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from intake.mentor_facts import candidates, sketches, with_workload
from intake.models import MentoringRequest
from intake.needs import need_of
from intake.shortlist import Looked, ranking, reach, speaking
from mentors import matching
from mentors.eligibility import Obstacle, Shortlist, obstacles, sift
from mentors.finding import said_of
from mentors.matching import Candidate, Need, Ranked
from mentors.models import Volunteer
from mentors.weights import DEFAULT_WEIGHTS

MOST_KEPT = 12
"""So many of a shortlist are kept with the choice: a page of it."""


@dataclass(frozen=True)
class Choice:
    """One mentor considered for one request."""

    tier: str
    obstacles: tuple[Obstacle, ...]
    reasons: tuple[str, ...]
    offered: dict[str, Any]
    """What is kept with the assignment of the shortlist as it stood."""

    @property
    def final(self) -> str:
        """Why he cannot be assigned at all; empty if he can."""
        return next((o.text for o in self.obstacles if not o.can_override), "")

    @property
    def needs_note(self) -> str:
        """Why assigning him takes a note; empty if it does not."""
        return next((o.text for o in self.obstacles if o.needs_note), "")


def consider(mre: MentoringRequest, mentor: Volunteer, now: datetime) -> Choice:
    """The mentor for whom the client asked: nobody chose from a list."""
    need = need_of(mre)
    [himself] = candidates(Volunteer.objects.filter(pk=mentor.pk), now)
    against, ranked = _weigh(need, himself)
    return _choice(ranked, against, {"direct": True})


def choose(mre: MentoringRequest, mentor: Volunteer, now: datetime, looked: Looked) -> Choice:
    """This mentor, beside the others on the shortlist from which he is chosen.

    That is read anew at the moment of the decision: of what a browser has shown only how far and
    for whom it looked is believed. Without that it is the shortlist of the mentor's own tier. Only
    mentors of the tier are read.
    """
    need = need_of(mre)
    tier = looked.tier or _tier_of(need, mentor)
    listed = Volunteer.objects.mentors().filter(reach(need, tier), said_of(looked.words))
    both = Volunteer.objects.filter(Q(pk=mentor.pk) | Q(pk__in=listed.values("pk")))
    found = sketches(both, now, need)
    sifted = sift(need, speaking(looked.language, found))
    shortlist = ranking(need, sifted, tier, now)
    against, ranked = _weigh(need, _himself(mentor, found, shortlist, now))
    kept = _kept(looked, shortlist, ranked, against)
    return _choice(ranked, against, kept)


def _tier_of(need: Need, mentor: Volunteer) -> str:
    chapter = mentor.chapter
    where = Candidate(
        id=mentor.pk,
        name="",
        chapter_id=chapter.pk if chapter else 0,
        district_id=chapter.district_id if chapter else None,
        region_id=chapter.district.region_id if chapter else None,
    )
    return matching.tier_of(need, where)


def _himself(
    mentor: Volunteer, found: Sequence[Candidate], shortlist: Shortlist, now: datetime
) -> Candidate:
    """With all facts: ranked already, or picked although something stands against him."""
    for row in shortlist.ranked:
        if row.candidate.id == mentor.pk:
            return row.candidate
    [himself] = with_workload([one for one in found if one.id == mentor.pk], now)
    return himself


def _weigh(need: Need, candidate: Candidate) -> tuple[tuple[Obstacle, ...], Ranked]:
    ranked = matching.rank(need, candidate, DEFAULT_WEIGHTS)
    return obstacles(need, candidate), ranked


def _choice(ranked: Ranked, against: tuple[Obstacle, ...], offered: dict[str, Any]) -> Choice:
    return Choice(ranked.tier, against, tuple(one.text for one in ranked.fit), offered)


def _kept(
    looked: Looked, shortlist: Shortlist, chosen: Ranked, against: Sequence[Obstacle]
) -> dict[str, Any]:
    """As JSON; `intake.pages.offered` reads it. `place` is missing for who is not on the list."""
    ids = [row.candidate.id for row in shortlist.ranked]
    himself = chosen.candidate.id
    return {
        "tier": shortlist.tier,
        "words": looked.words,
        "language": looked.language,
        "eligible": len(ids),
        "not_available": len(shortlist.missing),
        "listed": [_line(row) for row in shortlist.ranked[:MOST_KEPT]],
        "place": ids.index(himself) + 1 if himself in ids else None,
        "score": round(chosen.score, 2),
        "parts": [
            {"kind": part.kind, "words": part.text, "points": round(part.points, 2)}
            for part in chosen.reasons
        ],
        "obstacles": [obstacle.text for obstacle in against],
    }


def _line(row: Ranked) -> dict[str, Any]:
    return {"id": row.candidate.id, "name": row.candidate.name, "score": round(row.score, 2)}
