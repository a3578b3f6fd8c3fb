"""Who is offered for a request and who is not, and why not: the shortlist of a tier.

Pure, on top of `mentors.matching`. A tier includes the nearer ones, so that widening a search never
loses anybody who was already listed.

Thousands are looked at and a dozen is shown. So what stands in the way is worked out once for each
mentor, as a kind; the words only for those who are shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import accumulate
from typing import NamedTuple

from mentors.matching import (
    CHAPTER,
    DISTRICT,
    OUTSIDE,
    REGION,
    TIERS,
    Candidate,
    Need,
    Ranked,
    best_first,
    earlier_mentor,
    offers_something,
    rank,
    tier_of,
)
from mentors.weights import Weights

FAR = (REGION, OUTSIDE)


# --- Obstacles ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a mentor is not offered, and whether a coordinator may assign them all the same."""

    kind: str
    text: str
    can_override: bool
    needs_note: bool = False


def obstacles(need: Need, candidate: Candidate) -> tuple[Obstacle, ...]:
    """Everything that keeps the mentor from being offered; nothing if eligible.

    Not assignable is final. A refusal of this request, a reached limit and not serving clients
    outside the local area can be overridden with a note. Offering nothing that fits can be
    overridden without one: the coordinator may know more than the lists say.
    """
    kinds = _kinds(need, candidate, tier_of(need, candidate))
    return tuple(
        Obstacle(
            kind,
            WORDS[kind](need, candidate),
            can_override=kind != "not_assignable",
            needs_note=kind in ("refused", "outside", "limit"),
        )
        for kind in kinds
    )


def is_eligible(need: Need, candidate: Candidate, tier: str) -> bool:
    """Whether nothing keeps the mentor, who is so near, from being offered."""
    return not next(_kinds(need, candidate, tier), "")


def hindrance(found: Iterable[Obstacle]) -> Obstacle | None:
    """What a single click does not pass: what is final, else what takes a note; None otherwise."""
    insisting = [one for one in found if one.needs_note or not one.can_override]
    final = (one for one in insisting if not one.can_override)
    return next(final, next(iter(insisting), None))


def _kinds(need: Need, candidate: Candidate, tier: str) -> Iterator[str]:
    """The one place that says who is eligible: nobody of whom this yields anything."""
    if candidate.id in need.refused:
        yield "refused"
    if not candidate.assignable:
        yield "not_assignable"
    if not candidate.serves_outside and tier in FAR:
        yield "outside"
    if candidate.at_limit:
        yield "limit"
    if not offers_something(need, candidate):
        yield "no_match"


def _limit_text(need: Need, candidate: Candidate) -> str:
    again = candidate.free_again and f", free again {candidate.free_again}"
    return f"{candidate.this_week}{again}"


def _no_match_text(need: Need, candidate: Candidate) -> str:
    wanted = [name for name in (need.area_name, need.business_type_name) if name]
    if not wanted:
        return "offers nothing that the request asks for"
    return f"offers neither {' nor '.join(wanted)}" if wanted[1:] else f"does not offer {wanted[0]}"


WORDS: Mapping[str, Callable[[Need, Candidate], str]] = {
    "refused": lambda need, one: need.refused[one.id],
    "not_assignable": lambda _, one: one.not_assignable_reason or "cannot be assigned at present",
    "outside": lambda *_: "does not serve clients outside the local area",
    "limit": _limit_text,
    "no_match": _no_match_text,
}
"""By kind, in the order in which they are told."""

OBSTACLE_KINDS = tuple(WORDS)


# --- Everybody who was looked at ------------------------------------------------------------------


class NotAvailable(NamedTuple):
    """A mentor who is not offered; `kind` is that of the first obstacle, to group by."""

    need: Need
    candidate: Candidate
    tier: str
    kind: str

    @property
    def why(self) -> str:
        """All that stands in the way, in words; and whether this client knows the mentor."""
        texts = [obstacle.text for obstacle in obstacles(self.need, self.candidate)]
        if year := self.need.continuity.get(self.candidate.id):
            texts.append(earlier_mentor(year))
        return "; ".join(texts)

    @property
    def can_override(self) -> bool:
        """Whether a coordinator may assign them all the same."""
        return all(one.can_override for one in obstacles(self.need, self.candidate))

    @property
    def needs_note(self) -> bool:
        """Whether that takes a note."""
        return any(one.needs_note for one in obstacles(self.need, self.candidate))


