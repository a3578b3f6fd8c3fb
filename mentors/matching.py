"""Finding the mentor: a need and candidates go in, a ranking with reasons and why-nots comes out.

Pure: the caller reads the facts from the database and shows the words. A tier includes the nearer
ones, so that widening a search never loses anybody who was already listed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mentors.keywords import Text, plain
from mentors.weights import Weights

CHAPTER, DISTRICT, REGION, OUTSIDE = "chapter", "district", "region", "outside"
TIERS = (CHAPTER, DISTRICT, REGION, OUTSIDE)
"""From near to far; the values of `mentors.enums.Tier`."""

Key = int | str
"""What identifies an area of expertise or a type of business."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a request asks for, and what already happened to it.

    `continuity` names the earlier mentors of this client by id, with the year ("2023").
    `refused` names the mentors who declined this request or let it time out, with the sentence
    that says so. `language` is empty when the client has no wish.
    """

    chapter_id: int
    district_id: int | None = None
    region_id: int | None = None
    area_id: Key | None = None
    area_name: str = ""
    business_type_id: Key | None = None
    business_type_name: str = ""
    question: str = ""
    language: str = ""
    continuity: Mapping[int, str] = field(default_factory=dict, hash=False)
    refused: Mapping[int, str] = field(default_factory=dict, hash=False)

    @cached_property
    def asked(self) -> "Text":
        """The question, ready to look for keywords in."""
        return Text(self.question)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A mentor as the ranking sees them.

    `answers` are the requests of the last 180 days that were answered or timed out,
    `answered_in_time` and `recent_timeouts` parts of them; `median_answer_days` are business days.
    `free_again` ("Sun 29 Nov") and `not_assignable_reason` ("paused until Mon 7 Dec") are words.
    """

    id: int
    name: str
    chapter_id: int
    chapter_name: str = ""
    time_zone: str = ""
    district_id: int | None = None
    region_id: int | None = None
    area_ids: frozenset[Key] = frozenset()
    business_type_ids: frozenset[Key] = frozenset()
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    weekly_limit: int | None = None
    used_this_week: int = 0
    free_again: str = ""
    open_clients: int = 0
    unanswered: int = 0
    answered_in_time: int = 0
    answers: int = 0
    median_answer_days: float | None = None
    recent_timeouts: int = 0
    assignable: bool = True
    not_assignable_reason: str = ""
    serves_outside: bool = False

    @property
    def at_limit(self) -> bool:
        """No place left this week. A blank limit is never reached."""
        return self.weekly_limit is not None and self.used_this_week >= self.weekly_limit

    @property
    def this_week(self) -> str:
        """The places taken this week, in words: "1 of 3 this week"."""
        if self.weekly_limit is None:
            return f"{self.used_this_week} this week, no limit"
        return f"{self.used_this_week} of {self.weekly_limit} this week"

    @property
    def load(self) -> int:
        """Clients they lead, and requests they have been asked about and not answered yet."""
        return self.open_clients + self.unanswered

    @property
    def clients(self) -> str:
        """The load in words: "2 open clients, 1 not answered yet"."""
        led = f"{self.open_clients or 'no'} open client{'s' * (self.open_clients != 1)}"
        return f"{led}, {self.unanswered} not answered yet" if self.unanswered else led


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: what it is about, in plain words, and the points it adds."""

    kind: str
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a mentor is not offered, and whether a coordinator may assign them all the same."""

    kind: str
    text: str
    can_override: bool
    needs_note: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """An eligible mentor. The reasons that fit come first, the points add up to `score`."""

    candidate: Candidate
    tier: str
    score: float
    reasons: tuple[Reason, ...]

    @property
    def fit(self) -> tuple[Reason, ...]:
        """The reasons that speak of this request, without those that speak of workload."""
        return tuple(reason for reason in self.reasons if reason.kind in FIT_KINDS)


@dataclass(frozen=True, slots=True)
class NotAvailable:
    """A mentor who is not offered; `kind` is that of the first obstacle, to group by."""

    candidate: Candidate
    tier: str
    kind: str
    why: str
    can_override: bool
    needs_note: bool


@dataclass(frozen=True)
class Shortlist:
    """Everybody in the tier, each once: the best first, then who is not available and why."""

    tier: str
    ranked: tuple[Ranked, ...]
    not_available: tuple[NotAvailable, ...]


FIT_KINDS = frozenset({"continuity", "area", "business_type", "keyword", "language"})
OBSTACLE_KINDS = ("refused", "not_assignable", "outside", "limit", "no_match")
"""In the order in which they are told."""


