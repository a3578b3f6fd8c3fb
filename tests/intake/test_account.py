"""Sign-in and passwords: mails by the outbox, no sign-up, and no telling who has an account."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from intake.models import OutboxMail
from mentors.models import Volunteer
from tests.factories import Organisation

RESET = reverse("account_reset_password")
SIGN_IN = reverse("account_login")
PASSWORD = "a long and quiet password"


@pytest.fixture
def joan(org: Organisation) -> Volunteer:
    org.joan.set_password(PASSWORD)
    org.joan.save()
    return org.joan


def words_of(response: Any) -> str:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return main.get_text(" ", strip=True)


def link_in(written: OutboxMail) -> str:
    found = re.search(r"http\S+/password/\S+", written.text)
    assert found is not None
    return found[0]


def test_a_forgotten_password_goes_by_the_outbox(joan: Volunteer, client: Browser) -> None:
    client.post(RESET, {"email": joan.email.upper()})
    written = OutboxMail.objects.get()
    assert (written.kind, written.volunteer) == ("account", joan)
    assert written.subject == "Choose a new password for Handoff"
    assert link_in(written) in written.html
    assert mail.outbox == []


def test_the_link_works_once(joan: Volunteer, client: Browser) -> None:
    client.post(RESET, {"email": joan.email})
    path = link_in(OutboxMail.objects.get()).removeprefix("http://127.0.0.1:8000")
    form = client.get(path, follow=True)
    new = "another long password"
    done = client.post(
        form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True
    )
    assert done.status_code == 200
    assert client.login(email=joan.email, password=new)
    assert "no longer works" in words_of(Browser().get(path))


def test_the_link_leads_to_this_site_whatever_the_browser_called_it(
    joan: Volunteer, client: Browser, settings: Settings
) -> None:
    settings.SITE_URL = "https://handoff.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    client.post(RESET, {"email": joan.email}, headers={"host": "evil.example"})
    written = OutboxMail.objects.get()
    assert link_in(written).startswith("https://handoff.example.org/accounts/")
    assert "evil.example" not in written.text + written.html + written.subject


def test_an_unknown_address_gets_the_same_answer(joan: Volunteer, client: Browser) -> None:
    answers = [
        client.post(RESET, {"email": email}, follow=True)
        for email in (joan.email, "nobody@example.org")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert words_of(answers[0]) == words_of(answers[1])
    written = OutboxMail.objects.get(to_email="nobody@example.org")
    assert "password/reset/key" not in written.text


def test_who_left_gets_the_same_answer_and_no_link(joan: Volunteer, client: Browser) -> None:
    Volunteer.objects.filter(pk=joan.pk).update(is_active=False)
    client.post(RESET, {"email": joan.email})
    assert not [each for each in OutboxMail.objects.all() if "/reset/key/" in each.text]


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize(
    "email", ["a@example.org\r\nBcc: b@example.org", "a@example.org\x00", "x", "a" * 1024 * 1024]
)
def test_a_hostile_address_is_refused_in_words(client: Browser, email: str) -> None:
    response = client.post(RESET, {"email": email})
    assert response.status_code == 200
    assert "Please look at this again" in words_of(response) or "valid" in words_of(response)
    assert not OutboxMail.objects.exists()


def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    joan: Volunteer, client: Browser
) -> None:
    answers = [
        client.post(SIGN_IN, {"login": email, "password": "wrong wrong wrong"})
        for email in (joan.email, "nobody@example.org")
    ]
    assert {answer.status_code for answer in answers} == {200}
    said = [
        BeautifulSoup(a.content, "html.parser").select(".invalid-feedback, .alert") for a in answers
    ]
    assert str(said[0]) == str(said[1]) != "[]"


def test_signing_in_leads_to_the_start_page(joan: Volunteer, client: Browser) -> None:
    response = client.post(SIGN_IN, {"login": joan.email, "password": PASSWORD})
    assert response["Location"] == reverse("home")


@pytest.mark.usefixtures("org")
def test_nobody_signs_up(client: Browser) -> None:
    path = reverse("account_signup")
    given = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    before = Volunteer.objects.count()
    for response in (client.get(path), client.post(path, given)):
        assert "Accounts come from your chapter" in response.content.decode()
    assert Volunteer.objects.count() == before
