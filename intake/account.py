"""Sign-in and passwords by allauth, in our way: nobody signs up, and its mails go by the outbox."""

from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.http import HttpRequest

from intake import links, outbox
from intake.outbox import Draft
from intake.views.by_link import OpenRequest


class OutboxAccountAdapter(DefaultAccountAdapter):
    """What differs from allauth's own way."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Chapters register their volunteers; nobody registers himself."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link to a new password, on this site's own address whatever a request said it was."""
        return links.absolute(urlsplit(super().get_reset_password_from_key_url(key)).path)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write allauth's mail into the outbox, for a known address and an unknown one alike."""
        request = cast("OpenRequest", current.request)
        mail = self.render_mail(template_prefix, email, {"request": request, **context})
        draft = Draft(
            kind="account",
            key=f"account:{uuid4()}",
            to=context.get("user") or email,
            context={"subject": mail.subject, "body_text": mail.body},
        )
        outbox.write([draft], now=request.now)
