"""What a viewer may see of one request: decided here, once, for every part of its page."""

from dataclasses import dataclass
from datetime import datetime

from intake.enums import NoteLevel, Status
from intake.models import MentoringRequest, Note, Session
from intake.permissions import check_can_read_notes, coordinates, holds
from mentors.models import Volunteer
from mentors.permissions import refusal
from mentors.roles import duties, is_expert, is_mentor


@dataclass(frozen=True)
class Sight:
    """How a viewer who has the request in scope is connected with it.

    Nobody of these: he took part in a session, or owes the notes of one; of the request he sees
    what belongs to that session.
    """

    coordinates: bool = False
    """RCIC above the request’s chapter, or administrator."""
    is_admin: bool = False
    leads: bool = False
    """Leader above the chapter: reads, without what people wrote in confidence."""
    mentors: bool = False
    """The mentor who accepted it and leads it, or led it when it was closed."""
    is_asked: bool = False
    """The mentor to whom it is assigned and who has not answered."""
    helps: bool = False
    """On the team of the mentor who leads it."""

    @property
    def sessions_only(self) -> bool:
        """Connected by sessions in which he took part or is to take part, and by nothing else."""
        return not (self.coordinates or self.leads or self.mentors or self.is_asked or self.helps)

    @property
    def full_name(self) -> bool:
        """The client’s last name and business: not before acceptance."""
        return self.coordinates or self.leads or not self.is_asked

    @property
    def contact(self) -> bool:
        """The client’s e-mail, phone and zip code: the mentor talks to the client, not his team."""
        return self.coordinates or self.mentors

    @property
    def website(self) -> bool:
        """The website of the business: who is to help with it wants to look at it."""
        return self.contact or self.helps

    @property
    def texts(self) -> bool:
        """What people wrote about the client: notes, reasons in their own words."""
        return self.coordinates or self.mentors


def sight(user: Volunteer, mre: MentoringRequest, now: datetime) -> Sight:
    """How `user` sees this request; he must have it in scope."""
    mine = duties(user, now)
    is_his = holds(user, mre)
    office = coordinates(user, mre, now)
    return Sight(
        coordinates=office,
        is_admin=mine.is_admin,
        leads=mre.chapter_id in mine.leads,
        mentors=is_his and mre.status != Status.ASSIGNED,
        is_asked=is_his and mre.status == Status.ASSIGNED,
        helps=not (office or is_his) and helps(user, mre),
    )


def helps(user: Volunteer, mre: MentoringRequest) -> bool:
    """Whether `user` is on the team of the request now. A team is there while somebody leads it."""
    can = is_mentor(user) or is_expert(user)
    return mre.status == Status.ACCEPTED and can and mre.team.of(user).exists()


def client_name(mre: MentoringRequest, seen: Sight) -> str:
    """The client’s name as far as the viewer may know it."""
    return mre.client.full_name if seen.full_name else mre.client.first_name


def reads_note(note: Note, mre: MentoringRequest, seen: Sight) -> bool:
    """Whether the viewer may read a note on the request.

    A mentor who is asked reads what was written to him since, and nothing from before. Who is on
    the team reads what mentor and coordinator wrote to each other since this mentor leads.
    """
    if seen.coordinates:
        return True
    if note.level == NoteLevel.COORDINATOR:
        return False
    if (seen.is_asked or seen.helps) and mre.current is not None:
        return note.level == NoteLevel.MENTOR and note.at >= mre.current.assigned_at
    return seen.mentors


def reads_session_notes(user: Volunteer, session: Session, seen: Sight, now: datetime) -> bool:
    """Whether the viewer may read the notes of a session: see `check_can_read_notes`.

    A mentor who is asked becomes a mentor of this client by accepting, not before.
    """
    if seen.is_asked and not seen.coordinates:
        return False
    return not refusal(check_can_read_notes, user, session, now)
