"""What the search box answers: all that fits, as far as the reader may see it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import StartsWith
from django.urls import reverse

from intake.enums import Status
from intake.models import Client, MentoringRequest
from intake.numbers import read_number
from intake.querysets import RequestQuerySet
from intake.search import EVERY, Found, contact_shown_to, find_with_clients, volunteers_called
from mentors.models import Volunteer
from mentors.names import folded_words
from mentors.roles import duties

MOST = 10
"""So many of each kind are shown."""
SHOWN = "client", "chapter", "current__mentor"
"""What a request that was found shows of others; each more would be thought about for longer than
it takes to read."""

SHOWN_OF_PEOPLE = "first_name", "last_name", "classification", "status", "chapter__name"
"""The same of people of the organisation."""


@dataclass(frozen=True)
class Scope:
    """Requests that somebody may find, and of which of them he sees e-mail and phone."""

    rows: RequestQuerySet
    contact: Q
    opens_clients: bool
    """Whether the clients of these requests have a page for him: see `ClientQuerySet.for_user`."""
    among: Collection[int] | None = None
    """The clients of these requests, if they are few."""

    def find(self, typed: str) -> tuple[Found, Found]:
        """The requests that fit, and the clients that do."""
        return find_with_clients(
            self.rows, typed, contact=self.contact, most=MOST, among=self.among
        )


@dataclass(frozen=True)
class ClientHit:
    """A client with what the reader may know of him."""

    client: Client
    requests: int
    newest: int
    shows_contact: bool
    has_page: bool
    """Whether the reader may open the client's page: a mentor opens his newest request instead."""

    def together_with(self, by: "ClientHit") -> "ClientHit":
        """The same for who has another way to this client, too: the one shows more of his requests,
        the other perhaps how he is reached.
        """
        return replace(
            self,
            requests=max(self.requests, by.requests),
            newest=max(self.newest, by.newest),
            shows_contact=self.shows_contact or by.shows_contact,
            has_page=self.has_page or by.has_page,
        )

    @property
    def address(self) -> str:
        """Where the reader finds more of this client."""
        if self.has_page:
            return reverse("intake:client", args=[self.client.pk])
        return reverse("intake:request", args=[self.newest])


@dataclass(frozen=True)
class Hits:
    """All that was found, each kind cut at ten."""

    requests: list[MentoringRequest]
    more_requests: bool
    clients: list[ClientHit]
    more_clients: bool
    people: list[Volunteer]
    more_people: bool

    def __bool__(self) -> bool:
        return bool(self.requests or self.clients or self.people)

    @property
    def only(self) -> str:
        """Where to go at once, if all that was found is one thing; else nothing.

        A client and his only request are one thing, a client and all his requests too.
        """
        if self.people:
            alone = len(self.people) == 1 and not (self.requests or self.clients)
            return reverse("mentors:person", args=[self.people[0].pk]) if alone else ""
        asking = {mre.client_id for mre in self.requests} | {hit.client.pk for hit in self.clients}
        if len(asking) != 1:
            return ""
        if len(self.requests) == 1:
            return reverse("intake:request", args=[self.requests[0].pk])
        return self.clients[0].address if self.clients else ""


def numbered(typed: str, user: Volunteer, now: datetime) -> int | None:
    """The request of exactly this number, if `user` may open it."""
    number = read_number(typed)
    seen = MentoringRequest.objects.for_user(user, now)
    return number if number is not None and seen.filter(pk=number).exists() else None


def look_up(typed: str, user: Volunteer, now: datetime) -> Hits:
    """Everything that fits and that `user` may see; as many queries for one hit as for many."""
    found = [(scope, *scope.find(typed)) for scope in _scopes(user, now)]
    requests, more_requests = _requests([of_scope for _, of_scope, _ in found])
    clients, more_clients = _clients([(scope, of_scope) for scope, _, of_scope in found])
    people = list(_people(typed, user, now)[: MOST + 1])
    return Hits(
        requests=requests,
        more_requests=more_requests,
        clients=clients,
        more_clients=more_clients,
        people=people[:MOST],
        more_people=len(people) > MOST,
    )


