"""Several requests of the queue at once: what would happen to each of them, before it does.

No request of a browser and no clock: the views read both and hand them in.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.enums import Status
from intake.mentor_facts import candidates
from intake.models import Assignment, MentoringRequest
from intake.needs import needs_of
from intake.permissions import check_can_assign, check_can_move, check_can_withdraw, situation
from mentors.board import with_more
from mentors.eligibility import Obstacle, obstacles
from mentors.finding import said_of
from mentors.matching import Candidate, Need, rank
from mentors.models import Chapter, Volunteer
from mentors.permissions import refusal
from mentors.weights import DEFAULT_WEIGHTS

MOST = 100
"""So many requests at once; more would be read by nobody."""
MOST_SUGGESTED = 12
MOST_WEIGHED = 100
"""Of the mentors whom a search finds, so many are held against the requests."""

Ticked = Collection[int] | None
"""The requests that were ticked when the form was sent; None while the page is only looked at."""


@dataclass(frozen=True)
class Row:
    """One request of the selection and what would happen to it."""

    mre: MentoringRequest
    what: str = ""
    reasons: tuple[str, ...] = ()
    refused: str = ""
    """Why nothing can happen to it; empty if something can."""
    needs_note: str = ""
    """Why it takes a note; empty if it does not."""
    is_ticked: bool = False


# --- Assign to one mentor -------------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """The mentor who is to have them, with the day by which he would be asked to answer."""

    candidate: Candidate
    respond_by: str


@dataclass(frozen=True)
class Assigning:
    """What would happen to each row, and to the mentor's places."""

    rows: Sequence[Row]
    chosen: Chosen

    @property
    def places(self) -> str:
        """“2 of 3 used this week; these 4 would make 6 of 3: a note is needed.”"""
        one = self.chosen.candidate
        more = sum(row.is_ticked for row in self.rows)
        these = "this one" if more == 1 else f"these {more}"
        after, limit = one.used_this_week + more, one.weekly_limit
        if limit is None:
            return f"{one.used_this_week} this week, no limit; {these} would make {after}."
        over = ": a note is needed" if more and after > limit else ""
        used = f"{one.used_this_week} of {limit} used this week"
        return f"{used}; {these} would make {after} of {limit}{over}."

    @property
    def takes_note(self) -> list[MentoringRequest]:
        """The ticked ones that take a note."""
        return [row.mre for row in self.rows if row.is_ticked and row.needs_note]


def assigning(
    mres: Sequence[MentoringRequest],
    chosen: Chosen,
    *,
    by: Volunteer,
    now: datetime,
    ticked: Ticked = None,
) -> Assigning:
    """Each request given to this mentor in turn, the places counted as the rows are worked through.

    Two queries, whatever their number.
    """
    waiting = [mre for mre in mres if mre.status == Status.NEED_ACTION]
    needs, before = needs_of(waiting), assigned_before(waiting)
    rows: list[Row] = []
    for mre in mres:
        if why := refusal(check_can_assign, by, mre, now):
            rows.append(Row(mre, refused=why))
            continue
        taken = sum(row.is_ticked for row in rows)
        told = Chosen(with_more(chosen.candidate, taken), chosen.respond_by)
        rows.append(_assigned(mre, needs[mre.pk], told, mre.pk in before, ticked))
    return Assigning(rows, chosen)


def _assigned(
    mre: MentoringRequest,
    need: Need,
    chosen: Chosen,
    was_assigned: bool,  # noqa: FBT001
    ticked: Ticked,
) -> Row:
    candidate = chosen.candidate
    found = obstacles(need, candidate)
    if final := next((one.text for one in found if not one.can_override), ""):
        return Row(mre, refused=f"{candidate.name}: {final}.")
    against = "".join(f" But: {one.text}." for one in found if not one.needs_note)
    usual = not any(one.kind == "refused" for one in found)
    return Row(
        mre,
        what=f"Assigned to {candidate.name}, who answers by {chosen.respond_by}.{against}",
        reasons=tuple(reason.text for reason in rank(need, candidate, DEFAULT_WEIGHTS).fit),
        needs_note=_needs_note(found, was_assigned),
        is_ticked=usual if ticked is None else mre.pk in ticked,
    )


