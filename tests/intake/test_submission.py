"""A request comes in; and what a client may do from the status page."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from intake import links
from intake.actions import submission
from intake.enums import Outcome, QueueReason, Source, Status, WithdrawReason
from intake.models import Client, MentoringRequest, OutboxMail
from mentors.enums import Classification, VolunteerStatus
from mentors.errors import AlreadyDone
from mentors.models import Chapter, Volunteer
from tests import factories
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
from tests.refusals import invalid
from tests.soundness import assert_sound


def coordinators_told(story: Story, kind: str = "rcic_new") -> set[Volunteer]:
    """Who was sent a mail of this kind about the request."""
    return set(Volunteer.objects.filter(mails__kind=kind, mails__request=story.mre_id))


# --- Where it goes ------------------------------------------------------------------------------


def test_a_new_request_waits_in_the_queue_from_its_submission(org: Organisation) -> None:
    mre = submit(org).mre
    assert (mre.status, mre.queue_reason) == (Status.NEED_ACTION, QueueReason.NEW)
    assert mre.submitted_at == mre.status_since == mre.waiting_since == MONDAY
    assert mre.current is None
    assert_sound(mre.pk)


@pytest.mark.parametrize(
    ("zip_code", "chapter"),
    [
        ("10001", "new_york"),
        ("11201", "new_york"),
        ("07102", "newark"),
        ("60601", "chicago"),
        ("96813-1234", "honolulu"),
        ("99999", "national"),
        ("11101", "national"),
        ("", "national"),
    ],
)
def test_the_zip_code_finds_the_chapter_else_it_is_the_national_one(
    org: Organisation, zip_code: str, chapter: str
) -> None:
    story = submit(org, person=a_person(zip=zip_code))
    assert story.mre.chapter == getattr(org, chapter)


def test_the_longest_prefix_wins(org: Organisation) -> None:
    org.honolulu.zip_prefixes.create(prefix="10001")
    org.chicago.zip_prefixes.create(prefix="1000")
    assert submit(org, person=a_person(zip="10001")).mre.chapter == org.honolulu
    assert submit(org, person=a_person(zip="10009")).mre.chapter == org.chicago
    assert submit(org, person=a_person(zip="10101")).mre.chapter == org.new_york


def test_without_a_national_chapter_nothing_is_taken_in(org: Organisation) -> None:
    Chapter.objects.filter(is_national=True).update(is_national=False)
    with pytest.raises(Chapter.DoesNotExist), transaction.atomic():
        submit(org, person=a_person(zip="99999"))
    assert not Client.objects.exists()


def test_who_types_it_in_may_name_the_chapter(org: Organisation) -> None:
    story = submit(org, chapter=org.phoenix, source=Source.COORDINATOR, by=org.rcic_elsewhere)
    assert story.mre.chapter == org.phoenix
    assert story.mre.submitted_by == org.rcic_elsewhere
    [event] = story.mre.events.all()
    assert (event.by, event.by_client) == (org.rcic_elsewhere, False)


def test_a_form_of_the_client_is_the_clients_own_act(org: Organisation) -> None:
    [event] = submit(org).mre.events.all()
    assert (event.by, event.by_client) == (None, True)


# --- Whose it is --------------------------------------------------------------------------------


def test_a_client_is_known_by_the_address_whatever_its_capitals(org: Organisation) -> None:
    first = submit(org, person=a_person(email="Maria@Example.com", last_name="Garcia")).mre
    again = submit(
        org,
        person=a_person(email="mARIA@eXAMPLE.COM", last_name="Garcia", phone="1", zip="60601"),
    ).mre
    assert again.client == first.client
    assert (again.client.phone, again.client.zip) == ("1", "60601")
    assert again.client.email == "Maria@Example.com"


def test_a_client_is_known_by_a_former_address(org: Organisation) -> None:
    story = submit(org, person=a_person(email="old@example.com"))
    submission.correct_contact(
        mre_id=story.mre_id, email="new@example.com", phone="212-555-0100", now=MONDAY
    )
    assert submit(org, person=a_person(email="OLD@example.com")).mre.client == story.mre.client
    assert submit(org, person=a_person(email="new@example.com")).mre.client == story.mre.client


def test_a_name_that_agrees_in_one_part_is_the_same_person_and_is_not_renamed(
    org: Organisation,
) -> None:
    first = submit(org, person=a_person(email="m@example.com", last_name="Garcia")).mre
    married = submit(org, person=a_person(email="m@example.com", last_name="Smith")).mre
    assert married.client == first.client
    assert married.client.last_name == "Garcia"


def test_a_stranger_behind_the_same_address_is_somebody_else(org: Organisation) -> None:
    first = submit(org, person=a_person(email="shop@example.com")).mre
    other = submit(
        org, person=a_person(email="shop@example.com", first_name="Pablo", last_name="Ruiz")
    ).mre
    assert other.client != first.client
    assert other.flags.get().reason == "same e-mail"


@pytest.mark.parametrize("words", ["👩🏽‍🌾 Søren’s «Café»", "=1+1", "<b>x</b>", "a\r\nBcc: x@y.z"])
def test_what_was_typed_stays_as_it_was(org: Organisation, words: str) -> None:
    story = submit(
        org,
        person=a_person(first_name=words, last_name=words),
        ask=an_ask(question=words, business_name=words),
    )
    mre = story.mre
    assert mre.client.first_name == mre.client.last_name == mre.question == words
    assert all("\n" not in mail.subject for mail in OutboxMail.objects.all())


# --- Twice --------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_request(org: Organisation) -> None:
    key, person = uuid4(), a_person()
    first = submit(org, person=person, key=key)
    again = submit(org, person=person, key=key, at=MONDAY + timedelta(minutes=1))
    assert again.mre_id == first.mre_id
    assert MentoringRequest.objects.count() == 1
    assert first.mails.count("client_received") == 1


def test_another_form_of_the_same_client_is_another_request_that_is_flagged(
    org: Organisation,
) -> None:
    person = a_person()
    first = submit(org, person=person, key=uuid4())
    again = submit(org, person=person, key=uuid4())
    assert again.mre_id != first.mre_id
    assert [flag.other_id for flag in again.mre.flags.all()] == [first.mre_id]


# --- Who hears of it ----------------------------------------------------------------------------


def test_the_client_gets_the_link_to_the_status_page(org: Organisation) -> None:
    story = submit(org)
    mail = story.mre.mails.get(kind="client_received")
    assert mail.to_email == story.mre.client.email
    assert links.status_path(story.mre) in mail.text
    assert links.status_path(story.mre) in mail.html


def test_every_coordinator_above_the_chapter_hears_of_it_and_nobody_else(
    org: Organisation,
) -> None:
    assert coordinators_told(submit(org)) == {org.rcic, org.rcic_district, org.rcic_region}
    assert coordinators_told(submit(org, person=a_person(zip="60601"))) == {org.rcic_region}
    assert coordinators_told(submit(org, person=a_person(zip="85001"))) == {org.rcic_elsewhere}
    assert coordinators_told(submit(org, person=a_person(zip="96801"))) == set()


def test_the_coordinator_who_typed_it_in_knows_already(org: Organisation) -> None:
    story = submit(org, source=Source.COORDINATOR, by=org.rcic)
    assert coordinators_told(story) == {org.rcic_district, org.rcic_region}


# --- Direct requests ----------------------------------------------------------------------------


def ask_for(org: Organisation, mentor: Volunteer, at: datetime = MONDAY) -> Story:
    return submit(org, at=at, ask=an_ask(requested_mentor=mentor))


def test_a_mentor_asked_for_by_name_gets_the_request_at_once(org: Organisation) -> None:
    story = ask_for(org, set_profile(org.joan, accepts_direct=True))
    assert story.mre.status == Status.ASSIGNED
    assert story.mentor == org.joan
    assert story.assignment.assigned_by is None
    assert story.assignment.is_direct
    assert story.kinds == ["submitted", "assigned"]
    assert story.mails == ["client_received", "mentor_direct"]
    assert story.mre.waiting_since == MONDAY
    assert_sound(story.mre_id)


def no_direct_requests(org: Organisation) -> None:
    set_profile(org.joan, accepts_direct=False)


def paused(org: Organisation) -> None:
    factories.pause(org.joan, org, now=MONDAY)


def inactive(org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.joan.pk).update(status=VolunteerStatus.INACTIVE)


def expert_only(org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.joan.pk).update(classification=Classification.SME)


def at_the_limit(org: Organisation) -> None:
    set_profile(org.joan, weekly_limit=1)
    submit(org, at=MONDAY - timedelta(hours=2)).assign(org.joan)


@pytest.mark.parametrize(
    "prevent", [no_direct_requests, paused, inactive, expert_only, at_the_limit]
)
def test_a_wish_that_cannot_be_met_goes_to_the_queue_and_is_kept(
    org: Organisation, prevent: object
) -> None:
    set_profile(org.joan, accepts_direct=True)
    assert callable(prevent)
    prevent(org)
    story = ask_for(org, org.joan)
    assert (story.mre.status, story.mre.queue_reason) == (Status.NEED_ACTION, QueueReason.NEW)
    assert story.mre.requested_mentor == org.joan
    assert coordinators_told(story)
    assert "mentor_direct" not in story.mails


def test_a_direct_request_that_is_declined_is_a_queue_item_like_any_other(
    org: Organisation,
) -> None:
    story = ask_for(org, set_profile(org.joan, accepts_direct=True)).wait(hours=1).decline()
    assert story.mre.queue_reason == QueueReason.DECLINED
    assert coordinators_told(story, "rcic_declined")


def test_a_direct_request_that_times_out_is_a_queue_item_like_any_other(
    org: Organisation,
) -> None:
    story = ask_for(org, set_profile(org.joan, accepts_direct=True)).time_out()
    assert story.mre.queue_reason == QueueReason.TIMED_OUT
    assert story.assignment.outcome == Outcome.TIMED_OUT
    assert coordinators_told(story, "rcic_requeued")


def test_a_direct_request_takes_a_place_of_the_week(org: Organisation) -> None:
    mentor = set_profile(org.joan, accepts_direct=True, weekly_limit=1)
    assert ask_for(org, mentor).mre.status == Status.ASSIGNED
    assert ask_for(org, mentor).mre.status == Status.NEED_ACTION


# --- A client whose service is suspended --------------------------------------------------------


def test_a_suspended_client_is_thanked_and_parked(org: Organisation) -> None:
    story = submit(org, suspended=True)
    assert story.mre.parked
    assert story.mre.status == Status.NEED_ACTION
    assert story.mails == ["client_received"]
    plain = submit(org).mre.mails.get(kind="client_received")
    parked = story.mre.mails.get()
    assert parked.subject.replace(story.mre.number, "") == plain.subject.replace(
        plain.request.number if plain.request else "", ""
    )


def test_a_parked_request_is_seen_by_administrators_only(org: Organisation) -> None:
    story = submit(org, suspended=True)
    seen = [
        person
        for person in Volunteer.objects.all()
        if MentoringRequest.objects.for_user(person, MONDAY).filter(pk=story.mre_id).exists()
    ]
    assert seen == [org.admin]


def test_a_suspended_client_gets_no_mentor_by_asking_for_one(org: Organisation) -> None:
    mentor = set_profile(org.joan, accepts_direct=True)
    story = submit(org, suspended=True, ask=an_ask(requested_mentor=mentor))
    assert story.mre.status == Status.NEED_ACTION
    assert not story.mre.assignments.exists()


def test_what_happens_to_a_parked_request_is_told_to_no_coordinator(org: Organisation) -> None:
    story = submit(org, suspended=True).move()
    submission.withdraw_by_client(mre_id=story.mre_id, now=MONDAY)
    story.reopen()
    assert not OutboxMail.objects.filter(kind__startswith="rcic").exists()


def test_a_released_request_comes_into_the_queue_as_a_new_one(org: Organisation) -> None:
    story = submit(org, suspended=True).wait(days=1)
    submission.release(mre_id=story.mre_id, by=org.admin, now=story.now)
    assert (story.mre.parked, story.mre.queue_reason) == (False, QueueReason.NEW)
    assert story.mre.waiting_since == MONDAY
    assert coordinators_told(story) == {org.rcic, org.rcic_district, org.rcic_region}
    assert story.assign().mre.status == Status.ASSIGNED


def test_a_parked_request_that_was_withdrawn_cannot_be_released(org: Organisation) -> None:
    story = submit(org, suspended=True).withdraw()
    with pytest.raises(AlreadyDone, match="was closed"):
        submission.release(mre_id=story.mre_id, by=org.admin, now=story.now)


# --- From the status page -----------------------------------------------------------------------


def test_corrected_contact_details_keep_the_former_address_and_reach_the_mentor(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    was = story.mre.client.email
    submission.correct_contact(
        mre_id=story.mre_id, email="new@example.com", phone="212-555-0111", now=story.now
    )
    client = story.mre.client
    assert (client.email, client.phone) == ("new@example.com", "212-555-0111")
    assert [alias.email for alias in client.aliases.all()] == [was]
    assert story.mails[-1] == "mentor_client_update"
    told = story.mre.mails.latest("pk")
    assert told.volunteer == org.joan
    assert "new@example.com" not in told.text + told.html + told.subject
    assert_sound(story.mre_id)


def test_an_address_in_other_capitals_is_no_further_address(org: Organisation) -> None:
    story = submit(org, person=a_person(email="m@example.com"))
    submission.correct_contact(
        mre_id=story.mre_id,
        email="M@example.com",
        phone=story.mre.client.phone,
        now=story.now,
    )
    assert story.mre.client.email == "M@example.com"
    assert not story.mre.client.aliases.exists()


def test_a_correction_that_changes_nothing_says_so(org: Organisation) -> None:
    story = submit(org)
    client = story.mre.client
    with invalid("email", "Nothing was changed"):
        submission.correct_contact(
            mre_id=story.mre_id, email=client.email, phone=client.phone, now=MONDAY
        )


def test_what_is_added_to_the_question_stands_below_it(org: Organisation) -> None:
    story = request_in("assigned", org)
    submission.add_to_question(mre_id=story.mre_id, text="And prices?", now=story.now)
    assert story.mre.question == "How do I find customers?\n\nAnd prices?"
    told = story.mre.mails.latest("pk")
    assert (told.kind, told.volunteer) == ("mentor_client_update", org.joan)
    assert "prices" not in told.text


def test_a_question_has_an_end(org: Organisation) -> None:
    story = submit(org)
    room = submission.MAX_QUESTION - len(story.mre.question) - 2
    with invalid("text", "20,000"):
        submission.add_to_question(mre_id=story.mre_id, text="x" * (room + 1), now=MONDAY)
    submission.add_to_question(mre_id=story.mre_id, text="x" * room, now=MONDAY)
    assert len(story.mre.question) == submission.MAX_QUESTION


def test_without_a_mentor_an_addition_is_mailed_to_nobody(org: Organisation) -> None:
    story = submit(org)
    before = OutboxMail.objects.count()
    submission.add_to_question(mre_id=story.mre_id, text="And prices?", now=MONDAY)
    assert OutboxMail.objects.count() == before


@pytest.mark.parametrize("situation", ["new", "assigned", "overdue", "accepted", "counseled"])
def test_a_client_who_no_longer_needs_it_withdraws_and_everybody_concerned_hears_of_it(
    org: Organisation, situation: str
) -> None:
    story = request_in(situation, org)
    before = len(story.mails)
    submission.withdraw_by_client(mre_id=story.mre_id, now=story.now)
    mre = story.mre
    assert (mre.status, mre.withdraw_reason) == (Status.WITHDRAWN, WithdrawReason.NOT_INTERESTED)
    told = {"client_closed", "rcic_client_withdrew"}
    assert set(story.mails[before:]) == (
        told if situation == "new" else told | {"mentor_withdrawn"}
    )
    assert_sound(story.mre_id)


def test_an_unanswered_assignment_ends_as_withdrawn_when_the_client_withdraws(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    submission.withdraw_by_client(mre_id=story.mre_id, now=story.now)
    assert story.assignment.outcome == Outcome.WITHDRAWN
    assert story.assignment.ended_at == story.now
    assert story.mre.current is None


# --- A lost link --------------------------------------------------------------------------------


def test_a_lost_link_goes_to_the_address_on_file(org: Organisation) -> None:
    story = submit(org, person=a_person(email="m@example.com"))
    submission.send_status_links(email="M@EXAMPLE.com", now=MONDAY)
    mail = OutboxMail.objects.get(kind="client_status_link")
    assert mail.to_email == "m@example.com"
    assert links.status_path(story.mre) in mail.text


def test_a_lost_link_asked_for_with_a_former_address_goes_to_the_present_one(
    org: Organisation,
) -> None:
    story = submit(org, person=a_person(email="old@example.com"))
    submission.correct_contact(
        mre_id=story.mre_id, email="new@example.com", phone="212-555-0100", now=MONDAY
    )
    submission.send_status_links(email="old@example.com", now=MONDAY)
    assert OutboxMail.objects.get(kind="client_status_link").to_email == "new@example.com"


def test_an_unknown_address_gets_nothing(org: Organisation) -> None:
    submit(org)
    submission.send_status_links(email="nobody@example.com", now=MONDAY)
    assert not OutboxMail.objects.filter(kind="client_status_link").exists()


def test_a_lost_link_is_sent_once_an_hour_at_most(org: Organisation) -> None:
    submit(org, person=a_person(email="m@example.com"))
    for minutes in (0, 20, 59, 60):
        submission.send_status_links(email="m@example.com", now=MONDAY + timedelta(minutes=minutes))
    assert OutboxMail.objects.filter(kind="client_status_link").count() == 2


def test_the_key_to_one_status_page_opens_no_other_and_no_answer(org: Organisation) -> None:
    story = request_in("assigned", org)
    token = links.status_token(story.mre)
    assert links.read_status_token(token) == story.mre_id
    pk, _, signature = token.partition(".")
    for wrong in (f"{int(pk) + 1}.{signature}", f"{pk}.{signature[:-1]}", pk, "", "."):
        with pytest.raises(links.BadSignature):
            links.read_status_token(wrong)
    with pytest.raises(links.BadSignature):
        links.read_answer_token(token)
