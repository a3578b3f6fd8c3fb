"""What a mentor’s desk is made of: requests that he holds, sessions that wait for him."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from intake.enums import Status
from intake.models import MentoringRequest, Session, TimeProposal
from intake.querysets import read_first
from mentors.models import Volunteer


def held(mentor: Volunteer) -> list[MentoringRequest]:
    """The open requests that he holds, by client; each knows its assignment, and that knows both.

    Two queries while some of them wait for his answer; three if one of another chapter does.
    """
    mine = list(
        MentoringRequest.objects.on_desk_of(mentor)
        .with_mentor()
        .filter(current__ended_at=None)  # for its index: those of years gone by are many
        .select_related("client", "area", "business_type", "current")
        .order_by("client__last_name", "client__first_name", "pk")
    )
    for mre in mine:
        assert mre.current is not None  # held by request_current_while_with_mentor
        mre.current.request, mre.current.mentor = mre, mentor
        if mentor.chapter and mre.chapter_id == mentor.chapter.pk:
            mre.chapter = mentor.chapter
    _read_who_asks([mre for mre in mine if mre.status == Status.ASSIGNED])
    return mine


def _read_who_asks(unanswered: list[MentoringRequest]) -> None:
    """Of which chapter it is and who chose the mentor: he is told so until he has answered."""
    prefetch_related_objects(unanswered, "chapter", "current__assigned_by")


def offered(mine: list[MentoringRequest]) -> dict[int, datetime]:
    """Since when clients can choose from proposed times, by the id of the request."""
    offers = TimeProposal.objects.open().filter(request__in=mine)
    return dict(offers.values_list("request", "created_at"))


def sessions(
    mentor: Volunteer, mine: list[MentoringRequest]
) -> tuple[dict[int, list[Session]], list[Session]]:
    """By request: his sessions since he has it, and those from an earlier time that lack notes.

    Beside them those that lack notes of requests that he closed or that went to somebody else.
    One query; two if there are such.
    """
    known = {mre.pk: mre for mre in mine}
    by_request: dict[int, list[Session]] = defaultdict(list)
    elsewhere: list[Session] = []
    for session in _to_be_told(mentor, mine):
        if mre := known.get(session.request_id):
            session.request = mre
            by_request[mre.pk].append(session)
        else:
            elsewhere.append(session)
    prefetch_related_objects(elsewhere, Prefetch("request", _in_short()))
    return by_request, elsewhere


def _to_be_told(mentor: Volunteer, mine: list[MentoringRequest]) -> QuerySet[Session]:
    """Each half is found by an index of its own."""
    since = Session.objects.filter(assignment__in=[mre.current_id for mre in mine])
    owed = Session.objects.without_notes().filter(assignment__mentor=mentor)
    either = read_first(since.values("pk").union(owed.values("pk")))
    rows = Session.objects.filter(pk__in=either).select_related("assignment")
    return rows.order_by("starts_at", "pk")


def _in_short() -> QuerySet[MentoringRequest]:
    """Requests with what stands on the card of a session: of whom it was, and about what."""
    return MentoringRequest.objects.select_related("client", "area", "current__mentor").only(
        *("business_name", "area__name", "client__first_name", "client__last_name"),
        *("current__mentor__first_name", "current__mentor__last_name"),
    )
