"""Finding the mentor: the facts for the pure ranking in `mentors.matching`, in a few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Aggregate, Count, F, FloatField, OuterRef, Q, QuerySet

from intake.calendar import local_date, week_start
from intake.enums import ACCEPTED, ANSWERED, Outcome
from intake.inforce import policy
from intake.models import Assignment, MentoringRequest
from intake.needs import need_of
from mentors import matching
from mentors.enums import Classification, VolunteerStatus
from mentors.matching import Candidate, Obstacle
from mentors.models import BusinessType, MentoringArea, MentorProfile, Pause, Volunteer
from mentors.words import day_in_words


class Median(Aggregate):
    """The middle of the values, as PostgreSQL reckons it."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Offer:
    """For one request: the shortlist of a tier, and how many each tier would offer."""

    shortlist: matching.Shortlist
    counts: dict[str, int]

    @property
    def tier(self) -> str:
        """How far this shortlist reaches."""
        return self.shortlist.tier


def offer(mre: MentoringRequest, now: datetime, tier: str = "") -> Offer:
    """The shortlist of a tier; without one of the nearest that has somebody eligible.

    The number of queries does not depend on the number of mentors.
    """
    need = need_of(mre)
    mentors = Volunteer.objects.mentors()
    if tier != matching.OUTSIDE:
        mentors = mentors.filter(chapter__district__region=need.region_id)
    found = candidates(mentors, now)
    counts = matching.eligible_counts(need, found)
    tier = tier or matching.local_tier(need, found)
    return Offer(matching.shortlist(need, found, matching.DEFAULT_WEIGHTS, tier), counts)


@dataclass(frozen=True)
class Choice:
    """One mentor considered for one request."""

    tier: str
    obstacles: tuple[Obstacle, ...]
    reasons: tuple[str, ...]

    @property
    def final(self) -> str:
        """Why he cannot be assigned at all; empty if he can."""
        return next((o.text for o in self.obstacles if not o.can_override), "")

    @property
    def needs_note(self) -> str:
        """Why assigning him takes a note; empty if it does not."""
        return next((o.text for o in self.obstacles if o.needs_note), "")


def consider(mre: MentoringRequest, mentor: Volunteer, now: datetime) -> Choice:
    """Whether and why this mentor suits this request, by the same rules as the shortlist."""
    need = need_of(mre)
    [candidate] = candidates(Volunteer.objects.filter(pk=mentor.pk), now)
    tier = matching.tier_of(need, candidate)
    ranked = matching.rank(need, candidate, matching.DEFAULT_WEIGHTS)
    return Choice(
        tier=tier,
        obstacles=matching.obstacles(need, candidate),
        reasons=tuple(reason.text for reason in ranked.fit),
    )


def why_not_direct(mentor: Volunteer, now: datetime) -> str:
    """Why a client's wish for this mentor goes to the queue instead; empty if it need not."""
    [candidate] = candidates(Volunteer.objects.filter(pk=mentor.pk), now)
    if not candidate.assignable:
        return candidate.not_assignable_reason
    if not mentor.profile.accepts_direct:
        return "does not take direct requests"
    return "has reached the weekly limit" if candidate.at_limit else ""


def why_not_assignable(mentor: Volunteer, now: datetime) -> str:
    """Why nobody may be given to this person today; empty if an active mentor who is not paused."""
    [candidate] = candidates(Volunteer.objects.filter(pk=mentor.pk), now)
    return candidate.not_assignable_reason


def candidates(mentors: QuerySet[Volunteer], now: datetime) -> list[Candidate]:
    """These volunteers with the facts that the ranking weighs. Seven queries for any number."""
    people = list(_with_picks(mentors))
    ids = [person.pk for person in people]
    facts = _Facts(
        areas=dict(MentoringArea.objects.values_list("pk", "name")),
        business_types=dict(BusinessType.objects.values_list("pk", "name")),
        used=used_this_week(people, now),
        open=_count(Assignment.objects.filter(mentor__in=ids, outcome__in=ACCEPTED).open()),
        answers=_answers(ids, now),
        pauses=_pauses(ids, now),
    )
    return [_candidate(person, facts, now) for person in people]


@dataclass(frozen=True)
class _Answers:
    """How one mentor answered in the last 180 days."""

    in_time: int = 0
    all: int = 0
    timeouts: int = 0
    median_days: float | None = None


@dataclass(frozen=True)
class _Facts:
    areas: dict[int, str]
    business_types: dict[int, str]
    used: dict[int, int]
    open: dict[int, int]
    answers: dict[int, _Answers]
    pauses: dict[int, str]


