"""The demo organisation: invented people walk the real acts through nine months that end now."""

from intake.demo.script import read, volunteer_address

PASSWORD = "mentoring-demo"  # noqa: S105  # of the demo accounts only, and printed on purpose
ADMINISTRATOR = ("Administrator", "Alex Morgan")


def sign_ins() -> list[tuple[str, str, str]]:
    """One sign-in per role: (role, e-mail, password); none if this is not the demo's database."""
    from mentors.models import Volunteer  # this module is imported before the models are

    cast = [(p["sign_in"], p["name"]) for p in read("cast")["person"] if "sign_in" in p]
    accounts = [(role, volunteer_address(name)) for role, name in (*cast, ADMINISTRATOR)]
    addresses = [address for _, address in accounts]
    known = set(Volunteer.objects.filter(email__in=addresses).values_list("email", flat=True))
    return [(role, address, PASSWORD) for role, address in accounts if address in known]
