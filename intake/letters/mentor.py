"""Letters to the mentor."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from intake.enums import Status
from intake.letters.base import Drafts, assignment_of, leaves_at, mentor_of, request_url
from intake.links import Purpose, absolute, answer_path
from intake.models import Assignment, RequestEvent
from intake.outbox import Draft
from mentors.enums import MailTrouble
from mentors.models import Volunteer
from mentors.words import last_day_in_words


def to_mentor(
    event: RequestEvent, kind: str, mentor: Volunteer | None = None, **more: Any
) -> Draft:
    """A draft to the mentor of the event, or to another one, with the link to the request."""
    to = mentor or mentor_of(event)
    context = {"url": request_url(event), **more.pop("context", {})}
    return Draft(
        kind=kind,
        key=f"{event.pk}:{kind}:{to.pk}",
        to=to,
        mre=event.request,
        assignment=event.assignment,
        event=event,
        context=context,
        send_at=leaves_at(event, to.zone),
        **more,
    )


def answer_context(assignment: Assignment) -> dict[str, Any]:
    """Why this mentor, the deadlines, and the three signed links: in every mail that asks."""
    zone = assignment.mentor.zone
    links = {f"{purpose}_url": absolute(answer_path(assignment, purpose)) for purpose in Purpose}
    return links | {
        "why": assignment.reasons,
        "respond_by": last_day_in_words(assignment.respond_by, zone),
        "requeue_after": last_day_in_words(assignment.requeue_at, zone),
        "url": links["accept_url"],
    }


def mentor_assigned(event: RequestEvent) -> Drafts:
    assignment = assignment_of(event)
    context = answer_context(assignment)
    if assignment.is_direct:
        yield to_mentor(event, "mentor_direct", context=context)
    else:
        context |= {
            "by_name": str(assignment.assigned_by),
            "note": assignment.note,
        }
        yield to_mentor(event, "mentor_assigned", context=context)


def mentor_assigned_several(events: Sequence[RequestEvent]) -> Draft:
    made = [assignment_of(event) for event in events]
    links = [answer_context(assignment) for assignment in made]
    notes = {assignment.note for assignment in made}
    for_all = notes.pop() if len(notes) == 1 else ""
    requests = [
        {
            "mre": event.request,
            "why": link["why"],
            "note": "" if for_all else assignment.note,
            "accept_url": link["accept_url"],
            "decline_url": link["decline_url"],
        }
        for event, assignment, link in zip(events, made, links, strict=True)
    ]
    mentor = made[0].mentor
    return Draft(
        kind="mentor_assigned_several",
        key=f"{events[0].pk}:mentor_assigned_several:{mentor.pk}",
        to=mentor,
        context={
            "by_name": str(made[0].assigned_by),
            "note": for_all,
            "requests": requests,
            # One mentor and one instant: the days are the same for all. The link to pause is
            # that of the last one, which is the longest in force if he answers from the top.
            **{name: links[-1][name] for name in ("respond_by", "requeue_after", "pause_url")},
            "url": absolute(reverse("intake:desk")),
        },
    )


def mentor_before(event: RequestEvent) -> Drafts:
    """The mentor from whom a request was taken is told, whether he had accepted or not."""
    before = Assignment.objects.select_related("mentor__chapter").get(pk=event.data["previous"])
    if event.from_status == Status.ACCEPTED:
        context = {"reason": event.data["note"]}
        yield to_mentor(event, "mentor_taken_over", before.mentor, context=context)
    else:
        yield to_mentor(event, "mentor_replaced", before.mentor)


def mentor_taken_over(event: RequestEvent) -> Drafts:
    if event.by_id != mentor_of(event).pk:
        yield to_mentor(event, "mentor_taken_over", context={"reason": event.data["reason"]})


def mentor_nudged(event: RequestEvent) -> Drafts:
    """From a coordinator by name, with what he wrote; a reply goes to him."""
    assert event.by is not None  # no clock nudges like this
    assignment = assignment_of(event)
    context = answer_context(assignment) if assignment.is_unanswered else {}
    context |= {"by_name": str(event.by), "note": event.data["note"]}
    yield to_mentor(event, "mentor_nudged", context=context, reply_to=event.by.email)


def mentor_withdrawn(event: RequestEvent) -> Drafts:
    told = event.assignment is not None and event.by_id != mentor_of(event).pk
    if told and event.to_status == Status.WITHDRAWN:
        why = "the client no longer needs it" if event.by_client else event.data["why"]
        yield to_mentor(event, "mentor_withdrawn", context={"why": why})


def mentor_client_update(event: RequestEvent) -> Drafts:
    current = event.request.current
    if current is not None and event.by_id != current.mentor_id:
        mentor = current.mentor
        context = {"what_changed": event.data["what"], "by_name": str(event.by or "")}
        yield to_mentor(event, "mentor_client_update", mentor, context=context)


def mentor_address_failed(event: RequestEvent) -> Drafts:
    """What he writes to his client does not arrive."""
    if event.data["whose"] == "client" and event.request.status == Status.ACCEPTED:
        complained = event.data["trouble"] == MailTrouble.COMPLAINED
        yield to_mentor(event, "mentor_address_failed", context={"complained": complained})
