"""What always holds of a request, whatever was done to it and by whomever.

Reckoned anew from the timeline and the rows, without the code that wrote them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from intake.models import Assignment, MentoringRequest, OutboxMail, RequestEvent

UNANSWERED = {"pending", "overdue"}
ACCEPTED = {"accepted_in_time", "accepted_late"}
ENDED_BY = {
    "declined": {"declined"},
    "handed_back": {"handed_back"},
    "withdrawn": {"closed"},
    "timed_out": {"requeued", "replaced"},
    "replaced": {"replaced"},
}


def assert_sound(mre_id: int) -> None:
    """Fail with every sentence that is not true of this request."""
    mre = MentoringRequest.objects.get(pk=mre_id)
    _assert_none(mre, [*_untrue(mre), *_mails(mre)])


def assert_sound_but_for_mails(mre_id: int) -> None:
    """The same of a request that happened elsewhere, when others wrote the mails."""
    mre = MentoringRequest.objects.get(pk=mre_id)
    _assert_none(mre, list(_untrue(mre)))


def _assert_none(mre: MentoringRequest, problems: list[str]) -> None:
    assert not problems, "\n".join([f"{mre}, {mre.status}:", *problems])


def _untrue(mre: MentoringRequest) -> Iterator[str]:
    for part in (_chain, _holding, _waiting, _outcomes, _counts):
        yield from part(mre)


def _timeline(mre: MentoringRequest) -> list[RequestEvent]:
    return list(mre.events.order_by("pk"))


def _chain(mre: MentoringRequest) -> Iterator[str]:
    """Each event begins where the one before it ended, and the last one ends where it stands."""
    stands = ""
    for event in _timeline(mre):
        if event.from_status != stands:
            yield f"{event.kind} begins at {event.from_status}, but it stood at {stands}"
        if event.at > event.processed_at:
            yield f"{event.kind} counts from {event.at}, after it was done"
        stands = event.to_status
    if stands != mre.status:
        yield f"the timeline ends at {stands}"


def _holding(mre: MentoringRequest) -> Iterator[str]:
    """A mentor holds it by one open assignment while it is with a mentor, and nobody else does."""
    held_by = [a.pk for a in mre.assignments.filter(ended_at__isnull=True)]
    wanted = [mre.current_id] if mre.status in ("assigned", "accepted") else []
    if held_by != wanted:
        yield f"open assignments {held_by} instead of {wanted}"
    outcome = mre.current.outcome if mre.current else ""
    if mre.status == "assigned" and outcome not in UNANSWERED:
        yield f"it waits for an answer, but that was {outcome}"
    if mre.status == "accepted" and outcome not in ACCEPTED:
        yield f"it is accepted, but the answer was {outcome}"


def _waiting(mre: MentoringRequest) -> Iterator[str]:
    """From the submission to the first acceptance; afterwards from when it came back."""
    since: datetime | None = None
    for event in _timeline(mre):
        came_back = event.kind in ("transferred", "reopened") or event.from_status == "accepted"
        if event.kind == "submitted":
            since = event.at
        elif event.to_status not in ("need_action", "assigned"):
            since = None
        elif came_back and event.from_status not in ("need_action", "assigned"):
            since = event.at
    if mre.waiting_since != since:
        yield f"waits since {mre.waiting_since} instead of {since}"


def _outcomes(mre: MentoringRequest) -> Iterator[str]:
    """Every assignment has one outcome, and one event that tells of it."""
    timeline = _timeline(mre)
    for assignment in mre.assignments.order_by("pk"):
        kinds = _told(assignment, timeline)
        if kinds["accepted"] != (assignment.outcome in ACCEPTED):
            yield f"{assignment.outcome}, but accepted {kinds['accepted']} times"
        if kinds["overdue"] != (assignment.overdue_at is not None) or kinds["reminded"] > 1:
            yield f"{assignment.outcome}, overdue since {assignment.overdue_at}: {dict(kinds)}"
        ends = ENDED_BY.get(assignment.outcome, set())
        if ends and sum(kinds[kind] for kind in ends) != 1:
            yield f"{assignment.outcome}, but the timeline tells {dict(kinds)}"
        if assignment.overdue_at not in (None, assignment.respond_by):
            yield f"overdue since {assignment.overdue_at}, due by {assignment.respond_by}"


def _told(assignment: Assignment, timeline: list[RequestEvent]) -> Counter[str]:
    """How often each kind of event tells of the assignment; a replacement tells of two."""
    own = (
        event
        for event in timeline
        if (event.kind == "replaced" and event.data["previous"] == assignment.pk)
        or (event.kind != "replaced" and event.assignment_id == assignment.pk)
    )
    return Counter(event.kind for event in own)


def _counts(mre: MentoringRequest) -> Iterator[str]:
    """What is counted on an assignment agrees with the rows."""
    for assignment in mre.assignments.order_by("pk"):
        tried = list(assignment.attempts.order_by("at").values_list("at", flat=True))
        if (assignment.attempts_made, assignment.first_attempt_at) != (
            len(tried),
            tried[0] if tried else None,
        ):
            yield f"{assignment.attempts_made} attempts instead of {len(tried)}"
        held = assignment.sessions.filter(state="held").order_by("starts_at").first()
        if assignment.counseled_at != (held.starts_at if held else None):
            yield f"counseled at {assignment.counseled_at}"


def _mails(mre: MentoringRequest) -> Iterator[str]:
    """Each event was mailed once."""
    accepted = sum(event.kind == "accepted" for event in _timeline(mre))
    told = OutboxMail.objects.filter(request=mre, kind="client_accepted").count()
    if told != accepted:
        yield f"accepted {accepted} times, but the client was told {told} times"


ROWS = """
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
    SELECT 'request ' || t::text AS line FROM intake_mentoringrequest t
    UNION ALL SELECT 'assignment ' || t::text FROM intake_assignment t
    UNION ALL SELECT 'session ' || t::text FROM intake_session t
    UNION ALL SELECT 'attempt ' || id FROM intake_contactattempt
    UNION ALL SELECT 'note ' || id FROM intake_note
    UNION ALL SELECT 'event ' || id FROM intake_requestevent
    UNION ALL SELECT 'mail ' || id || state || send_at FROM intake_outboxmail
) AS lines
"""


def fingerprint() -> str:
    """Differs as soon as an act has left any trace."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        return str(cursor.fetchone())