def _needs_note(found: Iterable[Obstacle], was_assigned: bool) -> str:  # noqa: FBT001
    """Why assigning takes a note, by the rules of `assigning.assign`."""
    against = "; ".join(one.text for one in found if one.needs_note)
    return against or ("it was assigned before" if was_assigned else "")


def assigned_before(mres: Iterable[MentoringRequest]) -> set[int]:
    """Which of these had a mentor already. One query."""
    ids = [mre.pk for mre in mres]
    return set(Assignment.objects.filter(request__in=ids).values_list("request", flat=True))


@dataclass(frozen=True)
class Suggestion:
    """A mentor who could have them: for how many he is eligible, by the shortlist's rules."""

    candidate: Candidate
    fits: int
    score: float


@dataclass(frozen=True)
class Suggestions:
    """Who fits most of the requests first; `more` were found besides."""

    rows: Sequence[Suggestion]
    more: int


def suggestions(mres: Iterable[MentoringRequest], words: str, now: datetime) -> Suggestions:
    """Mentors of the chapters of these requests; with words to search for, of their regions.

    Six queries, whatever the number of requests and mentors.
    """
    waiting = [mre for mre in mres if mre.status == Status.NEED_ACTION]
    if words:
        regions = {mre.chapter.district.region_id for mre in waiting}
        mentors = Volunteer.objects.mentors().filter(chapter__district__region__in=regions)
    else:
        mentors = Volunteer.objects.mentors().filter(chapter__in={m.chapter_id for m in waiting})
    found = [one for one in candidates(mentors.filter(said_of(words)), now) if one.assignable]
    found.sort(key=lambda one: (one.name.casefold(), one.id))
    needs = list(needs_of(waiting).values())
    rows = sorted(
        (_suggestion(one, needs) for one in found[:MOST_WEIGHED]),
        key=lambda row: (-row.fits, -row.score),
    )
    return Suggestions(rows[:MOST_SUGGESTED], max(0, len(found) - MOST_SUGGESTED))


def _suggestion(one: Candidate, needs: Iterable[Need]) -> Suggestion:
    scores = [rank(need, one, DEFAULT_WEIGHTS).score for need in needs if not obstacles(need, one)]
    return Suggestion(one, len(scores), sum(scores))


# --- Move and withdraw ----------------------------------------------------------------------------


def moving(
    mres: Iterable[MentoringRequest],
    chapter: Chapter,
    *,
    by: Volunteer,
    now: datetime,
    ticked: Ticked = None,
) -> list[Row]:
    """Each request moved to this chapter."""
    rows = []
    for mre in mres:
        why = refusal(check_can_move, by, mre, now)
        if not why and mre.chapter_id == chapter.pk:
            why = f"It is in {chapter} already."
        what = f"From {mre.chapter} to {chapter}; it keeps its wait. Both sides are told."
        usual = ticked is None or mre.pk in ticked
        rows.append(Row(mre, refused=why) if why else Row(mre, what=what, is_ticked=usual))
    return rows


def withdrawing(
    mres: Iterable[MentoringRequest], *, by: Volunteer, now: datetime, ticked: Ticked = None
) -> list[Row]:
    """Each request withdrawn. One that a mentor leads by now is not ticked by itself."""
    return [
        Row(mre, refused=why)
        if (why := refusal(check_can_withdraw, by, mre, now))
        else Row(
            mre,
            what=_withdrawn(mre),
            is_ticked=mre.status != Status.ACCEPTED if ticked is None else mre.pk in ticked,
        )
        for mre in mres
    ]


def _withdrawn(mre: MentoringRequest) -> str:
    told = "The client is told, unless it is a duplicate."
    if mre.current is None:
        return f"Withdrawn. {told}"
    return f"{situation(mre)} It is taken from {mre.current.mentor}, who is told. {told}"
