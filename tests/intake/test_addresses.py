"""Mail that comes back: who is told, what is held back, and what happens when it works again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import Settings

from intake import sending
from intake.actions import addresses, answering, clients, closing, contacting
from intake.enums import Channel, ContactResult, MailState, Status
from intake.models import ContactAttempt, OutboxMail
from mentors.enums import MailTrouble, Role
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, Story, a_person, position, request_in, submit

MINUTE = timedelta(minutes=1)
BOUNCED, COMPLAINED = MailTrouble.BOUNCED, MailTrouble.COMPLAINED


def mail_of(story: Story, kind: str) -> OutboxMail:
    return OutboxMail.objects.filter(request=story.mre_id, kind=kind).latest("pk")


def fail(
    story: Story, kind: str, trouble: MailTrouble | None = BOUNCED, **later: float
) -> OutboxMail:
    """The latest mail of a kind about a request comes back."""
    mail = mail_of(story, kind)
    at = story.now + timedelta(**later)
    addresses.came_back(mail_id=mail.pk, trouble=trouble, at=at, now=at)
    mail.refresh_from_db()
    return mail


def told(story: Story, kind: str) -> set[Volunteer | None]:
    mails = story.mre.mails.filter(kind=kind).select_related("volunteer")
    return {mail.volunteer for mail in mails}


# --- A mentor's address ---------------------------------------------------------------------------


def test_coordinators_hear_at_once_that_the_mentor_did_not_get_the_question(
    org: Organisation,
) -> None:
    story = request_in("assigned", org)
    fail(story, "mentor_assigned")
    assert told(story, "rcic_address_failed") == {org.rcic, org.rcic_district, org.rcic_region}
    mail = mail_of(story, "rcic_address_failed")
    assert mail.send_at == story.now, "they need not wait for the time-out"
    assert mail.subject == f"{story.mre.number}: mail to Joan Whitfield does not arrive"
    org.joan.refresh_from_db()
    assert (org.joan.mail_trouble, org.joan.mail_trouble_at) == (BOUNCED, story.now)
    assert story.assignment.is_unanswered, "he may still answer when he signs in"


def test_every_open_request_of_the_mentor_is_told_of(org: Organisation) -> None:
    led, asked = request_in("accepted", org), request_in("assigned", org)
    closed, of_another = request_in("complete", org), submit(org).assign(org.ben)
    fail(asked, "mentor_assigned")
    assert [story.kinds.count("address_failed") for story in (led, asked)] == [1, 1]
    assert "address_failed" not in closed.kinds + of_another.kinds
    assert told(led, "rcic_address_failed") == set(), "nobody waits for an answer there"


def test_a_complaint_of_a_mentor_is_told_in_other_words(org: Organisation) -> None:
    story = request_in("assigned", org)
    mail = fail(story, "mentor_assigned", COMPLAINED)
    assert mail.state == MailState.QUEUED, "that one did arrive"
    assert "marked our mail as unwanted" in mail_of(story, "rcic_address_failed").text


def test_what_says_nothing_of_the_address_marks_the_mail_alone(org: Organisation) -> None:
    story = request_in("assigned", org)
    mail = fail(story, "mentor_assigned", None)
    assert mail.bounced_at == story.now
    org.joan.refresh_from_db()
    assert org.joan.mail_trouble == ""
    assert "address_failed" not in story.kinds


def test_the_same_news_twice_and_out_of_order_count_once(org: Organisation) -> None:
    story = request_in("assigned", org)
    fail(story, "mentor_assigned", minutes=5)
    fail(story, "mentor_assigned", minutes=5)
    fail(story, "mentor_assigned", minutes=1)
    assert story.kinds.count("address_failed") == 1
    assert story.mails.count("rcic_address_failed") == 3


def test_news_of_an_old_address_do_not_touch_the_new_one(org: Organisation) -> None:
    story = request_in("assigned", org)
    org.joan.change_email("joan.new@example.org")
    org.joan.save()
    mail = fail(story, "mentor_assigned")
    assert mail.bounced_at is not None
    org.joan.refresh_from_db()
    assert org.joan.mail_trouble == ""
    assert "address_failed" not in story.kinds


def test_the_choice_of_the_coordinator_holds_for_this_too(org: Organisation) -> None:
    position(org.ben, Role.RCIC, org.new_york)
    story = request_in("assigned", org)
    fail(story, "mentor_assigned")
    assert org.ben in told(story, "rcic_address_failed")
    assert org.rcic_elsewhere not in told(story, "rcic_address_failed")
    assert org.leader not in told(story, "rcic_address_failed")


def test_a_parked_request_stays_with_the_administrators(org: Organisation) -> None:
    story = submit(org, suspended=True)
    fail(story, "client_received")
    assert story.kinds.count("address_failed") == 1
    assert told(story, "rcic_address_failed") == set()


# --- A client's address ---------------------------------------------------------------------------


def test_before_acceptance_the_coordinators_are_told(org: Organisation) -> None:
    story = submit(org)
    fail(story, "client_received")
    assert told(story, "rcic_address_failed") == {org.rcic, org.rcic_district, org.rcic_region}
    assert mail_of(story, "rcic_address_failed").subject.endswith("mail to Maria does not arrive")
    assert story.mre.client.mail_trouble == BOUNCED


def test_the_first_note_that_comes_back_is_an_attempt_that_did_not_arrive(
    org: Organisation,
) -> None:
    story = request_in("accepted", org)
    before = story.assignment
    fail(story, "client_accepted")
    [first] = ContactAttempt.objects.filter(request=story.mre_id)
    assert first.result == ContactResult.UNDELIVERABLE
    after = story.assignment
    assert (after.attempts_made, after.attempts_due_at) == (1, before.attempts_due_at)
    assert told(story, "mentor_address_failed") == {org.joan}
    assert told(story, "rcic_address_failed") == set(), "the mentor leads it"


def test_so_the_request_can_be_closed_as_incorrect_contact(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1)
    story.attempt(ContactResult.WRONG_NUMBER, Channel.PHONE)
    with pytest.raises(NotAllowed, match="by e-mail first"):
        story.incorrect_contact()
    fail(story, "client_accepted")
    assert story.incorrect_contact().mre.status == Status.INCORRECT_CONTACT


def test_a_mail_that_the_mentor_wrote_here_is_an_attempt_too(org: Organisation) -> None:
    story = request_in("accepted", org).wait(hours=1)
    attempt = contacting.mail_client(
        mre_id=story.mre_id, by=org.joan, now=story.now, subject="Thursday", text="At ten?"
    )
    fail(story, "client_message")
    attempt.refresh_from_db()
    assert attempt.result == ContactResult.UNDELIVERABLE


def test_a_complaint_of_the_client_does_not_undo_that_the_note_arrived(org: Organisation) -> None:
    story = request_in("accepted", org)
    fail(story, "client_accepted", COMPLAINED)
    [first] = ContactAttempt.objects.filter(request=story.mre_id)
    assert first.result == ContactResult.AWAITING_ANSWER
    assert "marked our mail as unwanted" in mail_of(story, "mentor_address_failed").text


def test_the_attempt_of_a_former_mentor_stays_as_it_was(org: Organisation) -> None:
    story = request_in("accepted", org)
    note = mail_of(story, "client_accepted")
    story.wait(hours=1).reassign()
    addresses.came_back(mail_id=note.pk, trouble=BOUNCED, at=story.now, now=story.now)
    [first] = ContactAttempt.objects.filter(request=story.mre_id)
    assert first.result == ContactResult.AWAITING_ANSWER
    assert story.mre.client.mail_trouble == BOUNCED


def test_of_a_client_who_was_merged_it_is_said_under_whom_he_is_kept(org: Organisation) -> None:
    from intake.actions.merging import merge

    story, other = submit(org), submit(org, person=a_person(first_name="Maria"))
    note = mail_of(other, "client_received")
    merge(
        kept_id=story.mre.client_id,
        merged_id=other.mre.client_id,
        chosen={"email": other.mre.client.email},
        by=org.admin,
        now=MONDAY,
    )
    addresses.came_back(mail_id=note.pk, trouble=BOUNCED, at=MONDAY, now=MONDAY)
    assert story.mre.client.mail_trouble == BOUNCED
    assert [one.kinds.count("address_failed") for one in (story, other)] == [1, 1]


# --- What is held back ----------------------------------------------------------------------------


def deliver(story: Story) -> None:
    sending.deliver(clock=lambda: story.now)


@pytest.fixture
def mail_server(settings: Settings) -> None:
    settings.MAIL_ENABLED = True


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize("trouble", [BOUNCED, COMPLAINED])
def test_further_mails_to_a_failed_address_wait(org: Organisation, trouble: MailTrouble) -> None:
    first = request_in("assigned", org)
    deliver(first)
    fail(first, "mentor_assigned", trouble)
    later = submit(org, at=first.now).assign()
    deliver(later)
    assert mail_of(later, "mentor_assigned").state == MailState.HELD
    assert mail_of(later, "client_received").state == MailState.SENT


@pytest.mark.usefixtures("mail_server")
def test_what_somebody_asks_for_himself_goes_out_all_the_same(org: Organisation) -> None:
    from intake.actions.submission import send_status_links

    story = submit(org)
    fail(story, "client_received")
    send_status_links(email=story.mre.client.email, now=story.now)
    deliver(story)
    assert OutboxMail.objects.get(kind="client_status_link").state == MailState.SENT


@pytest.mark.usefixtures("mail_server")
def test_a_note_to_an_address_that_is_known_to_fail_is_undeliverable_at_once(
    org: Organisation,
) -> None:
    story = submit(org)
    fail(story, "client_received")
    story.assign().accept()
    deliver(story)
    [first] = ContactAttempt.objects.filter(request=story.mre_id)
    assert first.result == ContactResult.UNDELIVERABLE
    assert told(story, "mentor_address_failed") == {org.joan}
    assert mail_of(story, "client_accepted").state == MailState.HELD


@pytest.mark.usefixtures("mail_server")
def test_with_a_corrected_address_what_still_fits_goes_there(org: Organisation) -> None:
    story = request_in("accepted", org)
    deliver(story)
    fail(story, "client_accepted")
    story.wait(hours=1)
    clients.correct(
        client_id=story.mre.client_id, by=org.rcic, now=story.now, email="right@example.com"
    )
    deliver(story)
    note = mail_of(story, "client_accepted")
    assert (note.state, note.to_email) == (MailState.SENT, "right@example.com")
    [first] = ContactAttempt.objects.filter(request=story.mre_id)
    assert first.result == ContactResult.AWAITING_ANSWER, "it is on its way after all"


@pytest.mark.usefixtures("mail_server")
def test_what_has_been_overtaken_is_dropped(org: Organisation) -> None:
    story = request_in("accepted", org)
    deliver(story)
    fail(story, "client_accepted")
    story.wait(hours=1).transfer()
    addresses.works_again(owner=story.mre.client, by=org.admin, now=story.now)
    deliver(story)
    assert mail_of(story, "client_accepted").state == MailState.DROPPED


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize("answer", [Story.accept, Story.decline, Story.replace, Story.withdraw])
def test_an_offer_that_is_held_back_is_dropped_with_the_answer(
    org: Organisation, answer: Callable[[Story], object]
) -> None:
    story = request_in("assigned", org)
    deliver(story)
    fail(story, "mentor_assigned")
    assert mail_of(story, "mentor_assigned").state == MailState.HELD
    answer(story)
    offers = story.mre.mails.filter(kind="mentor_assigned", volunteer=org.joan)
    assert [offer.state for offer in offers] == [MailState.DROPPED]


@pytest.mark.usefixtures("mail_server")
def test_a_message_that_arrived_late_does_not_fail_the_address_again(org: Organisation) -> None:
    story = request_in("assigned", org)
    deliver(story)
    fail(story, "mentor_assigned")
    addresses.works_again(owner=org.joan, by=org.admin, now=story.now + MINUTE)
    fail(story, "mentor_assigned")
    org.joan.refresh_from_db()
    assert org.joan.mail_trouble == ""


def test_only_administrators_say_that_an_address_works_again(org: Organisation) -> None:
    story = request_in("assigned", org)
    fail(story, "mentor_assigned")
    for person in (org.rcic, org.joan, org.manager):
        with pytest.raises(NotAllowed):
            addresses.works_again(owner=org.joan, by=person, now=story.now)
    addresses.works_again(owner=org.joan, by=org.admin, now=story.now)
    with pytest.raises(AlreadyDone):
        addresses.works_again(owner=org.joan, by=org.admin, now=story.now)


def test_closed_requests_hear_nothing_and_answers_go_on(org: Organisation) -> None:
    story = request_in("assigned", org)
    fail(story, "mentor_assigned")
    answering.accept(
        assignment_id=story.assignment.pk, by=org.joan, now=story.now, note="Hello Maria"
    )
    closing.transfer_to_queue(mre_id=story.mre_id, by=org.joan, now=story.now, reason="No time.")
    assert story.mre.status == Status.NEED_ACTION
