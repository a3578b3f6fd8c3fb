"""Two requests that may be one: withdrawn for the other, or said to be two."""

import pytest

from intake import duplicates
from intake.actions import comparing
from intake.models import DuplicateFlag, MentoringRequest
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from tests.factories import Organisation, Story, a_person, request_in, submit
from tests.refusals import invalid
from tests.soundness import assert_sound


def two(org: Organisation, first: str = "new", second: str = "new") -> tuple[Story, Story]:
    """Two requests of clients who share a phone, in these situations."""
    one = request_in(first, org, person=a_person(phone="212-555-0143"))
    other = request_in(second, org, at=one.now, person=a_person(phone="212-555-0143"))
    return one, other


def withdraw(mre: Story, stays: Story, by: Volunteer | None = None) -> MentoringRequest:
    return comparing.withdraw_for(
        mre_id=mre.mre_id,
        stays_id=stays.mre_id,
        by=by or mre.org.rcic,
        now=max(mre.now, stays.now),
        note="Sent twice.",
    )


def settle(
    mre: Story, other: Story, by: Volunteer | None = None, *, different: bool = False
) -> list[DuplicateFlag]:
    return comparing.settle(
        mre_id=mre.mre_id,
        other_id=other.mre_id,
        by=by or mre.org.rcic,
        now=max(mre.now, other.now),
        different_people=different,
    )


class TestWithdraw:
    @pytest.mark.parametrize("later_one_goes", [True, False])
    def test_either_may_go(self, org: Organisation, later_one_goes: bool) -> None:
        goes, stays = reversed(two(org)) if later_one_goes else two(org)
        withdraw(goes, stays)
        assert (goes.mre.status, goes.mre.duplicate_of) == ("withdrawn", stays.mre)
        assert stays.mre.status == "need_action"
        assert not duplicates.unsettled().exists()
        assert_sound(goes.mre_id)

    def test_the_accepted_one_stays(self, org: Organisation) -> None:
        accepted, new = two(org, "accepted")
        words = f"Joan Whitfield has accepted {accepted.mre}, so that one stays."
        with pytest.raises(NotAllowed, match=words):
            withdraw(accepted, new)
        withdraw(new, accepted)

    def test_one_of_two_accepted_ones_may_go(self, org: Organisation) -> None:
        withdraw(*two(org, "accepted", "accepted"))

    @pytest.mark.parametrize("ended", ["withdrawn", "no_show", "no_response"])
    def test_nothing_goes_for_a_request_of_which_nothing_came(
        self, org: Organisation, ended: str
    ) -> None:
        closed, new = two(org, ended)
        with pytest.raises(NotAllowed, match="would be left without a request"):
            withdraw(new, closed)

    def test_a_form_sent_again_goes_for_a_complete_request(self, org: Organisation) -> None:
        closed, new = two(org, "complete")
        withdraw(new, closed)

    def test_what_is_closed_is_not_withdrawn(self, org: Organisation) -> None:
        closed, new = two(org, "complete")
        with pytest.raises(AlreadyDone, match="This request was closed on"):
            withdraw(closed, new)

    def test_the_one_that_stays_must_be_the_coordinators_too(self, org: Organisation) -> None:
        here, there = two(org)
        there.move(org.phoenix)
        with pytest.raises(NotAllowed, match="belongs to SCORE Phoenix: ask the coordinator there"):
            withdraw(here, there)
        with pytest.raises(NotAllowed, match="Only the mentor of this request or a coordinator"):
            withdraw(there, here)

    @pytest.mark.parametrize("who", ["leader", "chair", "joan", "rcic_elsewhere"])
    def test_by_coordinators_only(self, org: Organisation, who: str) -> None:
        with pytest.raises(NotAllowed):
            withdraw(*two(org), by=getattr(org, who))

    def test_a_note_is_required(self, org: Organisation) -> None:
        here, there = two(org)
        with invalid("note"):
            comparing.withdraw_for(
                mre_id=here.mre_id, stays_id=there.mre_id, by=org.rcic, now=here.now, note=" "
            )


class TestSettle:
    @pytest.mark.parametrize("different", [True, False])
    def test_it_is_settled_and_stands_on_both(self, org: Organisation, different: bool) -> None:
        one, other = two(org, "accepted")
        [flag] = settle(one, other, different=different)
        assert (flag.dismissed_by, flag.dismissed_at) == (org.rcic, one.now)
        assert flag.different_people == different
        assert not duplicates.unsettled().exists()
        for story, named in ((one, other), (other, one)):
            assert story.kinds[-1] == "not_duplicate"
            assert story.mre.events.latest("pk").data["other"] == named.mre_id
            assert_sound(story.mre_id)

    def test_different_people_are_different_in_all_their_requests(self, org: Organisation) -> None:
        person = a_person(phone="212-555-0143")
        mine = [submit(org, person=person) for _ in range(2)]
        other = submit(org, person=a_person(phone="212-555-0143"))
        settle(other, mine[0], different=True)
        [left] = duplicates.unsettled()
        assert (left.request, left.other) == (mine[1].mre, mine[0].mre)
        assert other.kinds.count("not_duplicate") == 2

    def test_another_request_of_the_same_person_is_about_these_two(self, org: Organisation) -> None:
        person = a_person(phone="212-555-0143")
        first, second, third = (submit(org, person=person) for _ in range(3))
        settle(first, second)
        assert {(f.request, f.other) for f in duplicates.unsettled()} == {
            (third.mre, first.mre),
            (third.mre, second.mre),
        }

    def test_requests_of_one_client_are_not_of_different_people(self, org: Organisation) -> None:
        person = a_person()
        with pytest.raises(NotAllowed, match="belong to one client record"):
            settle(submit(org, person=person), submit(org, person=person), different=True)

    def test_once(self, org: Organisation) -> None:
        one, other = two(org)
        settle(one, other)
        with pytest.raises(AlreadyDone, match="Rosa Rcic said on Mon 16 Mar 10:00 that these"):
            settle(other, one, org.rcic_district)

    def test_not_after_one_was_withdrawn_for_it(self, org: Organisation) -> None:
        one, other = two(org)
        withdraw(one, other)
        words = f"{one.mre} was withdrawn as a duplicate of {other.mre}."
        with pytest.raises(AlreadyDone, match=words):
            settle(one, other)

    def test_what_is_not_flagged_is_not_settled(self, org: Organisation) -> None:
        with pytest.raises(NotAllowed, match="not flagged"):
            settle(submit(org), submit(org))

    def test_whoever_coordinates_one_of_the_two_may_say_so(self, org: Organisation) -> None:
        here, there = two(org)
        there.move(org.phoenix)
        settle(there, here, by=org.rcic)
        assert there.kinds[-1] == "not_duplicate"

    @pytest.mark.parametrize("who", ["leader", "chair", "manager", "joan", "rcic_elsewhere"])
    def test_nobody_else(self, org: Organisation, who: str) -> None:
        with pytest.raises(NotAllowed, match="Only a coordinator"):
            settle(*two(org), by=getattr(org, who))