def clients_to_reach(typed: str, user: Volunteer, now: datetime) -> list[ClientHit]:
    """The clients that fit and whose e-mail and phone `user` sees."""
    hits, _ = _clients([(scope, scope.find(typed)[1]) for scope in _scopes(user, now)])
    return [hit for hit in hits if hit.shows_contact]


def client_to_reach(pk: int, user: Volunteer, now: datetime) -> Client | None:
    """This client, if `user` sees his e-mail and phone."""
    for scope in _scopes(user, now):
        if scope.rows.filter(scope.contact, client=pk).exists():
            return Client.objects.get(pk=pk)
    return None


def _scopes(user: Volunteer, now: datetime) -> Iterator[Scope]:
    """Where `user` may look: an administrator everywhere, so his own desk is not asked for, too.

    What a mentor is asked to take is not there: before he accepts it he knows the client by the
    first name only.
    """
    mine = duties(user, now)
    if mine.is_admin or mine.sees_requests_of:
        rows = MentoringRequest.objects.in_duty_of(user, now)
        yield Scope(rows, contact_shown_to(mine), opens_clients=True)
    if mine.is_mentor and not mine.is_admin:
        desk = MentoringRequest.objects.on_desk_of(user).exclude(status=Status.ASSIGNED)
        # By their numbers: they are few, and else all who have a name would be gone through.
        own = dict(desk.filter(parked=False).values_list("pk", "client"))
        rows = MentoringRequest.objects.filter(pk__in=list(own))
        yield Scope(rows, EVERY, opens_clients=False, among=set(own.values()))


def _requests(found: list[Found]) -> tuple[list[MentoringRequest], bool]:
    ids = {pk for one in found for pk in one.ids}
    rows = MentoringRequest.objects.filter(pk__in=ids).select_related(*SHOWN)
    shown = list(rows.order_by("-submitted_at", "-pk")[: MOST + 1])
    return shown[:MOST], len(shown) > MOST or any(one.is_cut for one in found)


def _clients(found_in: list[tuple[Scope, Found]]) -> tuple[list[ClientHit], bool]:
    hits: dict[int, ClientHit] = {}
    more = False
    for scope, found in found_in:
        for hit in _with_their_requests(found.ids, scope):
            known = hits.get(hit.client.pk)
            hits[hit.client.pk] = known.together_with(hit) if known else hit
        more = more or found.is_cut
    return list(hits.values())[:MOST], more or len(hits) > MOST


def _with_their_requests(ids: list[int], scope: Scope) -> Iterator[ClientHit]:
    """What the reader sees of these clients: two queries."""
    clients = Client.objects.in_bulk(ids)
    asked = scope.rows.filter(client__in=ids).order_by().values("client")
    of_client = {
        row["client"]: row
        for row in asked.annotate(
            requests=Count("pk"), newest=Max("pk"), shown=Count("pk", filter=scope.contact)
        )
    }
    for pk in ids:
        own = of_client[pk]
        yield ClientHit(
            client=clients[pk],
            requests=own["requests"],
            newest=own["newest"],
            shows_contact=bool(own["shown"]),
            has_page=scope.opens_clients,
        )


def _people(typed: str, user: Volunteer, now: datetime) -> QuerySet[Volunteer]:
    """Whose record on the roster the reader may open: by name or e-mail."""
    mine = duties(user, now)
    words = folded_words(typed)
    if not words or not (mine.is_admin or mine.people_of):
        return Volunteer.objects.none()
    address = StartsWith(Lower("email"), typed.strip().lower())
    found = Volunteer.objects.filter(Q(pk__in=volunteers_called(words)) | Q(address))
    seen = found.for_user(user, now).select_related("chapter").only(*SHOWN_OF_PEOPLE)
    return seen.order_by("last_name", "first_name", "pk")
