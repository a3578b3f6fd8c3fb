"""Sending what waits in the outbox.

Rows are claimed, some at once, and sent outside of any lock; each is marked when it has been sent.
A worker that dies while it sends leaves claims that return after `CLAIM_LASTS`, so that a mail goes
out at least once; its Message-ID stays the same, so that a mail program can tell a repetition.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q

from intake import joining
from intake.actions import holding
from intake.actions.addresses import came_back
from intake.enums import MailState
from intake.inforce import mail_moment
from intake.mail_news import is_about_address
from intake.models import OutboxMail
from intake.outbox import TOGETHER, one_line
from mentors.enums import MailTrouble
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from mentors.roles import duties

log = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(minutes=10)
AT_ONCE = 20
"""Mails that a worker claims at once, and sends in one conversation with the server."""
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
FOR_GOOD = 500  # SMTP: from here on an answer is final
ENDED = 421  # SMTP: the server closes the conversation; some do after a number of mails
ATTEMPTS = 60  # with an hour between most of them: a mail server may be away for two days

IN_HOURS = (*TOGETHER, "mentor_reminders")
"""What leaves on business days between 08:00 and 20:00 only, however late it is tried again."""


def deliver(*, clock: Callable[[], datetime], limit: int = 1000) -> int:
    """Send what is due, oldest first; how many were sent. Stops early if the server is away.

    Any number of workers may run this at once: a claim goes to one of them.
    """
    holding.release(clock())
    holding.hold_back(clock())
    if not settings.MAIL_ENABLED:
        return _keep(clock())
    sent, left = 0, limit
    while left > 0 and (mails := _claim(clock(), min(left, AT_ONCE))):
        left -= len(mails)
        goes_on = _send_all(mails, clock)
        sent += sum(mail.state == MailState.SENT for mail in mails)
        if not goes_on:
            _give_up(mails)
            break
    return sent


def _send_all(mails: list[OutboxMail], clock: Callable[[], datetime]) -> bool:
    """Send claimed mails in one conversation with the server; whether to go on with others.

    Stops where it is no use to try the next one, and before a claim is too old to be relied on.
    """
    until = clock() + CLAIM_LASTS / 2
    connection: BaseEmailBackend = get_connection()
    try:
        return all(clock() < until and _send(mail, connection, clock) for mail in mails)
    finally:
        connection.close()


def _give_up(mails: list[OutboxMail]) -> None:
    """Give back what was claimed and not tried, as if it had never been claimed."""
    for mail in mails:
        if mail.state == MailState.SENDING:
            _mark(mail, MailState.QUEUED, attempts=mail.attempts - 1)


def _keep(now: datetime) -> int:
    """Without a mail server every due mail is kept for the Outbox page and goes nowhere."""
    joining.join_all(now)
    due = OutboxMail.objects.filter(state=MailState.QUEUED, send_at__lte=now)
    return due.update(state=MailState.KEPT)


@transaction.atomic
def _claim(now: datetime, most: int) -> list[OutboxMail]:
    """Up to so many mails that may leave now, the oldest first, claimed together."""
    claimed: list[OutboxMail] = []
    while len(claimed) < most and (mails := _next(now, most - len(claimed))):
        may_leave = [mail for mail in mails if _may_leave(mail, now)]
        claimed += _claim_these([joining.with_others(mail, now) for mail in may_leave], now)
    return claimed


def _claim_these(mails: list[OutboxMail], now: datetime) -> list[OutboxMail]:
    rows = OutboxMail.objects.filter(pk__in=[mail.pk for mail in mails])
    rows.update(state=MailState.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    for mail in mails:
        mail.state, mail.claimed_at = MailState.SENDING, now
        mail.attempts += 1
    return mails


def _next(now: datetime, most: int) -> list[OutboxMail]:
    free = Q(state=MailState.QUEUED, send_at__lte=now) & ~joining.behind_another(now)
    abandoned = Q(state=MailState.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    found = (
        OutboxMail.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("volunteer__chapter")
        .filter(free | abandoned)
        .exclude(holding.TO_TROUBLE)
        .order_by("send_at", "id")
    )
    return list(found[:most])


def _may_leave(mail: OutboxMail, now: datetime) -> bool:
    """Whether it is the time of day for this mail; else it waits until then."""
    if mail.kind not in IN_HOURS or mail.volunteer is None or mail.state != MailState.QUEUED:
        return True
    opens = mail_moment(now, mail.volunteer.zone)
    if opens > now:
        mail.send_at = opens
        mail.save(update_fields=["send_at"])
    return opens == now


def _send(mail: OutboxMail, connection: BaseEmailBackend, clock: Callable[[], datetime]) -> bool:
    """Send one claimed mail and mark it; False if it is no use to try the next one now.

    Only what is said of this recipient or this mail is final. A server that is away, refuses the
    sign-in or the sender is our trouble: the mail waits, and so do the others.
    """
    try:
        built = message(mail, connection)
        _hand_over(built, connection)
    except (smtplib.SMTPRecipientsRefused, AnymailRecipientsRefused) as refused:
        _refused(mail, refused, clock())
        return True
    except smtplib.SMTPDataError as answer:
        _failed(mail, answer, clock(), for_good=answer.smtp_code >= FOR_GOOD)
        connection.close()  # the next mail starts a conversation of its own
        return True
    except ValueError as refused:
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
    _mark(mail, MailState.SENT, sent_at=clock(), last_error="", provider_id=_called(built))
    return True


def _hand_over(mail: EmailMultiAlternatives, connection: BaseEmailBackend) -> None:
    """Send a mail in the conversation that is open; one that the server has ended begins anew."""
    is_fresh = connection.open()
    try:
        mail.send()
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused) as ended:
        if is_fresh or getattr(ended, "smtp_code", ENDED) != ENDED:
            raise
        connection.close()
        connection.open()
        mail.send()


def _called(built: EmailMultiAlternatives) -> str:
    """How the mail service calls the mail, if one was used: its later news name it so."""
    status = getattr(built, "anymail_status", None)
    called = getattr(status, "message_id", None)  # one, since each mail goes to one
    return "" if called is None else str(called)[:200]


def _refused(mail: OutboxMail, why: Exception, now: datetime) -> None:
    """The recipient is not taken: for good or for now, and whose fault is it."""
    code = FOR_GOOD
    if isinstance(why, smtplib.SMTPRecipientsRefused):
        [(code, said)] = why.recipients.values()  # each mail goes to one
        about_address = code >= FOR_GOOD and is_about_address(code, str(said))
    else:
        about_address = True  # a mail service that refuses one knows him to be unreachable
    if about_address:
        _give_back(mail, why, now)
    else:
        _failed(mail, why, now, for_good=code >= FOR_GOOD)


def _give_back(mail: OutboxMail, why: Exception, now: datetime) -> None:
    """The address is refused: the same as if the mail had come back."""
    if _is_ours(mail).exists():
        words = one_line(str(why))
        came_back(mail_id=mail.pk, trouble=MailTrouble.BOUNCED, at=now, now=now, why=words)
    if _is_ours(mail).exists():  # nobody can be held to the address
        _mark(mail, MailState.FAILED, last_error=one_line(str(why))[:500])


def _failed(mail: OutboxMail, why: Exception, now: datetime, *, for_good: bool) -> None:
    if for_good or mail.attempts >= ATTEMPTS:
        _mark(mail, MailState.FAILED, last_error=one_line(str(why))[:500])
        return
    wait = min(FIRST_RETRY * 2 ** min(mail.attempts - 1, 10), LONGEST_RETRY)
    error = one_line(str(why) or type(why).__name__)[:500]
    _mark(mail, MailState.QUEUED, send_at=now + wait, last_error=error)


def _mark(mail: OutboxMail, state: MailState, **changes: Any) -> None:
    """Write how it ended, but only while the claim is still ours."""
    _is_ours(mail).update(state=state, claimed_at=None, **changes)
    mail.state = state


def _is_ours(mail: OutboxMail) -> Any:
    return OutboxMail.objects.filter(
        pk=mail.pk, state=MailState.SENDING, claimed_at=mail.claimed_at
    )


def message(mail: OutboxMail, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail as it goes to the server. Its Message-ID depends on nothing but the row."""
    domain = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<outbox-{mail.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if mail.stop_url.startswith("https://"):  # RFC 8058 allows no other
        headers["List-Unsubscribe"] = f"<{mail.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    built = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to_email],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
        connection=connection,
    )
    built.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        built.attach_alternative(mail.calendar, f"text/calendar; method={mail.calendar_method}")
        # Again as a file: programs that do not know invitations still open that.
        built.attach("invite.ics", mail.calendar.encode(), "application/ics")
    return built


@transaction.atomic
def send_again(*, mail_id: int, by: Volunteer, now: datetime) -> OutboxMail:
    """Queue a mail once more. Administrators only. Raises AlreadyDone if it waits or cannot."""
    if not duties(by, now).is_admin:
        raise NotAllowed("Only an administrator can send a mail again.")
    mail = OutboxMail.objects.select_for_update(no_key=True).get(pk=mail_id)
    if refused := why_not_again(mail):
        raise AlreadyDone(refused)
    mail.state, mail.sent_at, mail.send_at, mail.attempts = MailState.QUEUED, None, now, 0
    mail.save(update_fields=["state", "sent_at", "send_at", "attempts"])
    return mail


def why_not_again(mail: OutboxMail) -> str:
    """Why a mail cannot be sent again as it stands; empty if it can."""
    return {
        MailState.QUEUED: "This mail is already waiting to be sent.",
        MailState.SENDING: "This mail is already waiting to be sent.",
        MailState.JOINED: "It was sent together with others: send that mail again.",
        MailState.HELD: "It is held back, and goes out by itself once the address works.",
    }.get(MailState(mail.state), "")
