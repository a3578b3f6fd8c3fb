"""Rows of a benchmark's own in a database that is used again: made, measured, taken away.

A benchmark of work writes thousands of rows. It notes before how far each table reaches, and
deletes afterwards what lies beyond; a run that was killed is cleaned up after by the next one.
"""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from tests.bench.results import Row, save

if TYPE_CHECKING:
    from intake.models import Assignment, Client, MentoringRequest
    from mentors.models import Volunteer

MARKS = "bench_marks"
IN_QUEUE, PENDING, OVERDUE = "in the queue", "pending", "overdue"
AGE = timedelta(days=14)
"""How long ago the requests were assigned."""


def run(
    part: str, description: str | None, measure: Callable[[Namespace], list[Row]], **numbers: int
) -> None:
    """A benchmark by itself: measure, print, and keep it if the size of the database was named."""
    asked = _set_up(part, description, **numbers)
    rows = measure(asked)
    for row in rows:
        print(row)
    if asked.size:
        save(part, asked.size, rows)


def _set_up(module: str, description: str | None, **numbers: int) -> Namespace:
    """The options of a benchmark that is run alone, and Django on the caller's own database."""
    parser = ArgumentParser(prog=f"tests.bench.{module}", description=description)
    parser.add_argument("--size", type=int, help="requests in the database; keeps the results")
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    if not (os.environ.get("HANDOFF_DATA") or os.environ.get("DATABASE_URL")):
        raise SystemExit("Name a scratch folder: HANDOFF_DATA=/tmp/bench (never the demo's).")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    return asked


# --- Taken away afterwards ------------------------------------------------------------------------


@contextmanager
def taken_away() -> Iterator[None]:
    """Whatever is added within goes again. Needs a role that may set `session_replication_role`."""
    _clean()
    _mark()
    try:
        yield
    finally:
        _clean()


def _tables() -> list[str]:
    """All tables of requests: of who works here, and in which units, benchmarks add nothing."""
    from django.apps import apps

    models = apps.get_app_config("intake").get_models()
    return [one._meta.db_table for one in models if one._meta.pk.attname == "id"]


def _mark() -> None:
    from django.db import connection, transaction

    reach = " UNION ALL ".join(
        f"SELECT '{name}', coalesce(max(id), 0) FROM {name}" for name in _tables()
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARKS} AS SELECT * FROM ({reach}) t (name, reach)")


def _clean() -> None:
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [MARKS])
        if cursor.fetchone() == (True,):
            return
        with transaction.atomic():
            # Without the triggers that keep timelines whole, and without the keys.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"SELECT name, reach FROM {MARKS}")
            reached = cursor.fetchall()
            for name, reach in reached:
                cursor.execute(f"DELETE FROM {name} WHERE id > %s", [reach])
            cursor.execute(f"DROP TABLE {MARKS}")
        # As if they had never been there: what was measured before must not slow what comes next.
        cursor.execute(f"VACUUM ANALYZE {', '.join(name for name, _ in reached)}")


# --- Made -----------------------------------------------------------------------------------------


def quiet_instant() -> datetime:
    """An instant at which no clock has anything to do in this database; the last such midnight."""
    from django.utils import timezone

    from intake.sweep import CLOCKS

    at = timezone.now()  # noqa: TID251
    at = at.replace(hour=0, minute=0, second=0, microsecond=0)
    while any(clock.due(at).exists() for clock in CLOCKS):
        at -= timedelta(days=1)
    return at


def requests_of(number: int, at: datetime, state: str = IN_QUEUE) -> "list[MentoringRequest]":
    """So many requests of as many clients, spread over all chapters that have mentors.

    Those that are not in the queue were assigned `AGE` ago: to a mentor who may still answer, or
    (`OVERDUE`) should have answered and has not, so that the sweep at `at` takes them back.
    """
    from mentors.models import Volunteer

    people = Volunteer.objects.assignable(at).select_related("chapter").order_by("pk")
    mentors = list(islice(cycle(people), number))
    made = _in_queue(_clients(number, at), mentors, at)
    if state != IN_QUEUE:
        _assign(made, mentors, at, is_overdue=state == OVERDUE)
    return made


def _clients(number: int, at: datetime) -> "list[Client]":
    from intake.models import Client

    return Client.objects.bulk_create(
        Client(
            first_name="Robin",
            last_name=f"Bench{one}",
            email=f"robin.bench{one}@bench.example",
            phone=f"(900) 555-{one:06}",
            zip="00000",
            created_at=at - AGE,
        )
        for one in range(number)
    )


def _in_queue(
    clients: "list[Client]", mentors: "list[Volunteer]", at: datetime
) -> "list[MentoringRequest]":
    from intake.models import MentoringRequest
    from mentors.models import MentoringArea

    since, areas = at - AGE, cycle(MentoringArea.objects.order_by("pk"))
    return MentoringRequest.objects.bulk_create(
        MentoringRequest(
            client=client,
            chapter=mentor.chapter,
            area=area,
            question="How do I find out what people would pay for bread in my part of the town?",
            source="web",
            queue_reason="new",
            submitted_at=since,
            status_since=since,
            waiting_since=since,
        )
        for client, mentor, area in zip(clients, mentors, areas, strict=False)
    )


def _assign(
    made: "list[MentoringRequest]", mentors: "list[Volunteer]", at: datetime, *, is_overdue: bool
) -> None:
    from django.db import connection

    from intake.models import Assignment

    Assignment.objects.bulk_create(
        _assignment(mre, mentor, at, is_overdue=is_overdue)
        for mre, mentor in zip(made, mentors, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_mentoringrequest r SET status = 'assigned', queue_reason = '', "
            "current_id = a.id FROM intake_assignment a WHERE a.request_id = r.id AND r.id >= %s",
            [made[0].pk],
        )
        cursor.execute("ANALYZE intake_mentoringrequest, intake_assignment, intake_client")


def _assignment(
    mre: "MentoringRequest", mentor: "Volunteer", at: datetime, *, is_overdue: bool
) -> "Assignment":
    from intake.models import Assignment

    since, hour = at - AGE, timedelta(hours=1)
    respond_by = since + timedelta(days=2) if is_overdue else at + hour
    late: dict[str, Any] = {"outcome": "overdue", "overdue_at": respond_by} if is_overdue else {}
    return Assignment(
        request=mre,
        mentor=mentor,
        assigned_by=mentor,
        assigned_at=since,
        tier="chapter",
        respond_days=2,
        requeue_days=5,
        remind_at=since + hour,
        reminded_at=since + hour,
        respond_by=respond_by,
        requeue_at=at - hour if is_overdue else at + 2 * hour,
        **late,
    )
