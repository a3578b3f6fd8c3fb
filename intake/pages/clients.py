"""The page of a client: contact data, all requests with their mentors and sessions, as may be seen.

Who may see what of each request is decided in `intake.pages.sight`, like everywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.db.models import QuerySet

from intake import duplicates
from intake.client_permissions import check_can_correct, check_can_undo_merge
from intake.enums import ACCEPTED
from intake.models import Assignment, Client, ClientMerge, MentoringRequest, Session
from intake.pages.sight import reads_session_notes, sight
from mentors.models import Volunteer
from mentors.paging import BoundedPaginator
from mentors.permissions import refusal
from mentors.roles import duties

PER_PAGE = 20


@dataclass(frozen=True)
class ClientSight:
    """How a viewer who has the client in scope is connected with him; otherwise he leads."""

    coordinates: bool
    is_admin: bool


@dataclass(frozen=True)
class Met:
    """A session. `notes` is None if they are not for the reader."""

    session: Session
    notes: str | None


@dataclass(frozen=True)
class Visit:
    """One request of the client."""

    mre: MentoringRequest
    mentors: Sequence[str]
    sessions: Sequence[Met]


@dataclass(frozen=True)
class Candidate:
    """Another client who may be the same person."""

    client: Client
    reasons: str
    chapters: Sequence[str]
    is_open_to_reader: bool


@dataclass(frozen=True)
class MergeRow:
    """A merge into this client, for administrators."""

    merge: ClientMerge
    refused: str


@dataclass(frozen=True)
class ClientFile:
    """One client for one reader."""

    client: Client
    seen: ClientSight
    aliases: Sequence[str]
    visits: Sequence[Visit]
    page: Page
    elsewhere: int
    """Requests in chapters that the reader may not look into."""
    candidates: Sequence[Candidate]
    merges: Sequence[MergeRow]


def client_sight(user: Volunteer, client: Client, now: datetime) -> ClientSight:
    """How `user` sees this client; he must have him in scope."""
    return ClientSight(
        coordinates=not refusal(check_can_correct, user, client, now),
        is_admin=duties(user, now).is_admin,
    )


def compile_file(
    client: Client, *, user: Volunteer, now: datetime, page_number: str | None
) -> ClientFile:
    """Read what the page needs; the number of queries does not depend on how much there is."""
    seen = client_sight(user, client, now)
    mine = MentoringRequest.objects.filter(client=client).in_duty_of(user, now)
    page = BoundedPaginator(_newest(mine), PER_PAGE).get_page(page_number)
    aliases = client.aliases.order_by("email").values_list("email", flat=True)
    return ClientFile(
        client=client,
        seen=seen,
        aliases=list(aliases) if seen.coordinates else [],
        visits=_visits(list(page.object_list), user, now),
        page=page,
        elsewhere=_elsewhere(client, page, seen),
        candidates=_candidates(client, user, now) if seen.coordinates else [],
        merges=_merges(client, user, now) if seen.is_admin else [],
    )


def _newest(mres: QuerySet[MentoringRequest]) -> QuerySet[MentoringRequest]:
    shown = mres.select_related("area", "chapter", "current__mentor")
    return shown.order_by("-submitted_at", "-pk")


def _elsewhere(client: Client, page: Page, seen: ClientSight) -> int:
    """How many more there are. A leader is told of his own chapters; nobody of parked ones."""
    if seen.is_admin or not seen.coordinates:
        return 0
    told = MentoringRequest.objects.filter(client=client, parked=False).count()
    return max(0, told - page.paginator.count)


# --- Requests -------------------------------------------------------------------------------------


def _visits(mres: list[MentoringRequest], user: Volunteer, now: datetime) -> list[Visit]:
    """Three queries, however many requests and sessions."""
    led, met = _led(mres), _met(mres)
    return [
        Visit(mre, led[mre.pk], [_as_seen(session, mre, user, now) for session in met[mre.pk]])
        for mre in mres
    ]


def _led(mres: Iterable[MentoringRequest]) -> dict[int, list[str]]:
    """By request: the mentors who accepted it, first to last, each once."""
    accepted = Assignment.objects.filter(request__in=mres, outcome__in=ACCEPTED)
    found: dict[int, list[str]] = defaultdict(list)
    for one in accepted.select_related("mentor").order_by("assigned_at", "pk"):
        if str(one.mentor) not in found[one.request_id]:
            found[one.request_id].append(str(one.mentor))
    return found


def _met(mres: Iterable[MentoringRequest]) -> dict[int, list[Session]]:
    found: dict[int, list[Session]] = defaultdict(list)
    sessions = Session.objects.filter(request__in=mres).select_related("assignment__mentor")
    for session in sessions.prefetch_related("co_mentorships").order_by("starts_at", "pk"):
        found[session.request_id].append(session)
    return found


def _as_seen(session: Session, mre: MentoringRequest, user: Volunteer, now: datetime) -> Met:
    session.request = mre
    readable = reads_session_notes(user, session, sight(user, mre, now), now)
    return Met(session, session.notes if readable else None)


# --- Others who may be the same -------------------------------------------------------------------


def _candidates(client: Client, user: Volunteer, now: datetime) -> list[Candidate]:
    """The clients alike, the newest first; of those out of scope only the number and where."""
    reasons = duplicates.alike(client)
    if not reasons:
        return []
    others = list(Client.objects.filter(pk__in=list(reasons)).order_by("-pk")[: duplicates.MOST])
    seen = Client.objects.for_user(user, now).filter(pk__in=[other.pk for other in others])
    in_scope = set(seen.values_list("pk", flat=True))
    chapters = _chapters(others)
    return [
        Candidate(
            client=other,
            reasons=duplicates.BETWEEN.join(reasons[other.pk]),
            chapters=chapters[other.pk],
            is_open_to_reader=other.pk in in_scope,
        )
        for other in others
        if other.pk in in_scope or chapters[other.pk]
    ]


def _chapters(clients: Iterable[Client]) -> dict[int, list[str]]:
    """By client: where they have requests. Parked ones do not count."""
    found: dict[int, list[str]] = defaultdict(list)
    told = MentoringRequest.objects.filter(client__in=clients, parked=False)
    named = told.order_by("client", "chapter__name").values_list("client", "chapter__name")
    for client, name in named.distinct():
        found[client].append(name)
    return found


def _merges(client: Client, user: Volunteer, now: datetime) -> list[MergeRow]:
    made = ClientMerge.objects.filter(kept=client).select_related("merged", "by", "undone_by")
    rows = made.order_by("-at", "-pk")[: duplicates.MOST]
    for merge in rows:
        merge.kept = client
    return [MergeRow(merge, refusal(check_can_undo_merge, user, merge, now)) for merge in rows]
