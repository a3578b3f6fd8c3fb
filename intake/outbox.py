"""The outbox: mails are written with the change they tell of, and sent afterwards.

Each row is claimed, sent outside of any lock, and marked. A worker that dies while it sends leaves
a claim that returns after `CLAIM_LASTS`, so that a mail goes out at least once; its Message-ID
stays the same, so that a mail program can tell a repetition.
"""

import logging
import smtplib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from intake.enums import MailState
from intake.models import Assignment, Client, MentoringRequest, OutboxMail, RequestEvent
from intake.speech import in_speech_of
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from mentors.roles import duties

log = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(minutes=10)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
FOR_GOOD = 500  # SMTP: from here on an answer is final
ATTEMPTS = 60  # with an hour between most of them: a mail server may be away for two days


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mail to be written: its kind names the templates, its key makes it unique for its cause."""

    kind: str
    key: str
    to: Volunteer | Client | str
    context: dict[str, Any] = field(default_factory=dict)
    mre: MentoringRequest | None = None
    assignment: Assignment | None = None
    event: RequestEvent | None = None
    reply_to: str = ""
    send_at: datetime | None = None
    calendar: str = ""
    calendar_method: str = ""


def write(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Render the drafts into the outbox, within the transaction of the change they tell of.

    A draft whose key is there already is left out: nothing is told twice.
    """
    rows = [rendered(draft, now) for draft in drafts]
    if rows:
        OutboxMail.objects.bulk_create(rows, ignore_conflicts=True)


def rendered(draft: Draft, now: datetime) -> OutboxMail:
    """The row, not saved yet: in the reader's language, whoever's act it tells of."""
    with in_speech_of(draft.to):
        return _render(draft, now)


def subject(draft: Draft) -> str:
    """What a draft is about, in one line."""
    words = render_to_string(f"emails/{draft.kind}/subject.txt", _context(draft))
    return one_line(words)[:250]


def _context(draft: Draft) -> dict[str, Any]:
    return {
        "greeting": "" if isinstance(draft.to, str) else draft.to.first_name,
        "mre": draft.mre,
        "site_url": settings.SITE_URL,
        **draft.context,
    }


def _render(draft: Draft, now: datetime) -> OutboxMail:
    to, context = draft.to, _context(draft)
    folder = f"emails/{draft.kind}"
    return OutboxMail(
        kind=draft.kind,
        dedupe_key=draft.key,
        request=draft.mre,
        assignment=draft.assignment,
        event=draft.event,
        volunteer=to if isinstance(to, Volunteer) else None,
        client=to if isinstance(to, Client) else None,
        to_email=to if isinstance(to, str) else to.email,
        to_name="" if isinstance(to, str) else one_line(str(to)),
        reply_to=draft.reply_to,
        subject=subject(draft),
        text=render_to_string(f"{folder}/body.txt", context),
        html=render_to_string(f"{folder}/body.html", context),
        calendar=draft.calendar,
        calendar_method=draft.calendar_method,
        created_at=now,
        send_at=draft.send_at or now,
    )


def one_line(words: str) -> str:
    """The words without line breaks, so that nothing can be slipped into a mail's header.

    Nor behind "=?", which a mail program takes for the beginning of encoded words.
    """
    return " ".join(words.split()).replace("=?", "= ?")


def drop_reminders(assignment: Assignment, kinds: Iterable[str]) -> None:
    """Reminders that wait for business hours are moot once the mentor has acted."""
    OutboxMail.objects.filter(
        assignment=assignment, kind__in=list(kinds), state=MailState.QUEUED
    ).update(state=MailState.DROPPED)


def deliver(*, clock: Callable[[], datetime], limit: int = 1000) -> int:
    """Send what is due, oldest first; how many were sent. Stops early if the server is away.

    Any number of workers may run this at once: a claim goes to one of them.
    """
    if not settings.MAIL_ENABLED:
        return _keep(clock())
    sent = 0
    connection: BaseEmailBackend = get_connection()
    try:
        for _ in range(limit):
            mail = _claim(clock())
            if mail is None:
                break
            server_answers = _send(mail, connection, clock)
            if not server_answers:
                break
            sent += mail.state == MailState.SENT
    finally:
        connection.close()
    return sent


