"""The holiday table: weekdays on which no business clock runs."""

from django.db import models

from intake.calendar import BusinessCalendar


class ClosedDayQuerySet(models.QuerySet["ClosedDay"]):
    def calendar(self) -> BusinessCalendar:
        """The business calendar made of these closed days. One query."""
        names = dict(self.values_list("date", "name"))
        return BusinessCalendar(closed=frozenset(names), closed_names=names)


class ClosedDay(models.Model):
    date = models.DateField(unique=True)
    name = models.CharField(max_length=80)

    objects = ClosedDayQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