def shortlist(
    need: Need, candidates: Iterable[Candidate], weights: Weights, tier: str
) -> Shortlist:
    """The mentors of `tier` and nearer, ranked, and those not available with the reason why.

    Raises ValueError for an unknown tier.
    """
    ranked: list[Ranked] = []
    not_available: list[NotAvailable] = []
    for candidate in within(need, candidates, tier):
        own_tier = tier_of(need, candidate)
        if found := obstacles(need, candidate):
            not_available.append(_not_available(need, candidate, own_tier, found))
        else:
            ranked.append(rank(need, candidate, weights))
    return Shortlist(
        tier=tier,
        ranked=tuple(sorted(ranked, key=_rank_order)),
        not_available=tuple(sorted(not_available, key=_not_available_order)),
    )


def tier_of(need: Need, candidate: Candidate) -> str:
    """How near the mentor's chapter is to the request's: chapter, district, region or outside."""
    if candidate.chapter_id == need.chapter_id:
        return CHAPTER
    if candidate.district_id is not None and candidate.district_id == need.district_id:
        return DISTRICT
    if candidate.region_id is not None and candidate.region_id == need.region_id:
        return REGION
    return OUTSIDE


def local_tier(need: Need, candidates: Iterable[Candidate]) -> str:
    """Where to look first: the chapter; if nobody is eligible there the district, then the region.

    The region also when nobody is eligible in it: looking further is the coordinator's choice.
    """
    return nearest(eligible_counts(need, candidates))


def nearest(counts: Mapping[str, int]) -> str:
    """The local tier, if it is known how many mentors each tier would offer."""
    return next((tier for tier in (CHAPTER, DISTRICT) if counts[tier]), REGION)


def within(need: Need, candidates: Iterable[Candidate], tier: str) -> list[Candidate]:
    """The mentors of `tier` and nearer. Raises ValueError for an unknown tier."""
    reach = _reach(tier)
    return [candidate for candidate in candidates if tier_of(need, candidate) in reach]


def is_eligible(need: Need, candidate: Candidate) -> bool:
    """Whether nothing keeps the mentor from being offered."""
    return next(_obstacles(need, candidate), None) is None


def eligible_counts(need: Need, candidates: Iterable[Candidate]) -> dict[str, int]:
    """How many mentors each tier would offer, the nearer tiers included."""
    counts = dict.fromkeys(TIERS, 0)
    for candidate in candidates:
        if is_eligible(need, candidate):
            for tier in TIERS[TIERS.index(tier_of(need, candidate)) :]:
                counts[tier] += 1
    return counts


def obstacles(need: Need, candidate: Candidate) -> tuple[Obstacle, ...]:
    """Everything that keeps the mentor from being offered; nothing if eligible.

    Not assignable is final. A refusal of this request, a reached limit and not serving clients
    outside the local area can be overridden with a note. Offering nothing that fits can be
    overridden without one: the coordinator may know more than the lists say.
    """
    return tuple(_obstacles(need, candidate))


def hindrance(found: Iterable[Obstacle]) -> Obstacle | None:
    """What a single click does not pass: what is final, else what takes a note; None otherwise."""
    insisting = [one for one in found if one.needs_note or not one.can_override]
    final = (one for one in insisting if not one.can_override)
    return next(final, next(iter(insisting), None))


def _obstacles(need: Need, candidate: Candidate) -> Iterator[Obstacle]:
    if refusal := need.refused.get(candidate.id):
        yield Obstacle("refused", refusal, can_override=True, needs_note=True)
    if not candidate.assignable:
        reason = candidate.not_assignable_reason or "cannot be assigned at present"
        yield Obstacle("not_assignable", reason, can_override=False)
    if not candidate.serves_outside and tier_of(need, candidate) in (REGION, OUTSIDE):
        text = "does not serve clients outside the local area"
        yield Obstacle("outside", text, can_override=True, needs_note=True)
    if candidate.at_limit:
        yield Obstacle("limit", _limit_text(candidate), can_override=True, needs_note=True)
    if not _offers_something(need, candidate):
        yield Obstacle("no_match", _no_match_text(need), can_override=True)


def _limit_text(candidate: Candidate) -> str:
    again = candidate.free_again and f", free again {candidate.free_again}"
    return f"{candidate.this_week}{again}"


def _no_match_text(need: Need) -> str:
    wanted = [name for name in (need.area_name, need.business_type_name) if name]
    if not wanted:
        return "offers nothing that the request asks for"
    return f"offers neither {' nor '.join(wanted)}" if wanted[1:] else f"does not offer {wanted[0]}"


def _offers_something(need: Need, candidate: Candidate) -> bool:
    return (
        _offers_area(need, candidate)
        or _offers_business_type(need, candidate)
        or next(_keywords_found(need, candidate), None) is not None
    )


def _offers_area(need: Need, candidate: Candidate) -> bool:
    return need.area_id is not None and need.area_id in candidate.area_ids


