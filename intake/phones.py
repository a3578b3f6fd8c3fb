"""Phone numbers as telephones take them."""

import phonenumbers
from phonenumbers import PhoneNumberFormat


def dialled(phone: str) -> str:
    """“+12125550142”: for a link that calls; a number nobody can read goes out as its digits."""
    try:
        number = phonenumbers.parse(phone, "US")
    except phonenumbers.NumberParseException:
        return "".join(character for character in phone if character.isdecimal())
    called = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{called};ext={number.extension}" if number.extension else called
