"""Words that coordinators keep for notes to mentors: whose they are, and how they are filled in."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import reverse

from intake.models import NoteTemplate
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, a_person, an_ask, submit
from tests.intake.conftest import SetClock

PAGE = reverse("intake:note_templates")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(at: SetClock) -> None:
    at(MONDAY)


def keep(browser: Browser, user: Volunteer, **fields: object) -> str:
    browser.force_login(user)
    data = {"name": "Welcome", "text": "{client} asks about {area} for {business}.", **fields}
    return browser.post(PAGE, data, follow=True).content.decode()


def test_words_are_filled_in_for_the_request(org: Organisation, client: Browser) -> None:
    keep(client, org.rcic)
    ask = an_ask(business_name="Ortiz Bakery")
    story = submit(org, person=a_person(first_name="Maribel"), ask=ask)
    shown = client.get(reverse("intake:request", args=[story.mre_id])).content
    button = BeautifulSoup(shown, "html.parser").select_one("[data-insert]")
    assert button is not None
    assert button["data-insert"] == "Maribel asks about Marketing for Ortiz Bakery."


def test_own_words_are_nobody_elses(org: Organisation, client: Browser) -> None:
    keep(client, org.rcic)
    client.force_login(org.rcic_district)
    assert "Welcome" not in client.get(PAGE).content.decode()


def test_shared_words_are_read_in_the_unit_and_changed_by_their_owner(
    org: Organisation, client: Browser
) -> None:
    keep(client, org.rcic, shared=f"district-{org.hudson.pk}")
    kept = NoteTemplate.objects.get()
    assert kept.unit == org.hudson
    change = reverse("intake:note_template", args=[kept.pk])
    drop = reverse("intake:drop_note_template", args=[kept.pk])
    client.force_login(org.rcic_district)
    assert f"Kept by {org.rcic}" in client.get(PAGE).content.decode()
    assert client.get(change).status_code == 403
    assert client.post(drop).status_code == 403
    client.force_login(org.rcic_elsewhere)
    assert "Welcome" not in client.get(PAGE).content.decode()
    assert client.get(change).status_code == 404
    assert client.post(drop).status_code == 404
    client.force_login(org.rcic)
    client.post(change, {"name": "Hello", "text": "Hello", "shared": ""})
    kept.refresh_from_db()
    assert (kept.name, kept.unit) == ("Hello", None)
    client.post(drop)
    assert not NoteTemplate.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"text": "x" * 4001}, "At most 4,000 characters"),
        ({"shared": "region-999999"}, "Select a valid choice."),
        ({"shared": "district-1; --"}, "Select a valid choice."),
    ],
)
def test_what_will_not_do_is_said_and_kept(
    org: Organisation, client: Browser, fields: dict[str, str], sentence: str
) -> None:
    shown = keep(client, org.rcic, **fields)
    assert sentence in shown
    assert fields.get("text", "asks about")[:20] in shown
    assert not NoteTemplate.objects.exists()


def test_a_name_is_given_once(org: Organisation, client: Browser) -> None:
    keep(client, org.rcic)
    assert "You have a template of this name already." in keep(client, org.rcic)
    keep(client, org.rcic_district)
    assert NoteTemplate.objects.count() == 2


@pytest.mark.parametrize("who", ["joan", "leader", "manager", "chair"])
def test_who_assigns_nobody_has_none(org: Organisation, client: Browser, who: str) -> None:
    client.force_login(getattr(org, who))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"name": "A", "text": "B"}).status_code == 403
