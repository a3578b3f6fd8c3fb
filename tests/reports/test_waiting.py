"""Clients who wait: the four lists and “in mentoring” partition the open requests."""

from collections import Counter
from datetime import timedelta

from intake.enums import CLOSED, Stage
from intake.models import MentoringRequest
from reports.question import Question
from reports.scope import EVERYWHERE
from reports.waiting import counts, rows
from tests.factories import MONDAY, SITUATIONS, Organisation, request_in
from tests.reports.conftest import Everything

LATER = MONDAY + timedelta(days=60)
"""After the end of every story."""

STAGES = {
    Stage.NOT_ASSIGNED: {
        "new", "declined", "timed_out", "transferred", "mentor_unavailable", "reopened",
        "moved_here",
    },
    Stage.NOT_ACCEPTED: {"assigned", "overdue", "replaced"},
    Stage.NOT_CONTACTED: {"accepted", "accepted_late", "tried_three_times", "unreachable"},
    Stage.NOT_COUNSELED: {"contacted", "session_planned", "session_missed"},
    Stage.IN_MENTORING: {"counseled", "notes_missing", "reopened_to_mentor"},
}  # fmt: skip


QUESTION = Question(reach=EVERYWHERE, now=LATER, at=LATER)


def counted() -> Counter[str]:
    """The open requests by stage, as the lists count them."""
    return sum(counts(QUESTION).values(), Counter())


def stages_of() -> Counter[str]:
    """The requests by stage, worked out one by one and without the database's help."""
    return Counter(stage_of(mre) for mre in MentoringRequest.objects.select_related("current"))


def stage_of(mre: MentoringRequest) -> str:
    if mre.status in CLOSED:
        return "closed"
    if mre.status == "need_action":
        return "not_assigned"
    if mre.status == "assigned":
        return "not_accepted"
    assert mre.current is not None
    if mre.current.sessions.filter(state="held").exists():
        return "in_mentoring"
    reached = mre.current.attempts.filter(result="reached").exists()
    meets = mre.current.sessions.filter(state__in=["scheduled", "missed"]).exists()
    return "not_counseled" if reached or meets else "not_contacted"


class TestOfEverySituation:
    def test_the_stage_of_every_situation(self, everything: Everything) -> None:
        situations = {story.mre_id: name for name, story in everything.stories.items()}
        found = {
            stage: {situations[row.mre.pk] for row in rows(QUESTION, stage)} for stage in Stage
        }
        assert found == STAGES

    def test_the_stages_partition_the_open_requests(self, everything: Everything) -> None:
        found = counted()
        expected = stages_of()
        assert expected.pop("closed") == len(SITUATIONS) - sum(map(len, STAGES.values()))
        assert found == expected
        assert found.total() == MentoringRequest.objects.open().count()


def test_a_new_mentor_starts_afresh(org: Organisation) -> None:
    request_in("counseled", org).reassign(org.grace).accept()
    assert counted() == {Stage.NOT_CONTACTED: 1}
