"""Whom a mentor who gives a request up can propose: assignable colleagues, with what fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.models import MentoringRequest
from intake.shortlist import Looked, offer
from mentors.matching import OUTSIDE, Candidate

MOST = 12


@dataclass(frozen=True)
class Successor:
    """A mentor who could go on. How busy he is and how he answers is not a colleague's business."""

    candidate: Candidate
    reasons: Sequence[str]


@dataclass(frozen=True)
class Successors:
    """The best who were found; without a search the nearest on the shortlist."""

    rows: Sequence[Successor]
    is_cut: bool
    searched: bool


def find_successors(mre: MentoringRequest, words: str, now: datetime) -> Successors:
    """Who can be assigned and fits all these words, best first; the mentor himself is left out."""
    searched = bool(words.strip())
    looked = Looked(tier=OUTSIDE, words=words) if searched else Looked()
    shortlist = offer(mre, now, looked).shortlist
    rows = [
        Successor(row.candidate, [reason.text for reason in row.fit]) for row in shortlist.ranked
    ]
    if searched:
        rows += [
            Successor(missing.candidate, [])
            for missing in shortlist.not_available
            if missing.can_override
        ]
    lead = mre.current.mentor_id if mre.current else None
    rows = [row for row in rows if row.candidate.id != lead]
    return Successors(rows[:MOST], len(rows) > MOST, searched)
