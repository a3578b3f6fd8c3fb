"""What beat wakes up for reports. The work is in the database; losing a call loses nothing."""

from celery import shared_task
from django.utils import timezone

from reports import digest, subscribing


@shared_task
def send_reports() -> int:
    """Mail the reports that somebody wants at regular times."""
    return subscribing.send_due(timezone.now())


@shared_task
def weekly_digest() -> int:
    """Mail the Membership Chairs, once a week each."""
    return digest.send_all(timezone.now())
