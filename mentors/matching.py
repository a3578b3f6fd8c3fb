"""Finding the mentor: a need and candidates go in, scores with reasons come out.

Pure: the caller reads the facts from the database and shows the words. Who is eligible, and why
not, is said in `mentors.eligibility`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

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


class Candidate(NamedTuple):
    """A mentor as the ranking sees them.

    `answers` are the requests of the last 180 days that were answered or timed out,
    `answered_in_time` and `recent_timeouts` parts of them; `median_answer_days` are business days.
    `keywords` may have blanks around them, and may be empty.
    `free_again` ("Sun 29 Nov") and `not_assignable_reason` ("paused until Mon 7 Dec") are words.

    A tuple, because it is made quickly: for one page there are thousands.
    """

    id: int
    name: str
    chapter_id: int
    chapter_name: str = ""
    time_zone: str = ""
    district_id: int | None = None
    region_id: int | None = None
    area_ids: Collection[Key] = ()
    business_type_ids: Collection[Key] = ()
    keywords: Sequence[str] = ()
    languages: Sequence[str] = ()
    weekly_limit: int | None = None
    used_this_week: int = 0
    free_again: str = ""
    assignable: bool = True
    not_assignable_reason: str = ""
    serves_outside: bool = False
    open_clients: int = 0
    unanswered: int = 0
    answered_in_time: int = 0
    answers: int = 0
    median_answer_days: float | None = None
    recent_timeouts: int = 0

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
class Ranked:
    """An eligible mentor with his score; the reasons are put into words when they are asked for."""

    need: Need
    candidate: Candidate
    weights: Weights
    tier: str
    score: float

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Those that fit come first; the points add up to the score."""
        return (*self.fit, *workload(self.candidate, self.weights))

    @property
    def fit(self) -> tuple[Reason, ...]:
        """The reasons that speak of this request, without those that speak of workload."""
        return tuple(fit(self.need, self.candidate, self.weights))


def tier_of(need: Need, candidate: Candidate) -> str:
    """How near the mentor's chapter is to the request's: chapter, district, region or outside."""
    if candidate.chapter_id == need.chapter_id:
        return CHAPTER
    if candidate.district_id is not None and candidate.district_id == need.district_id:
        return DISTRICT
    if candidate.region_id is not None and candidate.region_id == need.region_id:
        return REGION
    return OUTSIDE


def offers_something(need: Need, candidate: Candidate) -> bool:
    """Whether the mentor offers the area, the type of business or a keyword of the question."""
    return (
        _offers_area(need, candidate)
        or _offers_business_type(need, candidate)
        or any(map(need.asked.find, candidate.keywords))
    )


def _offers_area(need: Need, candidate: Candidate) -> bool:
    return need.area_id is not None and need.area_id in candidate.area_ids


def _offers_business_type(need: Need, candidate: Candidate) -> bool:
    return (
        need.business_type_id is not None and need.business_type_id in candidate.business_type_ids
    )


def best_first(ranked: Iterable[Ranked]) -> list[Ranked]:
    """By score; equals with the nearer first, then by name."""
    return sorted(ranked, key=_rank_order)


def rank(need: Need, candidate: Candidate, weights: Weights) -> Ranked:
    """One mentor with his score, whether or not anything keeps him from being offered."""
    score = sum((*fit_points(need, candidate, weights), *workload_points(candidate, weights)))
    return Ranked(need, candidate, weights, tier_of(need, candidate), score)


def fit(need: Need, candidate: Candidate, weights: Weights) -> Iterator[Reason]:
    """The parts that speak of this request. Only what is true gives a reason."""
    for kind, what, points in _fitting(need, candidate, weights):
        yield Reason(kind, FIT_WORDS[kind](what), points)


def fit_points(need: Need, candidate: Candidate, weights: Weights) -> list[float]:
    """The points of these parts without the words, in the same order."""
    return [points for _, _, points in _fitting(need, candidate, weights)]


def _fitting(
    need: Need, candidate: Candidate, weights: Weights
) -> Iterator[tuple[str, str, float]]:
    if year := need.continuity.get(candidate.id):
        yield "continuity", year, weights.continuity
    if _offers_area(need, candidate):
        yield "area", need.area_name, weights.area
    if _offers_business_type(need, candidate):
        yield "business_type", need.business_type_name, weights.business_type
    for n, keyword in enumerate(_keywords_found(need, candidate)):
        yield "keyword", keyword, weights.keyword / 2**n
    if need.language and plain(need.language) in map(plain, candidate.languages):
        yield "language", need.language, weights.language


def workload(candidate: Candidate, weights: Weights) -> Iterator[Reason]:
    """The parts that speak of the mentor's time and answers, from what is known of them."""
    free_places, open_clients, in_time, speed, timeouts = workload_points(candidate, weights)
    yield Reason("free_places", candidate.this_week, free_places)
    yield Reason("open_clients", candidate.clients, open_clients)
    yield Reason("in_time", _in_time_text(candidate), in_time)
    yield Reason("speed", _speed_text(candidate), speed)
    if candidate.recent_timeouts:
        yield Reason("timeouts", f"{candidate.recent_timeouts} timed out", timeouts)


def workload_points(candidate: Candidate, weights: Weights, further: int = 0) -> tuple[float, ...]:
    """The points of these parts without the words, in the same order; nothing for no time-outs.

    As they will be once the mentor is asked about so many `further` requests.
    """
    days = candidate.median_answer_days
    share = 0.5 if days is None else _falling(days, weights.half_answer_days)
    return (
        weights.free_places * _free_share(candidate, further),
        weights.open_clients * _falling(candidate.load + further, weights.half_open_clients),
        weights.in_time * _in_time_share(candidate),
        weights.speed * share,
        -weights.timeouts * candidate.recent_timeouts,
    )


def earlier_mentor(year: str) -> str:
    """In words that this client knows the mentor already."""
    return f"Mentor of this client in {year}"


FIT_WORDS: Mapping[str, Callable[[str], str]] = {
    "continuity": earlier_mentor,
    "area": str,
    "business_type": str,
    "keyword": "“{}”".format,
    "language": "speaks {}".format,
}
"""How a part that speaks of this request is told, by its kind."""


def _in_time_text(candidate: Candidate) -> str:
    if not candidate.answers:
        return "not asked lately"
    return f"{candidate.answered_in_time} of {candidate.answers} in time"


def _speed_text(candidate: Candidate) -> str:
    days = candidate.median_answer_days
    return "no answer to measure yet" if days is None else f"{days:.1f} business days to answer"


def _in_time_share(candidate: Candidate) -> float:
    # One imagined answer in time and one late: nobody is judged by a single request, and a new
    # mentor stands in the middle.
    return (candidate.answered_in_time + 1) / (candidate.answers + 2)


def _free_share(candidate: Candidate, further: int) -> float:
    if candidate.weekly_limit is None:
        return 1.0
    free = max(0, candidate.weekly_limit - candidate.used_this_week - further)
    return free / (free + 1)


def _falling(value: float, half: float) -> float:
    """1 at nothing, one half at `half`, falling for ever: less is always better, however little."""
    return half / (half + value)


def _rank_order(row: Ranked) -> tuple[float, int, str, int]:
    return -row.score, TIERS.index(row.tier), row.candidate.name.casefold(), row.candidate.id


def _keywords_found(need: Need, candidate: Candidate) -> Iterator[str]:
    """The mentor's keywords that stand in the question, as the mentor wrote them, each once."""
    seen = set()
    for keyword in filter(need.asked.find, candidate.keywords):
        if (words := plain(keyword)) not in seen:
            seen.add(words)
            yield keyword.strip()
