"""Keeping words for the note to a mentor: own ones, and those shared with a unit."""

from datetime import datetime
from typing import Any

from intake.actions.keeping import check_owns, keep
from intake.models import NoteTemplate
from mentors.errors import NotAllowed
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
    kept.text = text
    taken = "You have a template of this name already."
    return keep(kept, name=name, shared=shared, taken=taken)


def drop_note_template(*, by: Volunteer, template: NoteTemplate) -> None:
    """Forget words. Raises NotAllowed unless they are one's own."""
    check_owns(by, template)
    template.delete()
