"""Time zones by their names."""

from functools import cache
from zoneinfo import ZoneInfo


@cache
def zone_called(name: str | None) -> ZoneInfo:
    """The time zone of that name in the IANA list; UTC without a name.

    Raises ZoneInfoNotFoundError if there is none like it. Each is kept: Python keeps the last
    eight and reads any other one from its file again, which takes as long as a query; a list of the
    whole country goes round in fifteen.
    """
    return ZoneInfo(name or "UTC")
