"""Somebody presses the button twice."""

from collections.abc import Callable

import pytest

from intake.actions.following import mail_mentor
from intake.models import OutboxMail
from mentors.errors import AlreadyDone
from mentors.models import FollowUp
from tests.concurrency.rig import race_through
from tests.factories import MONDAY, Organisation

pytestmark = pytest.mark.django_db(transaction=True)


def writes(org: Organisation) -> Callable[[], FollowUp]:
    return lambda: mail_mentor(
        mentor_id=org.joan.pk, by=org.chair, now=MONDAY, subject="How are you?", text="All well?"
    )


def test_of_two_equal_mails_one_is_sent(org: Organisation) -> None:
    turns = race_through(org.joan, writes(org), writes(org))
    assert [turn.error for turn in turns] == [None, None]
    assert [turn.won for turn in turns] == [True, False]
    assert isinstance(turns[1].refused, AlreadyDone)
    assert (FollowUp.objects.count(), OutboxMail.objects.count()) == (1, 1)
