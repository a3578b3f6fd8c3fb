"""Requests that a coordinator or a mentor types in: the same rules, and who may be the same."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse

from intake.enums import Source, Status
from intake.models import MentoringRequest
from mentors.enums import Classification
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    a_person,
    area,
    mentor,
    set_profile,
    submit,
    volunteer,
)
from tests.intake.conftest import SetClock

ADD = reverse("intake:add_request")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(at: SetClock) -> None:
    at(MONDAY)


def typed(**fields: Any) -> dict[str, Any]:
    given = {
        "key": str(uuid4()), "first_name": "Maribel", "last_name": "Ortiz", "zip": "10001",
        "email": "maribel@b.example", "phone": "212-555-0143", "notify_by": "email",
        "area": area().pk, "question": "How do I price bread?", "stage": "new",
        "consent_contact": "on",
    }  # fmt: skip
    return given | fields


def add(browser: Browser, user: Volunteer, **fields: Any) -> Any:
    browser.force_login(user)
    return browser.post(ADD, typed(**fields))


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


class TestByACoordinator:
    def test_is_in_the_queue_and_says_who_typed_it(
        self, org: Organisation, client: Browser
    ) -> None:
        response = add(client, org.rcic)
        mre = MentoringRequest.objects.get()
        assert response["Location"] == reverse("intake:request", args=[mre.pk])
        assert said(response) == f"{mre.number} is in the queue at SCORE New York."
        assert (mre.source, mre.submitted_by) == (Source.COORDINATOR, org.rcic)
        assert (mre.chapter, mre.status) == (org.new_york, Status.NEED_ACTION)

    def test_sent_twice_it_is_one(self, org: Organisation, client: Browser) -> None:
        key = str(uuid4())
        assert (
            add(client, org.rcic, key=key)["Location"] == add(client, org.rcic, key=key)["Location"]
        )
        assert MentoringRequest.objects.count() == 1

    def test_a_chapter_can_be_chosen_among_ones_own(
        self, org: Organisation, client: Browser
    ) -> None:
        add(client, org.rcic_district, chapter=org.newark.pk)
        assert MentoringRequest.objects.get().chapter == org.newark
        refused = add(client, org.rcic_district, chapter=org.phoenix.pk)
        assert "Choose one of your chapters." in refused.text
        assert "How do I price bread?" in refused.text

    def test_a_zip_code_of_elsewhere_sends_it_there(
        self, org: Organisation, client: Browser
    ) -> None:
        response = add(client, org.rcic, zip="85001")
        assert response["Location"] == reverse("home")
        assert "in the queue at SCORE Phoenix" in said(response)

    def test_the_rules_are_those_of_the_public_form(
        self, org: Organisation, client: Browser
    ) -> None:
        refused = add(client, org.rcic, email="x", phone="1", zip="1", consent_contact="")
        for sentence in ("Enter an e-mail address", "Enter a phone number", "Enter a zip code",
                         "Ask the client: without this nobody may answer."):  # fmt: skip
            assert sentence in refused.text
        assert not MentoringRequest.objects.exists()

    def test_says_who_may_be_the_same_person(self, org: Organisation, client: Browser) -> None:
        other = submit(org, person=a_person(phone="(212) 555-0143"))
        elsewhere = submit(org, person=a_person(phone="(212) 555-0143", zip="85001"))
        told = said(add(client, org.rcic))
        assert f"the same person as in {other.mre.number}: same phone." in told
        assert elsewhere.mre.number not in told

    def test_a_mentor_asked_for_gets_it_at_once(self, org: Organisation, client: Browser) -> None:
        set_profile(org.joan, accepts_direct=True)
        assert "is with Joan Whitfield" in said(add(client, org.rcic, asks_for="joan whit"))
        assert MentoringRequest.objects.get().status == Status.ASSIGNED

    def test_a_mentor_who_takes_none_is_a_wish(self, org: Organisation, client: Browser) -> None:
        set_profile(org.joan, accepts_direct=False)
        add(client, org.rcic, asks_for=org.joan.email)
        mre = MentoringRequest.objects.get()
        assert (mre.status, mre.requested_mentor) == (Status.NEED_ACTION, org.joan)

    def test_an_unclear_name_is_asked_again(self, org: Organisation, client: Browser) -> None:
        mentor(org.new_york, "Joan", "Whitman")
        assert "Several have this name" in add(client, org.rcic, asks_for="joan whit").text
        assert "No active mentor has this name." in add(client, org.rcic, asks_for="Sam").text
        assert not MentoringRequest.objects.exists()


class TestByAMentor:
    def test_goes_to_the_queue_of_the_chapter(self, org: Organisation, client: Browser) -> None:
        response = add(client, org.joan)
        mre = MentoringRequest.objects.get()
        assert response["Location"] == reverse("home")
        assert "in the queue at SCORE New York" in said(response)
        assert (mre.source, mre.submitted_by) == (Source.MENTOR, org.joan)

    def test_he_may_be_the_one_asked_for(self, org: Organisation, client: Browser) -> None:
        set_profile(org.joan, accepts_direct=True)
        add(client, org.joan, for_me="on")
        mre = MentoringRequest.objects.get()
        assert (mre.status, mre.requested_mentor) == (Status.ASSIGNED, org.joan)

    def test_names_nobody_else_and_no_other_chapter(
        self, org: Organisation, client: Browser
    ) -> None:
        assert "Choose one of your chapters." in add(client, org.joan, chapter=org.newark.pk).text
        add(client, org.joan, asks_for="Ben Okafor", requested_mentor=org.ben.pk)
        assert MentoringRequest.objects.get().requested_mentor is None

    def test_is_not_told_of_others_requests(self, org: Organisation, client: Browser) -> None:
        submit(org, person=a_person(phone="(212) 555-0143"))
        assert "same person" not in said(add(client, org.joan))


class TestWhoMay:
    @pytest.mark.parametrize("who", ["leader", "chair", "manager", "sam", "rcic_former"])
    def test_others_are_told_why_not(self, org: Organisation, client: Browser, who: str) -> None:
        response = add(client, getattr(org, who))
        assert response.status_code == 403
        assert "typed in by coordinators (RCIC) and mentors" in response.text
        assert not MentoringRequest.objects.exists()

    def test_a_plain_volunteer_may_not(self, org: Organisation, client: Browser) -> None:
        plain = volunteer(org.new_york, classification=Classification.VOLUNTEER)
        assert add(client, plain).status_code == 403


class TestKnownClients:
    def look(self, browser: Browser, user: Volunteer, **query: Any) -> str:
        browser.force_login(user)
        return browser.get(ADD, query).text

    def test_are_found_and_filled_in(self, org: Organisation, client: Browser) -> None:
        story = submit(org, person=a_person(email="known@b.example", last_name="Known"))
        for known in ("known@b", story.mre.client.phone, "known"):
            assert f"?client={story.mre.client_id}" in self.look(client, org.rcic, known=known)
        filled = self.look(client, org.rcic, client=story.mre.client_id)
        assert 'value="known@b.example"' in filled
        assert 'value="Known"' in filled

    def test_of_other_chapters_are_not(self, org: Organisation, client: Browser) -> None:
        story = submit(org, person=a_person(email="known@b.example", zip="85001"))
        assert "No client of yours fits." in self.look(client, org.rcic, known="known@b.example")
        for pk in (story.mre.client_id, "x", "9" * 30):
            assert "known@b.example" not in self.look(client, org.rcic, client=pk)

    def test_who_only_leads_there_does_not_read_the_address(
        self, org: Organisation, client: Browser
    ) -> None:
        from mentors.enums import Role
        from tests.factories import position

        position(org.rcic, Role.LEADER, org.phoenix)
        story = submit(org, person=a_person(email="known@b.example", zip="85001"))
        name = story.mre.client.last_name
        for query in ({"known": name}, {"client": story.mre.client_id}):
            assert "known@b.example" not in self.look(client, org.rcic, **query)
