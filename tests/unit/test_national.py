"""The made-up country: believable shapes, the same for the same numbers."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from intake.calendar import BusinessCalendar
from intake.closed_days import federal_holidays
from intake.enums import CLOSED, Outcome, SessionState, Status
from intake.history.records import Replayed
from intake.history.replay import replay
from intake.history.world import Person, Place, World
from intake.national import SIGN_INS
from intake.national.asking import Country, Story
from intake.national.country import cities, districts, regions, script
from intake.national.hours import Hours, instant, seconds
from intake.national.people import Someone, volunteers
from intake.national.weeks import A_YEAR, SOONEST, Calendar
from intake.policy import Policy

UNTIL = datetime(2026, 11, 20, 16, tzinfo=UTC)
"""A Friday, 11:00 in New York."""
AREAS = list(script("words")["needs"])
TYPES = ["Retail", "Food & Beverage", "Construction", "Manufacturing"]


@cache
def people() -> list[Someone]:
    return volunteers(UNTIL.date(), AREAS, TYPES)


@cache
def world() -> World:
    places = {
        city.code: Place(
            city.number + 1,
            city.code,
            city.name,
            city.zone,
            int(city.district.removeprefix("D")),
            int(city.region.removeprefix("R")),
        )
        for city in cities()
    }
    return World(
        places,
        {
            person.id: Person(person.number, person.first_name, places[person.city.code])
            for person in people()
        },
        {name.casefold(): number for number, name in enumerate(AREAS, start=1)},
        {name.casefold(): number for number, name in enumerate(TYPES, start=1)},
        Policy(),
        BusinessCalendar(frozenset(federal_holidays())),
    )


def made(calendar: Calendar, portions: slice) -> list[Story]:
    country = Country(calendar, world(), people())
    return [story for portion in calendar.portions[portions] for story in country.stories(portion)]


@cache
def long_ago() -> list[Replayed]:
    """Two weeks of requests of two years ago: all that there is to tell of them is told."""
    stories = made(Calendar(2, UNTIL), slice(8, 16))
    return [replay(story.asked, story.events, world()) for story in stories]


def share(part: int, whole: int) -> float:
    return part / whole


def test_the_country_has_its_units_with_their_zones_and_every_prefix_once() -> None:
    assert (len(regions()), len(districts()), len(cities())) == (4, 48, 235)
    prefixes = [prefix for city in cities() for prefix in city.prefixes]
    assert len(prefixes) == len(set(prefixes)) > 880
    assert {city.district for city in cities()} == {code for code, *_ in districts()}
    by_name = {city.name: city for city in cities()}
    assert by_name["Pensacola, FL"].zone == ZoneInfo("America/Chicago")
    assert by_name["Honolulu, HI"].zone == ZoneInfo("Pacific/Honolulu")
    assert "441" in by_name["Cleveland, OH"].prefixes
    assert [city.name for city in cities() if not city.prefixes] == ["National Virtual"]


def test_there_are_so_many_volunteers_of_whom_so_many_are_assignable_today() -> None:
    assert len(people()) == 10_000
    free = [one for one in people() if one.is_mentor and not one.is_away(UNTIL.date())]
    assert len(free) == 7_000
    assert {one.email for one in people()[:7]} == set(SIGN_INS.values())
    assert len({one.email for one in people()}) == 10_000
    homes = Counter(one.city.code for one in free)
    assert len(homes) == 235
    assert min(homes.values()) >= 4
    assert all(1 <= len(one.areas) <= 6 and len(one.types) <= 6 for one in free)


def test_every_chapter_and_every_unit_above_has_its_duties() -> None:
    held = Counter((role.value, code) for one in people() for role, code in one.duties)
    for city in cities():
        for role in ("chapter_manager", "membership_chair", "leader"):
            assert held[role, city.code] >= 1, city
    for code, *_ in (*districts(), *regions()):
        assert held["rcic", code] >= 1, code
        assert held["leader", code] >= 1, code


@pytest.mark.parametrize("years", [0.1, 1, 10])
def test_there_are_exactly_so_many_requests_and_more_years_change_no_week(years: float) -> None:
    calendar = Calendar(years, UNTIL)
    assert sum(portion.size for portion in calendar.portions) == round(years * A_YEAR)
    assert calendar.portions[0].first == 0
    recent = {(one.week, one.region): one.size for one in calendar.portions[-12:]}
    longest = {(one.week, one.region): one.size for one in Calendar(10, UNTIL).portions[-12:]}
    assert recent == longest


def test_the_present_is_the_same_whatever_lies_behind_it() -> None:
    few, many = (made(Calendar(years, UNTIL), slice(-1, None)) for years in (0.1, 3))
    for one, other in zip(few, many, strict=True):
        assert one.asked.request_id == other.asked.request_id
        assert one.asked.question == other.asked.question
        assert one.events == other.events


def test_the_same_numbers_make_the_same_requests() -> None:
    calendar = Calendar(0.1, UNTIL)
    assert made(calendar, slice(3, 5)) == made(calendar, slice(3, 5))


def test_clients_come_back_and_each_is_new_once() -> None:
    calendar = Calendar(3, UNTIL)
    new: set[int] = set()
    returning = 0
    for portion in calendar.portions:
        for slot in range(portion.size):
            came = calendar.came(portion, slot)
            assert came.is_new == (came.number not in new)
            new.add(came.number)
            returning += not came.is_new
            assert came.is_new or came.week >= portion.week + SOONEST
    assert 0.10 < share(returning, calendar.requests) < 0.25


def test_a_client_who_comes_back_is_the_same_person_at_the_same_chapter() -> None:
    calendar = Calendar(1, UNTIL)
    country = Country(calendar, world(), people())
    now = calendar.portions[-1]
    weeks_ago = SOONEST + 9 * 37 % 150
    before = next(
        portion
        for portion in calendar.portions
        if (portion.week, portion.region) == (now.week + weeks_ago, now.region)
    )
    first, again = country.stories(before)[8], country.stories(now)[9]
    assert first.newcomer is not None
    assert again.newcomer is None
    assert again.client == first.client
    assert again.asked.client_id == first.asked.client_id
    assert again.asked.place == first.asked.place


def test_requests_follow_seasons_weekdays_and_hours() -> None:
    sizes: Counter[int] = Counter()
    calendar = Calendar(5, UNTIL)
    for portion in calendar.portions:
        sizes[(calendar.began(portion.week) + timedelta(days=3)).month] += portion.size
    assert sizes[1] > 1.3 * sizes[12]
    days: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for one in long_ago():
        local = one.asked.submitted_at.astimezone(one.asked.place.zone)
        days[local.weekday()] += 1
        hours[local.hour] += 1
    assert days[1] > 2 * days[5]
    assert sum(hours[hour] for hour in range(9, 18)) > 5 * sum(hours[hour] for hour in range(6))


def test_old_requests_end_as_requests_do() -> None:
    status = Counter(one.status for one in long_ago())
    whole = len(long_ago())
    assert share(sum(status[end] for end in CLOSED), whole) > 0.98
    assert 0.60 < share(status[Status.COMPLETE], whole) < 0.80
    assert 0.05 < share(status[Status.NO_RESPONSE], whole) < 0.18
    assert 0.05 < share(status[Status.WITHDRAWN], whole) < 0.18
    for end in CLOSED:
        assert status[end] > 0, end


def test_mentors_answer_as_mentors_do() -> None:
    rows = [row for one in long_ago() for row in one.assignments]
    outcomes = Counter(row.outcome for row in rows)
    assert 0.65 < share(outcomes[Outcome.ACCEPTED_IN_TIME], len(rows)) < 0.85
    assert 0.04 < share(outcomes[Outcome.DECLINED], len(rows)) < 0.12
    assert 0.02 < share(outcomes[Outcome.TIMED_OUT], len(rows)) < 0.12
    for rare in (Outcome.ACCEPTED_LATE, Outcome.REPLACED, Outcome.HANDED_BACK, Outcome.WITHDRAWN):
        assert outcomes[rare] > 0, rare
    assert 0.7 < share(sum(row.tier == "chapter" for row in rows), len(rows)) < 0.95
    kinds = Counter(event.kind for one in long_ago() for event in one.events)
    for kind in ("transferred", "moved", "reopened", "replaced", "session_missed", "contact"):
        assert kinds[kind] > 0, kind
    assert 0.01 < share(sum(row.by is None for row in rows), len(rows)) < 0.06


def test_there_are_about_two_sessions_for_each_request() -> None:
    sessions = [session for one in long_ago() for session in one.sessions]
    assert 1.7 < len(sessions) / len(long_ago()) < 2.4
    held = [session for session in sessions if session.state == SessionState.HELD]
    assert share(len(held), len(sessions)) > 0.9
    noted = sum(session.notes_entered_at is not None for session in held)
    assert 0.9 < share(noted, len(held)) < 1


def test_nobody_is_asked_while_he_pauses_or_before_he_came() -> None:
    by_number = {one.number: one for one in people()}
    for one in long_ago():
        for row in one.assignments:
            mentor = by_number[row.mentor.pk]
            day = row.assigned_at.astimezone(one.asked.place.zone).date()
            assert mentor.is_mentor
            assert mentor.joined <= day
            assert not mentor.is_away(day)


def test_nothing_happens_after_the_end_and_the_last_weeks_are_open() -> None:
    stories = made(Calendar(0.1, UNTIL), slice(-4, None))
    assert all(event.at <= UNTIL for story in stories for event in story.events)
    assert all(story.asked.submitted_at < UNTIL for story in stories)
    told = [replay(story.asked, story.events, world()) for story in stories]
    status = Counter(one.status for one in told)
    for standing in (Status.NEED_ACTION, Status.ASSIGNED, Status.ACCEPTED):
        assert status[standing] > 0.05 * len(told), standing


def test_hours_keep_to_the_wall_clock_and_to_business_days() -> None:
    hours = Hours(ZoneInfo("America/New_York"), BusinessCalendar(frozenset(federal_holidays())))
    friday_evening = seconds(datetime(2026, 11, 20, 23, tzinfo=UTC))  # 18:00
    monday = instant(hours.office(friday_evening, 0.0))
    assert monday == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    at_night = seconds(datetime(2026, 7, 1, 6, tzinfo=UTC))  # 02:00
    assert instant(hours.awake(at_night, 0.0)) == datetime(2026, 7, 1, 11, 30, tzinfo=UTC)
    met = hours.meeting(friday_evening, 0.99)
    assert instant(met) == datetime(2026, 11, 23, 22, tzinfo=UTC)
