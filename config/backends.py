"""The database and the broker that are configured: embedded, or somewhere by URL."""

from pathlib import Path
from typing import Self

import redis
from django.conf import settings
from django.db import OperationalError, connection

from config.services.client import Handle, use
from config.services.errors import ServiceError


class Backends:
    """Both, as long as they are needed: `with Backends() as backends`."""

    def __init__(self) -> None:
        self.handles: dict[str, Handle] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Give back what is embedded; waits until it has stopped if nobody else uses it."""
        connection.close()
        for handle in reversed(self.handles.values()):
            handle.release()

    def open_database(self) -> str:
        """Start the database, or see whether it answers, and say which it is.

        Raises ServiceError with a sentence.
        """
        embedded = settings.DATABASES["default"].get("EMBEDDED")
        if embedded:
            self.handles["PostgreSQL"] = use(
                "postgres", Path(embedded["FOLDER"]), embedded["OPTIONS"]
            )
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise ServiceError(
                f"The database of DATABASE_URL cannot be used: {_in_one_line(error)}"
            ) from error
        place = embedded["FOLDER"] if embedded else "by DATABASE_URL"
        return f"PostgreSQL {connection.get_database_version()[0]} ({place})"

    def open_broker(self) -> str:
        """The same for Redis or Valkey. Raises ServiceError with a sentence."""
        if not settings.REDIS_URL:
            folder = settings.EMBEDDED_VALKEY.path
            self.handles["Valkey"] = use("valkey", folder)
            return f"Valkey ({folder})"
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5).ping()
        except (redis.RedisError, ValueError) as error:
            raise ServiceError(
                f"The Redis of REDIS_URL cannot be used: {_in_one_line(error)}"
            ) from error
        return "Redis (by REDIS_URL)"

    def first_ended(self) -> str | None:
        """The name of an embedded service that is no longer there, if any."""
        ended = (name for name, handle in self.handles.items() if not handle.is_running())
        return next(ended, None)


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