def _offers_business_type(need: Need, candidate: Candidate) -> bool:
    return (
        need.business_type_id is not None and need.business_type_id in candidate.business_type_ids
    )


def _not_available(
    need: Need, candidate: Candidate, tier: str, found: Collection[Obstacle]
) -> NotAvailable:
    texts = [obstacle.text for obstacle in found]
    if year := need.continuity.get(candidate.id):
        texts.append(_continuity_text(year))
    return NotAvailable(
        candidate=candidate,
        tier=tier,
        kind=next(iter(found)).kind,
        why="; ".join(texts),
        can_override=all(obstacle.can_override for obstacle in found),
        needs_note=any(obstacle.needs_note for obstacle in found),
    )


def rank(need: Need, candidate: Candidate, weights: Weights) -> Ranked:
    """One mentor with reasons and score, whether or not anything keeps him from being offered."""
    reasons = (*fit(need, candidate, weights), *workload(candidate, weights))
    score = sum(reason.points for reason in reasons)
    return Ranked(candidate=candidate, tier=tier_of(need, candidate), score=score, reasons=reasons)


def fit(need: Need, candidate: Candidate, weights: Weights) -> Iterator[Reason]:
    """The parts that speak of this request. Only what is true gives a reason."""
    if year := need.continuity.get(candidate.id):
        yield Reason("continuity", _continuity_text(year), weights.continuity)
    if _offers_area(need, candidate):
        yield Reason("area", need.area_name, weights.area)
    if _offers_business_type(need, candidate):
        yield Reason("business_type", need.business_type_name, weights.business_type)
    for n, keyword in enumerate(_keywords_found(need, candidate)):
        yield Reason("keyword", f"“{keyword}”", weights.keyword / 2**n)
    if need.language and plain(need.language) in map(plain, candidate.languages):
        yield Reason("language", f"speaks {need.language}", weights.language)


def workload(candidate: Candidate, weights: Weights) -> Iterator[Reason]:
    """The parts that speak of the mentor's time and answers, from what is known of them."""
    yield Reason("free_places", candidate.this_week, weights.free_places * _free_share(candidate))
    yield Reason(
        "open_clients",
        candidate.clients,
        weights.open_clients * _falling(candidate.load, weights.half_open_clients),
    )
    yield Reason("in_time", _in_time_text(candidate), weights.in_time * _in_time_share(candidate))
    days = candidate.median_answer_days
    if days is None:
        yield Reason("speed", "no answer to measure yet", weights.speed / 2)
    else:
        points = weights.speed * _falling(days, weights.half_answer_days)
        yield Reason("speed", f"{days:.1f} business days to answer", points)
    if candidate.recent_timeouts:
        text = f"{candidate.recent_timeouts} timed out"
        yield Reason("timeouts", text, -weights.timeouts * candidate.recent_timeouts)


def _continuity_text(year: str) -> str:
    return f"Mentor of this client in {year}"


def _in_time_text(candidate: Candidate) -> str:
    if not candidate.answers:
        return "not asked lately"
    return f"{candidate.answered_in_time} of {candidate.answers} in time"


def _in_time_share(candidate: Candidate) -> float:
    # One imagined answer in time and one late: nobody is judged by a single request, and a new
    # mentor stands in the middle.
    return (candidate.answered_in_time + 1) / (candidate.answers + 2)


def _free_share(candidate: Candidate) -> float:
    if candidate.weekly_limit is None:
        return 1.0
    free = max(0, candidate.weekly_limit - candidate.used_this_week)
    return free / (free + 1)


def _falling(value: float, half: float) -> float:
    """1 at nothing, one half at `half`, falling for ever: less is always better, however little."""
    return half / (half + value)


def _rank_order(row: Ranked) -> tuple[float, int, str, int]:
    return -row.score, TIERS.index(row.tier), row.candidate.name.casefold(), row.candidate.id


def _not_available_order(row: NotAvailable) -> tuple[int, str, int]:
    kind = OBSTACLE_KINDS.index(row.kind)
    return kind, row.candidate.name.casefold(), row.candidate.id


def _reach(tier: str) -> tuple[str, ...]:
    if tier not in TIERS:
        raise ValueError(f"{tier!r} is not a tier; it must be one of {', '.join(TIERS)}.")
    return TIERS[: TIERS.index(tier) + 1]


def _keywords_found(need: Need, candidate: Candidate) -> Iterator[str]:
    """The mentor's keywords that stand in the question, as the mentor wrote them, each once."""
    seen = set()
    for keyword in candidate.keywords:
        plain = need.asked.find(keyword)
        if plain and plain not in seen:
            seen.add(plain)
            yield keyword.strip()
