"""Letters to the coordinators; how they are told of each matter they choose: `intake.telling`."""

from datetime import datetime
from typing import Any

from intake.asking import asked_once
from intake.enums import Status
from intake.letters.base import (
    Drafts,
    assignment_of,
    choices_url,
    leaves_at,
    mentor_of,
    request_url,
)
from intake.models import RequestEvent
from intake.outbox import Draft
from mentors.enums import MailTrouble, Role
from mentors.models import Chapter, Position, Volunteer
from mentors.words import last_day_in_words


@asked_once
def coordinators(chapter: Chapter, now: datetime) -> list[Volunteer]:
    """The RCICs in scope of a chapter today, each once."""
    held = Position.objects.in_force(now).above(chapter).filter(role=Role.RCIC)
    people = held.select_related("volunteer__chapter").order_by("volunteer")
    return list({position.volunteer_id: position.volunteer for position in people}.values())


def _to_coordinators(
    event: RequestEvent, kind: str, chapter: Chapter | None = None, **context: Any
) -> Drafts:
    if event.request.parked:  # for administrators alone
        return
    context = {"url": request_url(event), "choices_url": choices_url(), **context}
    for rcic in coordinators(chapter or event.request.chapter, event.processed_at):
        if rcic.pk != event.by_id:
            yield Draft(
                kind=kind,
                key=f"{event.pk}:{kind}:{rcic.pk}",
                to=rcic,
                mre=event.request,
                assignment=event.assignment,
                event=event,
                context=context,
                send_at=leaves_at(event, rcic.zone),
            )


def rcic_new(event: RequestEvent) -> Drafts:
    if not event.data["direct"]:
        yield from _to_coordinators(event, "rcic_new")


def rcic_released(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(event, "rcic_new")


def rcic_declined(event: RequestEvent) -> Drafts:
    assignment = assignment_of(event)
    yield from _to_coordinators(
        event,
        "rcic_declined",
        mentor_name=str(assignment.mentor),
        reason=assignment.get_decline_reason_display(),
        text=assignment.decline_text,
    )


def rcic_overdue(event: RequestEvent) -> Drafts:
    assignment = assignment_of(event)
    yield from _to_coordinators(
        event,
        "rcic_overdue",
        mentor_name=str(assignment.mentor),
        respond_by=last_day_in_words(assignment.respond_by, assignment.mentor.zone),
    )


def rcic_requeued(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(event, "rcic_requeued", mentor_name=str(mentor_of(event)))


def rcic_handed_back(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(event, "rcic_handed_back", mentor_name=str(mentor_of(event)))


def rcic_transferred(event: RequestEvent) -> Drafts:
    yield from _to_coordinators(
        event,
        "rcic_transferred",
        mentor_name=str(mentor_of(event)),
        reason=event.data["reason"],
        by_name=str(event.by),
        proposed=event.data.get("proposed", ""),
    )


def rcic_moved(event: RequestEvent) -> Drafts:
    old = Chapter.objects.select_related("district").get(pk=event.data["from_chapter"])
    new, note = event.request.chapter, event.data["note"]
    yield from _to_coordinators(event, "rcic_moved_here", new, from_chapter=old.name, note=note)
    yield from _to_coordinators(event, "rcic_moved_away", old, to_chapter=new.name, note=note)


def rcic_reopened(event: RequestEvent) -> Drafts:
    if event.to_status == Status.NEED_ACTION:
        yield from _to_coordinators(event, "rcic_reopened", reason=event.data["reason"])


def rcic_address_failed(event: RequestEvent) -> Drafts:
    """As long as no mentor leads the request, it is for the coordinators to do something."""
    if event.request.status != Status.ACCEPTED:
        yield from _to_coordinators(
            event,
            "rcic_address_failed",
            mentor_name=str(mentor_of(event)) if event.data["whose"] == "mentor" else "",
            complained=event.data["trouble"] == MailTrouble.COMPLAINED,
        )


def rcic_client_withdrew(event: RequestEvent) -> Drafts:
    if event.by_client:
        yield from _to_coordinators(event, "rcic_client_withdrew")
