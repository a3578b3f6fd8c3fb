"""Who has just done something sees it in the reports, too, though a replica may not know it yet."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from reports import replica

COOKIE = "has_written"
SAFE = ("GET", "HEAD", "OPTIONS")
LONGER = 5  # seconds, for what passes between the measuring of a replica and the end of a page


class WrittenMiddleware:
    """Remembers in the browser that something was sent, as long as a replica may be behind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not replica.is_there():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; with a cookie that says so if something was sent."""
        response = self.get_response(request)
        if request.method not in SAFE:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.REPLICA_MOST_BEHIND + LONGER,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def has_just_written(request: HttpRequest) -> bool:
    """Whether this browser has sent something so shortly ago that a replica may not have it."""
    return COOKIE in request.COOKIES
