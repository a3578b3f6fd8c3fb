"""The places in words that are kept: filled in for one request, and put back to keep words."""

import re
from collections.abc import Mapping

from intake.enums import WordsFor
from intake.models import MentoringRequest
from mentors.models import Volunteer

CLIENT, AREA, BUSINESS, MENTOR = "{client}", "{area}", "{business}", "{mentor}"

Places = Mapping[str, str]


def places_of(mre: MentoringRequest, purpose: WordsFor) -> dict[str, str]:
    """What stands for each place.

    A note to a mentor leaves the mentor's as it was typed: nobody is chosen yet, or another one.
    """
    no_business = "the business" if purpose == WordsFor.MENTOR else "your business"
    places = {
        CLIENT: mre.client.first_name,
        AREA: mre.area.name,
        BUSINESS: mre.business_name or no_business,
    }
    if purpose != WordsFor.MENTOR and mre.current is not None:
        places[MENTOR] = str(mre.current.mentor)
    return places


def fill(text: str, places: Places) -> str:
    """The text with every place filled in. Anything else in braces stays as it was typed."""
    return re.sub(r"\{\w+\}", lambda found: places.get(found[0], found[0]), text)


def take_out(text: str, mre: MentoringRequest, mentor: Volunteer) -> str:
    """The other way: names of this request become places again, as whole words only.

    The mentor's full name first: if the client is called like him, only the first mention (the
    greeting) is taken for the client's.
    """
    names = {MENTOR: str(mentor), BUSINESS: mre.business_name, AREA: mre.area.name}
    for place, name in names.items():
        text = _replace(text, name, place)
    client = mre.client.first_name
    namesakes = client.casefold() in (mentor.first_name.casefold(), mentor.last_name.casefold())
    return _replace(text, client, CLIENT, times=1 if namesakes else 0)


def _replace(text: str, name: str, place: str, times: int = 0) -> str:
    """All mentions of a name, or so many; no name, no change."""
    if not name.strip():
        return text
    return re.sub(rf"(?<![\w{{]){re.escape(name)}(?![\w}}])", lambda _: place, text, count=times)
