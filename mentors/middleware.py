"""What holds for the whole of one web request: its instant and the reader's time zone."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import trigger_client_event

from mentors.errors import AlreadyDone, NotAllowed, Refused


class ReaderMiddleware:
    """Sets `request.now`, and shows times in the zone of the signed-in reader's chapter.

    Goes behind the authentication middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the views, worked out in the reader's zone."""
        request.now = timezone.now()  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.zone):
            return self.get_response(request)


class RefusalMiddleware:
    """Turns a refusal that a view let through into a page: never an error.

    Who may not do something gets 403 with the sentence. Who came too late gets the sentence as a
    message on the page that the view named (`request.back`), or on his own first page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do unless a view raises."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """The page for a refusal; None for everything else.

        A part of a page that was asked for by a script gets it as an event, `refused`, instead.
        """
        if isinstance(fault, Refused) and request.htmx:  # type: ignore[attr-defined]
            return self._refused(fault)
        if isinstance(fault, NotAllowed):
            return render(request, "403.html", {"exception": fault.reason}, status=403)
        if isinstance(fault, AlreadyDone):
            messages.warning(request, fault.reason)
            return redirect(getattr(request, "back", "/"))
        return None

    def _refused(self, fault: Refused) -> HttpResponse:
        late = isinstance(fault, AlreadyDone)
        said = {"reason": fault.reason, "late": late}
        return trigger_client_event(HttpResponse(status=409 if late else 403), "refused", said)
