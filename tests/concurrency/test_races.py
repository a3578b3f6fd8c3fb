"""Two people, or a person and a clock, act at once: one wins, the other reads why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from pytest_django import Settings

from intake import sending
from intake.actions import (
    answering,
    assigning,
    availability,
    clocks,
    closing,
    recording,
    submission,
)
from intake.actions.recording import Minutes
from intake.enums import DeclineReason, Outcome, SessionMode, Source, Status, WithdrawReason
from intake.models import Assignment, MentoringRequest, OutboxMail, RequestEvent
from intake.pages.wish import wish_of
from intake.sweep import sweep
from mentors.actions import lock_mentor
from mentors.enums import Classification, VolunteerStatus
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Pause, Volunteer
from tests.concurrency.rig import Act, Turn, race, race_through
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    request_in,
    set_profile,
    submit,
)
from tests.soundness import assert_sound
from tests.thorough import examples

pytestmark = pytest.mark.django_db(transaction=True)

BY_CHANCE = examples(2)
"""How often two run without a gate, which shows what no order of ours has thought of."""


# --- The acts -----------------------------------------------------------------------------------


def accept(story: Story) -> object:
    return answering.accept(
        assignment_id=story.assignment.pk, by=story.org.joan, now=story.now, note="Hello Maria."
    )


def decline(story: Story) -> object:
    return answering.decline(
        assignment_id=story.assignment.pk,
        by=story.org.joan,
        now=story.now,
        reason=DeclineReason.AWAY,
    )


def requeue(story: Story) -> object:
    first = Assignment.objects.filter(request=story.mre_id, mentor=story.org.joan).latest("pk")
    return clocks.requeue(assignment_id=first.pk, now=story.now)


def replace(story: Story) -> object:
    return assigning.replace(
        mre_id=story.mre_id,
        mentor_id=story.org.ben.pk,
        by=story.org.rcic,
        now=story.now,
        note="Ben is free.",
    )


def assign_joan(story: Story) -> object:
    return _assign(story, story.org.joan, story.org.rcic)


def assign_ben(story: Story) -> object:
    return _assign(story, story.org.ben, story.org.rcic_district)


def _assign(story: Story, mentor: Volunteer, by: Volunteer) -> object:
    return assigning.assign(mre_id=story.mre_id, mentor_id=mentor.pk, by=by, now=story.now)


def withdraw(story: Story) -> object:
    return closing.withdraw(
        mre_id=story.mre_id,
        by=story.org.rcic_region,
        now=story.now,
        reason=WithdrawReason.OTHER,
        note="She called.",
    )


def withdraw_by_client(story: Story) -> object:
    return submission.withdraw_by_client(mre_id=story.mre_id, now=story.now)


def hand_back(story: Story) -> object:
    return answering.hand_back(mre_id=story.mre_id, by=story.org.joan, now=story.now)


def complete(story: Story) -> object:
    return closing.complete(mre_id=story.mre_id, by=story.org.joan, now=story.now)


def transfer(story: Story) -> object:
    return closing.transfer_to_queue(
        mre_id=story.mre_id, by=story.org.rcic, now=story.now, reason="Joan is ill."
    )


def reassign(story: Story) -> object:
    return assigning.reassign(
        mre_id=story.mre_id,
        mentor_id=story.org.ben.pk,
        by=story.org.rcic,
        now=story.now,
        note="Joan is ill.",
    )


def record_a_session(story: Story) -> object:
    return recording.record_held(
        mre_id=story.mre_id,
        by=story.org.joan,
        now=story.now,
        starts_at=story.now - timedelta(hours=1),
        mode=SessionMode.PHONE,
        took=Minutes(minutes=30),
    )


# --- Pairs of which exactly one can win ---------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two acts that exclude each other, and where they meet."""

    one: Callable[[Story], object]
    other: Callable[[Story], object]
    begin: Callable[[Organisation], Story]

    def __str__(self) -> str:
        return f"{self.one.__name__}/{self.other.__name__}"

    def acts(self, story: Story, *, turned: bool = False) -> list[Act]:
        """Both, in this order or the other."""
        order = (self.other, self.one) if turned else (self.one, self.other)
        return [_act(act, story) for act in order]


