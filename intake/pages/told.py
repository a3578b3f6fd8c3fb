"""The timeline of a request, read once for its page, and what it says that there is.

Every act writes into the timeline what it did. So the page asks for notes, sessions or a team only
where the timeline tells of some.
"""

from django.db.models import Prefetch, prefetch_related_objects

from intake.enums import EventKind
from intake.models import Assignment, MentoringRequest, RequestEvent


def read_timeline(mre: MentoringRequest) -> None:
    """From here on `mre.events.all()` is what happened, the latest first, at no cost.

    Each event comes with `by` and `assignment__mentor__chapter`. One query; another one if
    somebody else had the request before its mentor.
    """
    told = RequestEvent.objects.select_related("by").order_by("-at", "-pk")
    prefetch_related_objects([mre], Prefetch("events", told))
    others = []
    for event in mre.events.all():
        if mre.current is not None and event.assignment_id == mre.current.pk:
            event.assignment = mre.current
        elif event.assignment_id is not None:
            others.append(event)
    with_mentor = Assignment.objects.select_related("mentor__chapter")
    prefetch_related_objects(others, Prefetch("assignment", with_mentor))


def tells_of(mre: MentoringRequest, *kinds: EventKind) -> bool:
    """Whether something of these kinds ever happened; the timeline is read already."""
    return any(event.kind in kinds for event in mre.events.all())


def assignments_told(mre: MentoringRequest) -> dict[int, Assignment]:
    """By id, every assignment there ever was; the timeline, which tells each, is read already."""
    told = [event.assignment for event in mre.events.all() if event.assignment is not None]
    return {assignment.pk: assignment for assignment in told}
