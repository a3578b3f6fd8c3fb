"""Several processes that live and end together."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST_STOP = 20.0  # seconds a process gets to finish what it is doing
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """One of our processes. `name` is a word for people."""

    name: str
    process: subprocess.Popen[bytes]

    def wait(self, longest: float) -> None:
        """Wait for its end; after `longest` seconds end it by force."""
        try:
            self.process.wait(max(longest, 0))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Processes:
    """Started one after another, watched together, stopped together, the last one first."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process. It ends with us, even if we are killed (on Linux)."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches only us, so that we can keep the order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self.children.append(Child(name, process))

    def first_ended(self) -> str | None:
        """The name of a process that is no longer there, if any."""
        ended = (child.name for child in self.children if child.process.poll() is not None)
        return next(ended, None)

    def wait_until(self, answers: Callable[[], bool], *, longest: float) -> bool:
        """Wait until `answers()` is true; False if it did not get so in time or a process ended."""
        deadline = time.monotonic() + longest
        while not self.first_ended() and time.monotonic() < deadline:
            if answers():
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        """Ask all to end, the last started first, and wait until they have."""
        deadline = time.monotonic() + LONGEST_STOP
        for child in reversed(self.children):
            child.process.terminate()
        for child in reversed(self.children):
            child.wait(deadline - time.monotonic())
        self.children.clear()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
