"""What requests ask for and what already happened to them, as the ranking is given it."""

from collections import defaultdict
from collections.abc import Iterable

from intake.enums import ACCEPTED, Outcome, Status
from intake.models import Assignment, MentoringRequest
from mentors.matching import Need
from mentors.words import last_day_in_words

FRUITLESS = (Status.WITHDRAWN, Status.NO_SHOW, Status.NO_RESPONSE)

ByMentor = dict[int, str]


def need_of(mre: MentoringRequest) -> Need:
    """The need of one request. Two queries."""
    return needs_of([mre])[mre.pk]


def needs_of(mres: Iterable[MentoringRequest]) -> dict[int, Need]:
    """The need of each request, by its id. Two queries for any number.

    The requests come with chapter, district, area and type of business (`for_list`).
    """
    rows = list(mres)
    continuity, refused = _continuity(rows), _refused(rows)
    return {mre.pk: _need(mre, continuity[mre.pk], refused[mre.pk]) for mre in rows}


def _need(mre: MentoringRequest, continuity: ByMentor, refused: ByMentor) -> Need:
    business = mre.business_type
    return Need(
        chapter_id=mre.chapter_id,
        district_id=mre.chapter.district_id,
        region_id=mre.chapter.district.region_id,
        area_id=mre.area_id,
        area_name=mre.area.name,
        business_type_id=mre.business_type_id,
        business_type_name=business.name if business else "",
        question=mre.question,
        language=mre.language if mre.language != "English" else "",
        continuity=continuity,
        refused=refused,
    )


def _continuity(rows: list[MentoringRequest]) -> defaultdict[int, ByMentor]:
    """Earlier mentors of each client with the year, unless nothing came of that request."""
    earlier = (
        Assignment.objects.filter(
            request__client__in={mre.client_id for mre in rows}, outcome__in=ACCEPTED
        )
        .exclude(request__status__in=FRUITLESS)
        .order_by("answered_at")
        .values_list("request__client", "request", "mentor", "answered_at__year")
    )
    of_client = defaultdict(list)
    for client, request, mentor, year in earlier:
        of_client[client].append((request, mentor, year))
    found: defaultdict[int, ByMentor] = defaultdict(dict)
    for mre in rows:
        for request, mentor, year in of_client[mre.client_id]:
            if request != mre.pk:
                found[mre.pk][mentor] = str(year)
    return found


def _refused(rows: list[MentoringRequest]) -> defaultdict[int, ByMentor]:
    """Who declined each request or let it time out, in words."""
    refused = Assignment.objects.filter(
        request__in=[mre.pk for mre in rows], outcome__in=[Outcome.DECLINED, Outcome.TIMED_OUT]
    ).select_related("mentor__chapter")
    found: defaultdict[int, ByMentor] = defaultdict(dict)
    for assignment in refused.order_by("pk"):
        found[assignment.request_id][assignment.mentor_id] = _refusal(assignment)
    return found


def _refusal(assignment: Assignment) -> str:
    if assignment.outcome == Outcome.DECLINED:
        return f"declined this request: {assignment.get_decline_reason_display().lower()}"
    days, zone = assignment.requeue_days, assignment.mentor.zone
    until = last_day_in_words(assignment.requeue_at, zone)
    return f"did not answer this request ({days} business days, until {until})"
