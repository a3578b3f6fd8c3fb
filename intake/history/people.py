"""Volunteers of an export, with what they can help with, their positions and their pauses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model
from django.db.models.functions import Lower

from intake.history import cells
from intake.history.ledger import Ledger
from intake.history.reader import PAUSES, VOLUNTEERS, Refusal, Row, Source, in_batches
from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models import (
    BusinessType,
    Chapter,
    District,
    MentoringArea,
    MentorProfile,
    Pause,
    Position,
    Region,
    Volunteer,
)

BATCH = 500
LONGEST_ID = 60
STATUSES = cells.codes(VolunteerStatus.choices)
CLASSIFICATIONS = cells.codes(Classification.choices)
ROLES = cells.codes(Role.choices)


@dataclass(frozen=True)
class Lists:
    """What the cells of a volunteer may name."""

    chapters: Mapping[str, Chapter]
    districts: Mapping[str, District]
    regions: Mapping[str, Region]
    areas: Mapping[str, int]
    business_types: Mapping[str, int]

    @classmethod
    def load(cls) -> "Lists":
        """As they are now. Five queries."""
        return cls(
            {unit.code: unit for unit in Chapter.objects.all()},
            {unit.code: unit for unit in District.objects.all()},
            {unit.code: unit for unit in Region.objects.all()},
            by_name(MentoringArea),
            by_name(BusinessType),
        )


def by_name(model: type[Model]) -> dict[str, int]:
    """The rows of a picklist, retired ones too, by their names in small letters."""
    return {name.casefold(): pk for name, pk in model._default_manager.values_list("name", "pk")}


@dataclass
class Newcomer:
    """A volunteer who is not there yet, with what belongs to him."""

    row: Row
    volunteer: Volunteer
    profile: MentorProfile | None
    areas: list[int]
    business_types: list[int]
    positions: list[Position]


def load_volunteers(source: Source, ledger: Ledger, now: datetime) -> None:
    """Volunteers who are not there yet, by their ids; whoever is there stays as he is here.

    They have no password: each asks for one by mail when he first signs in.
    """
    lists = Lists.load()
    seen: set[str] = set()
    for rows in in_batches(ledger.rows(source), BATCH):
        with transaction.atomic():
            _write(list(_newcomers(rows, lists, seen, ledger, now)))


def _newcomers(
    rows: Iterable[Row], lists: Lists, seen: set[str], ledger: Ledger, now: datetime
) -> Iterator[Newcomer]:
    rows = list(rows)
    known = set(
        Volunteer.objects.filter(external_id__in=[row.cells[0].strip() for row in rows])
        .values_list("external_id", flat=True)
    )  # fmt: skip
    taken = _taken([row.cells[3].strip().lower() for row in rows])
    for row in rows:
        name = row.cells[0].strip()
        if name in known and name not in seen:
            seen.add(name)
            ledger.there[VOLUNTEERS.name] += 1
            continue
        try:
            if name in seen:
                raise Refusal("A volunteer with this volunteer_id stands in the file before.")
            newcomer = _newcomer(row, lists, now)
            if newcomer.volunteer.email in taken:
                email = newcomer.volunteer.email
                raise Refusal(f"email “{email}” is the address of another volunteer.")
        except Refusal as why:
            ledger.reject(VOLUNTEERS, row, str(why))
            continue
        seen.add(name)
        taken.add(newcomer.volunteer.email)
        ledger.loaded[VOLUNTEERS.name] += 1
        yield newcomer


def _taken(emails: list[str]) -> set[str]:
    found = Volunteer.objects.alias(small=Lower("email")).filter(small__in=emails)
    return set(found.values_list(Lower("email"), flat=True))


def _newcomer(row: Row, lists: Lists, now: datetime) -> Newcomer:
    (
        volunteer_id, first_name, last_name, email, status, classification, chapter_code,
        areas, business_types, languages, keywords, weekly_limit, direct, outside, positions,
    ) = row.cells  # fmt: skip
    chapter = lists.chapters.get(chapter_code.strip())
    if chapter is None:
        raise Refusal(f"Chapter “{chapter_code}” is not known.")
    standing = cells.code(status, "status", STATUSES)
    volunteer = Volunteer(
        external_id=cells.words(volunteer_id, "volunteer_id", LONGEST_ID, needed=True),
        first_name=cells.words(first_name, "first_name", 60),
        last_name=cells.words(last_name, "last_name", 60, needed=True),
        email=cells.email(email, "email").lower(),
        password=make_password(None),
        status=standing,
        classification=cells.code(classification, "classification", CLASSIFICATIONS),
        chapter=chapter,
        languages=[cells.words(one, "languages", 40) for one in cells.listed(languages)]
        or ["English"],
        is_active=standing != VolunteerStatus.RESIGNED,
        date_joined=now,
    )
    profile = MentorProfile(
        volunteer=volunteer,
        keywords=cells.words(keywords, "keywords", 500),
        weekly_limit=cells.number(weekly_limit.strip(), "weekly_limit"),
        accepts_direct=cells.flag(direct.strip(), "accepts_direct"),
        serves_outside=cells.flag(outside.strip(), "serves_outside"),
    )
    newcomer = Newcomer(
        row,
        volunteer,
        profile,
        named(areas, "areas", lists.areas),
        named(business_types, "business_types", lists.business_types),
        [position_in(entry, volunteer, lists, now) for entry in cells.listed(positions)],
    )
    if volunteer.classification == Classification.VOLUNTEER and not newcomer.areas:
        newcomer.profile = None
    return newcomer


def named(text: str, column: str, known: Mapping[str, int]) -> list[int]:
    """The rows of a picklist that a cell names, each once. Raises Refusal."""
    names = cells.listed(text)
    for name in names:
        if name.casefold() not in known:
            raise Refusal(f"{column}: “{name}” is not on the list.")
    return list(dict.fromkeys(known[name.casefold()] for name in names))


def position_in(text: str, volunteer: Volunteer, lists: Lists, now: datetime) -> Position:
    """A position as role:code, held from today on: since when, the export does not say.

    Raises Refusal.
    """
    role_name, _, unit_code = text.partition(":")
    role = cells.code(role_name, "positions: the role", ROLES)
    unit: dict[str, Any] = {}
    for level in ("chapter", "district", "region"):
        if found := getattr(lists, f"{level}s").get(unit_code.strip()):
            unit = {level: found}
            break
    if not unit:
        raise Refusal(f"positions: the unit of “{text}” is not known.")
    if Role(role).chapter_only and "chapter" not in unit:
        raise Refusal(f"positions: “{text}” is not at a chapter, where alone the role exists.")
    today = now.astimezone(volunteer.zone).date()
    return Position(volunteer=volunteer, role=role, starts_on=today, **unit)


def _write(newcomers: list[Newcomer]) -> None:
    Volunteer.objects.bulk_create(newcomer.volunteer for newcomer in newcomers)
    with_profile = [newcomer for newcomer in newcomers if newcomer.profile is not None]
    for newcomer in with_profile:
        assert newcomer.profile is not None
        newcomer.profile.volunteer_id = newcomer.volunteer.pk
    MentorProfile.objects.bulk_create(
        newcomer.profile for newcomer in with_profile if newcomer.profile is not None
    )
    MentorProfile.areas.through.objects.bulk_create(
        MentorProfile.areas.through(mentorprofile_id=newcomer.volunteer.pk, mentoringarea_id=area)
        for newcomer in with_profile
        for area in newcomer.areas
    )
    MentorProfile.business_types.through.objects.bulk_create(
        MentorProfile.business_types.through(
            mentorprofile_id=newcomer.volunteer.pk, businesstype_id=kind
        )
        for newcomer in with_profile
        for kind in newcomer.business_types
    )
    Position.objects.bulk_create(
        position for newcomer in newcomers for position in _once(newcomer.positions)
    )


def _once(positions: list[Position]) -> Iterable[Position]:
    """The same position written in two ways is one."""
    return {
        (one.role, one.chapter_id, one.district_id, one.region_id): one for one in positions
    }.values()


def load_pauses(source: Source, ledger: Ledger, now: datetime) -> None:
    """Pauses that are not there yet; one that begins on the same day may have become longer."""
    for rows in in_batches(ledger.rows(source), BATCH):
        with transaction.atomic():
            _load_pauses(rows, ledger, now)


def _load_pauses(rows: list[Row], ledger: Ledger, now: datetime) -> None:
    names = [row.cells[0].strip() for row in rows]
    mentors = dict(Volunteer.objects.filter(external_id__in=names).values_list("external_id", "pk"))
    there = Pause.objects.filter(mentor__in=mentors.values())
    known: dict[tuple[int, date], Pause] = {
        (pause.mentor_id, pause.starts_on): pause for pause in there.order_by("pk")
    }
    for row in rows:
        try:
            given = _pause(row, mentors, now)
        except Refusal as why:
            ledger.reject(PAUSES, row, str(why))
            continue
        key = (given.mentor_id, given.starts_on)
        _keep(given, known.get(key), ledger)
        known.setdefault(key, given)


def _pause(row: Row, mentors: Mapping[str, int], now: datetime) -> Pause:
    volunteer_id, starts_on, ends_on, reason = row.cells
    mentor = mentors.get(volunteer_id.strip())
    if mentor is None:
        raise Refusal(f"volunteer_id: volunteer “{volunteer_id}” is not known.")
    pause = Pause(
        mentor_id=mentor,
        starts_on=cells.day(starts_on.strip(), "starts_on"),
        ends_on=cells.day(ends_on.strip(), "ends_on"),
        reason=cells.words(reason, "reason", 200),
        created_at=now,
    )
    if pause.ends_on < pause.starts_on:
        raise Refusal("The pause ends before it starts.")
    return pause


def _keep(given: Pause, known: Pause | None, ledger: Ledger) -> None:
    if known is None:
        given.save()
        ledger.loaded[PAUSES.name] += 1
    elif given.ends_on > known.ends_on and known.resumed_on is None:
        known.ends_on = given.ends_on
        known.save(update_fields=["ends_on"])
        ledger.longer[PAUSES.name] += 1
    else:
        ledger.there[PAUSES.name] += 1
