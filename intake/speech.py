"""In which language a page or a mail speaks. This is the one place that decides it.

Clients read theirs; everybody who works here reads English, whatever the browser asks for: what
they write down for each other must not depend on who has opened which page in which language.
"""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import lazy
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from intake.enums import Speech
from intake.models import Client

View = TypeVar("View", bound=Callable[..., HttpResponse])


class Readers(Enum):
    """For whom a page is made that clients see."""

    CLIENTS = "clients"
    """In the client's language, whoever looks: a coordinator may help somebody with it."""
    STRANGERS = "strangers"
    """Also a page of people who work here once they have signed in; for them in English."""


def for_clients(view: View) -> View:
    """Mark the view of a client's page, outermost; all other pages are in English."""
    view.readers = Readers.CLIENTS  # type: ignore[attr-defined]
    return view


def for_strangers(view: View) -> View:
    """Mark the view of a page that speaks to clients until somebody has signed in."""
    view.readers = Readers.STRANGERS  # type: ignore[attr-defined]
    return view


class SpeechMiddleware:
    """Has every page written in its reader's language, and says in which it is.

    Sets `request.speaks_to_clients`, which also puts the choice of a language on the page. Goes
    behind the authentication, before everything that writes words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, and the headers by which caches tell one language from the other."""
        to_clients = _speaks_to_clients(request)
        request.speaks_to_clients = to_clients  # type: ignore[attr-defined]
        with translation.override(asked_for(request) if to_clients else Speech.ENGLISH):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        if to_clients:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def _speaks_to_clients(request: HttpRequest) -> bool:
    """Whether the page is a client's. An address that leads nowhere is a stranger's mistake."""
    try:
        readers = getattr(resolve(request.path_info).func, "readers", None)
    except Resolver404:
        readers = Readers.STRANGERS
    if readers is Readers.STRANGERS:
        return not request.user.is_authenticated
    return readers is Readers.CLIENTS


def chosen(request: HttpRequest) -> Speech | None:
    """The language that was chosen with the button on our pages; None if none was."""
    return _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))


def asked_for(request: HttpRequest) -> Speech:
    """The language chosen, else the first that the browser asks for and we have, else English."""
    if choice := chosen(request):
        return choice
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if wanted := _known(code.partition("-")[0]):
            return wanted
    return Speech.ENGLISH


def _known(code: str) -> Speech | None:
    return Speech(code) if code in Speech else None


def speak_with(request: HttpRequest, client: Client) -> None:
    """From here on the page is in the client's own language, unless another one was chosen.

    For pages that the client's link opens: his phone may ask for something else.
    """
    translation.activate(chosen(request) or client.speech)


def spoken() -> Speech:
    """The language in which this page is written."""
    return _known(translation.get_language() or "") or Speech.ENGLISH


def in_english() -> translation.override:
    """For acts on clients' pages: what they write down is read by everybody who works here."""
    return translation.override(Speech.ENGLISH)


def when_shown(words: Callable[[], str]) -> str:
    """A sentence that an act says to a client, put into words by the page, in its language."""
    return lazy(words, str)()


def in_speech_of(reader: object) -> translation.override:
    """Write in the language of this reader: a client has one, everybody else reads English."""
    return translation.override(reader.speech if isinstance(reader, Client) else Speech.ENGLISH)


# Django's own view takes the choice: it keeps it in a cookie, and goes back where one came from.
choose = for_clients(login_not_required(require_POST(set_language)))
