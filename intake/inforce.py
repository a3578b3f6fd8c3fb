"""The policy and the calendar in force: what the pure modules are given by the rest."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from intake.asking import asked_once
from intake.calendar import BusinessCalendar
from intake.models import ClosedDay
from intake.policy import Policy


def policy() -> Policy:
    """The numbers of the organisation: the defaults with what the settings change."""
    return Policy(**settings.POLICY)


@asked_once
def calendar() -> BusinessCalendar:
    """The business calendar of the holiday table as it is now. One query."""
    return ClosedDay.objects.calendar()


@asked_once
def mail_moment(now: datetime, zone: ZoneInfo) -> datetime:
    """When a mail of a clock may leave: from 08:00 to 20:00 local time on business days."""
    rules = policy()
    return calendar().next_mail_moment(now, zone, rules.mail_from_hour, rules.mail_until_hour)
