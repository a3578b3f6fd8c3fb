"""Regions, districts and chapters of an export, and its closed days."""

from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from intake.history import cells
from intake.history.ledger import Ledger
from intake.history.reader import CLOSED_DAYS, UNITS, Refusal, Row, Source
from intake.models import ClosedDay
from mentors.models import Chapter, District, Region, ZipPrefix
from mentors.models.units import validate_time_zone

LONGEST_CODE, LONGEST_NAME = 12, 100
CHAPTER_DIGITS = 4
LONGEST_PREFIX = 5


@transaction.atomic
def load_units(source: Source, ledger: Ledger) -> None:
    """Units that are not there yet. What is there stays as it is here; a code never changes."""
    rows = list(ledger.rows(source))
    for level, load in LEVELS.items():
        for row in rows:
            if row.cells[0].strip() == level:
                _load(row, load, ledger)
    for row in rows:
        if row.cells[0].strip() not in LEVELS:
            known = ", ".join(LEVELS)
            ledger.reject(UNITS, row, f"level “{row.cells[0]}” is not one of {known}.")


def _load(row: Row, load: Callable[[Row], bool], ledger: Ledger) -> None:
    try:
        (ledger.loaded if load(row) else ledger.there)[UNITS.name] += 1
    except Refusal as why:
        ledger.reject(UNITS, row, str(why))


def _code_and_name(row: Row) -> dict[str, str]:
    return {
        "code": cells.words(row.cells[1], "code", LONGEST_CODE, needed=True),
        "name": cells.words(row.cells[2], "name", LONGEST_NAME, needed=True),
    }


def _region(row: Row) -> bool:
    given = _code_and_name(row)
    return Region.objects.get_or_create(code=given["code"], defaults=given)[1]


def _district(row: Row) -> bool:
    given = _code_and_name(row)
    if District.objects.filter(code=given["code"]).exists():
        return False
    region = Region.objects.filter(code=row.cells[3].strip()).first()
    if region is None:
        raise Refusal(f"parent_code: region “{row.cells[3]}” is not known.")
    District.objects.create(region=region, **given)
    return True


def _chapter(row: Row) -> bool:
    given = _code_and_name(row)
    code = given["code"]
    if Chapter.objects.filter(code=code).exists():
        return False
    check_chapter_code(code)
    district = District.objects.filter(code=row.cells[3].strip()).first()
    if district is None:
        raise Refusal(f"parent_code: district “{row.cells[3]}” is not known.")
    prefixes = _prefixes(row.cells[5])
    chapter = Chapter.objects.create(
        district=district,
        time_zone=time_zone(row.cells[4].strip()),
        is_national=_national(row.cells[6].strip()),
        **given,
    )
    ZipPrefix.objects.bulk_create(ZipPrefix(prefix=prefix, chapter=chapter) for prefix in prefixes)
    return True


def check_chapter_code(code: str) -> None:
    """Raise Refusal unless it is four digits."""
    if not (len(code) == CHAPTER_DIGITS and code.isascii() and code.isdecimal()):
        raise Refusal(f"code “{code}” is not four digits, as chapters have.")


def time_zone(name: str) -> str:
    """A zone by its name in the IANA list. Raises Refusal."""
    try:
        validate_time_zone(name)
    except (ValidationError, ValueError):
        raise Refusal(f"time_zone “{name}” is not known; e.g. America/New_York.") from None
    return name


def _national(text: str) -> bool:
    national = cells.flag(text, "national")
    if national and (other := Chapter.objects.filter(is_national=True).first()):
        raise Refusal(f"There is a national virtual chapter already: “{other.code} {other}”.")
    return national


def check_prefix(prefix: str, column: str) -> None:
    """Raise Refusal unless it is one to five digits."""
    if not (1 <= len(prefix) <= LONGEST_PREFIX and prefix.isascii() and prefix.isdecimal()):
        raise Refusal(f"{column}: “{prefix}” is not one to five digits.")


def _prefixes(text: str) -> list[str]:
    prefixes = cells.listed(text)
    for prefix in prefixes:
        check_prefix(prefix, "zip_prefixes")
    taken = ZipPrefix.objects.filter(prefix__in=prefixes).select_related("chapter").first()
    if taken:
        raise Refusal(f"zip_prefixes: “{taken}” belongs to chapter “{taken.chapter.code}”.")
    return prefixes


LEVELS: dict[str, Callable[[Row], bool]] = {
    "region": _region,
    "district": _district,
    "chapter": _chapter,
}
"""From above: a unit needs the one that it belongs to."""


@transaction.atomic
def load_closed_days(source: Source, ledger: Ledger) -> None:
    """The closed days of the years that occur, instead of those that were kept for them."""
    given: dict[date, str] = {}
    for row in ledger.rows(source):
        try:
            on = cells.day(row.cells[0].strip(), "date")
            given[on] = cells.words(row.cells[1], "name", 80) or "Closed"
        except Refusal as why:
            ledger.reject(CLOSED_DAYS, row, str(why))
    kept = ClosedDay.objects.filter(date__year__in={on.year for on in given})
    there = dict(kept.values_list("date", "name"))
    kept.exclude(date__in=given).delete()
    for on, name in given.items():
        if there.get(on) == name:
            ledger.there[CLOSED_DAYS.name] += 1
        else:
            ClosedDay.objects.update_or_create(date=on, defaults={"name": name})
            ledger.loaded[CLOSED_DAYS.name] += 1
