"""The mentor for whom a client asks by name.

Strangers can name who is listed in the directory. Anybody else is named only by the link that he
hands out himself: so nobody finds out by trying numbers who is a mentor here.
"""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from intake.links import absolute
from intake.numbers import read_ids
from mentors.models import Volunteer
from mentors.querysets import VolunteerQuerySet

_WISH = Signer(sep=".", salt="intake.wish")


def listed() -> VolunteerQuerySet:
    """The mentors whom the public directory shows."""
    found: VolunteerQuerySet = Volunteer.objects.mentors().filter(profile__in_directory=True)
    return found


def own_link(mentor: Volunteer) -> str:
    """The address that a mentor hands out: it leads to the form, and asks for him."""
    return absolute(f"{reverse('intake:submit')}?mentor={wish_token(mentor)}")


def wish_token(mentor: Volunteer) -> str:
    """A wish that nobody can make up: the page on which it was made has named the mentor."""
    return _WISH.sign(str(mentor.pk))


def named_in(address: str) -> Volunteer | None:
    """The mentor whom the address of the form names, by number or by his own link.

    None for who is no mentor any more, and for numbers of those who are not listed.
    """
    if (signed := _signed(address)) is not None:
        return _read(Volunteer.objects.mentors().filter(pk=signed))
    named = read_ids([address])
    return _read(listed().filter(pk__in=named)) if named else None


def wished_in(token: str) -> Volunteer | None:
    """Whom the form that was sent asks for; also if he has left or is hidden by now.

    The client has read his name on the form, and a coordinator is to know the wish.
    """
    signed = _signed(token)
    return None if signed is None else _read(Volunteer.objects.filter(pk=signed))


def _signed(token: str) -> int | None:
    try:
        return int(_WISH.unsign(token))
    except (BadSignature, ValueError):
        return None


def _read(found: VolunteerQuerySet) -> Volunteer | None:
    with_profile = found.filter(profile__isnull=False)
    return with_profile.select_related("chapter", "profile").first()
