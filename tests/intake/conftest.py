"""A clock for tests of pages: what people see depends on when they look; kept worlds."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.factories import MONDAY
from tests.kept import everything, kept, kept_everything

__all__ = ["SetClock", "at", "everything", "kept", "kept_everything"]

SetClock = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the clock that web requests read; MONDAY, like the stories, until it is called."""

    def set_clock(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    set_clock(MONDAY)
    return set_clock
