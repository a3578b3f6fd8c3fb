"""Finding requests and clients by what somebody remembers of them: one way for every search box.

Words are looked for in many places, and every place has an index of its own. So each of them is
asked for ids by itself, newest first and no more than are wanted; a single question over all of
them at once would read the whole history.

People come first: who is meant, and then which requests are theirs. Those of a few people are
looked up by these people; of a name that thousands have the newest requests are gone through.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchVectorExact
from django.db import connection, transaction
from django.db.models import BigIntegerField, BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Lower, Reverse
from django.db.models.lookups import StartsWith

from intake.models import Assignment, Client, ClientAlias
from intake.models.client import CLIENT_NAME
from intake.models.request import BUSINESS_NAME
from intake.numbers import read_client_number, read_number
from intake.querysets import RequestQuerySet
from mentors.models import Volunteer
from mentors.models.volunteers import VOLUNTEER_NAME
from mentors.names import begins, folded_words
from mentors.roles import Duties

MOST = 1_000
"""So many requests are found; with more, another word helps more than another page."""
READ_AHEAD = 20
"""Some clients have asked often: so many requests are read for each client that is wanted."""
READ_AHEAD_OF_MANY = 3
"""So many where thousands of clients fit: it is rarely the same one who asked last."""
QUESTIONS_REMEMBERED = timedelta(days=730)
"""Words of older questions are not looked for: common ones are in hundreds of thousands."""
ROOM = "64MB"
"""Without it the database forgets which rows had a common word, and reads their texts again."""
EVERY = Q(pk__isnull=False)
NOBODY = Cast(Value(None), BigIntegerField())
BY_NO_INDEX = (F("submitted_at") + timedelta(0)).desc(), "-pk"
"""The order of submission, in a form that no index has: with one the database may go through the
whole history, newest first, in the hope of an early match, and look at every question in it."""
NEWEST_FIRST = "-submitted_at", "-pk"
"""The same as the indexes have it: for what is so common that a match comes early."""
FEW_CLIENTS, FEW_MENTORS = 1_500, 10
"""With more people of a name their requests are too many to be looked up and put in order."""
MANY_MENTORS = 100
"""With more of them nearly every page of requests has one of theirs."""

PHONE = re.compile(r"[0-9]{4,20}")
"""Fewer digits would be found in nearly every phone number."""
ADDRESS = re.compile(r"[^\s\0]{3,254}")
"""Fewer letters would begin half of all e-mail addresses."""
WHOLE_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
"""As words it would be sought by “com”, which begins a word of thousands of businesses."""
HOME_COUNTRY = "1"
HOME_DIGITS = 10
"""In a number of the United States and Canada, without the 1."""


@dataclass(frozen=True)
class Place:
    """Where to look: one condition for each index, and in which order to go through what it has."""

    where: Q
    order: tuple[Any, ...] = BY_NO_INDEX
    is_of_clients: bool = False
    """Whether it finds clients, too, and not only the one or other of their requests."""


@dataclass(frozen=True)
class People:
    """Who fits in one way, and how many of them are asked for at most."""

    ids: QuerySet[Any]
    most: int
    by_contact: bool = False
    """Whether by an e-mail address or a phone number."""


@dataclass(frozen=True)
class Found:
    """The ids of what was found, newest first."""

    ids: list[int]
    is_cut: bool
    """Whether there are older ones besides."""


Hit = tuple[datetime, int, int | None]
"""When a request was submitted, its id, and that of its client where he was found by himself."""


def contact_shown_to(mine: Duties) -> Q:
    """The requests whose e-mail and phone somebody with these duties sees.

    He finds no others by them: or he could find out by guessing what he is not shown.
    """
    return EVERY if mine.is_admin else Q(chapter__in=mine.rcic)


def find(
    rows: RequestQuerySet, typed: str, *, contact: Q, now: datetime, most: int = MOST
) -> Found:
    """Which of `rows` fit: by number, client, business, mentor, words of a question that is not
    older than two years; those that are `contact` by e-mail and phone too.
    """
    words = _words(typed)
    asked = [Place(_by_question(words, now))] if words else []
    hits = _newest(rows, [*_places(typed, contact), *asked], most + 1)
    return _cut((pk for _, pk, _ in hits), most)


def find_with_clients(
    rows: RequestQuerySet,
    typed: str,
    *,
    contact: Q,
    most: int,
    among: Collection[int] | None = None,
) -> tuple[Found, Found]:
    """Which of `rows` fit, whatever their questions say, and which clients of theirs, who asked
    last first: for who looks for a certain one. `among`: the clients of the rows, if they are few.
    """
    hits = _newest(rows, list(_places(typed, contact, among)), most + 1, for_clients=True)
    clients = (client for _, _, client in hits if client is not None)
    return _cut((pk for _, pk, _ in hits), most), _cut(clients, most)


def _cut(ids: Iterable[int], most: int) -> Found:
    once = list(dict.fromkeys(ids))
    return Found(once[:most], is_cut=len(once) > most)


def _newest(
    rows: RequestQuerySet, places: Sequence[Place], most: int, *, for_clients: bool = False
) -> list[Hit]:
    """The newest rows in any of these places; `for_clients`: and so many more that enough clients
    come with them.
    """
    if not places:
        return []
    parts = [_part(rows, place, most * (_ahead(place) if for_clients else 1)) for place in places]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = %s", [ROOM])
        hits = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
        return sorted(hits, key=lambda hit: hit[:2], reverse=True)


def _ahead(place: Place) -> int:
    if not place.is_of_clients:
        return 1
    return READ_AHEAD_OF_MANY if place.order == NEWEST_FIRST else READ_AHEAD


def _part(rows: RequestQuerySet, place: Place, most: int) -> QuerySet[Any, Hit]:
    client = F("client_id") if place.is_of_clients else NOBODY
    found = rows.filter(place.where).annotate(found_client=client).order_by(*place.order)
    return found.values_list("submitted_at", "pk", "found_client")[:most]


# --- Places ---------------------------------------------------------------------------------------


def _places(typed: str, contact: Q, among: Collection[int] | None = None) -> Iterator[Place]:
    """Where to look for requests, and for clients: none where nobody is meant."""
    number, words = read_number(typed), _words(typed)
    if number is not None:
        yield Place(Q(pk=number))
    if words:
        yield Place(Q(SearchVectorExact(BUSINESS_NAME, begins(words))))
    people = [*_mentors(words), *_clients(typed, words, among)]
    for some, ids in zip(people, _ids(people), strict=True):
        if ids and some.ids.model is Volunteer:
            yield _of_mentors(ids, some.ids, are_few_rows=among is not None)
        elif ids:
            yield _of_clients(ids, some, contact)


def _of_mentors(ids: list[int], called: QuerySet[Any], *, are_few_rows: bool) -> Place:
    if len(ids) > MANY_MENTORS:
        return Place(Q(current__mentor__in=called), NEWEST_FIRST)
    if are_few_rows or len(ids) <= FEW_MENTORS:
        return Place(Q(current__mentor__in=ids))
    theirs = Assignment.objects.filter(mentor__in=ids).values("pk")
    return Place(_one_of("current", theirs), NEWEST_FIRST)


def _of_clients(ids: list[int], some: People, contact: Q) -> Place:
    shown = contact if some.by_contact else EVERY
    if len(ids) < some.most:
        return Place(shown & Q(client__in=ids), is_of_clients=True)
    return Place(shown & _one_of("client", some.ids), NEWEST_FIRST, is_of_clients=True)


def _one_of(column: str, ids: QuerySet[Any]) -> Q:
    """Whether a column has one of these ids, which are read once and then kept at hand.

    Of a plain `IN` the database makes a join, for which it gives up the order of the rows.
    """
    is_one = When(**{f"{column}__in": ids}, then=Value(True))
    return Q(Case(is_one, default=Value(False), output_field=BooleanField()))


def _ids(people: Sequence[People]) -> list[list[int]]:
    """The ids of these people, of each kind no more than asked for. One query."""
    found: list[list[int]] = [[] for _ in people]
    parts = [
        some.ids.annotate(place=Value(place)).values_list("place", "who")[: some.most]
        for place, some in enumerate(people)
    ]
    if parts:
        for place, pk in parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]:
            found[place].append(pk)
    return found


def _by_question(words: list[str], now: datetime) -> Q:
    since = now - QUESTIONS_REMEMBERED
    return Q(question_words=begins(words, "english"), submitted_at__gte=since)


# --- People ---------------------------------------------------------------------------------------


def _words(typed: str) -> list[str]:
    """What to look for as words: no number of a client and no whole address, which say it all."""
    says_it_all = read_client_number(typed) is not None or WHOLE_ADDRESS.fullmatch(typed.strip())
    return [] if says_it_all else folded_words(typed)


def _mentors(words: list[str]) -> Iterator[People]:
    if words:
        called = volunteers_called(words).annotate(who=F("pk")).values("who")
        yield People(called, MANY_MENTORS + 1)


def _clients(typed: str, words: list[str], among: Collection[int] | None) -> Iterator[People]:
    """One for each index. Who was merged is found as the client who was kept."""
    number = read_client_number(typed)
    if number is not None:
        numbered = Client.objects.filter(pk=number).annotate(who=Coalesce("merged_into", "pk"))
        yield People(numbered.values("who"), FEW_CLIENTS + 1)
    ways = [(clients_called(words), "pk", False)] if words else []
    ways += [(reached, client, True) for reached, client in _reached(typed)]
    for rows, client, by_contact in ways:
        fit = rows if among is None else rows.filter(**{f"{client}__in": among})
        yield People(fit.annotate(who=F(client)).values("who"), FEW_CLIENTS + 1, by_contact)


def clients_called(words: list[str]) -> QuerySet[Client]:
    """Clients whose first and last name have all these (folded) words, or words that begin so."""
    return Client.objects.filter(SearchVectorExact(CLIENT_NAME, begins(words)))


def volunteers_called(words: list[str]) -> QuerySet[Volunteer]:
    """People of the organisation by the beginnings of their names."""
    return Volunteer.objects.filter(SearchVectorExact(VOLUNTEER_NAME, begins(words)))


def _reached(typed: str) -> list[tuple[QuerySet[Any], str]]:
    """Clients by the beginning of an e-mail address, also of a former one; by the first or the
    last digits of a phone number, however it is written. One list for each index, and the column
    that has the client.
    """
    return [*_by_address(typed.strip().lower()), *_by_phone(typed)]


def _by_address(address: str) -> Iterator[tuple[QuerySet[Any], str]]:
    if not ADDRESS.fullmatch(address):
        return
    yield Client.objects.filter(StartsWith(F("email_key"), address)), "pk"
    yield ClientAlias.objects.filter(StartsWith(Lower("email"), address)), "client"


def _by_phone(typed: str) -> Iterator[tuple[QuerySet[Any], str]]:
    digits = re.sub(r"[\s().+/-]", "", typed)
    if not PHONE.fullmatch(digits):
        return
    if len(digits) > HOME_DIGITS and digits.startswith(HOME_COUNTRY):
        digits = digits.removeprefix(HOME_COUNTRY)  # is left out in the numbers of clients
    yield Client.objects.filter(StartsWith(F("phone_digits"), digits)), "pk"
    yield Client.objects.filter(StartsWith(Reverse("phone_digits"), digits[::-1])), "pk"
