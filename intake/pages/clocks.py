"""The clocks of one request for one reader, each explained: see `counting` for the words.

Coordinators and leaders see all of them. A mentor sees those that run for him, and how long his
client has waited.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from intake.enums import EventKind, SessionState
from intake.models import Assignment, MentoringRequest, Session
from intake.pages import counting
from intake.pages.clock_facts import Rules, Story
from intake.pages.clock_links import ClockName, anchor
from intake.pages.counting import Counted
from intake.pages.running import of_assignment
from intake.pages.sight import Sight
from mentors.models import Volunteer
from mentors.templatetags.moments import spelled_out
from mentors.words import day_in_words

STRUCK = (
    EventKind.REMINDED,
    EventKind.OVERDUE,
    EventKind.REQUEUED,
    EventKind.ATTEMPTS_DUE,
    EventKind.CLOSE_OUT_DUE,
    EventKind.NOTES_DUE,
)


@dataclass(frozen=True)
class Group:
    """The clocks that belong together: the client's wait, or those of one assignment."""

    title: str
    clocks: Sequence[Counted]


def clocks_of(mre: MentoringRequest, seen: Sight, user: Volunteer, rules: Rules) -> list[Group]:
    """All clocks that the reader may see, the present ones first. Four queries at most."""
    sees_all = seen.coordinates or seen.leads
    assignments = mre.assignments.select_related("request", "mentor__chapter").order_by(
        "-assigned_at", "-pk"
    )
    rows = list(assignments if sees_all else assignments.filter(mentor=user))
    story = _read(mre, rows) if rows else Story()
    groups = [Group(_title(row, mre), list(of_assignment(row, story, rules))) for row in rows]
    if mre.waiting_since is None:
        return groups
    return [Group("How long the client has waited", [_wait(mre, rules)]), *groups]


def _title(assignment: Assignment, mre: MentoringRequest) -> str:
    when = day_in_words(assignment.assigned_at.astimezone(assignment.mentor.zone).date())
    earlier = "" if assignment.pk == mre.current_id else "Earlier: "
    return f"{earlier}{assignment.mentor}, assigned {when}"


def _read(mre: MentoringRequest, assignments: list[Assignment]) -> Story:
    story, ids = Story(), [row.pk for row in assignments]
    events = mre.events.filter(kind__in=[*STRUCK, EventKind.RECOMPUTED], assignment__in=ids)
    for event in events.select_related("by").order_by("at", "pk"):
        if event.kind == EventKind.RECOMPUTED:
            row = event.data.get("session", event.assignment_id)
            story.moved.update({(name, row): event for name in event.data["due"]})
        else:
            story.struck[event.kind, event.data.get("session", event.assignment_id)] = event
    for session in _sessions(mre, ids):
        story.sessions.setdefault(session.assignment_id, []).append(session)
    for attempt in mre.attempts.filter(assignment__in=ids).order_by("pk"):
        story.attempts[attempt.assignment_id] = attempt
    return story


def _sessions(mre: MentoringRequest, assignments: list[int]) -> QuerySet[Session]:
    past = [SessionState.HELD, SessionState.SCHEDULED]
    rows = mre.sessions.filter(assignment__in=assignments, state__in=past)
    return rows.defer("notes").order_by("starts_at", "pk")


# --- The client's wait ----------------------------------------------------------------------------


def _wait(mre: MentoringRequest, rules: Rules) -> Counted:
    since, zone = mre.waiting_since, mre.chapter.zone
    assert since is not None  # asked by the caller
    whose = counting.of_queue(str(mre.chapter), zone)
    parts = rules.calendar.explain_business_days(since, rules.now, zone)
    waited = rules.calendar.business_days(since, rules.now, zone)
    began = "when it was submitted" if since == mre.submitted_at else "when it came back"
    return Counted(
        anchor=anchor(ClockName.WAIT, mre),
        title=f"Waiting {spelled_out(waited)}",
        rule="The time that falls on business days, read from the wall clock, divided by 24 hours.",
        facts=(
            ("Waiting since", f"{whose.instant(since)}, {began}."),
            ("Until now", f"{whose.instant(rules.now)}."),
            ("Sum", f"{counting.total_in_words(parts)}."),
            ("Whose clock", whose.words),
        ),
        sum=counting.sum_of(parts),
    )
