"""What the clocks would have done until now, and no replay does, without a mail to anybody."""

from datetime import datetime

from django.db.models import F

from intake.enums import UNANSWERED
from intake.models import Assignment


def count_as_reminded(until: datetime) -> None:
    """Whoever should have been reminded by then, was."""
    waiting = Assignment.objects.filter(outcome__in=UNANSWERED, reminded_at=None)
    waiting.filter(remind_at__lte=until).update(reminded_at=F("remind_at"))
