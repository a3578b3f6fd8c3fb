"""What merging two clients would do, before it is done."""

from dataclasses import dataclass
from datetime import datetime

from intake.actions.clients import CONTACT_DATA, shown
from intake.models import Client, MentoringRequest, Note, Session
from mentors.models import Volunteer
from mentors.roles import duties


@dataclass(frozen=True)
class Common:
    """A field in which both agree."""

    label: str
    value: str


@dataclass(frozen=True)
class Moving:
    """What comes along from the client who is merged."""

    requests: int
    still_open: int
    sessions: int
    notes: int
    addresses: list[str]


def in_common(kept: Client, merged: Client) -> list[Common]:
    """The contact data on which nobody has to decide."""
    return [
        Common(label, shown(kept, name))
        for name, label in CONTACT_DATA.items()
        if getattr(kept, name) == getattr(merged, name)
    ]


def what_moves(merged: Client, user: Volunteer, now: datetime) -> Moving:
    """Counts and addresses. Parked requests are for administrators, also as a number."""
    mres = MentoringRequest.objects.filter(client=merged)
    if not duties(user, now).is_admin:
        mres = mres.filter(parked=False)
    former = merged.aliases.order_by("email").values_list("email", flat=True)
    return Moving(
        requests=mres.count(),
        still_open=mres.open().count(),
        sessions=Session.objects.filter(request__in=mres).count(),
        notes=Note.objects.filter(request__in=mres).count(),
        addresses=[merged.email, *former],
    )
