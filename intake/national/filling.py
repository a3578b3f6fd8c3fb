"""Fills an empty database with the made-up country, by as many processes as there are cores."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from django.core.management.color import no_style
from django.db import connection, transaction

from intake.history.copying import Target
from intake.history.pool import Pool
from intake.history.replay import replay
from intake.history.requests import world
from intake.history.writing import write
from intake.models import Client
from intake.national import progress, roster, scaffold, settling
from intake.national.asking import Country, Story
from intake.national.clients import Person
from intake.national.country import script
from intake.national.people import Someone, volunteers
from intake.national.progress import Run, TakenOff
from intake.national.weeks import Calendar, Portion
from mentors.models import BusinessType

CLIENTS = Target(Client, "id external_id first_name last_name email phone zip created_at")
UNDER_WAY = 12
"""Portions at a time, fewer than lie between two requests of a client: so he is there when he
comes back."""
Advance = Callable[[int], object]


def begin(run: Run) -> None:
    """Units, volunteers, and no indexes: all or nothing, in an empty database."""
    calendar = Calendar(run.years, run.until)
    with transaction.atomic():
        progress.begin(run)
        scaffold.take_off()
        since = calendar.began(calendar.portions[0].week)
        roster.found(_people(run), since=since, until=run.until)


def requests_left(run: Run) -> list[Portion]:
    """What is still to be written."""
    done = progress.done()
    return [
        portion for portion in Calendar(run.years, run.until).portions if portion.first not in done
    ]


def fill(run: Run, portions: Sequence[Portion], *, processes: int, advance: Advance) -> None:
    """Write portions, the oldest first."""
    if not portions:
        return
    country = Country(Calendar(run.years, run.until), world(), _people(run))
    with Pool(partial(_fill, country), processes) as pool:
        for size in pool.map(portions, ahead=UNDER_WAY):
            advance(size)


def put_back(*, processes: int, advance: Advance) -> None:
    """Everything that was taken off, step by step.

    Keys for new rows take no time, and two at a time could wait for each other's tables.
    """
    missing = progress.taken_off()
    with Pool(scaffold.put_back, processes) as pool:
        for step in (scaffold.INDEX, scaffold.KEY, scaffold.CHECKED):
            of_step = [one for one in missing if one.step == step]
            for _ in _back(of_step, pool, alone=step == scaffold.KEY):
                advance(1)


def _back(missing: list[TakenOff], pool: Pool[TakenOff, None], *, alone: bool) -> Iterable[None]:
    return map(scaffold.put_back, missing) if alone else pool.map(missing, ahead=len(missing))


def finish(run: Run) -> None:
    """The rest: numbers go on where they are, the planner knows what is there."""
    settling.count_as_reminded(run.until)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Client]):
            cursor.execute(statement)
        for table in scaffold.TABLES:
            cursor.execute(f'VACUUM ANALYZE "{table}"')
        cursor.execute("ANALYZE")
    progress.finish()


def _fill(country: Country, portion: Portion) -> int:
    """Write a portion, unless it was written since; its size."""
    stories = country.stories(portion)
    until = country.calendar.until
    told = [replay(story.asked, story.events, country.world, until=until) for story in stories]
    for story, one in zip(stories, told, strict=True):
        one.client = story.client
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        if progress.claim(portion.first):
            _write_clients(stories)
            write(told, country.world)
    return portion.size


def _write_clients(stories: Iterable[Story]) -> None:
    CLIENTS.copy(
        CLIENTS.line(_client(story.newcomer, story.asked.submitted_at))
        for story in stories
        if story.newcomer
    )


def _client(person: Person, at: datetime) -> tuple[object, ...]:
    return (
        person.number,
        person.id,
        person.first_name,
        person.last_name,
        person.email,
        person.phone,
        person.zip,
        at,
    )


def _people(run: Run) -> list[Someone]:
    types = list(BusinessType.objects.order_by("pk").values_list("name", flat=True))
    return volunteers(run.until.date(), list(script("words")["needs"]), types)
