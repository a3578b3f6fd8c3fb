"""Where the mail service tells what became of our mails: anymail's pages, and no more than needed.

They exist only if a service and the secret of the hooks are configured. What is not authenticated
or not understood gets 400 and has no effect.
"""

from typing import Any

from anymail import urls as anymail
from anymail.exceptions import AnymailError
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.urls import URLPattern, path


def tracking_pages() -> list[URLPattern]:
    """`<service>/tracking/` of the one service in use; empty without one, or without the secret."""
    service = settings.MAIL_NEWS_FROM
    if not service or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return []
    wanted = (f"{service}_tracking_webhook", f"{service}_webhook")
    return [
        path(str(page.pattern), _strict(page.callback.view_class).as_view(), name=page.name)
        for page in anymail.urlpatterns
        if page.name in wanted
    ]


def _strict(view: type[AnymailCoreWebhookView]) -> type[AnymailCoreWebhookView]:
    class Strict(view):
        """The same, but what cannot be read is the sender's fault, not an error of ours."""

        def run_validators(self, request: HttpRequest) -> None:
            """Also for a body in which the signature itself cannot be read."""
            try:
                super().run_validators(request)
            except (ValueError, TypeError, AttributeError) as fault:
                raise BadRequest(str(fault)) from fault

        def parse_events(self, request: HttpRequest) -> list[Any]:
            """The events, all of them read before the first has an effect."""
            try:
                return list(super().parse_events(request))
            except (LookupError, ValueError, TypeError, AttributeError, AnymailError) as fault:
                raise BadRequest(str(fault)) from fault

    return Strict