def _act(act: Callable[[Story], object], story: Story) -> Act:
    return lambda: act(story)


def new(org: Organisation) -> Story:
    return request_in("new", org)


def assigned(org: Organisation) -> Story:
    return request_in("assigned", org).wait(hours=1)


def due_for_the_queue(org: Organisation) -> Story:
    story = request_in("overdue", org)
    return story.until(story.assignment.requeue_at)


def counseled(org: Organisation) -> Story:
    return request_in("counseled", org).wait(hours=1)


PAIRS = (
    Pair(accept, requeue, due_for_the_queue),
    Pair(accept, replace, assigned),
    Pair(assign_joan, assign_ben, new),
    Pair(decline, requeue, due_for_the_queue),
    Pair(complete, transfer, counseled),
    Pair(accept, decline, assigned),
    Pair(accept, withdraw_by_client, assigned),
    Pair(accept, hand_back, assigned),
    Pair(replace, requeue, due_for_the_queue),
    Pair(replace, decline, assigned),
    Pair(assign_joan, withdraw, new),
    Pair(complete, reassign, counseled),
    Pair(complete, complete, counseled),
    Pair(accept, accept, assigned),
    Pair(requeue, requeue, due_for_the_queue),
)

# Both may be carried out if the withdrawal comes second: an accepted request can be withdrawn.
BOTH_IN_THIS_ORDER = {"accept/withdraw_by_client", "assign_joan/withdraw"}


def check(pair: Pair, story: Story, turns: list[Turn]) -> None:
    """One of the two was carried out, the other was told so, and everything agrees."""
    for turn in turns:
        if turn.error is not None:
            raise turn.error
    winners = sum(turn.won for turn in turns)
    assert winners == 1 or (winners == 2 and str(pair) in BOTH_IN_THIS_ORDER)
    for turn in turns:
        if not turn.won and turn.result is None:
            assert isinstance(turn.refused, AlreadyDone)
            assert turn.refused.reason.endswith(".")
    assert_sound(story.mre_id)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_one_wins_and_the_other_reads_why_not(org: Organisation, pair: Pair) -> None:
    for turned in (False, True):
        story = pair.begin(org)
        turns = race_through(story.mre, *pair.acts(story, turned=turned))
        check(pair, story, turns)
        assert turns[0].won, "who comes first wins"
    for _ in range(examples(1)):
        story = pair.begin(org)
        check(pair, story, race(*pair.acts(story)))


