"""The kinds of embedded servers, by name: "postgres" and "valkey"."""

from collections.abc import Mapping
from typing import Protocol

from .folder import Folder
from .postgres import Postgres
from .valkey import Valkey


class Server(Protocol):
    """What a keeper needs of a server."""

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServiceError."""

    def is_running(self) -> bool:
        """Whether it still answers."""

    def stop(self) -> None:
        """Stop it and wait until it has gone."""

    def stop_leftovers(self) -> None:
        """Stop one whose keeper was killed. Only for who may be sure that nobody uses it."""


KINDS: dict[str, type[Postgres] | type[Valkey]] = {"postgres": Postgres, "valkey": Valkey}


def make_server(kind: str, folder: Folder, options: Mapping[str, str]) -> Server:
    """The server of a kind in a folder, not yet started."""
    return KINDS[kind](folder, options)
