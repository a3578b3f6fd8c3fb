"""Who keeps words for what, and who shares them. `check_can_…` raises the sentence."""

from datetime import datetime

from intake.enums import WordsFor
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from mentors.roles import duties


def words_kept_by(user: Volunteer, now: datetime) -> tuple[WordsFor, ...]:
    """For what somebody may keep words: mentors what they write to clients, coordinators all."""
    mine = duties(user, now)
    if mine.is_admin or mine.rcic:
        return tuple(WordsFor)
    to_clients = (WordsFor.FIRST_NOTE, WordsFor.CLIENT, WordsFor.SESSION)
    return to_clients if mine.is_mentor else ()


def check_can_keep_words(user: Volunteer, purpose: WordsFor, now: datetime) -> None:
    """Keep words that come back, for one purpose: see `words_kept_by`."""
    mine = words_kept_by(user, now)
    if not mine:
        raise NotAllowed("Wordings are for mentors and coordinators (RCIC).")
    if purpose not in mine:
        raise NotAllowed("Words for notes to a mentor are for coordinators (RCIC).")


def check_can_share_words(user: Volunteer, now: datetime) -> None:
    """Share words with a unit: its coordinators."""
    mine = duties(user, now)
    if not (mine.is_admin or mine.rcic):
        raise NotAllowed("Only coordinators (RCIC) share words with a unit.")
