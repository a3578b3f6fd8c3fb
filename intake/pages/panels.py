"""The parts of a request's page that are about the mentor's work: its sessions.

Every act comes with the reason why it is off, if it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from intake.enums import EventKind, SessionState
from intake.models import MentoringRequest, Session, TimeProposal
from intake.pages.act import Act
from intake.pages.bystander import takes_part
from intake.pages.sight import Sight, reads_session_notes
from intake.pages.team import acts_on_company
from intake.pages.told import assignments_told, tells_of
from intake.permissions import (
    check_can_edit_session,
    check_can_put_right,
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
    def is_to_record(self) -> bool:
        """Whether it has begun and the reader can say in one tap how it went."""
        return any(act.page == "intake:session_held" and not act.refused for act in self.acts) and (
            self.session.state == SessionState.SCHEDULED
        )

    @property
    def notes_title(self) -> str:
        """What the fold with the notes is called."""
        return f"Notes of session {self.number}"


# --- Sessions -------------------------------------------------------------------------------------


def session_rows(
    mre: MentoringRequest, user: Volunteer, seen: Sight, now: datetime
) -> list[SessionRow]:
    """The sessions of a request, first to last, earlier mentors' too. Three queries at most.

    Whom only sessions connect with it sees those in which he takes part. The timeline of the
    request is read already; from here on its sessions are, too.
    """
    if not tells_of(mre, EventKind.ACCEPTED):
        return []
    sessions = Session.objects.prefetch_related("co_mentorships__volunteer")
    prefetch_related_objects([mre], Prefetch("sessions", sessions.order_by("starts_at", "pk")))
    known = assignments_told(mre)
    for session in mre.sessions.all():
        session.assignment = known[session.assignment_id]
    return [
        _row(session, number, mre, user, seen, now)
        for number, session in enumerate(mre.sessions.all(), 1)
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
        if not refusal(check_can_put_right, user, session, session.request, now):
            yield Act(f"Session {number} was missed", "intake:session_missed", session.pk)
    elif not refusal(check_can_put_right, user, session, session.request, now):
        yield Act(f"Session {number} was held after all", "intake:session_held", session.pk)


def _acts_on_plan(session: Session, number: int, user: Volunteer, now: datetime) -> Iterator[Act]:
    refused = refusal(check_can_work, user, session.request, now)
    begins = instant_in_words(session.starts_at, user.zone)
    early = f"It begins {begins}." if session.starts_at > now else ""
    record = f"Record session {number}" if early else f"Record session {number} with notes…"
    yield Act(record, "intake:session_held", session.pk, refused or early)
    yield Act(f"Move session {number}", "intake:session_move", session.pk, refused)
    yield Act(f"Cancel session {number}", "intake:session_cancel", session.pk, refused)


# --- Times ----------------------------------------------------------------------------------------


def open_times(mre: MentoringRequest) -> TimeProposal | None:
    """The times from which the client can choose; the timeline is read already.

    Two queries, none if it tells of no proposal.
    """
    if not tells_of(mre, EventKind.TIMES_PROPOSED):
        return None
    return mre.time_proposals.open().prefetch_related("times").first()
