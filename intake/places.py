"""Where people meet: an address, a number, or a link that can be opened."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

_is_address = URLValidator(schemes=["https"])


def meeting_link(place: str) -> str:
    """The place as a link, if it is nothing but an https address; else empty.

    Anything else is shown as words: nobody is led by a click to where a browser does not vouch for.
    """
    try:
        _is_address(place.strip())
    except ValidationError:
        return ""
    return place.strip()
