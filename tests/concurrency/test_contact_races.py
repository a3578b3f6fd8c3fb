"""A button tapped twice: the attempt counts once, and a mail goes out once."""

import pytest

from intake.actions import contacting
from intake.enums import Channel, ContactResult
from intake.models import ContactAttempt
from mentors.errors import AlreadyDone
from tests.concurrency.rig import race, race_through
from tests.factories import Organisation, Story, request_in
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)


def tap(story: Story) -> object:
    return contacting.log_attempt(
        mre_id=story.mre_id,
        by=story.org.joan,
        now=story.now,
        channel=Channel.PHONE,
        result=ContactResult.NO_ANSWER,
    )


def mail(story: Story) -> object:
    return contacting.mail_client(
        mre_id=story.mre_id, by=story.org.joan, now=story.now, subject="Prices", text="When?"
    )


@pytest.mark.parametrize("act", [tap, mail])
@pytest.mark.parametrize("gate", [True, False])
def test_two_taps_at_once_are_one_attempt(org: Organisation, act: object, gate: bool) -> None:
    assert callable(act)
    story = request_in("accepted", org).wait(hours=1)
    twice = [lambda: act(story), lambda: act(story)]
    turns = race_through(story.mre, *twice) if gate else race(*twice)
    assert sum(turn.won for turn in turns) == 1
    assert [type(turn.refused) for turn in turns if not turn.won] == [AlreadyDone]
    assert story.assignment.attempts_made == 2
    assert story.mails.count("client_message") == (act is mail)
    assert_sound(story.mre_id)


def test_a_wrong_tap_is_taken_back_once(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1).attempt()
    made = ContactAttempt.objects.latest("pk")

    def back() -> object:
        return contacting.take_back(attempt_id=made.pk, by=org.joan, now=story.now)

    turns = race_through(story.mre, back, back)
    assert [turn.won for turn in turns] == [True, False]
    assert isinstance(turns[1].refused, AlreadyDone)
    assert story.assignment.attempts_made == 1
    assert_sound(story.mre_id)
