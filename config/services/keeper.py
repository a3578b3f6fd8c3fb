"""The process that owns one embedded server.

Started as `python -m config.services.keeper KIND FOLDER OPTIONS`. It says `ready` (or, in one
sentence, why not) on its standard output, and then keeps the server until its last user has gone,
it is told to stop, or the server dies.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from .errors import ServiceError
from .folder import Folder, locked, try_lock
from .kinds import Server, make_server

PAUSE = 0.2  # seconds between two looks


class Keeper:
    """Keeps a server as long as somebody uses it."""

    def __init__(self, server: Server, folder: Folder) -> None:
        self.server = server
        self.folder = folder
        self.told_to_stop = False

    def run(self) -> None:
        """Start the server, keep it, stop it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._stop_soon)
        # The users' lock is let go last: a user who waits for it must not find a leaving keeper.
        with self.folder.users_lock.open("a+") as users, locked(self.folder.keeper_lock) as mine:
            _write_pid(mine)
            self._keep(users)

    def _keep(self, users: IO[str]) -> None:
        try:
            self.server.start()
            _answer("ready")
            while not self.told_to_stop and self.server.is_running() and not try_lock(users):
                time.sleep(PAUSE)
        finally:
            self.server.stop()
            self.folder.remove_run()

    def _stop_soon(self, *_: object) -> None:
        self.told_to_stop = True


def _write_pid(file: IO[str]) -> None:
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()


def _answer(sentence: str) -> None:
    """Tell the process that started us, once; afterwards nobody reads."""
    print(" ".join(sentence.split()), flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(kind: str, path: str, options: str) -> None:
    """Keep the service `kind` in the folder `path`; `options` is JSON."""
    folder = Folder(Path(path))
    server = make_server(kind, folder, json.loads(options))
    try:
        Keeper(server, folder).run()
    except ServiceError as error:
        _answer(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
