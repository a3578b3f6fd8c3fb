"""What many steps of a clock would ask again and again is asked once.

Only where somebody says `with asking_once()`; everywhere else each call asks anew.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """Within this block what is marked `asked_once` is asked once for the same arguments.

    A block within another one goes on with its answers.
    """
    known = _answers.get()
    before = _answers.set({} if known is None else known)
    try:
        yield
    finally:
        _answers.reset(before)


def asked_once(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function whose answer does not change through what an act does.

    Its arguments have to be hashable; whoever calls it leaves the answer as it is.
    """

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        known = _answers.get()
        if known is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in known:
            known[key] = function(*args, **kwargs)
        found: R = known[key]
        return found

    return answer
