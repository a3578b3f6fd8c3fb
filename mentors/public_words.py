"""What a mentor may say of himself to everybody: no address at which a stranger reaches him."""

import re

from django.core.exceptions import ValidationError

REACHED_BY = re.compile(
    r"""
    @\s?\w                                       # an e-mail address, a name in a network
    | :// | \bwww\. | \b[\w-]+\.(?:com|org|net|biz|info|io|us)\b  # a page
    | \b[0-9]{3}[-.][0-9]{4}\b                   # a phone number without its area code
    | (?:[0-9][\s().+/-]{0,3}){10}               # a phone number
    """,
    re.VERBOSE | re.IGNORECASE,
)


def refuse_addresses(text: str) -> None:
    """Raise ValidationError for e-mail addresses, phone numbers and links.

    The directory is read by programs that gather them; clients have the form.
    """
    if found := REACHED_BY.search(text):
        raise ValidationError(
            "Leave out e-mail addresses, phone numbers and links "
            f"(“{found[0].strip()}”): clients reach you through the form."
        )
