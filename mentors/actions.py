"""Every change to people, positions and availability."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from mentors.enums import Classification, Role, VolunteerStatus
from mentors.errors import AlreadyDone, Invalid
from mentors.models import (
    BusinessType,
    Chapter,
    MentoringArea,
    MentorProfile,
    Pause,
    Position,
    Volunteer,
)
from mentors.permissions import check_can_keep_roster, check_can_set_availability

MOST_AREAS = MOST_BUSINESS_TYPES = 6
MOST_PER_WEEK = 50
LONGEST_PAUSE = timedelta(days=366)
A_YEAR_AT_MOST = "A pause is a year at most; ask your chapter about a longer leave."
ONE_DAY = timedelta(days=1)


def lock_mentor(volunteer_id: int) -> Volunteer:
    """The volunteer, locked, so that limit, pause and status hold still.

    Locked first and read afterwards: a join made before the wait for the lock would find no row if
    the volunteer went to another chapter meanwhile.
    """
    Volunteer.objects.select_for_update(no_key=True).values_list("pk").get(pk=volunteer_id)
    found: Volunteer = Volunteer.objects.select_related("chapter__district", "profile").get(
        pk=volunteer_id
    )
    return found


@transaction.atomic
def pause(
    *,
    mentor_id: int,
    by: Volunteer,
    now: datetime,
    starts_on: date,
    ends_on: date,
    reason: str = "",
) -> Pause:
    """No new requests from the first to the last day, both included, in the chapter's zone.

    What overlaps or follows on at once becomes one pause with it. Raises Invalid.
    """
    mentor = lock_mentor(mentor_id)
    check_can_set_availability(by, mentor, now)
    today = now.astimezone(mentor.zone).date()
    if ends_on < starts_on:
        raise Invalid("ends_on", "The pause ends before it starts.")
    if ends_on < today:
        raise Invalid("ends_on", "That is over already.")
    if starts_on < today:
        raise Invalid("starts_on", "A pause cannot start before today.")
    if Pause.objects.covering(mentor, starts_on, ends_on).exists():
        raise Invalid("starts_on", "There is a pause already that covers these days.")
    new = Pause(
        mentor=mentor, starts_on=starts_on, ends_on=ends_on, reason=reason.strip(), created_at=now
    )
    return _keep_joined(new, today)


def _keep_joined(kept: Pause, today: date) -> Pause:
    """Keep a pause as one with those of the mentor that overlap with it or are right beside it."""
    if kept.ends_on - kept.starts_on > LONGEST_PAUSE:
        raise Invalid("ends_on", A_YEAR_AT_MOST)
    beside = Pause.objects.filter(
        mentor=kept.mentor_id,
        resumed_on=None,
        ends_on__gte=max(today, kept.starts_on - ONE_DAY),
        starts_on__lte=kept.ends_on + ONE_DAY,
    )
    others = list(beside.exclude(pk=kept.pk).order_by("starts_on", "pk"))
    for other in others:
        kept.starts_on = min(kept.starts_on, other.starts_on)
        kept.ends_on = max(kept.ends_on, other.ends_on)
        kept.reason = kept.reason or other.reason
    if kept.ends_on - kept.starts_on > LONGEST_PAUSE:
        together = "Together with the pause beside it this is more than a year."
        raise Invalid("ends_on", f"{together} {A_YEAR_AT_MOST}")
    Pause.objects.filter(pk__in=[other.pk for other in others]).delete()
    kept.save()
    return kept


@transaction.atomic
def change_pause_end(*, pause_id: int, by: Volunteer, now: datetime, ends_on: date) -> Pause:
    """Another last day for a pause that is not over. Raises Invalid, AlreadyDone if it is over.

    A longer one that reaches the next planned pause becomes one with it.
    """
    mentor = lock_mentor(Pause.objects.values_list("mentor", flat=True).get(pk=pause_id))
    check_can_set_availability(by, mentor, now)
    today = now.astimezone(mentor.zone).date()
    found = Pause.objects.filter(pk=pause_id).first()
    if found is None or found.resumed_on is not None or found.ends_on < today:
        raise AlreadyDone("This pause is over already.")
    if ends_on < found.starts_on:
        raise Invalid("ends_on", "The pause ends before it starts.")
    if ends_on < today:
        raise Invalid("ends_on", "That is over already; to come back now there is a button.")
    found.ends_on = ends_on
    return _keep_joined(found, today)


@transaction.atomic
def resume(*, mentor_id: int, by: Volunteer, now: datetime) -> int:
    """Back from a pause early: pauses in force end, planned ones stay. How many ended."""
    mentor = lock_mentor(mentor_id)
    check_can_set_availability(by, mentor, now)
    today = now.astimezone(mentor.zone).date()
    return Pause.objects.filter(
        pk__in=Pause.objects.filter(mentor=mentor).in_force(now).values("pk")
    ).update(resumed_on=today)


@transaction.atomic
def cancel_pause(*, pause_id: int, by: Volunteer, now: datetime) -> None:
    """A planned pause is called off. Raises AlreadyDone once it has begun."""
    planned = Pause.objects.select_related("mentor__chapter").get(pk=pause_id)
    mentor = lock_mentor(planned.mentor_id)
    check_can_set_availability(by, mentor, now)
    if planned.starts_on <= now.astimezone(mentor.zone).date():
        raise AlreadyDone("This pause has begun; use “Back from my pause” instead.")
    planned.delete()


@transaction.atomic
def change_limit(
    *, mentor_id: int, by: Volunteer, now: datetime, weekly_limit: int | None
) -> MentorProfile:
    """How many new requests a week; None is no limit."""
    mentor = lock_mentor(mentor_id)
    check_can_set_availability(by, mentor, now)
    if weekly_limit is not None and not 0 <= weekly_limit <= MOST_PER_WEEK:
        raise Invalid("weekly_limit", f"Between 0 and {MOST_PER_WEEK} requests a week, or nothing.")
    mentor.profile.weekly_limit = weekly_limit
    mentor.profile.save(update_fields=["weekly_limit"])
    return mentor.profile


@transaction.atomic
def change_expertise(
    *,
    mentor_id: int,
    by: Volunteer,
    now: datetime,
    areas: Iterable[MentoringArea],
    business_types: Iterable[BusinessType],
    languages: Iterable[str],
    keywords: str,
    summary: str,
    serves_outside: bool,
) -> MentorProfile:
    """Whom the mentor can help: 1 to 6 areas, up to 6 types of business, languages, keywords."""
    mentor = lock_mentor(mentor_id)
    check_can_set_availability(by, mentor, now)
    chosen_areas, chosen_types, spoken = list(areas), list(business_types), list(languages)
    if not 1 <= len(chosen_areas) <= MOST_AREAS:
        raise Invalid("areas", f"Choose one to {MOST_AREAS} areas.")
    if len(chosen_types) > MOST_BUSINESS_TYPES:
        raise Invalid("business_types", f"Choose at most {MOST_BUSINESS_TYPES} types of business.")
    if not spoken:
        raise Invalid("languages", "Name at least one language.")
    mentor.languages = spoken
    mentor.save(update_fields=["languages"])
    profile = mentor.profile
    profile.keywords, profile.summary = keywords.strip(), summary.strip()
    profile.serves_outside = serves_outside
    profile.save(update_fields=["keywords", "summary", "serves_outside"])
    profile.areas.set(chosen_areas)
    profile.business_types.set(chosen_types)
    return profile


@transaction.atomic
def change_listing(
    *,
    mentor_id: int,
    by: Volunteer,
    now: datetime,
    in_directory: bool,
    public_words: str,
    accepts_direct: bool,
) -> MentorProfile:
    """What clients see and may do: the entry in the directory, and asking for him by name."""
    mentor = lock_mentor(mentor_id)
    check_can_set_availability(by, mentor, now)
    profile = mentor.profile
    if in_directory and not profile.areas.exists():
        raise Invalid("in_directory", "Choose your areas of expertise first: clients look by them.")
    profile.in_directory, profile.accepts_direct = in_directory, accepts_direct
    profile.public_words = public_words.strip()
    profile.save(update_fields=["in_directory", "accepts_direct", "public_words"])
    return profile


@transaction.atomic
def add_volunteer(
    *,
    by: Volunteer,
    now: datetime,
    chapter: Chapter,
    first_name: str,
    last_name: str,
    email: str,
    phone: str = "",
    status: VolunteerStatus = VolunteerStatus.ACTIVE,
    classification: Classification = Classification.MENTOR,
) -> Volunteer:
    """Put a person on the roster of a chapter. He asks for a password by mail to sign in."""
    check_can_keep_roster(by, chapter, now)
    try:
        with transaction.atomic():
            volunteer = Volunteer.objects.create_user(
                email,
                first_name=first_name,
                last_name=last_name,
                phone=phone,
                chapter=chapter,
                status=status,
                classification=classification,
                date_joined=now,
            )
    except IntegrityError:  # the constraint also decides between two who add the same person
        raise Invalid("email", "A volunteer with this e-mail is on a roster already.") from None
    _ensure_profile(volunteer)
    return volunteer


@transaction.atomic
def change_standing(
    *,
    volunteer_id: int,
    by: Volunteer,
    now: datetime,
    status: VolunteerStatus,
    classification: Classification,
) -> Volunteer:
    """Status and classification. Who resigns cannot sign in any more and holds no position."""
    volunteer = lock_mentor(volunteer_id)
    assert volunteer.chapter is not None  # only administrators have none, and are no volunteers
    check_can_keep_roster(by, volunteer.chapter, now)
    if volunteer.pk == by.pk and status == VolunteerStatus.RESIGNED:
        raise Invalid("status", "Somebody else has to record that you resign.")
    volunteer.status, volunteer.classification = status, classification
    volunteer.is_active = status != VolunteerStatus.RESIGNED
    volunteer.save(update_fields=["status", "classification", "is_active"])
    _ensure_profile(volunteer)
    if status == VolunteerStatus.RESIGNED:
        _end_all_positions(volunteer, now)
    return volunteer


def _ensure_profile(volunteer: Volunteer) -> None:
    if volunteer.classification == Classification.MENTOR:
        MentorProfile.objects.get_or_create(volunteer=volunteer)


def _end_all_positions(volunteer: Volunteer, now: datetime) -> None:
    today = now.astimezone(volunteer.zone).date()
    for position in volunteer.positions.filter(ends_on__isnull=True):
        position.ends_on = max(today, position.starts_on)
        position.save(update_fields=["ends_on"])


@transaction.atomic
def name_to_position(
    *,
    volunteer_id: int,
    by: Volunteer,
    now: datetime,
    role: Role,
    chapter: Chapter,
    starts_on: date,
    ends_on: date | None = None,
) -> Position:
    """Name a person to a role at a chapter. Districts and regions are named in the admin."""
    check_can_keep_roster(by, chapter, now)
    volunteer = lock_mentor(volunteer_id)
    if volunteer.status not in (VolunteerStatus.ACTIVE, VolunteerStatus.PROVISIONAL):
        raise Invalid("volunteer", f"{volunteer} is {volunteer.get_status_display().lower()}.")
    if ends_on is not None and ends_on < starts_on:
        raise Invalid("ends_on", "The last day is before the first.")
    try:
        with transaction.atomic():
            return Position.objects.create(
                volunteer=volunteer,
                role=role,
                chapter=chapter,
                starts_on=starts_on,
                ends_on=ends_on,
            )
    except IntegrityError:
        raise AlreadyDone(f"{volunteer} already holds this position.") from None


@transaction.atomic
def end_position(*, position_id: int, by: Volunteer, now: datetime) -> Position:
    """The position is no longer held from today on; one that begins today is taken back.

    Raises AlreadyDone if it has ended.
    """
    position = (
        Position.objects.select_for_update(of=("self",))
        .select_related("volunteer__chapter", "chapter")
        .filter(pk=position_id)
        .first()
    )
    if position is None:
        raise AlreadyDone("This position was taken back already.")
    if position.chapter is None:
        raise Invalid("position", "Positions at districts and regions are ended in the admin.")
    check_can_keep_roster(by, position.chapter, now)
    today = now.astimezone(position.chapter.zone).date()
    if position.ends_on is not None and position.ends_on < today:
        raise AlreadyDone("This position has ended already.")
    if position.starts_on >= today:
        position.delete()
    else:
        position.ends_on = today - timedelta(days=1)
        position.save(update_fields=["ends_on"])
    return position
