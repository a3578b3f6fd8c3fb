"""What beat wakes up. The work is in the database; losing one of these calls loses nothing."""

from celery import shared_task
from django.utils import timezone

from intake import sending
from intake import sweep as sweeping
from intake.actions import drafts
from intake.selfcheck import night


@shared_task
def sweep() -> dict[str, int]:
    """Do every clock step that is due."""
    return sweeping.sweep(timezone.now()).done


@shared_task
def deliver_mail() -> int:
    """Send the mails that are due."""
    return sending.deliver(clock=timezone.now)


@shared_task
def forget_drafts() -> int:
    """Forget what was begun and not sent for a month."""
    return drafts.forget_old(now=timezone.now())


@shared_task
def daily_digest() -> int:
    """Mail everybody what waited for this morning, once a day each."""
    return sweeping.send_daily_digests(timezone.now())


@shared_task
def check_figures() -> int:
    """Compare the tables with what the timelines tell, once a night; go on with what has begun."""
    return night.run_due(clock=timezone.now)
