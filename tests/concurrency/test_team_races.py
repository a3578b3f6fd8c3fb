"""Two people build a team, or a request and its team move on, at the same moment."""

import pytest

from intake.actions import company, recording, referring, team
from intake.actions.company import OwnTime
from intake.actions.recording import Minutes
from intake.enums import EventKind, SessionMode, Status
from intake.models import TeamMember
from mentors.errors import AlreadyDone
from mentors.models import Volunteer
from tests.concurrency.rig import Act, race_through
from tests.factories import Organisation, Story, request_in

pytestmark = pytest.mark.django_db(transaction=True)


def ask(story: Story, by: Volunteer) -> Act:
    return lambda: team.add_member(
        mre_id=story.mre_id, volunteer_id=story.org.sam.pk, by=by, now=story.now, line="Tax?"
    )


def transfer(story: Story) -> Act:
    return story.transfer


def test_added_twice_at_once_is_one_member_and_a_sentence(org: Organisation) -> None:
    story = request_in("accepted", org)
    first, second = race_through(story.mre, ask(story, org.joan), ask(story, org.rcic))
    assert first.won
    assert isinstance(second.refused, AlreadyDone)
    assert second.refused.reason.startswith("Sam Expert is on the team since")
    assert TeamMember.objects.present().count() == 1
    assert story.kinds.count(EventKind.TEAM_JOINED) == 1


def test_joined_twice_at_once_is_in_the_session_once(org: Organisation) -> None:
    story = request_in("session_planned", org)

    def join(by: Volunteer) -> Act:
        return lambda: company.add_companion(
            session_id=story.session_id, volunteer_id=org.sam.pk, by=by, now=story.now
        )

    first, second = race_through(story.mre, join(org.joan), join(org.rcic))
    assert first.won
    assert isinstance(second.refused, AlreadyDone)
    assert story.session.co_mentorships.count() == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_nobody_joins_the_team_of_a_request_that_leaves_its_lead(
    org: Organisation,
    is_first: bool,
) -> None:
    story = request_in("accepted", org)
    acts = [ask(story, org.rcic), transfer(story)]
    turns = race_through(story.mre, *(acts if is_first else acts[::-1]))
    assert [turn.won for turn in turns] == ([True, True] if is_first else [True, False])
    assert story.mre.status == Status.NEED_ACTION
    assert not TeamMember.objects.present().exists()


def test_left_and_taken_off_at_once_is_told_once(org: Organisation) -> None:
    story = request_in("accepted", org)
    member = ask(story, org.joan)()
    assert isinstance(member, TeamMember)

    def end(by: Volunteer) -> Act:
        return lambda: team.end_membership(member_id=member.pk, by=by, now=story.now)

    first, second = race_through(story.mre, end(org.sam), end(org.joan))
    assert first.won
    assert isinstance(second.refused, AlreadyDone)
    assert story.kinds.count(EventKind.TEAM_LEFT) == 1


@pytest.mark.parametrize("logs_first", [True, False])
def test_what_a_co_mentor_logs_stands_whoever_saves_first(
    org: Organisation,
    logs_first: bool,
) -> None:
    story = request_in("counseled", org)
    company.add_companion(
        session_id=story.session_id, volunteer_id=org.sam.pk, by=org.joan, now=story.now
    )

    def log() -> object:
        return company.log_time(
            session_id=story.session_id,
            volunteer_id=org.sam.pk,
            by=org.sam,
            now=story.now,
            took=OwnTime(minutes=25),
        )

    def edit() -> object:
        return recording.edit(
            session_id=story.session_id,
            by=org.joan,
            now=story.now,
            mode=SessionMode.VIDEO,
            took=Minutes(minutes=60, co_mentors={org.sam.pk: 55}),
            notes="Prices.",
        )

    turns = race_through(story.mre, *([log, edit] if logs_first else [edit, log]))
    assert all(turn.won for turn in turns)
    assert story.session.co_mentorships.get().minutes == 25


def test_two_coordinators_follow_a_proposal_at_once_and_one_of_them_has(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    story.transfer(propose=org.ben)

    def follow(by: Volunteer) -> Act:
        return lambda: referring.follow_proposal(
            mre_id=story.mre_id, mentor_id=org.ben.pk, by=by, now=story.now
        )

    first, second = race_through(story.mre, follow(org.rcic), follow(org.rcic_district))
    assert first.won
    assert isinstance(second.refused, AlreadyDone)
    assert second.refused.reason.startswith("This request was assigned to Ben Okafor")
    assert story.mre.assignments.filter(mentor=org.ben).count() == 1
