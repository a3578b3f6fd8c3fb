"""The first note to a client, as it stands in the field before anybody has typed."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from intake.enums import MeetBy, Speech, WordsFor
from intake.models import Assignment, MentoringRequest, NoteTemplate
from intake.pages.note_templates import Wording, at_hand, filled_in
from mentors.models import Volunteer

OURS = "ours"
"""Names our draft in an address: ?words=ours."""


def kept_for_first_notes(mentor: Volunteer, now: datetime) -> list[NoteTemplate]:
    """What a mentor has at hand for first notes, to be filled in for one request or many."""
    return list(at_hand(mentor, now, WordsFor.FIRST_NOTE))


def first_notes(assignment: Assignment, kept: Iterable[NoteTemplate]) -> list[Wording]:
    """The mentor's wordings for this client, and our draft; exactly one of them begins.

    His own wording if he has chosen one, in whatever language he wrote it, else our draft.
    """
    words = filled_in(kept, assignment.request, assignment.mentor)
    begun = any(each.begins for each in words)
    name = "Our draft, in Spanish" if _reads_spanish(assignment.request) else "Our draft"
    return [*words, Wording(OURS, name, draft(assignment), begins=not begun)]


def draft(assignment: Assignment) -> str:
    """A first note that could go out as it is, in the language of the client's mails."""
    mre, mentor = assignment.request, assignment.mentor
    with translation.override(mre.client.speech):
        names = {
            "client": mre.client.first_name,
            "mentor": str(mentor),
            "chapter": str(mentor.chapter),
            "area": _(mre.area.name),
        }
        parts = [
            _("Hello %(client)s,"),
            _(
                "my name is %(mentor)s, I am a volunteer mentor with %(chapter)s, and I will "
                "gladly help you with your question about %(area)s."
            ),
            f"{_shall_we_talk(MeetBy(mre.meet_by))} "
            + _(
                "Please tell me two or three times in the next days that suit you, and which of "
                "your questions is the most urgent."
            ),
            _("You can simply answer this mail."),
            _("Best regards") + "\n%(mentor)s",
        ]
        return "\n\n".join(parts) % names


def _shall_we_talk(meet_by: MeetBy) -> str:
    return {
        MeetBy.NO_PREFERENCE: _("Shall we talk about it, by video, by phone or in person?"),
        MeetBy.VIDEO: _("Shall we talk about it by video?"),
        MeetBy.PHONE: _("Shall we talk about it by phone?"),
        MeetBy.EMAIL: _("Shall we write to each other, and talk by phone if that helps?"),
        MeetBy.IN_PERSON: _("Shall we talk about it in person?"),
    }[meet_by]


def _reads_spanish(mre: MentoringRequest) -> bool:
    return mre.client.speech == Speech.SPANISH
