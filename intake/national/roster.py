"""The units and the volunteers into the tables, before anybody asks for anything."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from intake.national import PASSWORD, SIGN_INS
from intake.national.country import City, cities, districts, regions
from intake.national.people import Away, Someone
from mentors.enums import Classification, VolunteerStatus
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
    ZipPrefix,
)

BATCH = 2_000
LISTED = 5
"""One mentor of so many is not in the public directory."""
APPOINTED_AFTER = timedelta(days=60)


def found(people: Sequence[Someone], *, since: datetime, until: datetime) -> None:
    """All of it, in the transaction that is open; of pauses those that reach into the years."""
    chapters = _units()
    numbers = _people(people, chapters)
    _profiles(people, numbers)
    units: dict[str, Chapter | District | Region] = {
        unit.code: unit
        for model in (Region, District, Chapter)
        for unit in model._default_manager.all()
    }
    _write(Position, (_position(*duty, numbers, units) for duty in _duties(people)))
    _write(
        Pause,
        (
            _pause(numbers[person.id], away, person.city)
            for person in people
            for away in person.pauses
            if away.last >= since.date() and person.is_mentor and away.first <= until.date() + AHEAD
        ),
    )


AHEAD = timedelta(days=30)
"""How long before it begins a pause is put down at the earliest."""


def _write(model: type[Model], rows: Iterable[Model]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _units() -> dict[str, Chapter]:
    """The chapters by their codes."""
    regions_ = {code: Region.objects.create(code=code, name=name) for code, name in regions()}
    districts_ = {
        code: District.objects.create(code=code, name=name, region=regions_[region])
        for code, name, region in districts()
    }
    chapters = {
        city.code: Chapter(
            code=city.code,
            name=f"SCORE {city.name}",
            district=districts_[city.district],
            time_zone=city.zone.key,
            is_national=not city.prefixes,
        )
        for city in cities()
    }
    _write(Chapter, chapters.values())
    _write(
        ZipPrefix,
        (
            ZipPrefix(prefix=prefix, chapter=chapters[city.code])
            for city in cities()
            for prefix in city.prefixes
        ),
    )
    return chapters


def _people(people: Sequence[Someone], chapters: dict[str, Chapter]) -> dict[str, int]:
    """The primary keys by the external ids."""
    known = make_password(PASSWORD)
    signing_in = set(SIGN_INS.values())
    rows = [_volunteer(person, chapters, known, signing_in) for person in people]
    _write(Volunteer, rows)
    return {person.id: row.pk for person, row in zip(people, rows, strict=True)}


def _volunteer(
    person: Someone, chapters: dict[str, Chapter], known: str, signing_in: set[str]
) -> Volunteer:
    is_admin = person.email == SIGN_INS["administrator"]
    return Volunteer(
        external_id=person.id,
        email=person.email,
        password=known if person.email in signing_in else make_password(None),
        first_name=person.first_name,
        last_name=person.last_name,
        phone=f"(555) 555-{person.number % 10_000:04}",
        status=person.status,
        classification=person.classification,
        chapter=chapters[person.city.code],
        languages=list(person.languages),
        is_active=person.status != VolunteerStatus.RESIGNED,
        is_staff=is_admin,
        is_superuser=is_admin,
        date_joined=datetime.combine(person.joined, time(15), person.city.zone),
    )


def _profiles(people: Sequence[Someone], numbers: dict[str, int]) -> None:
    mentors = [p for p in people if p.classification != Classification.VOLUNTEER]
    _write(MentorProfile, (_profile(mentor, numbers[mentor.id]) for mentor in mentors))
    areas = dict(MentoringArea.objects.values_list("name", "pk"))
    types = dict(BusinessType.objects.values_list("name", "pk"))
    of_area, of_type = MentorProfile.areas.through, MentorProfile.business_types.through
    _write(
        of_area,
        (
            of_area(mentorprofile_id=numbers[mentor.id], mentoringarea_id=areas[name])
            for mentor in mentors
            for name in mentor.areas
        ),
    )
    _write(
        of_type,
        (
            of_type(mentorprofile_id=numbers[mentor.id], businesstype_id=types[name])
            for mentor in mentors
            for name in mentor.types
        ),
    )


def _profile(mentor: Someone, number: int) -> MentorProfile:
    known, *_ = mentor.keywords.split(", ")
    years = 15 + mentor.number % 20
    return MentorProfile(
        volunteer_id=number,
        keywords=mentor.keywords,
        summary=f"{years} years in business, owner and adviser: {mentor.keywords}.",
        weekly_limit=mentor.limit,
        accepts_direct=mentor.direct,
        serves_outside=mentor.outside,
        in_directory=mentor.number % LISTED > 0,
        public_words=f"I had a {known} of my own for many years.",
    )


def _duties(people: Sequence[Someone]) -> Iterator[tuple[Someone, str, str]]:
    for person in people:
        for role, code in person.duties:
            yield person, role, code


def _position(
    person: Someone,
    role: str,
    code: str,
    numbers: dict[str, int],
    units: dict[str, Chapter | District | Region],
) -> Position:
    unit: dict[str, Any] = {units[code]._meta.model_name or "": units[code]}
    starts_on = person.joined + APPOINTED_AFTER
    return Position(volunteer_id=numbers[person.id], role=role, starts_on=starts_on, **unit)


def _pause(mentor: int, away: Away, city: City) -> Pause:
    created = datetime.combine(away.first - timedelta(days=3), time(9), city.zone)
    return Pause(
        mentor_id=mentor,
        starts_on=away.first,
        ends_on=away.last,
        resumed_on=away.back,
        reason=away.reason,
        created_at=created,
    )
