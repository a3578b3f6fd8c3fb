"""How people want to be told of something: at once, in the daily digest, or not at all.

Each person chooses for each `Matter`; who has not chosen is told at once. The choice is applied
where the mails of an event are written, so it holds for what happens from then on. What nobody
chooses about stands in no matter, and always goes out at once: what asks a mentor for an answer
that a client waits for, and what is taken from him.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from intake import outbox
from intake.asking import asked_once
from intake.enums import MailHow
from intake.letters.base import choices_url
from intake.links import absolute, stop_path
from intake.models import DigestLine, MailChoice, Session
from intake.outbox import Draft
from intake.permissions import coordinates, holds
from mentors.models import Volunteer
from mentors.roles import Duties, duties


@dataclass(frozen=True)
class Matter:
    """One thing to be told of: its name in the database, its words, the mails that tell of it."""

    key: str
    label: str
    mails: tuple[str, ...]
    may_be_off: bool = True
    """False for what somebody has to do: he is told, once a day at least."""

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The choices there are."""
        return [how for how in MailHow.choices if how[0] != MailHow.OFF or self.may_be_off]


@dataclass(frozen=True)
class Audience:
    """The people with one duty, and the matters they are told of."""

    title: str
    concerns: Callable[[Duties], bool]
    may_read: Callable[[DigestLine, Volunteer, datetime], bool]
    """Whether a line that was written for somebody still is for his eyes."""
    matters: tuple[Matter, ...]
    always: str = ""
    """What comes at once whatever is chosen, in a sentence."""


def _coordinates(line: DigestLine, person: Volunteer, now: datetime) -> bool:
    """As an RCIC above the request; for what has moved away, above the chapter that it left."""
    if line.kind == "rcic_moved_away" and not line.request.parked:
        return line.event.data["from_chapter"] in duties(person, now).rcic
    return coordinates(person, line.request, now)


COORDINATORS = Audience(
    "As a coordinator (RCIC)",
    lambda mine: bool(mine.rcic),
    _coordinates,
    (
        Matter("rcic_new", "A new request is in the queue", ("rcic_new",)),
        Matter("rcic_declined", "A mentor declines", ("rcic_declined",)),
        Matter("rcic_overdue", "A mentor has not answered in time", ("rcic_overdue",)),
        Matter(
            "rcic_requeued",
            "A request returns to the queue because nobody answered",
            ("rcic_requeued",),
        ),
        Matter(
            "rcic_transferred",
            "A mentor transfers a request or hands it back",
            ("rcic_transferred", "rcic_handed_back"),
        ),
        Matter(
            "rcic_moved",
            "A request moves to or from one of your chapters",
            ("rcic_moved_here", "rcic_moved_away"),
        ),
        Matter("rcic_reopened", "A closed request is reopened to the queue", ("rcic_reopened",)),
        Matter("rcic_client_withdrew", "A client withdraws", ("rcic_client_withdrew",)),
        Matter(
            "rcic_address_failed",
            "Mail to a mentor who has not answered, or to a client, comes back",
            ("rcic_address_failed",),
        ),
    ),
)


def _still_his(line: DigestLine, person: Volunteer, now: datetime) -> bool:
    """What is still to be done, about what he still holds, or simply for him to know."""
    assignment = line.event.assignment
    match line.kind:
        case "mentor_notes_due":
            owed = Session.objects.without_notes().filter(assignment__mentor=person)
            return owed.filter(pk=line.event.data["session"]).exists()
        case "mentor_attempts_due":
            return assignment is not None and assignment.attempts_nudged_at is not None
        case "mentor_close_out":
            return assignment is not None and assignment.close_out_asked_at is not None
        case "mentor_client_update":
            return holds(person, line.request)
    return True


