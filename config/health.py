"""Is this process well? For load balancers and monitors, without signing in.

They ask machine by machine, by an address that is none of `ALLOWED_HOSTS`, and without TLS. So they
are answered before all that is for browsers.
"""

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.cache import add_never_cache_headers

READY = "/health/"
ALIVE = "/health/alive/"


class HealthMiddleware:
    """Answers `/health/` and `/health/alive/`. Goes before all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.is_migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """How this process is, or the answer to everything else."""
        if request.path_info not in (READY, ALIVE) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        answer = JsonResponse({"alive": True}) if request.path_info == ALIVE else self._ready()
        add_never_cache_headers(answer)
        return answer

    def _ready(self) -> JsonResponse:
        """200 if pages can be sent here, or 503 with what is missing."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            self.is_migrated = self.is_migrated or not unapplied()
        except (DatabaseError, InterfaceError):
            return JsonResponse({"database": "unreachable"}, status=503)
        if not self.is_migrated:
            return JsonResponse({"database": "not migrated"}, status=503)
        return JsonResponse({"database": "ok"})


def unapplied() -> int:
    """How many migrations of this version the database lacks; it may be ahead of it."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
