"""The one receiver of a signal: anymail has read what the mail service reports, we act on it."""

from typing import Any

from anymail.signals import AnymailTrackingEvent
from django.utils import timezone

from intake import mail_news
from intake.actions.addresses import came_back


def receive(event: AnymailTrackingEvent, **kwargs: Any) -> None:
    """A mail came back, or its reader complained. An error here makes the service try again."""
    now = timezone.now()
    if news := mail_news.read(event, now):
        came_back(**vars(news), now=now)
