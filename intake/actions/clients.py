"""What is known of a client: one record for each person, with the addresses it had before."""

from datetime import datetime

from django.db import transaction

from intake.actions.base import lock_requests, record
from intake.actions.inviting import invite_at_new_address
from intake.client_permissions import check_can_correct
from intake.enums import EventKind
from intake.models import Client, MentoringRequest
from mentors.errors import Invalid
from mentors.models import Volunteer

CONTACT_DATA = {
    "first_name": "first name",
    "last_name": "last name",
    "email": "e-mail",
    "phone": "phone",
    "zip": "zip code",
    "notify_by": "preferred notification",
}
"""The fields by which a client is known and reached, as people call them."""


def lock_client(client_id: int) -> Client:
    """The client, locked until the transaction ends. Lock his requests first."""
    return Client.objects.select_for_update(no_key=True).get(pk=client_id)


def keep_as_alias(client: Client) -> None:
    """The address until now goes on finding this person."""
    if not client.aliases.filter(email__iexact=client.email).exists():
        client.aliases.create(email=client.email)


@transaction.atomic
def correct(*, client_id: int, by: Volunteer, now: datetime, **data: str) -> Client:
    """A coordinator corrects contact data (`CONTACT_DATA`); the old e-mail stays as an alias.

    It stands on the timeline of every open request, and their mentors are told.
    Raises Invalid if nothing was changed.
    """
    mres = lock_requests(MentoringRequest.objects.open().filter(client=client_id).values("pk"))
    client = lock_client(client_id)
    check_can_correct(by, client, now)
    changed = [name for name in CONTACT_DATA if data.get(name) not in (None, getattr(client, name))]
    if not changed:
        raise Invalid("email", "Nothing was changed.")
    before = client.email
    if "email" in changed and before.lower() != data["email"].lower():
        keep_as_alias(client)
    for name in changed:
        setattr(client, name, data[name])
    client.save(update_fields=changed)
    what = f"{in_words(changed)} of the client"
    for mre in mres:
        mre.client = client
        event = record(mre, EventKind.CONTACT_CORRECTED, now=now, by=by, what=what)
        invite_at_new_address(event, before)
    return client


def in_words(fields: list[str]) -> str:
    """“first name, e-mail and phone”."""
    *some, last = [CONTACT_DATA[name] for name in fields]
    return f"{', '.join(some)} and {last}" if some else last
