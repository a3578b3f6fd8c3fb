"""Mail that comes back, and readers who complain: what follows at once.

What is known against an address stands on its owner, and ends when the address changes or an
administrator says that it works again. What waits for such an owner is held back meanwhile
(`intake.actions.holding`).
"""

from datetime import datetime

from django.db import transaction

from intake.actions.base import lock_requests, lock_with_current, record
from intake.actions.clients import lock_client
from intake.actions.contacting import change_result
from intake.enums import Channel, ContactResult, EventKind, MailState, Status
from intake.models import Client, ContactAttempt, MentoringRequest, OutboxMail
from intake.outbox import ASKED_FOR
from mentors.actions import lock_mentor
from mentors.enums import MailTrouble
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from mentors.roles import duties

Owner = Volunteer | Client


@transaction.atomic
def came_back(
    *, mail_id: int, trouble: MailTrouble | None, at: datetime, now: datetime, why: str = ""
) -> bool:
    """A mail came back at an instant, or its reader complained; whether that was new.

    `trouble` is what that says of the address; None if it says nothing, as a full mailbox. Then
    only the mail is marked. Else, if its owner still has this address: he is marked, every open
    request that hangs on him gets an event with the mails that follow, and the attempt to reach
    the client that the mail was is undeliverable. What came back waits for another address.
    """
    sent = OutboxMail.objects.only("volunteer", "client").get(pk=mail_id)
    mres = _lock_open(sent) if trouble else []
    owner = _lock_owner(sent) if trouble else None
    mail = OutboxMail.objects.select_for_update(no_key=True).get(pk=mail_id)
    if mail.bounced_at is not None and at <= mail.bounced_at:
        return False
    mail.bounced_at = min(at, now)
    if trouble == MailTrouble.BOUNCED and owner is not None and mail.kind not in ASKED_FOR:
        mail.state, mail.sent_at, mail.claimed_at = MailState.HELD, None, None
    mail.last_error = why[:500] or mail.last_error
    mail.save(update_fields=["bounced_at", "state", "sent_at", "claimed_at", "last_error"])
    if trouble and owner is not None and owner.email.lower() == mail.to_email.lower():
        _give_up(owner, trouble, mail, mres, now)
    return True


def _lock_open(mail: OutboxMail) -> list[MentoringRequest]:
    """The open requests that hang on the reader of a mail, locked with their assignments."""
    opened = MentoringRequest.objects.open()
    if mail.volunteer_id is not None:
        hang = opened.filter(current__mentor=mail.volunteer_id)
    elif mail.client_id is not None:
        hang = opened.filter(client=_kept(mail.client_id))
    else:
        return []
    locked = [lock_with_current(mre.pk)[0] for mre in lock_requests(hang.values("pk"))]
    still = set(hang.values_list("pk", flat=True))  # somebody may have acted while we waited
    return [mre for mre in locked if mre.pk in still]


def _kept(client_id: int) -> int:
    """Under whom a client is kept, if he was merged into another one."""
    while further := Client.objects.values_list("merged_into", flat=True).get(pk=client_id):
        client_id = further
    return client_id


def _lock_owner(mail: OutboxMail) -> Owner | None:
    if mail.volunteer_id is not None:
        return lock_mentor(mail.volunteer_id)
    return lock_client(_kept(mail.client_id)) if mail.client_id is not None else None


def _give_up(
    owner: Owner,
    trouble: MailTrouble,
    mail: OutboxMail,
    mres: list[MentoringRequest],
    now: datetime,
) -> None:
    """Mark the owner; tell who has to know. A complaint weighs more than what was known before."""
    new = not owner.mail_trouble
    if new or trouble == MailTrouble.COMPLAINED:
        owner.mail_trouble, owner.mail_trouble_at = trouble, mail.bounced_at
        owner.save(update_fields=owner.TROUBLE_FIELDS)
    for mre in mres:
        failed = trouble == MailTrouble.BOUNCED and fail_attempt(mail, mre)
        if new or failed:
            tell_of(mre, owner, trouble, now)


def tell_of(mre: MentoringRequest, owner: Owner, trouble: str, now: datetime) -> None:
    """Append to a locked request that mail to its client or its mentor does not arrive."""
    whose = "client" if isinstance(owner, Client) else "mentor"
    mre.client = owner if isinstance(owner, Client) else mre.client
    record(
        mre,
        EventKind.ADDRESS_FAILED,
        now=now,
        assignment=mre.current,
        whose=whose,
        trouble=trouble,
    )


def fail_attempt(mail: OutboxMail, mre: MentoringRequest) -> bool:
    """The attempt to reach the client that a mail was, if it was one, did not arrive.

    For a locked request; whether there was one that counts. Goes back with `deliver_attempt`.
    """
    return _change_attempt(mail, mre, ContactResult.AWAITING_ANSWER, ContactResult.UNDELIVERABLE)


def deliver_attempt(mail: OutboxMail, mre: MentoringRequest) -> bool:
    """The mail goes out once more, to an address against which nothing is known."""
    return _change_attempt(mail, mre, ContactResult.UNDELIVERABLE, ContactResult.AWAITING_ANSWER)


def _change_attempt(
    mail: OutboxMail, mre: MentoringRequest, was: ContactResult, becomes: ContactResult
) -> bool:
    attempt = attempt_of(mail)
    current = attempt is not None and attempt.assignment_id == mre.current_id
    if attempt is None or not current or mre.status != Status.ACCEPTED or attempt.result != was:
        return False
    change_result(attempt, becomes)
    return True


def attempt_of(mail: OutboxMail) -> ContactAttempt | None:
    """The contact attempt that a mail to a client was: the first note, or one written later."""
    event = mail.event
    if mail.client_id is None or event is None:
        return None
    attempts = ContactAttempt.objects.filter(assignment=event.assignment_id, channel=Channel.EMAIL)
    if event.kind == EventKind.ACCEPTED:
        return attempts.filter(is_first_note=True).first()
    return attempts.filter(pk=event.data.get("attempt")).first()


@transaction.atomic
def works_again(*, owner: Owner, by: Volunteer, now: datetime) -> Owner:
    """Nothing is held against an address any more. What was held back goes out, if it still fits.

    Administrators only. Raises AlreadyDone if there was no trouble.
    """
    if not duties(by, now).is_admin:
        raise NotAllowed("Only an administrator can say that an address works again.")
    locked = lock_client(owner.pk) if isinstance(owner, Client) else lock_mentor(owner.pk)
    if not locked.mail_trouble:
        raise AlreadyDone("Nothing is held against this address any more.")
    locked.trust_address()
    locked.save(update_fields=locked.TROUBLE_FIELDS)
    return locked
