"""Clients of an export."""

from collections.abc import Collection, Sequence
from datetime import datetime

from intake.history import cells
from intake.history.copying import Target, numbers
from intake.history.grouping import Blocks
from intake.history.ledger import Tally
from intake.history.reader import CLIENTS, Refusal, Row
from intake.history.trying import tried
from intake.models import Client, ClientAlias

LONGEST_ID = 60
INTO = Target(Client, "id external_id first_name last_name email phone zip created_at")
ALIASES = Target(ClientAlias, "id client_id email")


def load_clients(blocks: Blocks, now: datetime) -> Tally:
    """Clients who are not there yet, by their ids; whoever is there stays as he is here.

    If the database objects they are loaded one by one, to find out to whom.
    """
    return tried(list(blocks.rows()), lambda rows: _load(rows, now), CLIENTS, lambda row: row)


def _load(rows: Sequence[Row], now: datetime) -> Tally:
    tally = Tally()
    known = pks([row.cells[0].strip() for row in rows])
    here: set[str] = set()
    found: list[tuple[tuple[str, ...], list[str]]] = []
    for row in rows:
        name = row.cells[0].strip()
        if name in known:
            tally.there[CLIENTS.name] += 1
            continue
        try:
            if name in here:
                raise Refusal("A client with this client_id stands in the file before.")
            found.append(_client(row))
        except Refusal as why:
            tally.reject(CLIENTS, row, str(why))
            continue
        here.add(name)
    tally.loaded[CLIENTS.name] += len(found)
    _write(found, now)
    return tally


def _client(row: Row) -> tuple[tuple[str, ...], list[str]]:
    client_id, first_name, last_name, email, phone, zip_code, aliases = row.cells
    address = cells.email(email, "email")
    given = (
        cells.words(client_id, "client_id", LONGEST_ID, needed=True),
        cells.words(first_name, "first_name", 60),
        cells.words(last_name, "last_name", 60, needed=not first_name.strip()),
        address,
        cells.words(phone, "phone", 40),
        cells.words(zip_code, "zip", 10),
    )
    others = {alias.lower(): cells.email(alias, "aliases") for alias in cells.listed(aliases)}
    others.pop(address.lower(), None)
    return given, list(others.values())


def _write(found: list[tuple[tuple[str, ...], list[str]]], now: datetime) -> None:
    with_pk = list(zip(numbers(Client, len(found)), found, strict=True))
    INTO.copy(INTO.line((pk, *given, now)) for pk, (given, _) in with_pk)
    further = [(pk, alias) for pk, (_, aliases) in with_pk for alias in aliases]
    keys = numbers(ClientAlias, len(further))
    ALIASES.copy(ALIASES.line((key, *alias)) for key, alias in zip(keys, further, strict=True))


def pks(client_ids: Collection[str]) -> dict[str, int]:
    """The numbers of clients by their ids. One query.

    Who was found to be the same person as somebody else is kept under that one's number.
    """
    found = Client.objects.filter(external_id__in=client_ids)
    known: dict[str, int] = {}
    merged: dict[str, int] = {}
    for name, pk, into in found.values_list("external_id", "pk", "merged_into"):
        assert name is not None  # by it the row was found
        known[name] = pk
        if into is not None:
            merged[name] = into
    for name, into in merged.items():
        known[name] = kept(into)
    return known


def kept(pk: int) -> int:
    """Under whom a client is kept, if he was merged into another one."""
    while further := Client.objects.values_list("merged_into", flat=True).get(pk=pk):
        pk = further
    return pk