@dataclass(frozen=True)
class Sifted:
    """Each mentor who was looked at once, by how near he is: eligible or not available."""

    eligible: Mapping[str, list[Candidate]]
    not_available: Mapping[str, list[NotAvailable]]

    @property
    def counts(self) -> dict[str, int]:
        """How many mentors each tier would offer, the nearer tiers included."""
        return dict(zip(TIERS, accumulate(len(self.eligible[tier]) for tier in TIERS), strict=True))

    @property
    def local_tier(self) -> str:
        """Where to look first: in the chapter; if nobody there is eligible, in the district; ...

        The region also when nobody is eligible in it: looking further is the coordinator's choice.
        """
        return next((tier for tier in (CHAPTER, DISTRICT) if self.counts[tier]), REGION)

    def beyond(self, tier: str) -> dict[str, int]:
        """How many were found farther away, by their own tier, available or not."""
        farther = TIERS[TIERS.index(tier) + 1 :]
        found = {far: len(self.eligible[far]) + len(self.not_available[far]) for far in farther}
        return {far: number for far, number in found.items() if number}


def sift(need: Need, candidates: Iterable[Candidate]) -> Sifted:
    """Say of each whether he is eligible, and how near he is."""
    sifted = Sifted({tier: [] for tier in TIERS}, {tier: [] for tier in TIERS})
    for one in candidates:
        tier = tier_of(need, one)
        if kind := next(_kinds(need, one, tier), ""):
            sifted.not_available[tier].append(NotAvailable(need, one, tier, kind))
        else:
            sifted.eligible[tier].append(one)
    return sifted


# --- The shortlist --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shortlist:
    """Everybody in the tier, each once: the best first; in no order, who is missing and why."""

    tier: str
    ranked: tuple[Ranked, ...]
    missing: Sequence[NotAvailable]

    @property
    def not_available(self) -> list[NotAvailable]:
        """Who is missing, in the order in which they are told: by kind, then by name."""
        return [
            row for rows in by_kind(self.missing).values() for row in first_by_name(rows, len(rows))
        ]


def shortlist(
    need: Need,
    sifted: Sifted,
    weights: Weights,
    tier: str,
    complete: Callable[[list[Candidate]], Iterable[Candidate]] = list,
) -> Shortlist:
    """The mentors of `tier` and nearer, ranked, and those not available with the reason why.

    `complete` adds to the eligible what only the ranking weighs. Raises ValueError for an unknown
    tier.
    """
    reach = _reach(tier)
    eligible = [one for near in reach for one in sifted.eligible[near]]
    return Shortlist(
        tier=tier,
        ranked=tuple(best_first(rank(need, one, weights) for one in complete(eligible))),
        missing=[one for near in reach for one in sifted.not_available[near]],
    )


def by_kind(missing: Iterable[NotAvailable]) -> dict[str, list[NotAvailable]]:
    """The kinds that there are, in the order in which they are told."""
    found: dict[str, list[NotAvailable]] = {kind: [] for kind in OBSTACLE_KINDS}
    for row in missing:
        found[row.kind].append(row)
    return {kind: rows for kind, rows in found.items() if rows}


def first_by_name(rows: Sequence[NotAvailable], most: int) -> list[NotAvailable]:
    """So many of them: thousands need not be put into order for ten who are shown."""
    return nsmallest(most, rows, key=lambda row: (row.candidate.name.casefold(), row.candidate.id))


def _reach(tier: str) -> tuple[str, ...]:
    if tier not in TIERS:
        raise ValueError(f"{tier!r} is not a tier; it must be one of {', '.join(TIERS)}.")
    return TIERS[: TIERS.index(tier) + 1]
