"""The units: regions, districts, chapters with their time zones and zip prefixes. Pure."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
NATIONAL = "0999"
"""The code of the national virtual chapter."""
NATIONAL_SIZE = 12
CAPITAL = "D11"
"""Where the national chapter belongs to."""
STRAY = "001"
"""Zip codes that begin so belong to no chapter."""


@dataclass(frozen=True)
class City:
    """A chapter: where it is, how large it is compared with others, and whom it serves."""

    code: str
    name: str
    district: str
    region: str
    zone: ZoneInfo
    size: int
    prefixes: tuple[str, ...]
    number: int
    """Its place in the country, from 0 on."""


@cache
def script(name: str) -> dict[str, Any]:
    """The file of that name beside this one: country or words."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def regions() -> list[tuple[str, str]]:
    """Code and name of each region."""
    return [(unit["code"], unit["name"]) for unit in script("country")["region"]]


def districts() -> list[tuple[str, str, str]]:
    """Code and name of each district, and the code of its region."""
    return [(d["code"], d["name"], d["region"]) for d in script("country")["district"]]


@cache
def cities() -> tuple[City, ...]:
    """Every chapter, district by district; the national virtual one last."""
    found: list[City] = []
    for district in script("country")["district"]:
        found += _of_district(district, len(found))
    found.append(
        City(
            code=NATIONAL,
            name="National Virtual",
            district=CAPITAL,
            region="R1",
            zone=ZoneInfo("America/New_York"),
            size=NATIONAL_SIZE,
            prefixes=(),
            number=len(found),
        )
    )
    return tuple(found)


def _of_district(district: dict[str, Any], first: int) -> Iterator[City]:
    written = [city.split("|") for city in district["cities"]]
    served = _served([int(prefix) for _, prefix, *_ in written], _prefixes(district["zips"]))
    for number, (name, prefix, size, *zone) in enumerate(written, start=first):
        yield City(
            code=f"{number + 1:04}",
            name=name,
            district=district["code"],
            region=district["region"],
            zone=ZoneInfo(zone[0] if zone else district["zone"]),
            size=int(size),
            prefixes=tuple(served[int(prefix)]),
            number=number,
        )


def _prefixes(spans: Iterable[str]) -> Iterator[int]:
    """“017-029” and “005” as numbers."""
    for span in spans:
        first, _, last = span.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _served(homes: list[int], prefixes: Iterable[int]) -> dict[int, list[str]]:
    """The prefixes of a district by the home of the chapter with the nearest number."""
    served: dict[int, list[str]] = {home: [] for home in homes}
    for prefix in prefixes:
        nearest = min(homes, key=lambda home: (abs(home - prefix), home))
        served[nearest].append(f"{prefix:03}")
    return served
