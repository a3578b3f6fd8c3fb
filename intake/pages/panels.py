"""The parts of a request's page that are about the mentor's work: sessions, closing.

Every act comes with the reason why it is off, if it is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.enums import SessionState, Status
from intake.models import MentoringRequest, Session
from intake.pages.act import Act
from intake.pages.bystander import takes_part
from intake.pages.sight import Sight, reads_session_notes
from intake.pages.team import acts_on_company
from intake.permissions import (
    check_can_complete,
    check_can_edit_session,
    check_can_incorrect_contact,
    check_can_no_response,
    check_can_no_show,
    check_can_transfer,
    check_can_withdraw,
    check_can_work,
)
from mentors.models import Volunteer
from mentors.permissions import refusal
from mentors.words import instant_in_words


@dataclass(frozen=True)
class SessionRow:
    """A session as its reader may see it. `notes` is None if they are not for him."""

    session: Session
    number: int
    notes: str | None
    late: bool
    acts: Sequence[Act]

    @property
    def notes_title(self) -> str:
        """What the fold with the notes is called."""
        return f"Notes of session {self.number}"


@dataclass(frozen=True)
class Closing:
    """One of the five ends of a request; `fits` marks the one that suits how things stand."""

    status: Status
    refused: str
    fits: bool

    @property
    def label(self) -> str:
        """“Complete”."""
        return self.status.label


# --- Sessions -------------------------------------------------------------------------------------


def session_rows(
    mre: MentoringRequest, user: Volunteer, seen: Sight, now: datetime
) -> list[SessionRow]:
    """The sessions of a request, first to last, earlier mentors' too. Three queries at most.

    Whom only sessions connect with it sees those in which he takes part.
    """
    sessions = (
        mre.sessions.select_related("assignment__mentor__chapter")
        .prefetch_related("co_mentorships__volunteer")
        .order_by("starts_at", "pk")
    )
    return [
        _row(session, number, mre, user, seen, now)
        for number, session in enumerate(sessions, 1)
        if not seen.sessions_only or takes_part(user, session)
    ]


def _row(
    session: Session,
    number: int,
    mre: MentoringRequest,
    user: Volunteer,
    seen: Sight,
    now: datetime,
) -> SessionRow:
    session.request = mre
    readable = reads_session_notes(user, session, seen, now)
    works = seen.coordinates or session.assignment.mentor_id == user.pk
    acts = list(_acts(session, number, user, now)) if works else []
    return SessionRow(
        session=session,
        number=number,
        notes=session.notes if readable else None,
        late=session.notes_late(now),
        acts=[*acts, *acts_on_company(session, number, user, now, works=works)],
    )


def _acts(session: Session, number: int, user: Volunteer, now: datetime) -> Iterator[Act]:
    """Labels carry the number of the session: no two buttons of a page are called the same."""
    if session.state == SessionState.SCHEDULED:
        yield from _acts_on_plan(session, number, user, now)
    elif session.state == SessionState.HELD:
        refused = refusal(check_can_edit_session, user, session, now)
        if session.notes_entered_at is None:
            yield Act(
                f"Write notes of session {number}",
                "intake:session_notes",
                session.pk,
                refused,
                primary=True,
            )
        else:
            yield Act(f"Edit session {number}", "intake:session_edit", session.pk, refused)


def _acts_on_plan(session: Session, number: int, user: Volunteer, now: datetime) -> Iterator[Act]:
    refused = refusal(check_can_work, user, session.request, now)
    begins = instant_in_words(session.starts_at, user.zone)
    early = f"It begins {begins}." if session.starts_at > now else ""
    record = f"Record session {number}"
    yield Act(record, "intake:session_held", session.pk, refused or early, primary=True)
    if not early:
        yield Act(f"Client missed session {number}", "intake:session_missed", session.pk, refused)
    yield Act(f"Move session {number}", "intake:session_move", session.pk, refused)
    yield Act(f"Cancel session {number}", "intake:session_cancel", session.pk, refused)


# --- Ends -----------------------------------------------------------------------------------------

Check = Callable[[Volunteer, MentoringRequest, datetime], None]

CLOSINGS: tuple[tuple[Status, Check], ...] = (
    (Status.COMPLETE, check_can_complete),
    (Status.NO_SHOW, check_can_no_show),
    (Status.INCORRECT_CONTACT, check_can_incorrect_contact),
    (Status.NO_RESPONSE, check_can_no_response),
)
"""Those that follow from what happened, the most telling first."""


def closings(mre: MentoringRequest, user: Volunteer, now: datetime) -> list[Closing]:
    """The ends of an accepted request; the first that is possible fits."""
    refused = [(status, refusal(check, user, mre, now)) for status, check in CLOSINGS]
    fitting = next((status for status, why in refused if not why), None)
    return [Closing(status, why, fits=status == fitting) for status, why in refused]


def other_ends(mre: MentoringRequest, user: Volunteer, now: datetime) -> list[Act]:
    """Giving the client up without an outcome: out of scope, or to another mentor."""
    return [
        Act("Withdraw…", "intake:withdraw", mre.pk, refusal(check_can_withdraw, user, mre, now)),
        Act(
            "Transfer to the queue…",
            "intake:transfer",
            mre.pk,
            refusal(check_can_transfer, user, mre, now),
        ),
    ]
