"""The whole demo: hire the cast, put every story on the agenda, and let the clock run."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from django.apps import apps
from django.db import connection, transaction

from intake.demo import joan, same_person, scenes, together
from intake.demo.acts import Case
from intake.demo.clients import Clients
from intake.demo.lives import mondays, plan_follow_ups, plan_pauses
from intake.demo.people import Place, hire
from intake.demo.script import seeded
from intake.demo.stage import Stage
from intake.demo.stories import ordinary
from intake.demo.world import Story, World
from intake.models import ClosedDay
from mentors.models import BusinessType, Chapter, MentoringArea

LASTS = timedelta(weeks=39)
DIGESTS = timedelta(weeks=6)
"""How far back the Membership Chairs still have theirs: who would keep older ones."""
REQUESTS = 220
"""Ordinary requests, besides those of the scenes."""
BY_WEEKDAY = (12, 12, 11, 10, 9, 4, 3)
"""How many of 61 requests come on each day of the week, from Monday."""
GROWTH = 1.5
"""How many requests a day come at the end, for one at the beginning."""


def is_empty() -> bool:
    """Whether there is no organisation in this database yet."""
    return not Chapter.objects.exists()


@transaction.atomic
def seed(
    *,
    now: datetime,
    requests: int = REQUESTS,
    replace: bool = False,
    each_day: Callable[[date], object] = lambda day: None,
    each_monday: Callable[[datetime], object] = lambda now: None,
) -> list[str]:
    """Play nine months that end at `now`; the same every time for the same instant.

    One transaction: whatever stops it leaves the database as it was. With `replace` everything
    else is deleted first, except the picklists and the holiday table. `each_monday` tells the
    chairs of the week before. Returns the refusals that cut stories short: none, unless a rule has
    changed.
    """
    if replace:
        _clear()
    start = now - LASTS
    world, cast = World(start=start, end=now, each_day=each_day), hire(start)
    clients = Clients(year=now.year)
    stage = Stage(world, cast, clients)
    for play in (scenes, joan, same_person, together):
        play.set_up(stage)
    plan_pauses(world, cast)
    plan_follow_ups(world, cast)
    world.begin(now - DIGESTS, mondays(world, each_monday))
    for n, day in enumerate(_days_of_arrival(start.date(), now.date(), requests)):
        rng = seeded("request", n)
        place = rng.choices(cast.places, [place.share for place in cast.places])[0]
        case = Case(world, cast, place, clients.arrive(place), rng)
        world.begin(_hour_of_day(day, place, rng), ordinary(case))
    world.begin(start, _growing(start))
    world.run()
    _settle()
    return world.refusals


def _growing(start: datetime) -> Story:
    """Every now and then the database looks at what there is by then."""
    for days in (0, 2, 6, 20, 60, 120, 200):
        yield start + timedelta(days=days)
        _settle()


def _settle() -> None:
    """Check the foreign keys so far, and tell the planner how the tables have grown.

    Without that it believes them empty: nobody else can look into this transaction.
    """
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_tables()}")


def _days_of_arrival(first: date, last: date, number: int) -> list[date]:
    """When clients send their forms: more on weekdays than at weekends, more at the end."""
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    growing = (1 + (GROWTH - 1) * n / len(days) for n in range(len(days)))
    weights = [
        BY_WEEKDAY[day.weekday()] * growth for day, growth in zip(days, growing, strict=True)
    ]
    return sorted(seeded("arrivals").choices(days, weights, k=number))


def _hour_of_day(day: date, place: Place, rng: Random) -> datetime:
    minutes = rng.triangular(6.5, 23, 10.5) * 60
    return datetime.combine(day, time(), place.zone) + timedelta(minutes=minutes)


def _clear() -> None:
    """Empty every table of people and requests, and sign everybody out."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_tables()}, django_session RESTART IDENTITY CASCADE")


def _tables() -> str:
    """The tables of people and requests, as SQL lists them."""
    kept = {MentoringArea, BusinessType, ClosedDay}
    models = {
        model for app in ("mentors", "intake") for model in apps.get_app_config(app).get_models()
    }
    return ", ".join(sorted(model._meta.db_table for model in models - kept))
