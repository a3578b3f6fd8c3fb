"""How an accepted request can end: the status that suits how things stand, and why not another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.enums import SessionState, Status
from intake.inforce import policy
from intake.models import MentoringRequest, Session
from intake.permissions import (
    check_can_complete,
    check_can_incorrect_contact,
    check_can_no_response,
    check_can_no_show,
    check_can_transfer,
    check_can_withdraw,
    no_response_needs_note,
)
from intake.policy import close_out_due
from mentors.models import Volunteer
from mentors.permissions import refusal
from mentors.words import day_in_words

Check = Callable[[Volunteer, MentoringRequest, datetime], None]

CLOSINGS: tuple[tuple[Status, Check, str], ...] = (
    (Status.COMPLETE, check_can_complete, "You have met, and no more is needed for now."),
    (Status.NO_SHOW, check_can_no_show, "A planned session was missed, and none was held."),
    (
        Status.INCORRECT_CONTACT,
        check_can_incorrect_contact,
        "Neither the e-mail address nor the phone number works.",
    ),
    (
        Status.NO_RESPONSE,
        check_can_no_response,
        "All the attempts that are needed, two weeks, and no answer.",
    ),
)
"""Those that follow from what happened, the most telling first, and what each means."""
WITHDRAWN = "Out of scope, a duplicate, or the client is no longer interested. Asks for the reason."


@dataclass(frozen=True)
class Closing:
    """One of the five ends of a request: what it means, and why it is not possible now.

    `fits`: it suits how things stand. `asks`: there is something to say first, on a page of its
    own; without it, one click does it. `address` names that page.
    """

    status: Status
    means: str
    refused: str
    fits: bool = False
    asks: str = ""

    @property
    def label(self) -> str:
        """“Complete”."""
        return str(self.status.label)


@dataclass(frozen=True)
class Ends:
    """The end that fits, if one does; the others; and giving the client back to the queue."""

    fitting: Closing | None
    others: Sequence[Closing]
    transfer_refused: str
    reopen_days: int


def ends(
    mre: MentoringRequest, sessions: Sequence[Session], user: Volunteer, now: datetime
) -> Ends:
    """How this accepted request can end, of which these are the sessions."""
    found = _closings(mre, _asked_first(mre, sessions), user, now)
    fitting = next((each for each in found if each.fits), None)
    return Ends(
        fitting=fitting,
        others=[each for each in found if each is not fitting],
        transfer_refused=refusal(check_can_transfer, user, mre, now),
        reopen_days=policy().reopen_days,
    )


def _closings(mre: MentoringRequest, planned: str, user: Volunteer, now: datetime) -> list[Closing]:
    found: list[Closing] = []
    for status, check, means in CLOSINGS:
        refused = refusal(check, user, mre, now)
        early = "" if refused or status != Status.NO_RESPONSE else _early(mre, user, now)
        fits = not refused and not early and not any(each.fits for each in found)
        found.append(Closing(status, means, refused, fits, early or planned))
    withdraw = refusal(check_can_withdraw, user, mre, now)
    return [*found, Closing(Status.WITHDRAWN, WITHDRAWN, withdraw, asks="Why?")]


def _asked_first(mre: MentoringRequest, sessions: Sequence[Session]) -> str:
    """Closing calls off what is planned: that is never done in one click."""
    planned = sum(
        each.assignment_id == mre.current_id and each.state == SessionState.SCHEDULED
        for each in sessions
    )
    return "What is planned would be called off." if planned else ""


def _early(mre: MentoringRequest, user: Volunteer, now: datetime) -> str:
    """That two weeks have not passed, so that a note has to say why it is closed already."""
    if not no_response_needs_note(mre, now):
        return ""
    assert mre.current is not None
    assert mre.current.first_attempt_at is not None  # asked by no_response_needs_note
    opens = close_out_due(policy(), mre.current.first_attempt_at)
    day = day_in_words(opens.astimezone(user.zone).date())
    return f"Two weeks since the first attempt are over on {day}; before that, a note says why."
