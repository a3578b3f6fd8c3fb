"""What the ranking of mentors gives points for, and how many: the one place to tune it.

Pure. The words stand beside the numbers, for the page that shows them and for the documentation.
"""

from dataclasses import dataclass, field, fields


def weight(points: float, title: str, words: str) -> float:
    """A field of `Weights`, with the name of its part and what it is given for, for people."""
    return field(default=points, metadata={"title": title, "words": words})


@dataclass(frozen=True, kw_only=True)
class Weights:
    """The most each part can add to a score. The one place to tune the ranking.

    What the mentor knows weighs more than how busy or quick they are, and somebody who already
    knows the client comes first. No weight may be negative, or a better mentor could rank lower.
    """

    continuity: float = weight(40.0, "Earlier mentor", "Was this client's mentor before.")
    area: float = weight(30.0, "Area", "Offers the mentoring area of the request.")
    language: float = weight(20.0, "Language", "Speaks the language the client asked for.")
    business_type: float = weight(15.0, "Business type", "Knows the client's type of business.")
    keyword: float = weight(
        8.0,
        "Keyword",
        "The first of their keywords found in the question; each further one half of the last.",
    )
    free_places: float = weight(
        6.0,
        "Free places",
        "No weekly limit. With a limit: half of it for 1 free place, two thirds for 2, and so on.",
    )
    open_clients: float = weight(
        6.0,
        "Open clients",
        "No open client and no request to answer yet; less with each, see the number that halves "
        "it.",
    )
    in_time: float = weight(
        8.0,
        "Answers in time",
        "Share of requests answered in time; few answers move it only little away from half.",
    )
    speed: float = weight(
        4.0,
        "Speed",
        "Answers at once (median); half of it when there is no answer yet; less the longer it "
        "takes, see the number that halves it.",
    )
    timeouts: float = weight(2.0, "Time-out", "Taken off for each request that timed out lately.")
    half_open_clients: float = weight(
        4.0, "Open clients that halve", "So many of both halve the part for open clients."
    )
    half_answer_days: float = weight(
        1.0, "Days that halve", "So many business days to answer halve the part for speed."
    )

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value < 0 or (value == 0 and item.name.startswith("half_")):
                raise ValueError(f"The weight {item.name} cannot be {value}.")


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True)
class WeightRow:
    """One weight in words."""

    name: str
    title: str
    words: str
    points: float


def weight_rows(weights: Weights) -> list[WeightRow]:
    """Every weight, in the order in which the parts of a score are told."""
    return [
        WeightRow(item.name, **item.metadata, points=getattr(weights, item.name))
        for item in fields(weights)
    ]


def part_title(kind: str) -> str:
    """The name of a part of a score: a reason is of the kind of the weight that it uses."""
    return next(row.title for row in weight_rows(DEFAULT_WEIGHTS) if row.name == kind)


def weight_table(weights: Weights) -> str:
    """The weights as a Markdown table, for the documentation."""
    rows = [f"| {row.title} | {row.points:g} | {row.words} |" for row in weight_rows(weights)]
    return "\n".join(["| Part | At most | For |", "|---|---:|---|", *rows]) + "\n"
