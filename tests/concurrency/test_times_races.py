"""Picking a time at the same moment: in two tabs, while the mentor withdraws, by two clients."""

from datetime import timedelta

import pytest

from intake.actions import closing, sessions, times
from intake.actions.times import Meeting
from intake.enums import EventKind, SessionMode, SessionState
from intake.models import RequestEvent, Session, TimeProposal
from tests.concurrency.rig import Act, Turn, race, race_through
from tests.factories import Organisation, Story, request_in
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

BOTH_WAYS = pytest.mark.parametrize("turned", [False, True], ids=["this first", "other first"])


def proposed(story: Story) -> TimeProposal:
    starts = [story.now + timedelta(days=days) for days in (2, 3)]
    return times.propose(
        mre_id=story.mre_id,
        by=story.mentor,
        now=story.now,
        starts=starts,
        meeting=Meeting(mode=SessionMode.VIDEO),
    )


def pick(story: Story, proposal: TimeProposal, which: int = 0) -> Act:
    time = proposal.times.order_by("starts_at")[which]
    now = story.now + timedelta(minutes=1)
    return lambda: times.pick(mre_id=story.mre_id, time_id=time.pk, now=now)


def through(story: Story, *acts: Act, turned: bool) -> list[Turn]:
    turns = race_through(story.mre, *(acts[::-1] if turned else acts))
    assert [turn.error for turn in turns] == [None] * len(turns)
    return turns[::-1] if turned else turns


def assert_one_way(story: Story, *, planned: int) -> None:
    """So many sessions are planned, as often told, and nothing is left open."""
    assert story.mre.sessions.filter(state=SessionState.SCHEDULED).count() == planned
    told = RequestEvent.objects.filter(kind=EventKind.SESSION_SCHEDULED, request=story.mre)
    assert told.count() == planned
    assert story.mails.count("client_session_invited") == planned
    assert not story.mre.time_proposals.open().exists()
    assert_sound(story.mre_id)


@BOTH_WAYS
def test_two_tabs_pick_two_times(org: Organisation, turned: bool) -> None:
    story = request_in("accepted", org)
    proposal = proposed(story)
    turns = through(story, pick(story, proposal, 0), pick(story, proposal, 1), turned=turned)
    [loser] = [turn for turn in turns if not turn.won]
    assert loser.refused is not None
    assert "already chosen a time" in loser.refused.reason
    assert_one_way(story, planned=1)


def test_five_tabs_by_chance(org: Organisation) -> None:
    story = request_in("accepted", org)
    proposal = proposed(story)
    turns = race(*(pick(story, proposal, n % 2) for n in range(5)))
    assert sum(turn.won for turn in turns) == 1
    assert_one_way(story, planned=1)


@BOTH_WAYS
def test_picking_while_the_mentor_withdraws(org: Organisation, turned: bool) -> None:
    story = request_in("accepted", org)
    proposal = proposed(story)
    picking, withdrawing = through(
        story,
        pick(story, proposal),
        lambda: times.withdraw(mre_id=story.mre_id, by=org.joan, now=story.now),
        turned=turned,
    )
    assert picking.won != withdrawing.won
    late = withdrawing if picking.won else picking
    assert late.refused is not None
    words = "chose a time meanwhile" if picking.won else "no longer open"
    assert words in late.refused.reason
    assert_one_way(story, planned=int(picking.won))


@BOTH_WAYS
def test_picking_while_the_mentor_plans_otherwise(org: Organisation, turned: bool) -> None:
    """Both can be right: first picked, then one more planned. But nobody picks what is closed."""
    story = request_in("accepted", org)
    proposal = proposed(story)
    picking, planning = through(
        story,
        pick(story, proposal),
        lambda: sessions.schedule(
            mre_id=story.mre_id,
            by=org.joan,
            now=story.now,
            starts_at=story.now + timedelta(days=9),
            mode=SessionMode.PHONE,
        ),
        turned=turned,
    )
    assert planning.won
    assert picking.won != turned
    assert_one_way(story, planned=2 - turned)


@BOTH_WAYS
def test_picking_while_the_request_is_transferred(org: Organisation, turned: bool) -> None:
    story = request_in("accepted", org)
    proposal = proposed(story)
    picking, transfer = through(
        story,
        pick(story, proposal),
        lambda: closing.transfer_to_queue(
            mre_id=story.mre_id, by=org.joan, now=story.now + timedelta(minutes=1), reason="Away."
        ),
        turned=turned,
    )
    assert transfer.won
    assert picking.won != turned
    assert not Session.objects.planned().exists(), "what was picked is called off again"
    assert_sound(story.mre_id)


def test_two_clients_pick_the_same_time_of_one_mentor(org: Organisation) -> None:
    story, other = request_in("accepted", org), request_in("accepted", org)
    mine, yours = proposed(story), proposed(other)
    turns = race_through(org.joan, pick(story, mine), pick(other, yours))
    assert [turn.error for turn in turns] == [None, None]
    [loser] = [turn for turn in turns if not turn.won]
    assert loser.refused is not None
    assert "taken meanwhile" in loser.refused.reason
    assert Session.objects.planned().count() == 1
