"""Two clients who are one person become one record; an administrator can take that back."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from intake.actions.base import lock_requests, record, take_turn, take_turn_at_address
from intake.actions.clients import CONTACT_DATA
from intake.actions.inviting import invite_at_new_address
from intake.client_permissions import check_can_merge, check_can_undo_merge
from intake.enums import EventKind
from intake.models import Client, ClientAlias, ClientMerge, MentoringRequest, RequestEvent
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer

LABELS = CONTACT_DATA | {"service_suspended": "suspension of service"}
FIELDS = tuple(LABELS)
"""What a merge may change on the client who is kept."""


@transaction.atomic
def merge(
    *, kept_id: int, merged_id: int, chosen: dict[str, str], by: Volunteer, now: datetime
) -> ClientMerge:
    """Keep one client and move to it what belongs to the other: requests and addresses.

    `chosen` holds, for each of `CONTACT_DATA`, the value that stays: one of the two. The e-mail
    that is not chosen goes on finding the person. Who is merged keeps his row as it was, with
    nothing on it; mails stay where they were sent. Service that is suspended for either stays so.
    Raises Invalid if a value is no longer that of one of the two, AlreadyDone if one has been
    merged meanwhile.
    """
    mres, kept, merged = _lock_pair(kept_id, merged_id)
    check_can_merge(by, kept, merged, now)
    moving = [mre for mre in mres if mre.client_id == merged.pk]
    before = {name: getattr(kept, name) for name in FIELDS}
    addresses = [kept.email, merged.email]
    invited_at = {mre.pk: addresses[mre in moving] for mre in mres}
    _choose(kept, merged, chosen)
    made = ClientMerge.objects.create(kept=kept, merged=merged, by=by, at=now)
    made.record = {
        "fields": _changes(kept, before),
        "requests": [mre.pk for mre in moving],
        "aliases": _move_aliases(kept, merged, addresses),
        "merged_before": list(merged.merged.order_by("pk").values_list("pk", flat=True)),
    }
    made.save(update_fields=["record"])
    merged.merged.update(merged_into=kept)
    merged.merged_into = kept
    merged.save(update_fields=["merged_into"])
    _move(moving, to=kept)
    for mre in mres:
        if mre in moving or not mre.is_closed:
            event = _tell(mre, EventKind.CLIENT_MERGED, made, by, now)
            invite_at_new_address(event, invited_at[mre.pk])
    return made


def _lock_pair(kept_id: int, merged_id: int) -> tuple[list[MentoringRequest], Client, Client]:
    """The requests of both clients and the two, locked. Raises AlreadyDone if they just changed.

    One merge at a time: they are seldom, and none has to wait for two others. Forms that come in
    for one of their addresses wait, and then find the client who was kept.
    """
    take_turn("merge")
    both = [kept_id, merged_id]
    addresses = _addresses(both)
    for address in sorted(addresses):
        take_turn_at_address(address)
    of_both = MentoringRequest.objects.filter(client__in=both)
    mres = lock_requests(of_both.values("pk"))
    clients = {row.pk: row for row in _lock_clients(both)}
    if _addresses(both) != addresses or of_both.count() != len(mres):
        raise AlreadyDone("One of the two clients changed this very moment. Please look again.")
    return mres, clients[kept_id], clients[merged_id]


def _lock_clients(ids: Collection[int]) -> list[Client]:
    return list(Client.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _addresses(clients: Collection[int]) -> set[str]:
    current = Client.objects.filter(pk__in=clients).values_list("email", flat=True)
    former = ClientAlias.objects.filter(client__in=clients).values_list("email", flat=True)
    return {address.lower() for address in (*current, *former)}


def _choose(kept: Client, merged: Client, chosen: dict[str, str]) -> None:
    before = kept.email
    for name in CONTACT_DATA:
        value = chosen.get(name, getattr(kept, name))
        if value not in (getattr(kept, name), getattr(merged, name)):
            raise Invalid(name, "This was changed meanwhile: choose again.")
        setattr(kept, name, value)
    if kept.email.lower() != before.lower():  # and with the address comes what is known of it
        kept.mail_trouble, kept.mail_trouble_at = merged.mail_trouble, merged.mail_trouble_at
    kept.service_suspended = kept.service_suspended or merged.service_suspended
    kept.save(update_fields=[*FIELDS, *Client.TROUBLE_FIELDS])


def _changes(kept: Client, before: dict[str, Any]) -> dict[str, list[Any]]:
    """Before and after of each field that the merge changed."""
    after = {name: getattr(kept, name) for name in FIELDS}
    return {name: [was, after[name]] for name, was in before.items() if was != after[name]}


def _move_aliases(kept: Client, merged: Client, addresses: list[str]) -> dict[str, list[Any]]:
    """All addresses of both find the one who is kept; each stands there once."""
    known = {kept.email.lower()}
    moved, dropped, added = [], [], []
    for alias in [*kept.aliases.order_by("pk"), *merged.aliases.order_by("pk")]:
        if alias.email.lower() in known:
            dropped.append([alias.client_id, alias.email])
            alias.delete()
        elif alias.client_id == merged.pk:
            alias.client = kept
            alias.save(update_fields=["client"])
            moved.append(alias.pk)
        known.add(alias.email.lower())
    for email in addresses:
        if email.lower() not in known:
            added.append(kept.aliases.create(email=email).pk)
            known.add(email.lower())
    return {"moved": moved, "dropped": dropped, "added": added}


def _move(mres: list[MentoringRequest], to: Client) -> None:
    for mre in mres:
        mre.client = to
    MentoringRequest.objects.filter(pk__in=[mre.pk for mre in mres]).update(client=to)


def _tell(
    mre: MentoringRequest, kind: EventKind, made: ClientMerge, by: Volunteer, now: datetime
) -> RequestEvent:
    return record(mre, kind, now=now, by=by, kept=made.kept_id, merged=made.merged_id)


# --- Taking it back -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Undoing:
    """What undoing a merge would do now: what goes back, and what was changed since and stays."""

    requests: list[MentoringRequest]
    fields: dict[str, Any]
    stays: list[str]

    @property
    def labels(self) -> list[str]:
        """The fields that get back their value from before, as people call them."""
        return [LABELS[name] for name in FIELDS if name in self.fields]


def foresee(merge: ClientMerge) -> Undoing:
    """Compare the record of a merge with how things stand. Three queries."""
    kept, record = merge.kept, merge.record
    fields = {
        name: was for name, (was, now) in record["fields"].items() if getattr(kept, name) == now
    }
    of_kept = MentoringRequest.objects.filter(client=kept)
    back = of_kept.filter(pk__in=record["requests"]).select_related("area").order_by("pk")
    return Undoing(list(back), fields, list(_stays(merge, fields, of_kept)))


def _stays(
    merge: ClientMerge, fields: dict[str, Any], of_kept: QuerySet[MentoringRequest]
) -> Iterator[str]:
    record, number = merge.record, merge.kept.number
    for name in FIELDS:
        if name in record["fields"] and name not in fields:
            yield f"The {LABELS[name]} of {number} was changed since and stays as it is."
    if later := of_kept.filter(submitted_at__gt=merge.at).count():
        yield f"Requests that came in since stay with {number}: {later}."
    moved = record["aliases"]["moved"]
    gone = len(moved) - ClientAlias.objects.filter(pk__in=moved, client=merge.kept).count()
    if gone:
        yield f"Former addresses taken away since do not come back: {gone}."


@transaction.atomic
def undo(*, merge_id: int, by: Volunteer, now: datetime) -> Undoing:
    """An administrator takes a merge back: all that still is as the merge left it.

    Returns what went back and what stays.
    """
    ids = ClientMerge.objects.values_list("kept", "merged").get(pk=merge_id)
    _, kept, merged = _lock_pair(*ids)
    made = ClientMerge.objects.select_related("undone_by").get(pk=merge_id)
    made.kept, made.merged = kept, merged
    check_can_undo_merge(by, made, now)
    undoing = foresee(made)
    before = kept.email
    if "email" in undoing.fields:
        kept.change_email(undoing.fields["email"])
    for name, was in undoing.fields.items():
        setattr(kept, name, was)
    kept.save(update_fields=[*undoing.fields, *Client.TROUBLE_FIELDS])
    merged.merged_into = None
    merged.save(update_fields=["merged_into"])
    kept.merged.filter(pk__in=made.record["merged_before"]).update(merged_into=merged)
    _give_back_aliases(made)
    _move(undoing.requests, to=merged)
    made.undone_at, made.undone_by = now, by
    made.save(update_fields=["undone_at", "undone_by"])
    for mre in undoing.requests:
        event = _tell(mre, EventKind.MERGE_UNDONE, made, by, now)
        invite_at_new_address(event, before)
    return undoing


def _give_back_aliases(made: ClientMerge) -> None:
    """Former addresses go back to whose they were; what is an address of its own again is none."""
    kept, merged, aliases = made.kept, made.merged, made.record["aliases"]
    kept.aliases.filter(pk__in=aliases["moved"]).update(client=merged)
    own_again = Q(email__iexact=kept.email) | Q(email__iexact=merged.email)
    kept.aliases.filter(own_again, pk__in=aliases["added"]).delete()
    owners = {client.pk: client for client in (kept, merged)}
    for owner, email in aliases["dropped"]:
        if not owners[owner].aliases.filter(email__iexact=email).exists():
            owners[owner].aliases.create(email=email)
