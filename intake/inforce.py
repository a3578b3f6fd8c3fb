"""The policy and the calendar in force: what the pure modules are given by the rest."""

from django.conf import settings

from intake.calendar import BusinessCalendar
from intake.models import ClosedDay
from intake.policy import Policy


def policy() -> Policy:
    """The numbers of the organisation: the defaults with what the settings change."""
    return Policy(**settings.POLICY)


def calendar() -> BusinessCalendar:
    """The business calendar of the holiday table as it is now. One query."""
    return ClosedDay.objects.calendar()