def _keep(now: datetime) -> int:
    """Without a mail server every due mail is kept for the Outbox page and goes nowhere."""
    due = OutboxMail.objects.filter(state=MailState.QUEUED, send_at__lte=now)
    return due.update(state=MailState.KEPT)


@transaction.atomic
def _claim(now: datetime) -> OutboxMail | None:
    free = Q(state=MailState.QUEUED, send_at__lte=now)
    abandoned = Q(state=MailState.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    mail = (
        OutboxMail.objects.select_for_update(skip_locked=True)
        .filter(free | abandoned)
        .order_by("send_at", "id")
        .first()
    )
    if mail is not None:
        mail.state, mail.claimed_at = MailState.SENDING, now
        mail.attempts += 1
        mail.save(update_fields=["state", "claimed_at", "attempts"])
    return mail


def _send(mail: OutboxMail, connection: BaseEmailBackend, clock: Callable[[], datetime]) -> bool:
    """Send one claimed mail and mark it; False if it is no use to try the next one now.

    Only what is said of this recipient or this mail is final. A server that is away, refuses the
    sign-in or the sender is our trouble: the mail waits, and so do the others.
    """
    try:
        message(mail, connection).send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        _failed(mail, refused, clock(), for_good=all(code >= FOR_GOOD for code in codes))
        return True
    except smtplib.SMTPDataError as answer:
        _failed(mail, answer, clock(), for_good=answer.smtp_code >= FOR_GOOD)
        connection.close()  # the next mail starts a conversation of its own
        return True
    except (AnymailRecipientsRefused, ValueError) as refused:
        _failed(mail, refused, clock(), for_good=True)
        return True
    except (OSError, smtplib.SMTPException, AnymailError) as broken:
        _failed(mail, broken, clock(), for_good=False)
        return False
    except Exception as fault:
        # Whatever is wrong with this one mail must not hold up the others.
        log.exception("Mail %s could not be sent", mail.pk)
        _failed(mail, fault, clock(), for_good=True)
        return True
    _mark(mail, MailState.SENT, sent_at=clock(), last_error="")
    return True


def _failed(mail: OutboxMail, why: Exception, now: datetime, *, for_good: bool) -> None:
    if for_good or mail.attempts >= ATTEMPTS:
        _mark(mail, MailState.FAILED, last_error=one_line(str(why))[:500])
        return
    wait = min(FIRST_RETRY * 2 ** min(mail.attempts - 1, 10), LONGEST_RETRY)
    error = one_line(str(why) or type(why).__name__)[:500]
    _mark(mail, MailState.QUEUED, send_at=now + wait, last_error=error)


def _mark(mail: OutboxMail, state: MailState, **changes: Any) -> None:
    """Write how it ended, but only while the claim is still ours."""
    OutboxMail.objects.filter(
        pk=mail.pk, state=MailState.SENDING, claimed_at=mail.claimed_at
    ).update(state=state, claimed_at=None, **changes)
    mail.state = state


def message(mail: OutboxMail, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail as it goes to the server. Its Message-ID depends on nothing but the row."""
    domain = urlsplit(settings.SITE_URL).hostname
    built = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to_email],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": f"<outbox-{mail.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    built.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        built.attach_alternative(mail.calendar, f"text/calendar; method={mail.calendar_method}")
    return built


@transaction.atomic
def send_again(*, mail_id: int, by: Volunteer, now: datetime) -> OutboxMail:
    """Queue a mail once more. Administrators only. Raises AlreadyDone if it still waits."""
    if not duties(by, now).is_admin:
        raise NotAllowed("Only an administrator can send a mail again.")
    mail = OutboxMail.objects.select_for_update().get(pk=mail_id)
    if mail.state in (MailState.QUEUED, MailState.SENDING):
        raise AlreadyDone("This mail is already waiting to be sent.")
    mail.state, mail.sent_at, mail.send_at, mail.attempts = MailState.QUEUED, None, now, 0
    mail.save(update_fields=["state", "sent_at", "send_at", "attempts"])
    return mail
