"""Finding requests and clients by what somebody remembers of them: one way for every search box.

Words are looked for in many places, and every place has an index of its own. So each of them is
asked for ids by itself, newest first and no more than are wanted; a single question over all of
them at once would read the whole history.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchVectorExact
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Lower, Reverse
from django.db.models.lookups import StartsWith

from intake.asking import asked_once
from intake.models import Client, ClientAlias
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
QUESTIONS_REMEMBERED = timedelta(days=730)
"""Words of older questions are not looked for: common ones are in hundreds of thousands."""
ROOM = "64MB"
"""Without it the database forgets which rows had a common word, and reads their texts again."""
EVERY = Q(pk__isnull=False)
BY_NO_INDEX = (F("submitted_at") + timedelta(0)).desc(), "-pk"
"""The order of submission, in a form that no index has: with one the database may go through the
whole history, newest first, in the hope of an early match, and look at every question in it."""
NEWEST_FIRST = "-submitted_at", "-pk"
"""The same as the indexes have it: for what is so common that a match comes early."""
MANY_CLIENTS, MANY_MENTORS = 10_000, 20
"""With more people of a name their requests are tens of thousands: too many to put in order."""

Called = Callable[[list[str]], QuerySet[Any]]

PHONE = re.compile(r"[0-9]{4,20}")
"""Fewer digits would be found in nearly every phone number."""
ADDRESS = re.compile(r"[^\s\0]{3,254}")
"""Fewer letters would begin half of all e-mail addresses."""
HOME_COUNTRY = "1"
HOME_DIGITS = 10
"""In a number of the United States and Canada, without the 1."""


@dataclass(frozen=True)
class Place:
    """Where to look: one condition for each index, and in which order to go through what it has."""

    where: Q
    order: tuple[Any, ...] = BY_NO_INDEX


@dataclass(frozen=True)
class Found:
    """The ids of the requests found, newest first."""

    ids: list[int]
    is_cut: bool
    """Whether there are older ones besides."""


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
    return _found(rows, [*_places(typed, contact), *asked], most)


def find_named(rows: RequestQuerySet, typed: str, *, contact: Q, most: int) -> Found:
    """Which of `rows` fit, whatever their questions say: for who looks for a certain one."""
    return _found(rows, [*_places(typed, contact)], most)


def _found(rows: RequestQuerySet, places: list[Place], most: int) -> Found:
    ids = [pk for _, pk in _newest(rows, places, "pk", most + 1)]
    return Found(ids[:most], is_cut=len(ids) > most)


def find_clients(rows: RequestQuerySet, typed: str, *, contact: Q, most: int) -> Found:
    """Ids of the clients of `rows` that fit by name, or where they are `contact` by e-mail and
    phone; who asked last comes first.
    """
    found = _newest(rows, list(_client_places(typed, contact)), "client_id", most * READ_AHEAD)
    ids = list(dict.fromkeys(pk for _, pk in found))
    return Found(ids[:most], is_cut=len(ids) > most)


def _newest(
    rows: RequestQuerySet, places: list[Place], wanted: str, most: int
) -> list[tuple[datetime, int]]:
    """A column of the newest rows in any of these places, with the instants of submission."""
    if not places:
        return []
    parts = [
        rows.filter(place.where).order_by(*place.order).values_list("submitted_at", wanted)
        for place in places
    ]
    parts = [part[:most] for part in parts]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = %s", [ROOM])
        return sorted(parts[0].union(*parts[1:]) if parts[1:] else parts[0], reverse=True)


def _places(typed: str, contact: Q) -> Iterator[Place]:
    """Where to look for requests."""
    number = read_number(typed)
    if number is not None:
        yield Place(Q(pk=number))
    words = _words(typed)
    if words:
        order = _order(volunteers_called, words, MANY_MENTORS)
        yield Place(Q(current__mentor__in=volunteers_called(words)), order)
        yield Place(Q(SearchVectorExact(BUSINESS_NAME, begins(words))))
    yield from _client_places(typed, contact)


def _order(called: Called, words: list[str], many: int) -> tuple[Any, ...]:
    """In which order to look for the requests of people: of many the newest are soon found."""
    return NEWEST_FIRST if _are_more(called, tuple(words), many) else BY_NO_INDEX


@asked_once
def _are_more(called: Called, words: tuple[str, ...], than: int) -> bool:
    return called(list(words)).order_by()[than : than + 1].exists()


def _words(typed: str) -> list[str]:
    """What to look for as words: not the number of a client, which says it all."""
    return [] if read_client_number(typed) is not None else folded_words(typed)


def _by_question(words: list[str], now: datetime) -> Q:
    since = now - QUESTIONS_REMEMBERED
    return Q(question_words=begins(words, "english"), submitted_at__gte=since)


def _client_places(typed: str, contact: Q) -> Iterator[Place]:
    """Where to look for their clients. Who was merged is found as the client who was kept."""
    number = read_client_number(typed)
    if number is not None:
        numbered = Client.objects.filter(pk=number)
        yield Place(Q(client__in=numbered.values_list(Coalesce("merged_into", "pk"))))
    words = _words(typed)
    if words:
        order = _order(clients_called, words, MANY_CLIENTS)
        yield Place(Q(client__in=clients_called(words)), order)
    for reached in clients_reached(typed):
        yield Place(contact & Q(client__in=reached))


def clients_called(words: list[str]) -> QuerySet[Client]:
    """Clients whose first and last name have all these (folded) words, or words that begin so."""
    return Client.objects.filter(SearchVectorExact(CLIENT_NAME, begins(words)))


def volunteers_called(words: list[str]) -> QuerySet[Volunteer]:
    """People of the organisation by the beginnings of their names."""
    return Volunteer.objects.filter(SearchVectorExact(VOLUNTEER_NAME, begins(words)))


def clients_reached(typed: str) -> list[QuerySet]:
    """Clients by the beginning of an e-mail address, also of a former one; by the first or the
    last digits of a phone number, however it is written. One list of ids for each index.
    """
    return [*_by_address(typed.strip().lower()), *_by_phone(typed)]


def _by_address(address: str) -> Iterator[QuerySet]:
    if not ADDRESS.fullmatch(address):
        return
    yield Client.objects.filter(StartsWith(F("email_key"), address)).values("pk")
    yield ClientAlias.objects.filter(StartsWith(Lower("email"), address)).values("client")


def _by_phone(typed: str) -> Iterator[QuerySet]:
    digits = re.sub(r"[\s().+/-]", "", typed)
    if not PHONE.fullmatch(digits):
        return
    if len(digits) > HOME_DIGITS and digits.startswith(HOME_COUNTRY):
        digits = digits.removeprefix(HOME_COUNTRY)  # is left out in the numbers of clients
    yield Client.objects.filter(StartsWith(F("phone_digits"), digits)).values("pk")
    backwards = StartsWith(Reverse("phone_digits"), digits[::-1])
    yield Client.objects.filter(backwards).values("pk")