def _with_picks(mentors: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    areas = MentorProfile.areas.through.objects.filter(mentorprofile=OuterRef("pk"))
    types = MentorProfile.business_types.through.objects.filter(mentorprofile=OuterRef("pk"))
    return mentors.select_related("profile", "chapter__district").annotate(
        area_ids=ArraySubquery(areas.values("mentoringarea")),
        business_type_ids=ArraySubquery(types.values("businesstype")),
    )


def _count(assignments: QuerySet[Assignment]) -> dict[int, int]:
    rows = assignments.order_by().values("mentor").annotate(number=Count("pk"))
    return {row["mentor"]: row["number"] for row in rows}


def used_this_week(mentors: Iterable[Volunteer], now: datetime) -> dict[int, int]:
    """Places taken since Sunday 00:00 in each mentor's chapter; a replaced one does not count."""
    people = list(mentors)
    this_week = Q(pk__in=[])
    for zone in {person.zone for person in people}:
        own = [person.pk for person in people if person.zone == zone]
        this_week |= Q(mentor__in=own, assigned_at__gte=week_start(now, zone))
    return _count(
        Assignment.objects.filter(this_week, assigned_at__lte=now).exclude(outcome=Outcome.REPLACED)
    )


def _answers(ids: list[int], now: datetime) -> dict[int, _Answers]:
    since = now - timedelta(days=policy().answer_history_days)
    counted = [*ANSWERED, Outcome.TIMED_OUT, Outcome.OVERDUE]
    rows = (
        Assignment.objects.filter(mentor__in=ids, assigned_at__gte=since, outcome__in=counted)
        .values("mentor")
        .annotate(
            number=Count("pk"),
            in_time=Count("pk", filter=Q(answered_at__lt=F("respond_by"))),
            timeouts=Count("pk", filter=Q(outcome=Outcome.TIMED_OUT)),
            median=Median("answer_days"),
        )
    )
    return {
        row["mentor"]: _Answers(row["in_time"], row["number"], row["timeouts"], row["median"])
        for row in rows
    }


def _pauses(ids: list[int], now: datetime) -> dict[int, str]:
    pauses = Pause.objects.filter(mentor__in=ids).in_force(now).order_by("ends_on")
    return {
        mentor: f"paused until {day_in_words(ends_on)}"
        for mentor, ends_on in pauses.values_list("mentor", "ends_on")
    }


def _candidate(person: Volunteer, facts: _Facts, now: datetime) -> Candidate:
    profile: MentorProfile | None = getattr(person, "profile", None)
    chapter = person.chapter
    answers = facts.answers.get(person.pk, _Answers())
    reason = _not_assignable(person, profile) or facts.pauses.get(person.pk, "")
    area_ids: list[int] = person.area_ids  # type: ignore[attr-defined]
    type_ids: list[int] = person.business_type_ids  # type: ignore[attr-defined]
    return Candidate(
        id=person.pk,
        name=str(person),
        chapter_id=chapter.pk if chapter else 0,
        chapter_name=chapter.name if chapter else "",
        district_id=chapter.district_id if chapter else None,
        region_id=chapter.district.region_id if chapter else None,
        area_ids=frozenset(area_ids),
        area_names=tuple(sorted(facts.areas[pk] for pk in area_ids)),
        business_type_ids=frozenset(type_ids),
        business_type_names=tuple(sorted(facts.business_types[pk] for pk in type_ids)),
        keywords=_keywords(profile),
        languages=tuple(person.languages),
        weekly_limit=profile.weekly_limit if profile else None,
        used_this_week=facts.used.get(person.pk, 0),
        free_again=_next_sunday(now, person.zone),
        open_clients=facts.open.get(person.pk, 0),
        answered_in_time=answers.in_time,
        answers=answers.all,
        median_answer_days=answers.median_days,
        recent_timeouts=answers.timeouts,
        assignable=not reason,
        not_assignable_reason=reason,
        serves_outside=bool(profile and profile.serves_outside),
    )


def _not_assignable(person: Volunteer, profile: MentorProfile | None) -> str:
    if person.status != VolunteerStatus.ACTIVE or not person.is_active:
        return f"is {person.get_status_display().lower()}, not active"
    if person.classification != Classification.MENTOR:
        return f"is a {person.get_classification_display()}, not a Mentor"
    return "" if profile and person.chapter else "has no mentor profile yet"


def _keywords(profile: MentorProfile | None) -> tuple[str, ...]:
    words = profile.keywords.split(",") if profile else []
    return tuple(word.strip() for word in words if word.strip())


def _next_sunday(now: datetime, zone: ZoneInfo) -> str:
    return day_in_words(local_date(week_start(now, zone), zone) + timedelta(days=7))
