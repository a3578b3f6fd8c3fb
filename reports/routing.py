"""Which database a query goes to: for what is read within a report, the one chosen for it.

Everything else, and everything that is written, goes to the main database: acts, signing in, the
clocks, and what somebody looks at right after he has done something (`reports.middleware`).
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import chain, islice
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from mentors.roles import duties
from mentors.web import SignedInRequest
from reports import replica
from reports.middleware import has_just_written
from reports.replica import Source

log = logging.getLogger(__name__)

OURS = {"mentors", "intake", "reports"}
"""The apps whose rows reports tell of; sessions and the like stay where they are written."""

READ_AHEAD = 3
"""Pieces of a file: the byte order mark, the titles, a row. By then the query was answered."""
NOT_WHOLE = '\r\n"This file is not whole: the database broke off here. Save it again."\r\n'

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
View = Callable[..., HttpResponseBase]

_source: ContextVar[Source | None] = ContextVar("source", default=None)


class ReportRouter:
    """Django's question for each query, answered."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The database of the report that is being worked out, if one is."""
        source = _source.get()
        return source.alias if source and model._meta.app_label in OURS else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Never a replica, even for a row that was read there."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """They are the same rows, wherever they were read."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """A replica gets its tables from the main database."""
        return db == DEFAULT_DB_ALIAS


def told() -> str:
    """What the reader of the report that is being worked out is told of where it is read."""
    source = _source.get()
    return source.words if source else ""


@contextmanager
def reading(source: Source) -> Iterator[None]:
    """What is read within this comes from there."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def read(work: Callable[[], Answer]) -> Answer:
    """What `work` answers, which only reads, and reads all it needs before it answers.

    From the replica, if there is one and it is near enough. Should it be lost in the middle, the
    work is done again on the main database.
    """
    if not replica.is_there():
        return work()
    source = replica.choose()
    try:
        with reading(source):
            return work()
    except replica.LOST:
        if source.alias == DEFAULT_DB_ALIAS:
            raise
        log.warning("The replica was lost; a report is read from the main database", exc_info=True)
    replica.lose()
    with reading(replica.main(replica.NOT_THERE)):
        return work()


def from_replica(view: View) -> View:
    """A page or file that may be read from the replica; what is sent to it (POST) never is."""

    @wraps(view)
    def read_where_it_may(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        def answer() -> HttpResponseBase:
            return _to_its_end(view(request, *args, **kwargs))

        if not replica.is_there() or request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if has_just_written(request):
            with reading(replica.main(replica.JUST_WRITTEN)):
                return answer()
        duties(request.user, request.now)  # who may read what is a matter for the main database
        return read(answer)

    return read_where_it_may


def _to_its_end(response: HttpResponseBase) -> HttpResponseBase:
    """The rest of a file that is read while it is sent comes from where it began.

    Its first rows are read before anything is sent: until then it can be begun anew elsewhere.
    """
    source = _source.get()
    is_made_ready = isinstance(response, FileResponse)
    if source and isinstance(response, StreamingHttpResponse) and not is_made_ready:
        pieces = iter(response)
        begun = list(islice(pieces, READ_AHEAD))
        response.streaming_content = chain(begun, _each(source, pieces))
    return response


def _each(source: Source, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Where they end too early the last line says so, and the connection breaks off, too."""
    while True:
        try:
            with reading(source):
                piece = next(pieces, None)
        except replica.LOST:
            yield NOT_WHOLE.encode()
            raise
        if piece is None:
            return
        yield piece
