"""Invitations to sessions that follow on something else than a change of the session."""

from intake import outbox
from intake.letters.sessions import client_at_another_address
from intake.models import RequestEvent, Session


def invite_at_new_address(event: RequestEvent, before: str) -> None:
    """The client of a request had the address `before`: planned sessions move to the new one.

    Part of what changed the address. The request is locked.
    """
    client = event.request.client
    if client.email.lower() == before.lower():
        return
    now = event.processed_at
    planned = Session.objects.planned().filter(request=event.request_id, starts_at__gt=now)
    with_words = planned.select_related("assignment__mentor__chapter")
    for session in with_words.select_for_update(of=("self",), no_key=True).order_by("pk"):
        session.request = event.request
        session.raise_sequence()
        outbox.write(client_at_another_address(event, session, before), now=now)
