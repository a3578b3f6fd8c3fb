"""Mails to an address from which mail comes back are held back until it is another one.

Whoever asked for a mail himself a moment ago gets it all the same (`outbox.ASKED_FOR`).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from intake.actions.addresses import attempt_of, deliver_attempt, fail_attempt, tell_of
from intake.actions.base import lock_with_current
from intake.actions.clients import lock_client
from intake.enums import MailState, SessionState
from intake.models import MentoringRequest, OutboxMail, Session
from intake.outbox import ASKED_FOR

TO_TROUBLE = (Q(volunteer__mail_trouble__gt="") | Q(client__mail_trouble__gt="")) & ~Q(
    kind__in=ASKED_FOR
)
"""Mails that would not arrive, or are not wanted."""

OF_INTEREST = timedelta(days=30)
WITHOUT_REQUEST = timedelta(days=7)
"""How old a mail may be when it goes out at last; digests and such age faster."""


def hold_back(now: datetime) -> None:
    """Take what is due and would not arrive out of the way, one by one."""
    due = OutboxMail.objects.filter(TO_TROUBLE, state=MailState.QUEUED, send_at__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        _hold(pk, now)


@transaction.atomic
def _hold(mail_id: int, now: datetime) -> None:
    """A mail by which a mentor writes to the client counts as undeliverable, and he is told."""
    mre = _lock_if_attempt(mail_id)
    mail = _lock(OutboxMail.objects.filter(TO_TROUBLE, pk=mail_id, state=MailState.QUEUED))
    if mail is None:
        return
    mail.state = MailState.HELD
    mail.save(update_fields=["state"])
    if mre is not None and fail_attempt(mail, mre):
        client = lock_client(mre.client_id)
        tell_of(mre, client, client.mail_trouble, now)


def release(now: datetime) -> None:
    """Let out what was held back for somebody whose address may be used again, one by one."""
    free = OutboxMail.objects.filter(~TO_TROUBLE, state=MailState.HELD)
    for pk in list(free.order_by("pk").values_list("pk", flat=True)):
        _release(pk, now)


@transaction.atomic
def _release(mail_id: int, now: datetime) -> None:
    mre = _lock_if_attempt(mail_id)
    mail = _lock(OutboxMail.objects.filter(~TO_TROUBLE, pk=mail_id, state=MailState.HELD))
    if mail is None:
        return
    owner = mail.volunteer or mail.client
    assert owner is not None  # nobody else's mail is held back
    fits = still_fits(mail, now, moved=owner.email.lower() != mail.to_email.lower())
    mail.state = MailState.QUEUED if fits else MailState.DROPPED
    mail.to_email, mail.send_at, mail.attempts = owner.email, max(mail.send_at, now), 0
    mail.save(update_fields=["state", "to_email", "send_at", "attempts"])
    if fits and mre is not None:
        deliver_attempt(mail, mre)


def _lock_if_attempt(mail_id: int) -> MentoringRequest | None:
    mail = OutboxMail.objects.select_related("event").get(pk=mail_id)
    if mail.request_id is None or attempt_of(mail) is None:
        return None
    return lock_with_current(mail.request_id)[0]


def _lock(mails: QuerySet[OutboxMail]) -> OutboxMail | None:
    free = mails.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return free.select_related("event", "request", "volunteer", "client").first()


def still_fits(mail: OutboxMail, now: datetime, *, moved: bool) -> bool:
    """Whether a mail that was held back still tells its reader something.

    That is while its request stands where it stood then, and its session is still to come. To
    another address of a client planned sessions are sent anew when it is corrected: `moved`.
    """
    age = now - mail.created_at
    if mail.request is None:
        return age < WITHOUT_REQUEST
    if age >= OF_INTEREST or mail.request.status_since > mail.created_at:
        return False
    if not mail.calendar:
        return True
    return not (moved and mail.client_id) and _is_to_come(mail, now)


def _is_to_come(mail: OutboxMail, now: datetime) -> bool:
    assert mail.event is not None  # a calendar file tells of one
    session = Session.objects.filter(pk=mail.event.data.get("session")).first()
    if session is None:
        return False
    return session.starts_at > now and session.state != SessionState.HELD
