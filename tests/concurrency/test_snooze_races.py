"""A request is put aside while others act on it: it is so for what was seen, or not at all."""

from datetime import timedelta

import pytest

from intake.actions import assigning, snoozing
from intake.enums import Stage
from intake.models import Snooze
from intake.permissions import snoozed
from mentors.errors import AlreadyDone
from mentors.models import Volunteer
from tests.concurrency.rig import Act, race_through
from tests.factories import Organisation, Story, request_in, submit

pytestmark = pytest.mark.django_db(transaction=True)


def snooze(story: Story, by: Volunteer, stage: Stage) -> Act:
    seen = story.mre.current_id
    until = story.now.date() + timedelta(days=7)
    return lambda: snoozing.snooze(
        mre_id=story.mre_id,
        by=by,
        now=story.now,
        until=until,
        reason="Back next week.",
        stage=stage,
        seen=seen,
    )


def test_one_of_two_wins_and_the_other_reads_who_it_was(org: Organisation) -> None:
    story = submit(org)
    first, second = race_through(
        story.mre,
        snooze(story, org.rcic, Stage.NOT_ASSIGNED),
        snooze(story, org.rcic_district, Stage.NOT_ASSIGNED),
    )
    assert first.won
    assert isinstance(second.refused, AlreadyDone)
    assert second.refused.reason.startswith(f"{org.rcic} has snoozed this until")
    assert Snooze.objects.count() == 1


@pytest.mark.parametrize("snoozed_first", [True, False])
def test_against_the_answer_of_the_mentor(org: Organisation, *, snoozed_first: bool) -> None:
    story = request_in("assigned", org)
    put_aside = snooze(story, org.rcic, Stage.NOT_ACCEPTED)
    acts = (put_aside, story.accept) if snoozed_first else (story.accept, put_aside)
    turns = race_through(story.mre, *acts)
    assert turns[0].won
    assert turns[1].won == snoozed_first
    assert snoozed(story.mre, story.now) is None, "an accepted request is at another stage"


def test_two_take_it_up(org: Organisation) -> None:
    story = submit(org)
    snooze(story, org.rcic, Stage.NOT_ASSIGNED)()

    def take_up(by: Volunteer) -> Act:
        return lambda: snoozing.take_up(mre_id=story.mre_id, by=by, now=story.now)

    first, second = race_through(story.mre, take_up(org.rcic), take_up(org.rcic_district))
    assert first.won
    assert isinstance(second.refused, AlreadyDone)
    assert story.kinds.count("snooze_ended") == 1


def test_against_a_move_nothing_stays_put_aside(org: Organisation) -> None:
    story = submit(org)
    _, moved = race_through(
        story.mre,
        snooze(story, org.rcic, Stage.NOT_ASSIGNED),
        lambda: assigning.move(
            mre_id=story.mre_id,
            chapter_id=org.newark.pk,
            by=org.rcic_district,
            now=story.now,
            note="The shop is there.",
        ),
    )
    assert moved.won
    assert snoozed(story.mre, story.now) is None
