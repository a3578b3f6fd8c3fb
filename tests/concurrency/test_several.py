"""Two coordinators act on the same several requests at once: each request goes once, none is lost.

Acts on several requests hold many locks; these tests would hang or break on a deadlock.
"""

from collections.abc import Sequence
from functools import partial

import pytest

from intake.actions import availability
from intake.actions.several import Order, Result, assign_all, withdraw_all
from intake.enums import DeclineReason, Status, WithdrawReason
from intake.models import Assignment, MentoringRequest, OutboxMail
from mentors.models import Volunteer
from tests.concurrency.rig import Act, Turn, race, race_through
from tests.factories import MONDAY, Organisation, Story, set_profile, submit
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

BY_CHANCE = 3
"""How often each pair runs without a gate."""


def some(org: Organisation, number: int = 4) -> list[Story]:
    return [submit(org) for _ in range(number)]


def giving(stories: Sequence[Story], mentors: Sequence[Volunteer], by: Volunteer) -> Act:
    """Somebody confirms a proposal: each request to its mentor."""
    orders = [
        Order(story.mre_id, mentor.pk) for story, mentor in zip(stories, mentors, strict=True)
    ]
    return lambda: assign_all(orders=orders, by=by, now=MONDAY)


def results(turn: Turn) -> list[Result]:
    assert turn.error is None
    assert turn.refused is None
    assert isinstance(turn.result, list)
    return turn.result


def assert_each_once(stories: Sequence[Story], turns: Sequence[Turn]) -> None:
    """One of them gave each request away, the other reads so, and each mentor had it in a mail."""
    for number, story in enumerate(stories):
        said = [results(turn)[number] for turn in turns]
        assert sorted(one.done for one in said) == [False, True]
        [lost] = [one.said for one in said if not one.done]
        assert lost.startswith(f"This request was assigned to {story.mentor} on ")
        assert Assignment.objects.filter(request=story.mre_id).count() == 1
    assert_all_well(stories)


def assert_all_well(stories: Sequence[Story]) -> None:
    assert_every_assignment_is_told_once()
    for story in stories:
        assert_sound(story.mre_id)


def assert_every_assignment_is_told_once() -> None:
    mails = OutboxMail.objects.filter(kind__startswith="mentor_assigned")
    for assignment in Assignment.objects.select_related("mentor"):
        link = f"/answer/accept-{assignment.pk}."
        told = [mail for mail in mails if link in mail.text]
        assert [mail.volunteer for mail in told] == [assignment.mentor]


def test_the_same_proposal_confirmed_twice_at_once(org: Organisation) -> None:
    stories = some(org)
    mentors = [org.joan, org.ben, org.joan, org.ben]
    acts = [giving(stories, mentors, by) for by in (org.rcic, org.rcic_district)]
    turns = race_through(MentoringRequest.objects.get(pk=stories[0].mre_id), *acts)
    assert_each_once(stories, turns)
    assert [story.mentor for story in stories] == mentors


def test_two_different_proposals_by_chance(org: Organisation) -> None:
    mentors = [org.joan, org.ben, org.joan, org.ben]
    for _ in range(BY_CHANCE):
        stories = some(org)
        # The other way round, in the order of the requests as in that of the mentors.
        turns = race(
            giving(stories, mentors, org.rcic),
            giving(stories[::-1], mentors, org.rcic_district),
        )
        turns[1].result = results(turns[1])[::-1]
        assert_each_once(stories, turns)


def test_the_last_place_goes_once(org: Organisation) -> None:
    set_profile(org.joan, weekly_limit=1)
    turns = race_through(
        Volunteer.objects.get(pk=org.joan.pk),
        giving(some(org, 1), [org.joan], org.rcic),
        giving(some(org, 1), [org.joan], org.rcic_district),
    )
    assert [results(turn)[0].done for turn in turns] == [True, False]
    assert "1 of 1 this week" in results(turns[1])[0].said
    assert_every_assignment_is_told_once()


def test_withdrawn_while_they_are_given_away(org: Organisation) -> None:
    for _ in range(BY_CHANCE):
        stories = some(org)
        turns = race(
            giving(stories, [org.joan] * 4, org.rcic),
            partial(
                withdraw_all,
                mre_ids=[story.mre_id for story in stories[::-1]],
                by=org.rcic_district,
                now=MONDAY,
                reason=WithdrawReason.OTHER,
                note="They called.",
            ),
        )
        assert all(one.done for one in results(turns[1]))
        assert {story.mre.status for story in stories} == {Status.WITHDRAWN}
        assert_all_well(stories)


def test_a_mentor_pauses_while_he_is_given_more(org: Organisation) -> None:
    for mentor in (org.joan, org.ben, org.grace):
        held = [story.assign(mentor) for story in some(org, 2)]
        stories = some(org, 2)
        turns = race(
            giving(stories, [mentor] * 2, org.rcic),
            partial(
                availability.decline_and_pause,
                assignment_id=held[0].assignment.pk,
                by=Volunteer.objects.get(pk=mentor.pk),
                now=MONDAY,
                reason=DeclineReason.AWAY,
                starts_on=MONDAY.date(),
                ends_on=MONDAY.date(),
            ),
        )
        assert turns[1].error is None
        assert {one.done for one in results(turns[0])} in ({True}, {False})
        for story in (*held, *stories):
            assert_sound(story.mre_id)
