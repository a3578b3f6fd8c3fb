"""Days and instants in words, in both languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from mentors import words

DAY = date(2026, 11, 25)
AT = datetime(2026, 11, 25, 19, 42, tzinfo=UTC)
NEW_YORK, HONOLULU = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Wed 25 Nov",
                "Wed 25 Nov 2026",
                "Wed 25 Nov 14:42",
                "Wed 25 Nov 2026, 14:42 EST",
                "Wed 25 Nov 2026, 2:42 PM EST",
                "Wednesday 25 November 2026",
            ],
        ),
        (
            "es",
            [
                "miércoles 25 de noviembre",
                "miércoles 25 de noviembre de 2026",
                "miércoles 25 de noviembre, 2:42 p.m.",
                "miércoles 25 de noviembre de 2026, 2:42 p.m. EST",
                "miércoles 25 de noviembre de 2026, 2:42 p.m. EST",
                "miércoles 25 de noviembre de 2026",
            ],
        ),
    ],
)
def test_follow_the_language(language: str, said: list[str]) -> None:
    with translation.override(language):
        assert said == [
            words.day_in_words(DAY),
            words.long_day_in_words(DAY),
            words.instant_in_words(AT, NEW_YORK),
            words.dated_instant_in_words(AT, NEW_YORK),
            words.appointment_in_words(AT, NEW_YORK),
            words.in_full(DAY),
        ]


@pytest.mark.parametrize(
    ("hour", "zone", "said"),
    [
        (5, NEW_YORK, "miércoles 25 de noviembre de 2026, 12:00 a.m. EST"),
        (17, NEW_YORK, "miércoles 25 de noviembre de 2026, 12:00 p.m. EST"),
        (5, HONOLULU, "martes 24 de noviembre de 2026, 7:00 p.m. HST"),
    ],
)
def test_noon_and_midnight_on_the_clock_of_the_place(hour: int, zone: ZoneInfo, said: str) -> None:
    with translation.override("es"):
        at = datetime(2026, 11, 25, hour, tzinfo=UTC)
        assert words.appointment_in_words(at, zone) == said


def test_are_english_where_no_language_is_active() -> None:
    with translation.override(None):
        assert words.day_in_words(DAY) == "Wed 25 Nov"
