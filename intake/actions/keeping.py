"""What coordinators keep and share: named once, and changed by its owner alone."""

from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from mentors.errors import Invalid, NotAllowed
from mentors.models import Shared, Volunteer

Kept = TypeVar("Kept", bound=Shared)


def keep(kept: Kept, *, name: str, shared: dict[str, Any], taken: str) -> Kept:
    """Save it under a name, for its owner or for one unit.

    `shared` names one unit or none; `taken` is the sentence for a name that is there already.
    Raises Invalid.
    """
    kept.name = name
    for kind, unit in shared.items():
        setattr(kept, kind, unit)
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as twice:
        raise Invalid("name", taken) from twice
    return kept


def check_owns(by: Volunteer, kept: Shared) -> None:
    """Raise NotAllowed unless it is one's own."""
    if kept.owner_id != by.pk:
        raise NotAllowed(f"“{kept}” is kept by {kept.owner}, who alone can change it.")
