"""Acts on several requests at once: each for itself, one mail to the mentor, nothing in silence."""

import re
from collections.abc import Sequence

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from intake.actions.several import (
    TRY_AGAIN,
    Order,
    Result,
    assign_all,
    move_all,
    withdraw_all,
)
from intake.enums import EventKind, QueueReason, Status, WithdrawReason
from intake.models import OutboxMail
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    area,
    pause,
    request_in,
    set_profile,
    submit,
)

pytestmark = pytest.mark.django_db


def some(org: Organisation, number: int = 3) -> list[Story]:
    return [submit(org) for _ in range(number)]


def give(
    org: Organisation, stories: Sequence[Story], mentor: Volunteer, note: str = ""
) -> list[Result]:
    orders = [Order(story.mre_id, mentor.pk, note) for story in stories]
    return assign_all(orders=orders, by=org.rcic, now=stories[-1].now)


def mails(kind: str = "mentor_assigned_several") -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind=kind).order_by("pk"))


class TestAssign:
    def test_each_is_assigned_as_if_alone(self, org: Organisation) -> None:
        stories = some(org)
        results = give(org, stories, org.joan, "You know this trade.")
        assert [result.mre_id for result in results] == [story.mre_id for story in stories]
        assert {(result.done, result.said) for result in results} == {
            (True, "Assigned to Joan Whitfield, who is asked to answer by Wed 18 Mar.")
        }
        for story in stories:
            assert story.mre.status == Status.ASSIGNED
            assert story.assignment.note == "You know this trade."
            assert story.kinds == [EventKind.SUBMITTED, EventKind.ASSIGNED]

    def test_what_cannot_be_is_said_and_holds_up_no_other(self, org: Organisation) -> None:
        gone, declined, fine = submit(org).assign(org.ben), request_in("declined", org), submit(org)
        now = declined.wait(hours=1).now
        orders = [Order(story.mre_id, org.joan.pk) for story in (gone, declined, fine)]
        results = assign_all(orders=orders, by=org.rcic, now=now)
        assert [result.done for result in results] == [False, False, True]
        assert results[0].said == "This request was assigned to Ben Okafor on Mon 16 Mar 10:00."
        assert results[1].said == (
            "A note is needed, because Joan Whitfield: declined this request: no capacity now."
        )
        assert fine.mre.status == Status.ASSIGNED
        assert declined.mre.status == Status.NEED_ACTION

    def test_the_weekly_limit_is_counted_as_they_go(self, org: Organisation) -> None:
        set_profile(org.joan, weekly_limit=2)
        results = give(org, some(org), org.joan)
        assert [result.done for result in results] == [True, True, False]
        assert "2 of 2 this week" in results[2].said

    def test_over_the_limit_with_a_note(self, org: Organisation) -> None:
        set_profile(org.joan, weekly_limit=1)
        results = give(org, some(org), org.joan, "He offered to take all three.")
        assert all(result.done for result in results)

    def test_nothing_goes_to_who_is_paused(self, org: Organisation) -> None:
        pause(org.joan, org, now=MONDAY)
        results = give(org, some(org), org.joan, "Please!")
        assert not any(result.done for result in results)
        assert mails() == []

    def test_another_chapters_coordinator_is_refused_for_each(self, org: Organisation) -> None:
        orders = [Order(story.mre_id, org.dan.pk) for story in some(org)]
        results = assign_all(orders=orders, by=org.rcic_elsewhere, now=MONDAY)
        assert {result.said for result in results} == {
            "Only a coordinator (RCIC) for SCORE New York can do this."
        }

    def test_to_several_mentors_in_the_order_asked_for(self, org: Organisation) -> None:
        stories = some(org, 4)
        to = [org.joan, org.ben, org.joan, org.grace]
        orders = [Order(s.mre_id, m.pk) for s, m in zip(stories, to, strict=True)]
        results = assign_all(orders=orders, by=org.rcic, now=MONDAY)
        assert [result.mre_id for result in results] == [story.mre_id for story in stories]
        assert [story.mentor for story in stories] == to

    def test_if_the_database_fails_for_one_mentor_the_others_get_theirs(
        self, org: Organisation
    ) -> None:
        first, second = some(org, 2)
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION no_joan() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF NEW.mentor_id = {org.joan.pk} THEN RAISE EXCEPTION 'disk full'; END IF;"
                " RETURN NEW; END $$;"
                "CREATE TRIGGER no_joan BEFORE INSERT ON intake_assignment"
                " FOR EACH ROW EXECUTE FUNCTION no_joan()"
            )
        orders = [Order(first.mre_id, org.joan.pk), Order(second.mre_id, org.ben.pk)]
        results = assign_all(orders=orders, by=org.rcic, now=MONDAY)
        assert [(result.done, result.said == TRY_AGAIN) for result in results] == [
            (False, True),
            (True, False),
        ]
        assert first.mre.status == Status.NEED_ACTION
        with pytest.raises(DatabaseError):
            first.assign(org.joan)


