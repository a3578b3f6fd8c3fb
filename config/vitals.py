"""What to watch: a few figures that say early whether something stands still."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from kombu.exceptions import OperationalError

from config.backup import found_in, usual_folder
from config.celery import app
from config.health import unapplied
from intake.enums import MailState
from intake.models import FigureCheck, OutboxMail
from intake.sweep import CLOCKS
from reports import replica

LATE = timedelta(minutes=5)
"""Mail is sent every ten seconds and clocks are swept every minute; this is a standstill."""
A_DAY = timedelta(days=1)
SINCE_CHECK = timedelta(hours=36)
SINCE_BACKUP = timedelta(hours=26)
MOST_MESSAGES = 100
MOST_CONNECTIONS, MOST_DISK = 0.8, 0.9
"""Shares of what there is."""
LONGEST_TRANSACTION = timedelta(minutes=15)
MOST_COUNTED = 100_000
"""Nobody needs to know a backlog more exactly."""

ACTIVITY = """
SELECT count(*) FILTER (WHERE backend_type = 'client backend'),
       current_setting('max_connections')::int,
       coalesce(extract(epoch FROM max(now() - xact_start) FILTER (WHERE datname IS NOT NULL)), 0),
       pg_database_size(current_database())
FROM pg_stat_activity
"""


@dataclass(frozen=True)
class Figure:
    """What is watched, how it stands, whether that is well, and when it is not."""

    name: str
    value: str
    is_well: bool
    limit: str = ""


def figures(now: datetime) -> Iterator[Figure]:
    """All of them, in the order in which one looks for a cause. A dozen cheap queries."""
    for measure in MEASURES:
        yield from measure(now)


def _database(now: datetime) -> Iterator[Figure]:
    with connection.cursor() as cursor:
        cursor.execute(ACTIVITY)
        used, most, seconds, size = cursor.fetchone()
    yield Figure("size of the database", filesizeformat(size), is_well=True)
    yield Figure(
        "connections to the database",
        f"{used} of {most}",
        used <= MOST_CONNECTIONS * most,
        f"more than {MOST_CONNECTIONS:.0%}",
    )
    longest = timedelta(seconds=round(seconds))
    limit = f"longer than {LONGEST_TRANSACTION}"
    yield Figure("longest transaction", str(longest), longest <= LONGEST_TRANSACTION, limit)


def _migrations(now: datetime) -> Iterator[Figure]:
    left = unapplied()
    yield Figure("migrations that are not applied", str(left), not left, "any")


def _disk(now: datetime) -> Iterator[Figure]:
    usage = shutil.disk_usage(settings.HANDOFF_DATA.parent)
    share = 1 - usage.free / usage.total
    yield Figure(
        "disk of the data folder",
        f"{share:.0%} full, {filesizeformat(usage.free)} free",
        share <= MOST_DISK,
        f"more than {MOST_DISK:.0%}",
    )


def _mail(now: datetime) -> Iterator[Figure]:
    waiting = OutboxMail.objects.filter(
        state__in=[MailState.QUEUED, MailState.SENDING], send_at__lte=now
    )
    oldest = waiting.order_by("send_at").values_list("send_at", flat=True).first()
    age = now - oldest if oldest else timedelta()
    said = f"{waiting[:MOST_COUNTED].count():,}, the oldest for {_rounded(age)}"
    yield Figure("mails that are due", said, age <= LATE, f"for longer than {LATE}")
    failed = OutboxMail.objects.filter(state=MailState.FAILED, created_at__gt=now - A_DAY).count()
    yield Figure("mails of the last day that failed", f"{failed:,}", not failed, "any")


def _clocks(now: datetime) -> Iterator[Figure]:
    late = sum(clock.due(now - LATE)[:MOST_COUNTED].count() for clock in CLOCKS)
    yield Figure(f"steps of clocks late by {LATE}", f"{late:,}", not late, "any")
    failing = sum(clock.due(now).filter(sweep_failures__gt=0).count() for clock in CLOCKS)
    yield Figure("steps of clocks that failed", f"{failing:,}", not failing, "any")


def _broker(now: datetime) -> Iterator[Figure]:
    """Every message is dropped once the next of its kind comes: a long queue has no workers."""
    name, limit = "messages for the workers", f"more than {MOST_MESSAGES}"
    try:
        with app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
            channel: Any = broker.default_channel
            waiting = channel.client.llen(app.conf.task_default_queue)
    except OperationalError:
        yield Figure(name, "the broker does not answer", False, limit)
    else:
        yield Figure(name, f"{waiting:,}", waiting <= MOST_MESSAGES, limit)


def _self_check(now: datetime) -> Iterator[Figure]:
    last = FigureCheck.objects.filter(finished_at__isnull=False).order_by("-started_at").first()
    limit = f"any difference, or older than {SINCE_CHECK}"
    if last is None or last.finished_at is None:
        yield Figure("self-check", "never", is_well=True, limit=limit)
        return
    age = now - last.finished_at
    said = f"{last.differing:,} of {last.requests:,} requests differ, {_rounded(age)} ago"
    yield Figure("self-check", said, not last.differing and age <= SINCE_CHECK, limit)


def _replica(now: datetime) -> Iterator[Figure]:
    if not replica.is_there():
        return
    name, limit = "replica for reports", f"more than {settings.REPLICA_MOST_BEHIND:g} s behind"
    try:
        seconds = replica.seconds_behind()
    except replica.LOST:
        yield Figure(name, "does not answer", False, limit)
        return
    if seconds is None:
        yield Figure(name, "does not follow the main database", False, limit)
    else:
        is_near = seconds <= settings.REPLICA_MOST_BEHIND
        yield Figure(name, f"{seconds:.1f} s behind", is_near, limit)


def _backup(now: datetime) -> Iterator[Figure]:
    """Only where `backup` is used with the folder that it has by itself."""
    found = found_in(usual_folder())
    if not found:
        return
    made = datetime.fromtimestamp(found[-1].stat().st_mtime, tz=now.tzinfo)
    limit = f"older than {SINCE_BACKUP}"
    yield Figure("newest backup", f"{_rounded(now - made)} ago", now - made <= SINCE_BACKUP, limit)


def _rounded(time: timedelta) -> str:
    return str(timedelta(seconds=round(time.total_seconds())))


MEASURES: tuple[Callable[[datetime], Iterator[Figure]], ...] = (
    _database,
    _migrations,
    _disk,
    _mail,
    _clocks,
    _broker,
    _self_check,
    _replica,
    _backup,
)
