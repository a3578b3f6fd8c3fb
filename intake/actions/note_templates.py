"""Keeping words that come back: one's own, and those shared with a unit."""

from datetime import datetime
from typing import Any

from django.db import transaction

from intake.actions.keeping import check_owns, keep
from intake.enums import WordsFor
from intake.models import MentoringRequest, NoteTemplate
from intake.wording import take_out
from intake.wording_permissions import check_can_keep_words, check_can_share_words
from mentors.models import Volunteer
from mentors.words import long_day_in_words


@transaction.atomic
def keep_note_template(
    *,
    by: Volunteer,
    now: datetime,
    purpose: WordsFor,
    name: str,
    text: str,
    begins: bool = False,
    shared: dict[str, Any] | None = None,
    template: NoteTemplate | None = None,
) -> NoteTemplate:
    """Add words for a purpose, or change those of `template`.

    `shared` names one unit or none; None leaves that as it is.
    Words that begin take the place of those that began before, which are kept. Raises NotAllowed
    for a purpose that is not one's own, for sharing without being a coordinator, and for words of
    somebody else; Invalid for a name that is taken.
    """
    check_can_keep_words(by, purpose, now)
    if any((shared or {}).values()):
        check_can_share_words(by, now)
    kept = template or NoteTemplate(owner=by)
    check_owns(by, kept)
    Volunteer.objects.select_for_update().get(pk=by.pk)  # two that begin would exclude each other
    if begins:
        NoteTemplate.objects.filter(owner=by, purpose=purpose, begins=True).update(begins=False)
    kept.purpose, kept.text, kept.begins = purpose, text, begins
    taken = "You have words of this name already."
    return keep(kept, name=name, shared=shared or {}, taken=taken)


def keep_first_note(
    *, by: Volunteer, now: datetime, mre: MentoringRequest, note: str
) -> NoteTemplate:
    """Let the next first note begin with these words: the client's name is a place again.

    Words that are kept already are not kept twice. Raises NotAllowed for whoever is no mentor.
    """
    text = take_out(note, mre, by)
    own = NoteTemplate.objects.filter(owner=by, purpose=WordsFor.FIRST_NOTE)
    same = own.filter(text=text).first()
    return keep_note_template(
        by=by,
        now=now,
        purpose=WordsFor.FIRST_NOTE,
        name=same.name if same else _free_name(by, now),
        text=text,
        begins=True,
        template=same,
    )


def _free_name(by: Volunteer, now: datetime) -> str:
    """“First note of Wed 25 Nov 2026”, with a number if there is one already."""
    day = long_day_in_words(now.astimezone(by.zone).date())
    own = NoteTemplate.objects.filter(owner=by, purpose=WordsFor.FIRST_NOTE)
    taken = set(own.values_list("name", flat=True))
    name, number = f"First note of {day}", 2
    while name in taken:
        name, number = f"First note of {day} ({number})", number + 1
    return name


def drop_note_template(*, by: Volunteer, template: NoteTemplate) -> None:
    """Forget words. Raises NotAllowed unless they are one's own."""
    check_owns(by, template)
    template.delete()
