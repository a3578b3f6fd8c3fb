"""Clients are merged while forms come in, people act, and others merge them too."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db.models import Model

from intake.actions import clients, comparing, merging, submission
from intake.enums import EventKind, Source
from intake.models import Client, ClientMerge, MentoringRequest, RequestEvent
from tests.concurrency.rig import Act, Turn, race, race_through
from tests.concurrency.test_races import assign_joan
from tests.factories import MONDAY, Organisation, Story, a_person, an_ask, submit
from tests.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

BOTH_WAYS = pytest.mark.parametrize("turned", [False, True], ids=["this first", "other first"])


class Three:
    """Three clients with a request each, who are all one person."""

    def __init__(self, org: Organisation) -> None:
        self.org = org
        self.people = [a_person() for _ in range(3)]
        self.stories = [submit(org, person=person) for person in self.people]
        self.a, self.b, self.c = (story.mre.client for story in self.stories)

    def merge(self, merged: Client, into: Client) -> Act:
        return lambda: merging.merge(
            kept_id=into.pk, merged_id=merged.pk, chosen={}, by=self.org.rcic, now=MONDAY
        )

    def form_of(self, client: Client) -> Act:
        """A new form with the name and e-mail of one of them."""
        person = self.people[[self.a, self.b, self.c].index(client)]
        return lambda: submission.submit(
            person=person, ask=an_ask(), source=Source.WEB, by=None, now=MONDAY, key=uuid4()
        )

    def story_of(self, client: Client) -> Story:
        return self.stories[[self.a, self.b, self.c].index(client)]

    def assert_nobody_is_lost(self) -> None:
        """Every request belongs to a client who was kept, and says so as often as it moved."""
        assert not MentoringRequest.objects.filter(client__merged_into__isnull=False).exists()
        assert not Client.objects.filter(merged_into__merged_into__isnull=False).exists()
        for mre in MentoringRequest.objects.all():
            assert_sound(mre.pk)


@pytest.fixture
def three(org: Organisation) -> Three:
    return Three(org)


def through(row: Model, *acts: Act, turned: bool) -> list[Turn]:
    """Both acts in this order or the other; the turns in this order."""
    turns = race_through(row, *(acts[::-1] if turned else acts))
    return turns[::-1] if turned else turns


def refusals(turns: list[Turn]) -> list[str]:
    assert [turn.error for turn in turns] == [None] * len(turns)
    return [turn.refused.reason for turn in turns if turn.refused is not None]


@BOTH_WAYS
def test_the_same_two_are_merged_once(three: Three, turned: bool) -> None:
    into_b, into_a = three.merge(three.a, three.b), three.merge(three.b, three.a)
    turns = through(three.a, into_b, into_a, turned=turned)
    assert len(refusals(turns)) == 1
    assert ClientMerge.objects.count() == 1
    assert RequestEvent.objects.filter(kind=EventKind.CLIENT_MERGED).count() == 2
    three.assert_nobody_is_lost()


@BOTH_WAYS
def test_one_is_merged_into_another_who_is_being_merged(three: Three, turned: bool) -> None:
    turns = through(
        three.b, three.merge(three.a, three.b), three.merge(three.b, three.c), turned=turned
    )
    if turned:
        assert refusals(turns) == [f"{three.b.number} was merged into {three.c.number}."]
    else:
        assert refusals(turns) == []
        assert three.c.requests.count() == 3
    three.assert_nobody_is_lost()


def test_three_merges_in_a_circle_by_chance(three: Three) -> None:
    a, b, c = three.a, three.b, three.c
    turns = race(three.merge(a, b), three.merge(b, c), three.merge(c, a))
    assert 1 <= len(refusals(turns)) <= 2
    three.assert_nobody_is_lost()


@BOTH_WAYS
def test_a_form_that_comes_in_meanwhile_belongs_to_who_is_kept(three: Three, turned: bool) -> None:
    merge, form = three.merge(three.a, three.b), three.form_of(three.a)
    turns = through(three.a, merge, form, turned=turned)
    assert refusals(turns) == []
    assert three.b.requests.count() == 3
    assert Client.objects.count() == 3
    three.assert_nobody_is_lost()


@BOTH_WAYS
def test_who_acts_on_a_request_meanwhile_is_not_disturbed(three: Three, turned: bool) -> None:
    story = three.story_of(three.a)
    turns = through(
        story.mre, three.merge(three.a, three.b), lambda: assign_joan(story), turned=turned
    )
    assert refusals(turns) == []
    assert (story.mre.client, story.mre.status) == (three.b, "assigned")
    three.assert_nobody_is_lost()


@BOTH_WAYS
@pytest.mark.parametrize("who", ["client", "coordinator"])
def test_contact_data_corrected_meanwhile_are_not_lost(
    three: Three, turned: bool, who: str
) -> None:
    turns = through(three.a, three.merge(three.a, three.b), _correction(three, who), turned=turned)
    merged, corrected = turns
    said = refusals(turns)
    if turned:  # the merge saw an address that is another one now
        assert said == ["One of the two clients changed this very moment. Please look again."]
        assert corrected.won
        three.merge(three.a, three.b)()
    elif who == "coordinator":
        assert said == [f"{three.a.number} was merged into {three.b.number}."]
    else:
        assert said == []
        assert merged.won
        assert Client.objects.get(pk=three.b.pk).email == "new@example.com"
    three.assert_nobody_is_lost()


def _correction(three: Three, who: str) -> Act:
    mre, email = three.story_of(three.a).mre, "new@example.com"
    phone = mre.client.phone
    if who == "client":
        return lambda: submission.correct_contact(
            mre_id=mre.pk, email=email, phone=phone, now=MONDAY
        )
    return lambda: clients.correct(
        client_id=mre.client_id, by=three.org.rcic, now=MONDAY, email=email
    )


def test_a_merge_is_undone_once(three: Three) -> None:
    made = merging.merge(
        kept_id=three.b.pk, merged_id=three.a.pk, chosen={}, by=three.org.admin, now=MONDAY
    )

    def undo() -> object:
        return merging.undo(merge_id=made.pk, by=three.org.admin, now=MONDAY)

    [said] = refusals(race_through(three.b, undo, undo))
    assert "undid this merge on" in said
    assert RequestEvent.objects.filter(kind=EventKind.MERGE_UNDONE).count() == 1
    three.assert_nobody_is_lost()


@pytest.mark.parametrize("other_act", ["withdraw the other", "settle"])
def test_of_two_duplicates_one_stays(org: Organisation, other_act: str) -> None:
    person = a_person()
    one, other = (submit(org, person=person) for _ in range(2))

    def withdraw(goes: Story, stays: Story) -> Act:
        return lambda: comparing.withdraw_for(
            mre_id=goes.mre_id, stays_id=stays.mre_id, by=org.rcic, now=MONDAY, note="Twice."
        )

    def settle() -> object:
        return comparing.settle(
            mre_id=one.mre_id,
            other_id=other.mre_id,
            by=org.rcic,
            now=MONDAY,
            different_people=False,
        )

    acts: dict[str, Callable[[], object]] = {
        "withdraw the other": withdraw(other, one),
        "settle": settle,
    }
    turns = race_through(one.mre, withdraw(one, other), acts[other_act])
    assert [turn.won for turn in turns] == [True, False]
    assert refusals(turns)
    assert other.mre.status == "need_action"