MENTORS = Audience(
    "As a mentor",
    lambda mine: mine.is_mentor,
    _still_his,
    (
        Matter(
            "mentor_notes_due",
            "The notes of a session are due",
            ("mentor_notes_due",),
            may_be_off=False,
        ),
        Matter(
            "mentor_attempts_due",
            "It is time to try a client again",
            ("mentor_attempts_due",),
            may_be_off=False,
        ),
        Matter(
            "mentor_close_out",
            "A client has not answered three times: close the request, or go on",
            ("mentor_close_out",),
            may_be_off=False,
        ),
        Matter(
            "mentor_client_update",
            "A client’s contact data are corrected, or the question is added to",
            ("mentor_client_update",),
        ),
        Matter(
            "mentor_requeued",
            "A request goes back to the coordinators because you did not answer",
            ("mentor_requeued",),
        ),
        Matter("mentor_withdrawn", "A request of yours is withdrawn", ("mentor_withdrawn",)),
    ),
    "At once always: a request that is offered to you and the reminders to answer it, what a "
    "coordinator writes to you, invitations to sessions, and a request that is given to somebody "
    "else. What is yours to do can come once a day, but not never.",
)
AUDIENCES = (COORDINATORS, MENTORS)

DIGEST = "digest"
"""In the place of a matter: whatever comes with the daily digest."""

MATTERS = tuple(matter for who in AUDIENCES for matter in who.matters)
MATTER_OF = {mail: matter for who in AUDIENCES for matter in who.matters for mail in matter.mails}
_AUDIENCE_OF = {mail: who for who in AUDIENCES for matter in who.matters for mail in matter.mails}


def audiences(person: Volunteer, now: datetime) -> list[Audience]:
    """Those to which somebody belongs today; empty if there is nothing for him to choose."""
    mine = duties(person, now)
    return [who for who in AUDIENCES if who.concerns(mine)]


def chosen(person: Volunteer) -> dict[str, MailHow]:
    """What somebody has chosen, by the key of the matter. One query."""
    made = MailChoice.objects.filter(volunteer=person).values_list("kind", "how")
    return {key: MailHow(how) for key, how in made}


def audience_of(line: DigestLine) -> Audience:
    """As what the reader of a line is told of it."""
    return _AUDIENCE_OF[line.kind]


def may_read(line: DigestLine, person: Volunteer, now: datetime) -> bool:
    """Whether a line of a digest is still for the eyes of the person for whom it was written."""
    return _AUDIENCE_OF[line.kind].may_read(line, person, now)


def by_choice(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts, each of an event, that are to go out as mails of their own.

    The others become lines of their readers' next digest, or are left out. Goes within the
    transaction of the events; one query, and one more if something waits for a digest.
    """
    written = list(drafts)
    how = _wishes(written)
    lines = [_line(draft) for draft in written if how.get(_key(draft)) == MailHow.DAILY]
    if lines:
        DigestLine.objects.bulk_create(lines, ignore_conflicts=True)
    return [
        _with_choice(draft)
        for draft in written
        if how.get(_key(draft), MailHow.AT_ONCE) == MailHow.AT_ONCE
    ]


def _with_choice(draft: Draft) -> Draft:
    """A mail that could have been chosen otherwise says where, and lets mail programs end it."""
    matter = MATTER_OF.get(draft.kind)
    if matter is None or not isinstance(draft.to, Volunteer):
        return draft
    context = {**draft.context, "choices_url": choices_url()}
    return replace(draft, context=context, stop_url=_stop_url(draft.to, matter))


@asked_once
def _stop_url(reader: Volunteer, matter: Matter) -> str:
    return absolute(stop_path(reader, matter.key)) if matter.may_be_off else ""


Key = tuple[int | None, str]


def _key(draft: Draft) -> Key:
    """Who would have chosen about this draft, and about which matter."""
    reader = draft.to.pk if isinstance(draft.to, Volunteer) else None
    return reader, MATTER_OF[draft.kind].key if draft.kind in MATTER_OF else ""


def _wishes(drafts: list[Draft]) -> dict[Key, str]:
    keys = {_key(draft) for draft in drafts if draft.kind in MATTER_OF}
    if not keys:
        return {}
    made = MailChoice.objects.filter(
        volunteer__in={reader for reader, _ in keys}, kind__in={matter for _, matter in keys}
    )
    return {(choice.volunteer_id, choice.kind): choice.how for choice in made}


def _line(draft: Draft) -> DigestLine:
    event = draft.event
    assert event is not None
    assert isinstance(draft.to, Volunteer)  # nobody else has chosen
    return DigestLine(
        volunteer=draft.to,
        kind=draft.kind,
        event=event,
        request=event.request,
        words=outbox.subject(draft),
        at=event.processed_at,
    )
