"""What all letters share: when they leave, and where they lead."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from intake.asking import asked_once
from intake.enums import EventKind
from intake.inforce import mail_moment
from intake.links import absolute
from intake.models import Assignment, RequestEvent
from intake.outbox import Draft
from mentors.models import Volunteer

Drafts = Iterator[Draft]

BY_CLOCK = (
    EventKind.REMINDED,
    EventKind.OVERDUE,
    EventKind.REQUEUED,
    EventKind.NOTES_DUE,
    EventKind.ATTEMPTS_DUE,
    EventKind.CLOSE_OUT_DUE,
)


def leaves_at(event: RequestEvent, zone: ZoneInfo) -> datetime:
    """A clock keeps business hours; what people do is told at once."""
    now = event.processed_at
    return mail_moment(now, zone) if event.kind in BY_CLOCK else now


@asked_once
def choices_url() -> str:
    """Where people choose how they are told."""
    return absolute(reverse("intake:mails"))


def request_url(event: RequestEvent) -> str:
    """The request's page; asks for a sign-in."""
    return absolute(reverse("intake:request", args=[event.request_id]))


def assignment_of(event: RequestEvent) -> Assignment:
    """The choice of a mentor that an event is about."""
    assert event.assignment is not None  # every event that has such letters names one
    return event.assignment


def mentor_of(event: RequestEvent) -> Volunteer:
    """The mentor whom an event is about."""
    return assignment_of(event).mentor
