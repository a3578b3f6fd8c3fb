"""The outbox: mails are written with the change they tell of, and sent afterwards.

What is sent when, and by whom: `intake.sending`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from intake.enums import MailState
from intake.form_letters import draw
from intake.models import Assignment, Client, MentoringRequest, OutboxMail, RequestEvent
from intake.speech import in_speech_of
from mentors.models import Volunteer

TOGETHER = (
    "mentor_overdue",
    "mentor_reminder",
    "mentor_notes_due",
    "mentor_close_out",
    "mentor_attempts_due",
    "mentor_requeued",
)
"""Mails of the clocks to a mentor: several that leave at about the same moment go in one mail."""

WAITING = (MailState.QUEUED, MailState.HELD)
"""What has not left, and nobody is about to send."""

ASKED_FOR = ("account", "client_status_link")
"""What somebody asked for himself a moment ago goes out, whatever is known of his address."""


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
    stop_url: str = ""

    @property
    def reader(self) -> Volunteer | Client | str:
        """In whose language it is: a client's mail may go to an address that he no longer has."""
        to_client = self.kind.startswith("client_")
        return self.mre.client if to_client and self.mre is not None else self.to


def write(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Render the drafts into the outbox, within the transaction of the change they tell of.

    A draft whose key is there already is left out: nothing is told twice.
    """
    rows = [rendered(draft, now) for draft in drafts]
    if rows:
        OutboxMail.objects.bulk_create(rows, ignore_conflicts=True)


def rendered(draft: Draft, now: datetime) -> OutboxMail:
    """The row, not saved yet: in the reader's language, whoever's act it tells of."""
    with in_speech_of(draft.reader):
        return _render(draft, now)


def subject(draft: Draft) -> str:
    """What a draft is about, in one line."""
    return _subject(draft.kind, _context(draft))


def _subject(kind: str, context: dict[str, Any]) -> str:
    return one_line(draw(kind, "subject.txt", context))[:250]


def _context(draft: Draft) -> dict[str, Any]:
    return {
        "greeting": "" if isinstance(draft.to, str) else draft.to.first_name,
        "mre": draft.mre,
        "site_url": settings.SITE_URL,
        **draft.context,
    }


def _render(draft: Draft, now: datetime) -> OutboxMail:
    to, context = draft.to, _context(draft)
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
        subject=_subject(draft.kind, context),
        text=draw(draft.kind, "body.txt", context),
        html=draw(draft.kind, "body.html", context),
        calendar=draft.calendar,
        calendar_method=draft.calendar_method,
        stop_url=draft.stop_url,
        created_at=now,
        send_at=draft.send_at or now,
    )


def one_line(words: str) -> str:
    """The words without line breaks, so that nothing can be slipped into a mail's header.

    Nor behind "=?", which a mail program takes for the beginning of encoded words.
    """
    return " ".join(words.split()).replace("=?", "= ?")


def drop_reminders(assignment: Assignment, kinds: Iterable[str]) -> None:
    """Reminders that have not left yet are moot once the mentor has acted."""
    drop_all_reminders([assignment], kinds)


def drop_all_reminders(assignments: Iterable[Assignment], kinds: Iterable[str]) -> None:
    """The same for several assignments."""
    moot = OutboxMail.objects.filter(assignment__in=list(assignments), kind__in=list(kinds))
    states = set(moot.values_list("state", flat=True).distinct())
    if MailState.JOINED in states:
        _take_apart(moot)
    if states & {*WAITING, MailState.JOINED}:
        moot.filter(state__in=WAITING).update(state=MailState.DROPPED)


def _take_apart(moot: QuerySet[OutboxMail]) -> None:
    """One mail for several matters that has not left: each waits for itself again."""
    joined = OutboxMail.objects.filter(
        pk__in=moot.filter(state=MailState.JOINED).values("joined_into"),
        state__in=WAITING,
    )
    for mail in joined.select_for_update(no_key=True):
        mail.parts.update(state=mail.state, joined_into=None)
        mail.state = MailState.DROPPED
        mail.save(update_fields=["state"])
