"""The rows of the `report` command against those of `answers`, cell by cell."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tests.history.answers import Answers, Cells

PLACES = 4
LIST_COLUMNS = [
    "request", "external_id", "client", "chapter_code", "mentor_external_id", "submitted_at",
    "since", "business_days", "area", "detail",
]  # fmt: skip
TIMING_COLUMNS = [
    "group", "metric", "measured", "waiting", "mean_days", "median_days", "mean_business_days",
    "median_business_days",
]  # fmt: skip
ACTIVITY_COLUMNS = [
    "mentor_external_id", "mentor", "received", "accepted_in_time", "accepted_late", "declined",
    "timed_out", "replaced", "handed_back", "withdrawn", "pending", "overdue", "in_time_share",
    "median_business_days_to_answer", "open_clients", "sessions_held", "weekly_limit",
    "used_this_week", "paused_from", "paused_until", "paused_days", "paused_over_30",
]  # fmt: skip


def differences(report: str, printed: str, answers: Answers, by: str = "") -> list[str]:
    """What a report says otherwise; empty if every cell is right."""
    if report == "timing":
        return list(_timing(_table(printed, TIMING_COLUMNS), answers, by))
    if report == "mentors-activity":
        found = _table(printed, ACTIVITY_COLUMNS)
        return list(_rows(found, "mentor_external_id", answers.activity()))
    return list(_rows(_table(printed, LIST_COLUMNS), "external_id", answers.worklist(report)))


def _table(printed: str, columns: list[str]) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(printed, newline=""))
    assert reader.fieldnames == columns
    return list(reader)


def _rows(found: list[dict[str, str]], key: str, wanted: dict[str, Cells]) -> Iterator[str]:
    by_key = {row[key]: row for row in found}
    if len(by_key) != len(found):
        yield "a row stands there twice"
    yield from (f"{name}: not wanted" for name in by_key.keys() - wanted.keys())
    yield from (f"{name}: missing" for name in wanted.keys() - by_key.keys())
    for name in by_key.keys() & wanted.keys():
        yield from _cells(name, by_key[name], wanted[name])


def _timing(found: list[dict[str, str]], answers: Answers, by: str) -> Iterator[str]:
    """A row of nothing measured may be there or not; what waits is tied to no month.

    What waits for its first mentor is in no mentor's row.
    """
    wanted = answers.timing(by)
    waiting = answers.waiting()
    seen = set()
    for row in found:
        key = (row["group"], row["metric"])
        if key in seen:
            yield f"{key}: stands there twice"
        seen.add(key)
        idle = answers.idle(waiting[row["metric"]] if by == "month" else 0)
        yield from _cells(" ".join(key), row, wanted.get(key, idle))
    yield from (f"{key}: missing" for key in wanted.keys() - seen if key[0])


def _cells(name: str, row: dict[str, str], wanted: Cells) -> Iterator[str]:
    for column, value in wanted.items():
        if not same(row[column], value):
            yield f"{name}: {column} is {row[column]!r}, not {value!r}"


def same(text: str, value: object) -> bool:
    """Whether a cell says this value. An apostrophe before = + - @ makes it harmless."""
    if value is None:
        return not text
    if isinstance(value, bool):
        return text.lower() in ({"1", "true", "yes"} if value else {"0", "false", "no", ""})
    if isinstance(value, datetime):
        return datetime.fromisoformat(text) == value.replace(microsecond=0)
    if isinstance(value, date):
        return text == f"{value}"
    if isinstance(value, Fraction):
        return bool(text) and _rounded(text, value)
    return text.removeprefix("'") == f"{value}"


def _rounded(text: str, value: Fraction) -> bool:
    """Four decimals, and not further off than rounding takes it."""
    places = -int(Decimal(text).as_tuple().exponent)
    return places == PLACES and abs(Fraction(text) - value) * 10**PLACES <= Fraction(1, 2)
