"""Closed days come and go, and with them the open due dates, if somebody wants that."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction

from intake import recompute
from intake.calendar import BusinessCalendar
from intake.models import ClosedDay
from intake.permissions import check_can_keep_closed_days
from mentors.models import Volunteer


def calendar_with(add: Mapping[date, str], remove: Collection[date]) -> BusinessCalendar:
    """The business calendar as it would be after such a change. One query."""
    names = dict(ClosedDay.objects.values_list("date", "name"))
    kept = {day: name for day, name in names.items() if day not in remove}
    closed = kept | dict(add)
    return BusinessCalendar(closed=frozenset(closed), closed_names=closed)


def change_closed_days(
    *, by: Volunteer, now: datetime, add: Mapping[date, str], remove: Collection[date], move: bool
) -> int:
    """Add and remove closed days; `move` the open due dates accordingly. How many were moved.

    The closed days are saved first and in one transaction, the due dates follow in batches. Should
    that break off, nothing is lost: what is still to move follows from the closed days, is shown on
    their page, and `move_due_dates` finishes it. What somebody else added meanwhile stays.
    """
    check_can_keep_closed_days(by, now)
    with transaction.atomic():
        ClosedDay.objects.filter(date__in=remove).delete()
        rows = [ClosedDay(date=day, name=name) for day, name in add.items()]
        ClosedDay.objects.bulk_create(rows, ignore_conflicts=True)
    return move_due_dates(by=by, now=now) if move else 0


def move_due_dates(*, by: Volunteer, now: datetime) -> int:
    """Move every open due date to where the closed days put it today. How many were moved."""
    check_can_keep_closed_days(by, now)
    return recompute.apply(recompute.preview(), now=now, by=by)
