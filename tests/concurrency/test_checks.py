"""The self-check while people act, and with several workers."""

import pytest
from django.db import transaction

from intake.actions.base import lock_request
from intake.models import FigureCheck, MentoringRequest, OutboxMail
from intake.selfcheck import night
from intake.selfcheck.tables import Found, compare
from tests.concurrency.rig import race, race_through
from tests.factories import Organisation, Story, request_in, submit

pytestmark = pytest.mark.django_db(transaction=True)


def set_parked(story: Story, parked: bool) -> None:
    """An act that the timeline knows nothing of."""
    with transaction.atomic():
        mre = lock_request(story.mre_id)
        mre.parked = parked
        mre.save(update_fields=["parked"])


def looked_at(story: Story) -> Found:
    return compare([story.mre_id])


def test_what_differs_only_while_somebody_acts_is_no_difference(org: Organisation) -> None:
    story = request_in("new", org)
    set_parked(story, True)
    _, seen = race_through(story.mre, lambda: set_parked(story, False), lambda: looked_at(story))
    assert (seen.error, seen.result) == (None, {})


def test_what_still_differs_then_is_one(org: Organisation) -> None:
    story = request_in("new", org)
    set_parked(story, True)
    _, seen = race_through(story.mre, lambda: set_parked(story, True), lambda: looked_at(story))
    assert seen.error is None
    assert list(seen.result) == [story.mre_id]  # type: ignore[call-overload]


def test_two_workers_share_a_check_and_mail_once(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "BATCH", 3)
    stories = [submit(org) for _ in range(10)]
    MentoringRequest.objects.update(parked=True)
    now = stories[0].now
    turns = race(*[lambda: night.run_due(clock=lambda: now)] * 2)
    assert [turn.error for turn in turns] == [None, None]
    assert sum(turn.result for turn in turns) == len(stories)  # type: ignore[misc]
    check = FigureCheck.objects.get()
    assert (check.requests, check.differing, check.finished_at) == (10, 10, now)
    assert OutboxMail.objects.filter(kind="figures_differ").count() == 1
