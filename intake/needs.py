"""What requests ask for and what already happened to them, as the ranking is given it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.enums import ACCEPTED, DeclineReason, Outcome, Status
from intake.models import Assignment, MentoringRequest
from mentors.matching import Need
from mentors.words import last_day_in_words
from mentors.zones import zone_called

FRUITLESS = (Status.WITHDRAWN, Status.NO_SHOW, Status.NO_RESPONSE)

NEED = ("chapter__district", "area", "business_type")
"""What a request has to come with, for its need to be read off it."""


@dataclass(frozen=True)
class Past:
    """An earlier assignment of a client, as far as it tells of its mentor."""

    mentor_id: int
    request_id: int
    outcome: str
    answered_at: datetime | None
    decline_reason: str
    requeue_at: datetime
    requeue_days: int
    status: str
    """That of its request."""
    time_zone: str | None
    """That of its mentor's chapter."""

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the mentor."""
        return zone_called(self.time_zone)


READ = (
    "request__client",
    "mentor",
    "request",
    "outcome",
    "answered_at",
    "decline_reason",
    "requeue_at",
    "requeue_days",
    "request__status",
    "mentor__chapter__time_zone",
)
"""The client, and the fields of `Past` in their order."""

ByMentor = dict[int, str]


def need_of(mre: MentoringRequest) -> Need:
    """The need of one request. One query."""
    return needs_of([mre])[mre.pk]


def needs_of(mres: Iterable[MentoringRequest]) -> dict[int, Need]:
    """The need of each request, by its id. One query for any number.

    The requests come with what `NEED` names.
    """
    rows = list(mres)
    of_client = _past(rows)
    return {
        mre.pk: _need(mre, _continuity(mre, past), _refused(mre, past))
        for mre in rows
        for past in [of_client[mre.client_id]]
    }


def _past(rows: list[MentoringRequest]) -> defaultdict[int, list[Past]]:
    """Who accepted, declined or did not answer a request of these clients, the first first."""
    past = Assignment.objects.filter(
        request__client__in={mre.client_id for mre in rows},
        outcome__in=[*ACCEPTED, Outcome.DECLINED, Outcome.TIMED_OUT],
    ).order_by("assigned_at", "pk")
    of_client = defaultdict(list)
    for client_id, *told in past.values_list(*READ):
        of_client[client_id].append(Past(*told))
    return of_client


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


def _continuity(mre: MentoringRequest, past: Iterable[Past]) -> ByMentor:
    """Earlier mentors of the client with the year, unless nothing came of that request."""
    return {
        one.mentor_id: str(one.answered_at.astimezone(one.zone).year)
        for one in past
        if one.answered_at is not None
        and one.outcome in ACCEPTED
        and one.request_id != mre.pk
        and one.status not in FRUITLESS
    }


def _refused(mre: MentoringRequest, past: Iterable[Past]) -> ByMentor:
    """Who declined this request or let it time out, in words."""
    return {
        one.mentor_id: _refusal(one)
        for one in past
        if one.request_id == mre.pk and one.outcome not in ACCEPTED
    }


def _refusal(past: Past) -> str:
    if past.outcome == Outcome.DECLINED:
        return f"declined this request: {DeclineReason(past.decline_reason).label.lower()}"
    until = last_day_in_words(past.requeue_at, past.zone)
    return f"did not answer this request ({past.requeue_days} business days, until {until})"
