"""How people want to be told of something: at once, in the daily digest, or not at all.

Each person chooses for each `Matter`; who has not chosen is told at once. The choice is applied
where the mails of an event are written, so it holds for what happens from then on. What nobody
chooses about stands in no matter, and always goes out at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from intake import outbox
from intake.enums import MailHow
from intake.models import DigestLine, MailChoice, RequestEvent
from intake.outbox import Draft
from intake.permissions import coordinates
from mentors.models import Volunteer
from mentors.roles import Duties, duties


@dataclass(frozen=True)
class Matter:
    """One thing to be told of: its name in the database, its words, the mails that tell of it."""

    key: str
    label: str
    mails: tuple[str, ...]


@dataclass(frozen=True)
class Audience:
    """The people with one duty, and the matters they are told of."""

    title: str
    concerns: Callable[[Duties], bool]
    may_read: Callable[[DigestLine, Volunteer, datetime], bool]
    """Whether a line that was written for somebody still is for his eyes."""
    matters: tuple[Matter, ...]


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
    ),
)
AUDIENCES = (COORDINATORS,)

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


def may_read(line: DigestLine, person: Volunteer, now: datetime) -> bool:
    """Whether a line of a digest is still for the eyes of the person for whom it was written."""
    return _AUDIENCE_OF[line.kind].may_read(line, person, now)


def by_choice(event: RequestEvent, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts of an event that are to go out as mails of their own.

    The others become lines of their readers' next digest, or are left out. Goes within the
    transaction of the event; one query, and one more if something waits for a digest.
    """
    written = list(drafts)
    how = _wishes(written)
    lines = [_line(event, draft) for draft in written if how.get(_key(draft)) == MailHow.DAILY]
    if lines:
        DigestLine.objects.bulk_create(lines, ignore_conflicts=True)
    return [draft for draft in written if how.get(_key(draft), MailHow.AT_ONCE) == MailHow.AT_ONCE]


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


def _line(event: RequestEvent, draft: Draft) -> DigestLine:
    assert isinstance(draft.to, Volunteer)  # nobody else has chosen
    return DigestLine(
        volunteer=draft.to,
        kind=draft.kind,
        event=event,
        request=event.request,
        words=outbox.subject(draft),
        at=event.processed_at,
    )
