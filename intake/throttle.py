"""How often what is open to everybody may be used from one place, or for one address.

The counts are kept in the cache. Without it nobody is turned away.
"""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext
from django_ratelimit.core import get_usage


def client_ip(request: HttpRequest) -> str:
    """Where a page was asked for: the same address that the limits of the sign-in count."""
    return get_adapter().get_client_ip(request)


def hold_back(request: HttpRequest, form: forms.Form, what: str, who: str) -> int:
    """Count one more use of a valid form; 0 while this place and `who` are within their limits.

    Otherwise the seconds until the next one is allowed, and the form says so. The limits are those
    of `settings.PUBLIC_RATES[what]`: per place, and per e-mail address or link.
    """
    per_place, per_person = settings.PUBLIC_RATES[what]
    wait = max(
        _wait(request, f"{what} from", "ip", per_place),
        _wait(request, f"{what} for", who.lower(), per_person),
    )
    if wait:
        form.add_error(
            None,
            _hold_back_in_words(-(-wait // 60)),
        )
    return wait


def leafed_through(request: HttpRequest, what: str) -> int:
    """Count one more page that a stranger opens; 0 while his place is within its limit.

    Otherwise the seconds until the next one is allowed. The limit is that of
    `settings.PAGE_RATES[what]`: enough for people, too little for who gathers everything.
    """
    if request.user.is_authenticated:
        return 0
    return _wait(request, f"{what} from", "ip", settings.PAGE_RATES[what])


def held_back(response: HttpResponse, wait: int) -> HttpResponse:
    """The page of a form that was held back, as 429 with the seconds to wait; else as it is."""
    if wait:
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response


def _wait(request: HttpRequest, group: str, whom: str, rate: str) -> int:
    key = whom if whom == "ip" else lambda *_: whom
    usage = get_usage(request, group=group, key=key, rate=rate, increment=True)
    if usage is None or not usage["should_limit"]:
        return 0
    return max(usage["time_left"], 1)


def _hold_back_in_words(minutes: int) -> str:
    return ngettext(
        "This was sent many times lately, so we have to hold it back. What you typed is still "
        "here: please send it again in a minute.",
        "This was sent many times lately, so we have to hold it back. What you typed is still "
        "here: please send it again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}