@pytest.mark.parametrize("pair", PAIRS[:5], ids=str)
def test_without_the_lock_the_same_race_is_seen_to_go_wrong(
    org: Organisation, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = pair.begin(org)
    monkeypatch.setattr(QuerySet, "select_for_update", _read_without_a_lock)
    turns = race_through(story.mre, *pair.acts(story))
    both_won = all(turn.won for turn in turns)
    stopped_by_the_database = any(isinstance(turn.error, IntegrityError) for turn in turns)
    assert both_won or stopped_by_the_database


def _read_without_a_lock(self: QuerySet[Any], *_: Any, **__: Any) -> QuerySet[Any]:
    return self.all()


@pytest.mark.parametrize(
    ("winner", "loser", "begin", "sentence"),
    [
        (accept, replace, assigned, "Joan Whitfield accepted this request on Mon 16 Mar 12:00."),
        (replace, accept, assigned, "This request was given to another mentor."),
        (
            requeue,
            accept,
            due_for_the_queue,
            "This request went back because there was no answer in time.",
        ),
        (
            assign_joan,
            assign_ben,
            new,
            "This request was assigned to Joan Whitfield on Mon 16 Mar 10:00.",
        ),
        (decline, replace, assigned, "in the coordinator’s queue since Mon 16 Mar 12:00"),
        (complete, transfer, counseled, "This request was closed on Tue 17 Mar 15:00: Complete."),
    ],
)
def test_the_loser_reads_who_was_faster(
    org: Organisation,
    winner: Callable[[Story], object],
    loser: Callable[[Story], object],
    begin: Callable[[Organisation], Story],
    sentence: str,
) -> None:
    story = begin(org)
    _, turn = race_through(story.mre, _act(winner, story), _act(loser, story))
    assert turn.refused is not None
    assert sentence in turn.refused.reason


# --- Races that end well for both, or are about something else than one request -----------------


def test_a_session_recorded_while_the_request_is_completed_is_counted_or_refused(
    org: Organisation,
) -> None:
    for _ in range(BY_CHANCE):
        story = counseled(org)
        turns = race(_act(complete, story), _act(record_a_session, story))
        assert turns[0].won
        assert turns[1].won or isinstance(turns[1].refused, AlreadyDone)
        held = story.mre.sessions.count()
        assert held == 1 + turns[1].won
        assert_sound(story.mre_id)


def test_the_last_place_of_the_week_goes_to_one_of_two_clients_who_ask_for_the_mentor(
    org: Organisation,
) -> None:
    mentor = set_profile(org.joan, accepts_direct=True, weekly_limit=1)
    asking = [_ask_for(mentor) for _ in range(2)]
    turns = race_through(mentor, *asking)
    assert [turn.error for turn in turns] == [None, None]
    went, waits = MentoringRequest.objects.order_by("status")
    assert (went.status, waits.status) == (Status.ASSIGNED, Status.NEED_ACTION)
    assert went.requested_mentor == waits.requested_mentor == mentor, "the wish is kept"
    wish = wish_of(waits, MONDAY, assigned_before=False)
    assert wish is not None
    assert "who has 1 of 1 this week" in wish.sentence


def test_without_the_lock_the_last_place_is_seen_to_go_twice(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = set_profile(org.joan, accepts_direct=True, weekly_limit=1)
    asking = [_ask_for(mentor) for _ in range(2)]
    monkeypatch.setattr(QuerySet, "select_for_update", _read_without_a_lock)
    race_through(mentor, *asking)
    assert MentoringRequest.objects.filter(status=Status.ASSIGNED).count() == 2


def _ask_for(mentor: Volunteer) -> Act:
    person = a_person()
    return lambda: submission.submit(
        person=person,
        ask=an_ask(requested_mentor=mentor),
        source=Source.WEB,
        by=None,
        now=MONDAY,
    )


def test_the_last_place_of_the_week_goes_to_one_of_two_requests(org: Organisation) -> None:
    mentor = set_profile(org.joan, weekly_limit=1)
    stories = [submit(org), submit(org)]
    turns = race_through(mentor, *[_act(assign_joan, story) for story in stories])
    assert [turn.won for turn in turns] == [True, False]
    assert isinstance(turns[1].refused, Invalid)
    assert turns[1].refused.field == "note"
    assert "1 of 1 this week" in turns[1].refused.reason
    for story in stories:
        assert_sound(story.mre_id)


def test_two_coordinators_swap_two_mentors_without_waiting_for_each_other(
    org: Organisation,
) -> None:
    for _ in range(BY_CHANCE):
        joans = submit(org).assign(org.joan).wait(hours=1)
        bens = submit(org).assign(org.ben).wait(hours=1)
        turns = race(_give(joans, org.ben), _give(bens, org.joan))
        assert [turn.error or turn.refused for turn in turns] == [None, None]
        assert (joans.mentor, bens.mentor) == (org.ben, org.joan)


def _give(story: Story, mentor: Volunteer) -> Act:
    return lambda: assigning.replace(
        mre_id=story.mre_id,
        mentor_id=mentor.pk,
        by=story.org.rcic,
        now=story.now,
        note="They swap.",
    )


def pause_joan(org: Organisation, story: Story) -> Act:
    today = story.now.astimezone(org.joan.zone).date()
    return lambda: availability.pause(
        mentor_id=org.joan.pk, by=org.joan, now=story.now, starts_on=today, ends_on=today
    )


def test_nobody_is_assigned_who_paused_a_moment_before(org: Organisation) -> None:
    story = new(org)
    turns = race_through(org.joan, pause_joan(org, story), _act(assign_joan, story))
    assert turns[0].won
    assert isinstance(turns[1].refused, Invalid)
    assert "paused until Mon 16 Mar" in turns[1].refused.reason
    assert story.mre.status == Status.NEED_ACTION
    assert_sound(story.mre_id)


def test_a_pause_and_an_assignment_do_not_wait_for_each_other(org: Organisation) -> None:
    for _ in range(BY_CHANCE):
        story = new(org)
        turns = race(pause_joan(org, story), _act(assign_joan, story))
        assert [turn.error for turn in turns] == [None, None]
        assert turns[0].won
        assert_sound(story.mre_id)
        Pause.objects.all().delete()


@pytest.mark.parametrize("answer", [accept, decline, replace])
def test_a_pause_is_not_refused_because_a_request_left_the_mentor_in_that_moment(
    org: Organisation, answer: Callable[[Story], object]
) -> None:
    story = assigned(org)
    turns = race_through(story.mre, _act(answer, story), pause_joan(org, story))
    assert [turn.error or turn.refused for turn in turns] == [None, None]
    assert org.joan.pauses.count() == 1
    assert not story.mre.events.filter(kind="handed_back").exists()
    assert_sound(story.mre_id)


def test_a_manager_who_lets_a_mentor_go_hands_back_nothing_of_the_next_mentor(
    org: Organisation,
) -> None:
    story = assigned(org)
    turns = race_through(story.mre, _act(replace, story), _let_joan_go(org, story))
    assert [turn.error or turn.refused for turn in turns] == [None, None]
    assert story.mre.status == Status.ASSIGNED
    assert story.mentor == org.ben
    assert_sound(story.mre_id)


def _let_joan_go(org: Organisation, story: Story) -> Act:
    return lambda: availability.change_standing(
        volunteer_id=org.joan.pk,
        by=org.manager,
        now=story.now,
        status=VolunteerStatus.INACTIVE,
        classification=Classification.MENTOR,
    )


def test_a_form_sent_twice_at_once_makes_one_request(org: Organisation) -> None:
    for _ in range(BY_CHANCE):
        key, person = uuid4(), a_person()
        turns = race(*[_send(key, person) for _ in range(3)])
        assert [turn.error for turn in turns] == [None, None, None]
        [mre] = MentoringRequest.objects.filter(submission_key=key)
        assert {turn.result for turn in turns} == {mre}
        assert mre.mails.filter(kind="client_received").count() == 1
        assert_sound(mre.pk)


def _send(key: Any, person: submission.Person) -> Act:
    return lambda: submission.submit(
        person=person, ask=an_ask(), source=Source.WEB, by=None, now=MONDAY, key=key
    )


def test_two_forms_of_a_new_client_at_once_find_one_client(org: Organisation) -> None:
    for _ in range(BY_CHANCE):
        person = a_person()
        turns = race(*[_send(uuid4(), person) for _ in range(2)])
        first, second = [turn.result for turn in turns]
        assert isinstance(first, MentoringRequest)
        assert isinstance(second, MentoringRequest)
        assert first.client == second.client
        assert first.flags.count() + second.flags.count() == 1


def test_who_acts_while_the_request_is_moved_finds_it_where_it_is_then(org: Organisation) -> None:
    story = submit(org)

    def move() -> object:
        return assigning.move(
            mre_id=story.mre_id,
            chapter_id=org.newark.pk,
            by=org.rcic_district,
            now=story.now,
            note="The shop is over there.",
        )

    turns = race_through(story.mre, move, lambda: _assign(story, org.joan, org.rcic_district))
    assert [turn.error for turn in turns] == [None, None]
    assert story.mre.chapter == org.newark
    assert story.assignment.tier == "district"
    assert_sound(story.mre_id)


def test_who_is_given_a_request_while_he_changes_his_chapter_gets_it(org: Organisation) -> None:
    story = submit(org)

    def leave() -> object:
        with transaction.atomic():
            mentor = lock_mentor(org.joan.pk)
            mentor.chapter = org.newark
            mentor.save(update_fields=["chapter"])
            return mentor

    turns = race_through(org.joan, leave, lambda: _assign(story, org.joan, org.rcic))
    assert [turn.error for turn in turns] == [None, None]
    assert story.mentor == org.joan
    assert story.assignment.tier == "district"
    assert story.assignment.respond_by.astimezone(org.newark.zone).hour == 0


# --- Two of the same clock ----------------------------------------------------------------------


def test_two_sweeps_at_once_do_every_step_once(org: Organisation) -> None:
    stories = [request_in("assigned", org) for _ in range(6)]
    at = max(story.assignment.requeue_at for story in stories)
    turns = race(*[lambda: sweep(at)] * 2)
    assert [turn.error for turn in turns] == [None, None]
    for story in stories:
        assert story.kinds == ["submitted", "assigned", "reminded", "overdue", "requeued"]
        assert_sound(story.mre_id)
    done = [turn.result.done for turn in turns]  # type: ignore[attr-defined]
    for clock in ("reminder", "accept time-out", "auto-requeue"):
        assert sum(one[clock] for one in done) == len(stories)


def test_what_somebody_has_in_hand_does_not_hold_up_the_sweep_of_the_others(
    org: Organisation,
) -> None:
    held, free = request_in("overdue", org), request_in("overdue", org)
    at = held.assignment.requeue_at
    [turn] = race_through(held.mre, lambda: sweep(at).done["auto-requeue"])
    assert turn.result == 2
    requeued = RequestEvent.objects.filter(kind="requeued").order_by("pk")
    assert [event.request_id for event in requeued] == [free.mre_id, held.mre_id]


def test_a_step_that_another_sweep_is_just_doing_is_not_done_again(org: Organisation) -> None:
    story = due_for_the_queue(org)
    turns = race_through(story.mre, lambda: sweep(story.now), lambda: sweep(story.now))
    assert [turn.error for turn in turns] == [None, None]
    assert story.kinds.count("requeued") == 1
    assert story.mails.count("client_delay") == 1
    assert_sound(story.mre_id)


@pytest.fixture
def mail_enabled(settings: Settings) -> Iterator[None]:
    settings.MAIL_ENABLED = True
    yield
    mail.outbox.clear()


@pytest.mark.usefixtures("mail_enabled")
def test_two_workers_send_every_mail_once(org: Organisation) -> None:
    for _ in range(5):
        submit(org)
    waiting = OutboxMail.objects.count()
    turns = race(*[lambda: sending.deliver(clock=lambda: MONDAY)] * 3)
    assert [turn.error for turn in turns] == [None, None, None]
    assert sum(int(str(turn.result)) for turn in turns) == waiting
    sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(sent) == len(set(sent)) == waiting
    assert not OutboxMail.objects.exclude(state="sent").exists()


def test_the_timeline_counts_every_event_once_after_all_this(org: Organisation) -> None:
    story = due_for_the_queue(org)
    race(*[_act(requeue, story)] * 4)
    assert RequestEvent.objects.filter(request=story.mre_id, kind="requeued").count() == 1
    assert story.assignment.outcome == Outcome.TIMED_OUT
