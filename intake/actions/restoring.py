"""What has to be settled when a backup has been restored."""

from intake.enums import MailState
from intake.models import OutboxMail

REASON = "Kept back when a backup was restored: it may have been sent after the backup was made."


def keep_mail_back() -> int:
    """Send nothing by itself that waited when the backup was made; how many mails that are.

    The site from which the backup comes went on for a while and has sent most of them. They stand
    in the outbox with the reason, and an administrator can send each again.
    """
    waiting = OutboxMail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING])
    return waiting.update(state=MailState.FAILED, claimed_at=None, last_error=REASON)
