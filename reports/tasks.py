"""What beat wakes up for reports. The work is in the database; losing a call loses nothing."""

from celery import shared_task
from django.utils import timezone

from reports import subscribing


@shared_task
def send_reports() -> int:
    """Mail the reports that somebody wants at regular times."""
    return subscribing.send_due(timezone.now())
