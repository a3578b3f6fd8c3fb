"""Several reminders for one reader that leave at about the same moment leave as one mail.

Of the reminders that wait for a reader only the first can be taken by a worker, and who takes it
takes the others along, in one transaction: they become parts of the one mail. So two workers never
have two reminders for one reader in hand.
"""

import logging
from datetime import datetime

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from intake import outbox
from intake.enums import MailState
from intake.letters.reminders import PATIENCE, together
from intake.models import OutboxMail

log = logging.getLogger(__name__)

CAN_JOIN = Q(kind__in=outbox.TOGETHER, volunteer__isnull=False, event__isnull=False)


def behind_another(now: datetime) -> Q:
    """Reminders whose reader has another one that is due, and that comes first."""
    earlier = Q(send_at__lt=OuterRef("send_at")) | Q(
        send_at=OuterRef("send_at"), pk__lt=OuterRef("pk")
    )
    others = _waiting(now).filter(earlier, volunteer=OuterRef("volunteer"))
    return CAN_JOIN & Q(Exists(others))


def _waiting(until: datetime) -> QuerySet[OutboxMail]:
    return OutboxMail.objects.filter(CAN_JOIN, state=MailState.QUEUED, send_at__lte=until)


def with_others(mail: OutboxMail, now: datetime) -> OutboxMail:
    """The mail to send: this one, or the one mail that tells of it and of what else is due.

    For a locked mail that waits, within its transaction. What somebody else has locked this very
    moment is about to become moot, and is left to him.
    """
    if mail.state != MailState.QUEUED or mail.kind not in outbox.TOGETHER or mail.event_id is None:
        return mail
    parts = list(
        _waiting(now + PATIENCE)
        .filter(volunteer=mail.volunteer_id)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related(
            "volunteer__chapter",
            "request",
            "event__request__client",
            "event__request__chapter",
            "event__assignment__mentor__chapter",
        )
        .order_by("pk")
    )
    return mail if len(parts) == 1 else _joined(parts, mail, now)


def _joined(parts: list[OutboxMail], first: OutboxMail, now: datetime) -> OutboxMail:
    try:
        with transaction.atomic():
            joined = outbox.rendered(together(parts), now)
            joined.save()
            ids = [part.pk for part in parts]
            mails = OutboxMail.objects.filter(pk__in=ids)
            mails.update(state=MailState.JOINED, joined_into=joined)
    except OperationalError:
        raise
    except Exception:
        log.exception("The reminders of volunteer %s could not be joined", first.volunteer_id)
        return first  # alone, as it was written
    return joined


def join_all(now: datetime) -> None:
    """Join whatever is due, for where nothing is sent; each reader in a transaction of his own."""
    due = _waiting(now).filter(~behind_another(now))
    also_due = _waiting(now + PATIENCE).filter(volunteer=OuterRef("volunteer"))
    several = due.filter(Exists(also_due.exclude(pk=OuterRef("pk"))))
    for pk in several.values_list("pk", flat=True):
        with transaction.atomic():
            free = OutboxMail.objects.select_for_update(skip_locked=True)
            mail = free.filter(pk=pk, state=MailState.QUEUED).first()
            if mail is not None:
                with_others(mail, now)
