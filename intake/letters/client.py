"""Letters to the client."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from intake.enums import NoteLevel, Status, WithdrawReason
from intake.letters.base import Drafts, leaves_at, mentor_of
from intake.links import absolute, status_path
from intake.models import RequestEvent
from intake.outbox import Draft

WHY_CLOSED = {
    Status.COMPLETE: _("Your mentoring is complete."),
    Status.WITHDRAWN: _("Nothing more is done about it."),
    Status.NO_SHOW: _("A meeting with your mentor was agreed and did not take place."),
    Status.NO_RESPONSE: _("Your mentor tried several times and did not reach you."),
    Status.INCORRECT_CONTACT: _("Neither your e-mail address nor your phone number worked."),
}


def to_client(event: RequestEvent, kind: str, **more: Any) -> Draft:
    """A draft to the client of the request, with the link to the status page."""
    mre = event.request
    context = {"url": absolute(status_path(mre)), **more.pop("context", {})}
    return Draft(
        kind=kind,
        key=f"{event.pk}:{kind}",
        to=mre.client,
        mre=mre,
        assignment=event.assignment,
        event=event,
        context=context,
        send_at=leaves_at(event, mre.chapter.zone),
        **more,
    )


def client_received(event: RequestEvent) -> Drafts:
    # Whom the client has named he may read again; nobody else before having accepted.
    asked_for = str(event.request.requested_mentor) if event.data["direct"] else ""
    yield to_client(event, "client_received", context={"asked_for": asked_for})


def client_accepted(event: RequestEvent) -> Drafts:
    mentor = mentor_of(event)
    yield to_client(
        event,
        "client_accepted",
        context={"mentor_name": str(mentor), "note": event.data["note"]},
        reply_to=mentor.email,
    )


def client_new_mentor(event: RequestEvent) -> Drafts:
    if event.from_status == Status.ACCEPTED:
        yield to_client(event, "client_new_mentor")


def client_delay(event: RequestEvent) -> Drafts:
    yield to_client(event, "client_delay")


def client_closed(event: RequestEvent) -> Drafts:
    # A duplicate goes on under its other number: "closed" would only confuse.
    if event.data.get("reason") != WithdrawReason.DUPLICATE:
        yield to_client(
            event,
            "client_closed",
            context={
                "why": WHY_CLOSED[Status(event.to_status)],
                "how_to_return": absolute(reverse("intake:submit")),
            },
        )


def client_message(event: RequestEvent) -> Drafts:
    """A mail that was written here; other attempts to reach the client send nothing."""
    if "subject" in event.data and event.by is not None:
        yield to_client(
            event,
            "client_message",
            context={
                "mentor_name": str(event.by),
                "subject": event.data["subject"],
                "note": event.data["text"],
            },
            reply_to=event.by.email,
        )


def client_note(event: RequestEvent) -> Drafts:
    if event.data["level"] == NoteLevel.CLIENT and event.by is not None:
        yield to_client(
            event,
            "client_note",
            context={"mentor_name": str(event.by), "note": event.data["text"]},
            reply_to=event.by.email,
        )
