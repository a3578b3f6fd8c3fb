"""How many requests a year one core carries, reckoned from what the other parts have measured.

What people do on the way of one request is the only thing here that is not measured. It stands in
`WAY` and, with the result, on the page: put in the numbers of your own proxy's log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.contents import MEBIBYTE
from tests.bench.document import Column, Whole, milliseconds, number, requests, table
from tests.bench.page_list import CHAPTER, LEADER, MENTOR
from tests.bench.results import Row, Run

HOURS, PEAK, SHARE = 2_000, 3, 0.5
"""Working hours of a year; how much more a busy hour brings; how much of a core it may take."""
COUNTRY = 150_000
"""Requests a year of a national organisation."""
VISITOR = "visitor"


@dataclass(frozen=True)
class Step:
    """What is done so often for one request: a page opened by a role, or a row of another part."""

    part: str
    what: str
    often: float
    by: str = ""

    @property
    def words(self) -> str:
        """What the table calls it."""
        return f"{self.what} ({self.by})" if self.by else WORK[self.part]

    def matches(self, row: Row) -> bool:
        """Whether a row of the part is about this step, done by one process."""
        if self.part == "pages":
            return (row["page"], row["role"]) == (self.what, self.by)
        return row.get("at_once", 1) == 1 and row["what"] == self.what


WORK = {
    "submissions": "The form is sent",
    "acceptances": "The mentor accepts",
    "sweep": "The clock takes it back from a mentor",
    "outbox": "A mail is sent",
}


def _pages(by: str, often: dict[str, float]) -> list[Step]:
    return [Step("pages", what, times, by) for what, times in often.items()]


WAY = [
    *_pages(VISITOR, {"Form for a request": 3, "Directory of mentors": 2}),
    *_pages(
        CHAPTER,
        {
            "Queue": 10,
            "Pulse of the queue (every 5 s)": 180,  # a quarter of an hour with the queue in view
            "Pane beside the queue": 5,
            "Request with its shortlist": 4,
            "Shortlist, district": 2,
            "Request with a mentor": 6,
            "Watch list": 5,
            "All requests": 3,
            "Search, a last name": 2,
        },
    ),
    *_pages(MENTOR, {"My requests": 10, "Own request": 15, "My sessions": 5}),
    *_pages(LEADER, {"Overview": 1, "Not yet contacted": 1, "Timing, 30 days": 0.5}),
    Step("submissions", "form", 1),
    Step("acceptances", "accept", 1),
    Step("sweep", "the sweep", 0.2),
    Step("outbox", "workers", 10),
]
"""Generous: about seventy pages, ten mails, and one request in five that a mentor lets lie."""


def seconds_of(step: Step, every: Sequence[Run]) -> float | None:
    """What a step takes once, on the largest database on which it was measured; None: on none."""
    found: float | None = None
    for run in every:  # the smallest first
        for row in run.rows if run.part == step.part else ():
            if step.matches(row):
                found = row["p50"] if run.part == "pages" else 1 / row["per_second"]
    return found


def a_year(seconds: float) -> float:
    """Requests a year that one core carries if each takes it so many seconds."""
    return HOURS * 3600 / PEAK * SHARE / seconds


def lines(every: Sequence[Run]) -> Iterator[str]:
    """The reckoning in words and as a table; what was not measured is named and left out."""
    taken = [(step, seconds_of(step, every)) for step in WAY]
    if all(seconds is None for _, seconds in taken):
        yield "Not measured yet.\n"
        return
    whole = sum(step.often * seconds for step, seconds in taken if seconds is not None)
    yield _result(whole)
    if missing := [step.words for step, seconds in taken if seconds is None]:
        yield f"Not measured yet, and therefore not in it: {'; '.join(missing)}.\n"
    yield from table(COLUMNS, (_row(step, seconds) for step, seconds in taken))
    yield from _room(every)


def _result(whole: float) -> str:
    return (
        f"One request keeps a core busy for {number(whole)} seconds from the form to its end, the "
        "database included, if so much is opened and done for it as the table says. Year: "
        f"{HOURS:,} working hours, a busy hour {PEAK} times the mean, half of a core kept free. "
        f"Then **one core of this machine carries {_rounded(a_year(whole)):,} requests a year**; "
        f"{COUNTRY:,} a year need {number(COUNTRY / a_year(whole))} cores. All of it on the "
        "largest database on which it was measured.\n"
    )


def _rounded(count: float) -> int:
    """To a thousand: more would be pretence."""
    return round(int(count), -3)


def _row(step: Step, seconds: float | None) -> Row:
    together = None if seconds is None else step.often * seconds
    return {"what": step.words, "often": step.often, "each": seconds, "together": together}


def _room(every: Sequence[Run]) -> Iterator[str]:
    """Bytes on disk for each request of the largest database."""
    sized = [run for run in every if run.part == "contents"]
    if sized:
        held, size = sized[-1].rows[0]["bytes"], sized[-1].size
        yield (
            f"On disk a request takes {number(held / size / 1024)} KiB with all that hangs on it: "
            f"{requests(size)} are {number(round(held / MEBIBYTE))} MiB.\n"
        )


COLUMNS = [
    Column("what", "For one request"),
    Column("often", "Times", number),
    Column("each", "Each, ms", milliseconds),
    Column("together", "Together, s", lambda s: "–" if s is None else f"{s:.2f}"),
]
SECTION = Whole("How large a machine", lines)
