"""What a mail service reports about a mail, in our words: what it means, and which mail it is."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings

from intake.models import Client, OutboxMail
from mentors.enums import MailTrouble
from mentors.models import Volunteer

DID_NOT_ARRIVE = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
UNWANTED = (RejectReason.SPAM, RejectReason.UNSUBSCRIBED)
NO_SUCH_ADDRESS = (RejectReason.BOUNCED, RejectReason.INVALID)
FOR_NOW = re.compile(r"soft|transient|undetermined", re.IGNORECASE)
"""How services call what may be over tomorrow, where anymail gives them all one name."""
OUR_NUMBER = re.compile(r"outbox-(\d{1,18})@([^>]+)")


@dataclass(frozen=True)
class News:
    """A mail did not arrive, or was not wanted. `trouble`: what that says of the address."""

    mail_id: int
    trouble: MailTrouble | None
    at: datetime
    why: str


def read(event: AnymailTrackingEvent, now: datetime) -> News | None:
    """The news in an event; None if nothing is the matter, or it is about no mail of ours."""
    complained = event.event_type == EventType.COMPLAINED
    if not complained and event.event_type not in DID_NOT_ARRIVE:
        return None
    at = min(event.timestamp or now, now)
    mail = _mail(event.message_id or "", event.recipient or "", at)
    if mail is None:
        return None
    why = " ".join(filter(None, [event.description, event.mta_response]))
    return News(mail.pk, _trouble(event), at, why)


def _trouble(event: AnymailTrackingEvent) -> MailTrouble | None:
    if event.event_type == EventType.COMPLAINED or event.reject_reason in UNWANTED:
        return MailTrouble.COMPLAINED
    final = event.reject_reason in NO_SUCH_ADDRESS and not _is_for_now(event)
    return MailTrouble.BOUNCED if final else None


def _is_for_now(event: AnymailTrackingEvent) -> bool:
    """Whether a later mail may arrive: a full mailbox, say, or a server that was busy."""
    given = event.esp_event
    kind = given.get("Type", "") if isinstance(given, dict) else ""
    said = event.mta_response or ""
    if FOR_NOW.search(f"{kind} {event.description or ''}"):
        return True
    return "5." in said and not is_about_address(0, said)


def is_about_address(code: int, said: str) -> bool:
    """Whether a final refusal of a mail server means that there is no such address.

    A server also refuses what it does not like of ours (5.7), what it cannot do (5.3), and what
    does not fit into a mailbox (5.2.2). Then the address may be as good as ever. Without such a
    detail the code decides, if it is given.
    """
    detail = re.search(r"\b5\.(\d{1,3})\.(\d{1,3})\b", said)
    if detail is None:
        return not code or code in NO_SUCH_MAILBOX
    return detail[1] in ("1", "4") or (detail[1] == "2" and detail[2] in ("0", "1"))


NO_SUCH_MAILBOX = (550, 551, 553)
"""Not here, moved, no name of a mailbox; 552 is full, and 554 can be anything."""


# --- Which mail -----------------------------------------------------------------------------------


def _mail(called: str, recipient: str, at: datetime) -> OutboxMail | None:
    """The mail by the name that the service gave it, by our own, or else by whom it went to."""
    if called:
        mail = OutboxMail.objects.filter(provider_id=called).first() or _by_our_number(called)
        if mail is not None:
            return mail if _went_to(mail, recipient) else None
    return _newest_to(recipient, at) if recipient else None


def _by_our_number(called: str) -> OutboxMail | None:
    found = OUR_NUMBER.search(called)
    if found is None or found[2] != urlsplit(settings.SITE_URL).hostname:
        return None
    return OutboxMail.objects.filter(pk=int(found[1])).first()


def _went_to(mail: OutboxMail, recipient: str) -> bool:
    return not recipient or mail.to_email.lower() == recipient.lower()


def _newest_to(recipient: str, at: datetime) -> OutboxMail | None:
    """Of mails that the service was not given by name: the last before an instant."""
    sent = OutboxMail.objects.filter(
        to_email__iexact=recipient, provider_id="", attempts__gt=0, created_at__lte=at
    )
    of_people = sent.filter(volunteer__in=Volunteer.objects.filter(email__iexact=recipient))
    of_clients = sent.filter(client__in=Client.objects.filter(email_key=recipient.lower()))
    newest = [mails.order_by("-pk").first() for mails in (of_people, of_clients)]
    return max(filter(None, newest), key=lambda mail: mail.pk, default=None)
