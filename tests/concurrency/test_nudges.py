"""Two coordinators nudge the same mentor at the same moment: he gets one mail."""

import pytest

from intake.actions import nudging
from intake.models import OutboxMail
from mentors.errors import AlreadyDone
from mentors.models import Volunteer
from tests.concurrency.rig import Act, race, race_through
from tests.factories import Organisation, Story, request_in

pytestmark = pytest.mark.django_db(transaction=True)


def nudge(story: Story, by: Volunteer) -> Act:
    return lambda: nudging.nudge(
        mre_id=story.mre_id, by=by, now=story.now, note="Have you seen it?"
    )


def test_one_of_two_wins_and_the_other_reads_who_it_was(org: Organisation) -> None:
    story = request_in("assigned", org)
    first, second = race_through(story.mre, nudge(story, org.rcic), nudge(story, org.rcic_district))
    assert first.won
    assert isinstance(second.refused, AlreadyDone)
    assert second.refused.reason.startswith(f"{org.rcic} nudged Joan Whitfield on Mon 16 Mar")
    assert OutboxMail.objects.filter(kind="mentor_nudged").count() == 1


def test_nudge_against_answer_whoever_is_first(org: Organisation) -> None:
    story = request_in("assigned", org)
    turns = race(nudge(story, org.rcic), story.accept)
    assert [turn.error for turn in turns] == [None, None]
    assert all(turn.won for turn in turns), "an accepted request can be nudged about, too"
    assert story.mre.status == "accepted"
