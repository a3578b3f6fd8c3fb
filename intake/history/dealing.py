"""Clients, requests and events of an export, dealt out to processes that load them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import IO

from intake.history.clients import load_clients
from intake.history.grouping import Blocks, Dealt, Part, Parts, Piles
from intake.history.ledger import Ledger, Tally
from intake.history.pool import Pool
from intake.history.reader import EVENTS, REQUESTS, Row, Source
from intake.history.requests import Loader, world

Sources = Mapping[str, Source]
CLIENTS_AHEAD, AHEAD = 400, 40
"""Parts that are loaded before somebody writes down what came of them."""


def load_requests(
    found: Sources, ledger: Ledger, now: datetime, *, dry: bool, processes: int
) -> None:
    """Clients, then requests with their events. Units and people are there.

    While clients are loaded requests are dealt out. Raises BrokenProcessPool if a process is killed
    from outside.
    """
    with Dealt(_size(found, "requests", "events")) as dealt:
        with (
            TemporaryFile(prefix="history-") as file,
            Pool[Blocks, Tally](partial(load_clients, now=now), processes) as pool,
        ):
            clients = _deal_clients(found, file, ledger)
            loaded = pool.map(clients, ahead=CLIENTS_AHEAD)
            _deal(found, "requests", dealt.add_request, ledger.named_rows)
            _deal(found, "events", dealt.add_event, ledger.named_rows)
            _book("clients, loaded", [part.count for part in clients], loaded, ledger)
        if _lacks_half(found, ledger):
            return
        parts = dealt.parts()
        with Pool[Part, Tally](Loader(world(), dry).load, processes) as pool:
            done = pool.map(parts, ahead=AHEAD)
            _book("requests, replayed", [part.count for part in parts], done, ledger)


def _lacks_half(found: Sources, ledger: Ledger) -> bool:
    """Whether requests or events are there and cannot be read: either is nothing without the other.

    Requests would all be new ones, and wait in the queue with everybody told so.
    """
    pair = [found[layout.name] for layout in (REQUESTS, EVENTS) if layout.name in found]
    unread = [source.layout.filename for source in pair if source.layout.name not in ledger.read]
    if unread:
        why = f"No request is loaded while {' and '.join(unread)} cannot be read."
        ledger.reject(REQUESTS, Row(1, ()), why)
    return bool(unread)


def _deal_clients(found: Sources, file: IO[bytes], ledger: Ledger) -> list[Blocks]:
    parts, piles = Parts(_size(found, "clients")), Piles(file)

    def add(row: Row) -> None:
        piles.add(parts.add(row.cells[0].strip()), row)

    _deal(found, "clients", add, ledger.rows)
    return list(piles.blocks().values())


def _size(found: Sources, *names: str) -> int:
    return sum(found[name].path.stat().st_size for name in names if name in found)


def _deal(
    found: Sources, name: str, add: Callable[[Row], None], rows: Callable[[Source], Iterable[Row]]
) -> None:
    if name in found:
        for row in rows(found[name]):
            add(row)


def _book(what: str, counts: Sequence[int], done: Iterable[Tally], ledger: Ledger) -> None:
    """Write down what came of the parts, in their order, as they are done; `counts` are rows."""
    with ledger.watch(what, sum(counts), "") as advance:
        for count, tally in zip(counts, done, strict=True):
            ledger.add(tally)
            advance(count)
