"""Letters of the clocks to the mentor, alone or several in one mail.

What each one says stands in `templates/emails/<kind>/words.txt`, once for both.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from intake.inforce import mail_moment, policy
from intake.letters.base import Drafts, assignment_of, choices_url, mentor_of, request_url
from intake.letters.mentor import answer_context, to_mentor
from intake.links import absolute
from intake.models import OutboxMail, RequestEvent
from intake.outbox import TOGETHER, Draft
from mentors.words import instant_in_words

PATIENCE = timedelta(minutes=2)
"""How long a mail of a clock waits for others, so that they meet. What people do never waits."""

Context = dict[str, Any]


def _answer(event: RequestEvent) -> Context:
    return answer_context(assignment_of(event))


def _session(event: RequestEvent) -> Context:
    begins = datetime.fromisoformat(event.data["starts_at"])
    return {"session_when": instant_in_words(begins, mentor_of(event).zone)}


def _attempts(event: RequestEvent) -> Context:
    return {"attempts": event.data["attempts"], "needed": policy().attempts_needed}


def _close_out(event: RequestEvent) -> Context:
    assignment = assignment_of(event)
    assert assignment.first_attempt_at is not None  # a close-out follows three attempts
    first = instant_in_words(assignment.first_attempt_at, assignment.mentor.zone)
    return {"attempts": assignment.attempts_made, "first_attempt": first}


def _nothing_more(event: RequestEvent) -> Context:
    return {}


CONTEXTS: dict[str, Callable[[RequestEvent], Context]] = {
    "mentor_overdue": _answer,
    "mentor_reminder": _answer,
    "mentor_notes_due": _session,
    "mentor_close_out": _close_out,
    "mentor_attempts_due": _attempts,
    "mentor_requeued": _nothing_more,
}
"""What each says beyond the request; in the order in which they stand in one mail."""

assert set(CONTEXTS) == set(TOGETHER)


def by_clock(kind: str) -> Callable[[RequestEvent], Drafts]:
    """The letter of a clock: it keeps business hours, and has the patience to meet others."""

    def letter(event: RequestEvent) -> Drafts:
        draft = to_mentor(event, kind, context=CONTEXTS[kind](event))
        leaves = mail_moment(event.processed_at + PATIENCE, mentor_of(event).zone)
        yield replace(draft, send_at=leaves)

    return letter


def together(mails: Sequence[OutboxMail]) -> Draft:
    """One mail to one mentor for all of these; each comes with its event and the reader."""
    matters = list(_matters(mails))
    requests = {mail.request for mail in mails}
    reader = mails[0].volunteer
    assert reader is not None  # held by joining.CAN_JOIN
    return Draft(
        kind="mentor_reminders",
        key=f"together:{uuid4()}",  # that each mail is in one of them is held by its own state
        to=reader,
        mre=requests.pop() if len(requests) == 1 else None,
        context={
            "matters": matters,
            "answers": sum("accept_url" in matter for matter in matters),
            "url": absolute(reverse("intake:desk")),
            "choices_url": choices_url(),
        },
    )


def _matters(mails: Sequence[OutboxMail]) -> Iterator[Context]:
    order = list(CONTEXTS)
    for mail in sorted(mails, key=lambda mail: (order.index(mail.kind), mail.pk)):
        event = mail.event
        assert event is not None  # held by joining.CAN_JOIN
        page = "" if mail.kind == "mentor_requeued" else request_url(event)  # out of his reach
        yield {
            "words": f"emails/{mail.kind}/words.txt",
            "mre": event.request,
            "url": page,
            **CONTEXTS[mail.kind](event),
        }
