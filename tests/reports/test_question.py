"""What reports are asked: of which units, for which days, as of when; and what cannot be asked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from intake.calendar import local_date
from intake.models import RequestEvent
from mentors.models import District
from mentors.roles import duties
from reports.forms import QuestionForm
from reports.periods import ALWAYS, Period, Span
from reports.scope import EVERYWHERE, choices, mentors_reach, named, requests_reach
from reports.spans import during
from tests.factories import MONDAY, Organisation, submit

TODAY = MONDAY.date()


def form(org: Organisation, reader: str = "admin", **data: Any) -> QuestionForm:
    reach = requests_reach(duties(getattr(org, reader), MONDAY))
    return QuestionForm(data, reach=reach, now=MONDAY, today=TODAY)


def offered(org: Organisation, reader: str) -> list[str]:
    reach = requests_reach(duties(getattr(org, reader), MONDAY))
    return [choice.words for choice in choices(reach) if choice.is_offered]


# --- Units ----------------------------------------------------------------------------------------


def test_a_reader_is_offered_the_units_that_are_wholly_his(org: Organisation) -> None:
    assert offered(org, "rcic") == ["SCORE New York"]
    hudson = [
        "Hudson (District)",
        "SCORE National",
        "SCORE New York",
        "SCORE Newark",
    ]
    assert offered(org, "rcic_district") == hudson
    assert offered(org, "leader_region") == ["East (Region)", *hudson, "SCORE Chicago"]
    assert offered(org, "chair") == []


def test_a_unit_of_one_chapter_is_that_chapter(org: Organisation) -> None:
    assert "Lakes (District)" not in offered(org, "admin")
    assert "West (Region)" in offered(org, "admin")


def test_a_unit_that_is_not_offered_can_be_asked_about_as_far_as_one_sees_it(
    org: Organisation,
) -> None:
    lakes = form(org, "leader_region", unit=f"district:{org.lakes.code}")
    assert lakes.is_valid()
    assert (lakes.chosen.name, lakes.chosen.ids) == ("Lakes", {org.chicago.pk})
    part = form(org, "rcic", unit=f"region:{org.east.code}")
    assert part.is_valid()
    assert (part.chosen.name, part.chosen.ids) == ("East, in part", {org.new_york.pk})


def test_a_unit_without_chapters_is_an_empty_one(org: Organisation) -> None:
    District.objects.create(code="D9", name="Prairie", region=org.west)
    assert named("D9").ids == set()


def test_a_chair_reaches_mentors_and_no_requests(org: Organisation) -> None:
    mine = duties(org.chair, MONDAY)
    submit(org)
    assert list(requests_reach(mine).requests()) == []
    assert [str(chapter) for chapter in mentors_reach(mine).chapters()] == ["SCORE New York"]


def test_parked_requests_are_for_administrators(org: Organisation) -> None:
    parked = submit(org, suspended=True).mre
    assert list(EVERYWHERE.requests()) == [parked]
    assert list(requests_reach(duties(org.rcic, MONDAY)).requests()) == []


def test_a_unit_is_named_by_its_code(org: Organisation) -> None:
    assert named(org.east.code).ids == {
        org.new_york.pk, org.newark.pk, org.national.pk, org.chicago.pk
    }  # fmt: skip
    assert named(org.lakes.code).ids == {org.chicago.pk}
    assert named(org.phoenix.code).name == "SCORE Phoenix"


def test_a_code_that_names_nothing_or_two_units_is_refused_in_words(org: Organisation) -> None:
    with pytest.raises(LookupError, match="no unit with the code “X9”"):
        named("X9")
    org.hudson.code = org.east.code
    org.hudson.save()
    with pytest.raises(LookupError, match="more than one unit: say region:R1 or district:R1"):
        named("R1")
    assert named("district:R1").name == "Hudson"


@pytest.mark.parametrize(("who", "queries"), [("rcic", 2), ("admin", 1)])
def test_the_units_on_offer_cost_two_queries_and_one_where_all_are_seen(
    org: Organisation, who: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mine = duties(getattr(org, who), MONDAY)
    with django_assert_num_queries(queries):
        QuestionForm({}, reach=requests_reach(mine), now=MONDAY, today=TODAY).is_valid()


# --- Days -----------------------------------------------------------------------------------------

ZONES = ("America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Los_Angeles")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(ZONES), st.integers(0, 40 * 24 * 60), st.integers(0, 12))
def test_a_day_is_that_of_the_chapter(
    org: Organisation, zone: str, minutes: int, days: int
) -> None:
    """Across the night of 8 March 2026, on which clocks are changed."""
    at = datetime(2026, 2, 20, tzinfo=UTC) + timedelta(minutes=minutes)
    mre = submit(org, at=at).mre
    org.new_york.time_zone = zone
    org.new_york.save()
    period = Period(date(2026, 3, 1), date(2026, 3, 1) + timedelta(days=days))
    assert period.last is not None
    inside = date(2026, 3, 1) <= local_date(at, ZoneInfo(zone)) <= period.last
    found = EVERYWHERE.requests().filter(during(period, "submitted_at", "chapter__time_zone"))
    assert found.filter(pk=mre.pk).exists() == inside
    begins, ends = period.instants(ZoneInfo(zone))
    assert begins is not None
    assert ends is not None
    assert (begins <= at < ends) == inside


def test_without_a_period_everything_counts(org: Organisation) -> None:
    submit(org)
    assert RequestEvent.objects.filter(during(ALWAYS, "at", "request__chapter__time_zone")).exists()


# --- The form -------------------------------------------------------------------------------------


def test_without_a_word_it_is_the_last_thirty_days_of_everything_now(org: Organisation) -> None:
    asked = form(org)
    assert asked.is_valid()
    question = asked.question()
    assert question.reach == EVERYWHERE
    assert question.period == Period(date(2026, 2, 15), TODAY)
    assert not question.is_past


def test_the_only_unit_of_a_reader_is_the_one_that_is_meant(org: Organisation) -> None:
    asked = form(org, "rcic")
    assert asked.is_valid()
    assert asked.question().reach.name == "SCORE New York"


def test_a_unit_is_chosen(org: Organisation) -> None:
    asked = form(org, "leader_region", unit=f"district:{org.hudson.code}")
    assert asked.is_valid()
    assert asked.question().reach.ids == {org.new_york.pk, org.newark.pk, org.national.pk}


@pytest.mark.parametrize("code", ["chapter:1234", "region:R2", "nonsense"])
def test_a_unit_that_is_not_his_is_refused(org: Organisation, code: str) -> None:
    asked = form(org, "leader_region", unit=code)
    assert "None of your units" in str(asked.errors["unit"])


def test_own_dates(org: Organisation) -> None:
    asked = form(org, first="2026-01-01", last="2026-01-31", span="quarter")
    assert asked.is_valid()
    assert asked.which == Span.OWN
    assert asked.period == Period(date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"span": "own"}, "first", "Say from which day"),
        ({"first": "2026-02-01", "last": "2026-01-31"}, "last", "before the first"),
        ({"first": "1026-02-01"}, "first", "Look at the year again"),
        ({"first": "soon"}, "first", "Enter a day"),
        ({"span": "eternity"}, "span", "Select a valid choice"),
        ({"at": "2027-01-01T10:00"}, "at", "still to come"),
        ({"at": "yesterday"}, "at", "Enter a day and a time"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(
    org: Organisation, data: dict[str, str], field: str, sentence: str
) -> None:
    asked = form(org, **data)
    assert sentence in str(asked.errors[field])


def test_the_last_days_are_those_up_to_the_instant(org: Organisation) -> None:
    asked = form(org, at="2026-03-02T10:00", span="quarter")
    assert asked.is_valid()
    assert asked.question().period == Period(date(2026, 1, 1), date(2026, 3, 2))


def test_the_form_shows_the_period_that_is_meant(org: Organisation) -> None:
    assert form(org)["span"].value() == Span.LAST_30_DAYS
    assert form(org, last="2026-03-02", span="quarter")["span"].value() == Span.OWN
    assert form(org).changed_data == []


def test_an_instant_that_is_over_makes_it_a_question_about_the_past(org: Organisation) -> None:
    asked = form(org, at="2026-03-02T10:00")
    assert asked.is_valid()
    assert asked.question().is_past
