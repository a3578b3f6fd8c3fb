"""Closed days from a spreadsheet. Those that are there and not in the file stay."""

import datetime as dt

from import_export.fields import Field

from intake.calendar import SATURDAY, NoBusinessDayError
from intake.history import cells
from intake.history.reader import Refusal
from intake.imports.files import Unreadable
from intake.imports.sheet import Cells, KeyedSheet, Sheet
from intake.models import ClosedDay

LONGEST_NAME = 80


class ClosedDaySheet(KeyedSheet):
    """Days and their names."""

    KEY = "date"
    NEEDED = ("date", "name")
    SAVED = ("name",)
    PASSED_OVER = "of weekends, which never count anyway"
    HELP = {
        "date": "YYYY-MM-DD, or a cell with a date. A day that is there gets the name given here.",
        "name": "As people know it, e.g. Thanksgiving Day: explanations of due dates use it.",
    }

    date = Field("date", "date")
    name = Field("name", "name")

    class Meta(Sheet.Meta):
        model = ClosedDay

    def prepare(self, rows: list[Cells]) -> None:
        """The days that are there."""
        self.there = {day.date: day for day in ClosedDay.objects.all()}

    def passes_over(self, row: Cells) -> bool:
        """Saturdays and Sundays."""
        day = self.key_in(row)
        return day is not None and day.weekday() >= SATURDAY

    def key_in(self, row: Cells) -> dt.date | None:
        """The date, if it is one."""
        try:
            return self.read_date(row["date"].strip())
        except Refusal:
            return None

    def weigh(self) -> None:
        """Business days have to be left. Raises Unreadable."""
        days = ClosedDay.objects.calendar()
        try:
            for day in self.there:
                days.add_business_days(day, 1)
        except NoBusinessDayError:
            raise Unreadable("That would leave no business day for more than a year.") from None

    def read_date(self, text: str) -> dt.date:
        """A day."""
        return cells.day(text, "date")

    def show_date(self, day: dt.date) -> str:
        """As the file holds it."""
        return day.isoformat()

    def read_name(self, text: str) -> str:
        """Any words."""
        return cells.words(text, "name", LONGEST_NAME, needed=True)
