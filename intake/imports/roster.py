"""The people whom the rows of a file mean, with what belongs to them: fetched once for all rows."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from mentors.models import MentorProfile, Position, Volunteer

Grouped = defaultdict[int | None, list[Any]]


class Roster:
    """Who is there, by id in another system and by address; areas and positions by number."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        """Five queries, however many rows there are."""
        names = {row.get("volunteer_id", "").strip() for row in rows} - {""}
        addresses = {row["email"].strip().lower() for row in rows}
        people = Volunteer.objects.alias(small=Lower("email"))
        meant = people.filter(Q(external_id__in=names) | Q(small__in=addresses))
        self.by_id: dict[str, Volunteer] = {}
        self.by_email: dict[str, Volunteer] = {}
        for person in meant.select_related("chapter", "profile"):
            self.add(person)
        self._fetch_rest(meant.values("pk"))

    def _fetch_rest(self, whose: QuerySet[Volunteer, Any]) -> None:
        areas, types = MentorProfile.areas.through, MentorProfile.business_types.through
        offered = areas.objects.filter(mentorprofile__in=whose)
        self.area_ids = _grouped(offered.values_list("mentorprofile", "mentoringarea"))
        known = types.objects.filter(mentorprofile__in=whose)
        self.type_ids = _grouped(known.values_list("mentorprofile", "businesstype"))
        held = Position.objects.filter(volunteer__in=whose, ends_on__isnull=True)
        held = held.select_related("region", "district", "chapter").order_by("pk")
        self.held = _grouped((position.volunteer_id, position) for position in held)

    def add(self, person: Volunteer) -> None:
        """Somebody is there from now on."""
        self.by_email[person.email.lower()] = person
        if person.external_id:
            self.by_id[person.external_id] = person

    def find(self, row: dict[str, str]) -> Volunteer | None:
        """By id, else by the address of somebody who has no other id."""
        name = row.get("volunteer_id", "").strip()
        if name in self.by_id:
            return self.by_id[name]
        person = self.by_email.get(row["email"].strip().lower())
        if person is not None and name and person.external_id:
            return None
        return person


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> Grouped:
    found: Grouped = defaultdict(list)
    for whose, what in pairs:
        found[whose].append(what)
    return found