class TestMailToTheMentor:
    def test_is_one_for_several(self, org: Organisation) -> None:
        stories = some(org)
        give(org, stories, org.joan, "You know this trade.")
        [mail] = mails()
        assert mail.volunteer == org.joan
        assert mail.to_email == org.joan.email
        assert mail.subject == "3 clients need a mentor: please answer by Wed 18 Mar"
        assert mails("mentor_assigned") == []

    def test_is_the_usual_one_for_one(self, org: Organisation) -> None:
        give(org, some(org, 1), org.joan)
        assert mails() == []
        assert [mail.volunteer for mail in mails("mentor_assigned")] == [org.joan]

    def test_is_the_usual_one_if_only_one_of_them_went_through(self, org: Organisation) -> None:
        gone, fine = submit(org).assign(org.ben), submit(org)
        give(org, [gone, fine], org.joan)
        assert mails() == []
        [mail] = [mail for mail in mails("mentor_assigned") if mail.volunteer == org.joan]
        assert mail.request == fine.mre

    def test_has_two_links_to_answer_for_each_and_one_to_pause(self, org: Organisation) -> None:
        stories = some(org)
        give(org, stories, org.joan)
        [mail] = mails()
        links = re.findall(r"/answer/(\w+)-(\d+)\.", mail.text)
        ids = [str(story.assignment.pk) for story in stories]
        assert links == [
            *((purpose, pk) for pk in ids for purpose in ("accept", "decline")),
            ("pause", ids[-1]),
        ]
        assert sorted(set(re.findall(r"/answer/(\w+)-(\d+)\.", mail.html))) == sorted(set(links))

    def test_tells_of_each_what_a_single_mail_tells_and_no_more(self, org: Organisation) -> None:
        people = [
            a_person(first_name=name, last_name=f"Secret{name}", phone="212-555-9876")
            for name in ("Maria", "Tomas")
        ]
        stories = [
            submit(org, person=person, ask=an_ask(question="My secret plan", area=area(what)))
            for person, what in zip(people, ("Marketing", "Pricing"), strict=True)
        ]
        give(org, stories, org.joan, "Both are nice.")
        [mail] = mails()
        for said in ("Maria", "Tomas", "Marketing", "Pricing", "Both are nice.", "Rosa Rcic"):
            assert said in mail.text
            assert said in mail.html
        for part in (mail.subject, mail.text, mail.html):
            assert "ecret" not in part
            assert "555-9876" not in part
            assert "@example.com" not in part
        assert mail.text.count("Both are nice.") == 1

    def test_tells_each_note_where_they_differ(self, org: Organisation) -> None:
        first, second = some(org, 2)
        orders = [
            Order(first.mre_id, org.joan.pk, "She speaks softly."),
            Order(second.mre_id, org.joan.pk, "He is in a hurry."),
        ]
        assign_all(orders=orders, by=org.rcic, now=MONDAY)
        [mail] = mails()
        assert mail.text.index("She speaks softly.") < mail.text.index("He is in a hurry.")

    def test_is_not_written_twice(self, org: Organisation) -> None:
        stories = some(org)
        give(org, stories, org.joan)
        give(org, stories, org.joan)
        assert len(mails()) == 1


class TestMove:
    def test_each_goes_or_says_why_not(self, org: Organisation) -> None:
        stories = [*some(org, 2), submit(org, person=a_person(zip="07101"))]
        results = move_all(
            mre_ids=[story.mre_id for story in stories],
            chapter_id=org.newark.pk,
            by=org.rcic_district,
            now=MONDAY,
            note="Their shops are over there.",
        )
        assert [(result.done, result.said) for result in results] == [
            (True, "In the queue of SCORE Newark now."),
            (True, "In the queue of SCORE Newark now."),
            (False, "It is in SCORE Newark already."),
        ]
        assert [story.mre.queue_reason for story in stories] == [
            QueueReason.MOVED_HERE,
            QueueReason.MOVED_HERE,
            QueueReason.NEW,
        ]


class TestWithdraw:
    def test_each_is_withdrawn_or_says_why_not(self, org: Organisation) -> None:
        new, assigned, closed = submit(org), submit(org).assign(), request_in("complete", org)
        results = withdraw_all(
            mre_ids=[new.mre_id, assigned.mre_id, closed.mre_id],
            by=org.rcic,
            now=closed.now,
            reason=WithdrawReason.OUT_OF_SCOPE,
            note="They want a loan from us.",
        )
        assert [result.done for result in results] == [True, True, False]
        assert results[2].said.startswith("This request was closed on ")
        assert [story.mre.status for story in (new, assigned)] == [Status.WITHDRAWN] * 2
        assert assigned.mails[-1] == "mentor_withdrawn"

    def test_the_one_that_stays_is_not_withdrawn_as_its_own_duplicate(
        self, org: Organisation
    ) -> None:
        stays, double = some(org, 2)
        results = withdraw_all(
            mre_ids=[stays.mre_id, double.mre_id],
            by=org.rcic,
            now=MONDAY,
            reason=WithdrawReason.DUPLICATE,
            note="Sent twice.",
            duplicate_of_id=stays.mre_id,
        )
        assert [result.done for result in results] == [False, True]
        assert double.mre.duplicate_of == stays.mre


def test_an_order_more_costs_the_same_as_the_one_before(org: Organisation) -> None:
    def cost(number: int) -> int:
        stories = some(org, number)
        with CaptureQueriesContext(connection) as counted:
            give(org, stories, org.joan)
        return len(counted)

    give(org, some(org, 1), org.joan)
    two, three, five = cost(2), cost(3), cost(5)
    assert five - three == 2 * (three - two)
