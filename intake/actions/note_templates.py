"""Keeping words for the note to a mentor: own ones, and those shared with a unit."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from intake.models import NoteTemplate
from mentors.errors import Invalid, NotAllowed
from mentors.models import Volunteer
from mentors.roles import duties


def keep_note_template(
    *,
    by: Volunteer,
    now: datetime,
    name: str,
    text: str,
    shared: dict[str, Any],
    template: NoteTemplate | None = None,
) -> NoteTemplate:
    """Add words, or change those of `template`. `shared` names one unit or none.

    Raises NotAllowed for whoever assigns nobody or does not own them, Invalid for a name that is
    taken.
    """
    mine = duties(by, now)
    if not (mine.is_admin or mine.rcic):
        raise NotAllowed("Note templates are for coordinators (RCIC).")
    kept = template or NoteTemplate(owner=by)
    check_owns(by, kept)
    kept.name, kept.text = name, text
    for kind, unit in shared.items():
        setattr(kept, kind, unit)
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as twice:
        raise Invalid("name", "You have a template of this name already.") from twice
    return kept


def drop_note_template(*, by: Volunteer, template: NoteTemplate) -> None:
    """Forget words. Raises NotAllowed unless they are one's own."""
    check_owns(by, template)
    template.delete()


def check_owns(by: Volunteer, template: NoteTemplate) -> None:
    """Raise NotAllowed unless the words are one's own."""
    if template.owner_id != by.pk:
        raise NotAllowed(f"Only {template.owner} can change this template.")
