"""What is known of a client: one record for each person, with the addresses it had before."""

from collections.abc import Mapping
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
    "speech": "language of our mails",
}
"""The fields by which a client is known and reached, as people call them."""


def lock_client(client_id: int) -> Client:
    """The client, locked until the transaction ends. Lock his requests first."""
    return Client.objects.select_for_update(no_key=True).get(pk=client_id)


def keep_as_alias(client: Client) -> None:
    """The address until now goes on finding this person."""
    if not client.aliases.filter(email__iexact=client.email).exists():
        client.aliases.create(email=client.email)


def change(client: Client, data: Mapping[str, str]) -> None:
    """Set and save some of `CONTACT_DATA` of a locked client.

    Another e-mail leaves the one until now behind as an alias, and what was known against it.
    """
    if "email" in data and client.email.lower() != data["email"].lower():
        keep_as_alias(client)
    for name, value in data.items():
        if name == "email":
            client.change_email(value)
        else:
            setattr(client, name, value)
    client.save(update_fields=[*data, *client.TROUBLE_FIELDS])


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
    change(client, {name: data[name] for name in changed})
    what = f"{in_words(changed)} of the client"
    for mre in mres:
        mre.client = client
        event = record(mre, EventKind.CONTACT_CORRECTED, now=now, by=by, what=what)
        invite_at_new_address(event, before)
    return client


def shown(client: Client, field: str) -> str:
    """One of `CONTACT_DATA` of a client, as people write it."""
    if field in ("notify_by", "speech"):
        return str(getattr(client, f"get_{field}_display")())
    return str(getattr(client, field))


def in_words(fields: list[str]) -> str:
    """“first name, e-mail and phone”."""
    *some, last = [CONTACT_DATA[name] for name in fields]
    return f"{', '.join(some)} and {last}" if some else last
