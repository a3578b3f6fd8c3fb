"""Fills an empty database with the made-up country, by as many processes as there are cores."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

from django.core.management.color import no_style
from django.db import connection, connections, transaction

from intake.history.copying import Target
from intake.history.replay import replay
from intake.history.requests import world
from intake.history.writing import write
from intake.models import Client
from intake.national import progress, roster, scaffold, settling
from intake.national.asking import Country, Person, Story
from intake.national.country import script
from intake.national.people import Someone, volunteers
from intake.national.progress import Run, TakenOff
from intake.national.weeks import Calendar, Portion
from mentors.models import BusinessType

CLIENTS = Target(Client, "id external_id first_name last_name email phone zip created_at")
AT_A_TIME = 12
"""Portions under way: fewer than lie between two requests of a client, so that he is there."""
Advance = Callable[[int], object]
Job = TypeVar("Job", Portion, TakenOff)


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
    with _hands(processes, run) as hands:
        for portion in _each(hands, _fill, portions):
            advance(portion.size)


def put_back(run: Run, *, processes: int, advance: Advance) -> None:
    """Everything that was taken off, step by step; then what is left to be done once."""
    missing = progress.taken_off()
    with _hands(processes, run) as hands:
        for step in (scaffold.INDEX, scaffold.KEY, scaffold.CHECKED):
            for _ in _each(hands, _put_back, [one for one in missing if one.step == step]):
                advance(1)


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


# --- The processes -------------------------------------------------------------------------------

_country: Country | None = None


@contextmanager
def _hands(processes: int, run: Run) -> Iterator[Executor]:
    """So many processes that end with this one, whatever ends it."""
    global _country  # noqa: PLW0603 - what a process is forked with
    _country = Country(Calendar(run.years, run.until), world(), _people(run))
    connections.close_all()  # no two processes may speak on one connection
    hands = ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=_begin)
    try:
        yield hands
    finally:
        hands.shutdown(cancel_futures=True)


def _begin() -> None:
    """In a process of the pool: only its parent stops it, by a word or by being gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    assert parent is not None  # this runs in a child
    parent.join()
    os._exit(1)


def _each(hands: Executor, work: Callable[[Job], Job], jobs: Iterable[Job]) -> Iterator[Job]:
    """Have them done in their order, and say of each when it is. Raises what one has raised.

    None begins before all but the last few of those before it are done.
    """
    begun: deque[Future[Job]] = deque()
    for job in jobs:
        if len(begun) == AT_A_TIME:
            yield begun.popleft().result()
        begun.append(hands.submit(work, job))
    for future in begun:
        yield future.result()


def _fill(portion: Portion) -> Portion:
    """Write a portion, unless it was written since."""
    assert _country is not None  # every process is forked with it
    stories = _country.stories(portion)
    told = [replay(story.asked, story.events, _country.world) for story in stories]
    for story, one in zip(stories, told, strict=True):
        one.client = story.client
        settling.settle(one, _country.calendar.until)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        if progress.claim(portion.first):
            _write_clients(stories)
            write(told, _country.world)
    return portion


def _put_back(one: TakenOff) -> TakenOff:
    scaffold.put_back(one)
    return one


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
