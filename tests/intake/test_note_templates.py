"""Words that people keep for notes and mails: whose they are, and how they are filled in."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import reverse

from intake.actions.note_templates import keep_first_note, keep_note_template
from intake.enums import WordsFor
from intake.models import NoteTemplate
from intake.pages.note_templates import Wording, at_hand, filled_in, first_words
from intake.wording import take_out
from mentors.errors import NotAllowed
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, Story, a_person, an_ask, submit
from tests.intake.conftest import SetClock

PAGE = reverse("intake:note_templates")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(at: SetClock) -> None:
    at(MONDAY)


def keep(browser: Browser, user: Volunteer, **fields: object) -> str:
    browser.force_login(user)
    data = {
        "purpose": "mentor",
        "name": "Welcome",
        "text": "{client} asks about {area} for {business}.",
        **fields,
    }
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
    client.post(change, {"purpose": "mentor", "name": "Hello", "text": "Hello", "shared": ""})
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
    assert "You have words of this name already." in keep(client, org.rcic)
    keep(client, org.rcic_district)
    assert NoteTemplate.objects.count() == 2


@pytest.mark.parametrize("who", ["leader", "manager", "chair", "sam"])
def test_who_writes_to_nobody_has_none(org: Organisation, client: Browser, who: str) -> None:
    client.force_login(getattr(org, who))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"name": "A", "text": "B"}).status_code == 403


def words(by: Volunteer, **fields: Any) -> NoteTemplate:
    fields = {"purpose": WordsFor.FIRST_NOTE, "name": "Mine", "text": "Hello {client}", **fields}
    return keep_note_template(by=by, now=MONDAY, **fields)


class TestOfMentors:
    """What they keep for first notes, mails and session notes."""

    def test_a_mentor_keeps_words_for_clients(self, org: Organisation, client: Browser) -> None:
        for purpose in ("first_note", "client", "session"):
            keep(client, org.joan, purpose=purpose)
        assert NoteTemplate.objects.filter(owner=org.joan).count() == 3
        assert "Select a valid choice" in keep(client, org.joan, purpose="mentor")

    def test_not_for_mentors(self, org: Organisation) -> None:
        with pytest.raises(NotAllowed, match="notes to a mentor"):
            words(org.joan, purpose=WordsFor.MENTOR)

    def test_only_coordinators_share(self, org: Organisation, client: Browser) -> None:
        keep(client, org.joan, purpose="client", shared=f"chapter-{org.new_york.pk}")
        assert NoteTemplate.objects.get().unit is None
        with pytest.raises(NotAllowed, match="Only coordinators"):
            words(org.joan, shared={"chapter": org.new_york})

    @pytest.mark.parametrize(
        ("shared", "readers"),
        [
            ("new_york", {"joan"}),
            ("hudson", {"joan", "nora"}),
            ("east", {"joan", "nora", "carla"}),
        ],
    )
    def test_words_shared_with_a_unit_are_at_hand_for_its_mentors(
        self, org: Organisation, shared: str, readers: set[str]
    ) -> None:
        unit = getattr(org, shared)
        kept = words(org.rcic_region, shared={type(unit).__name__.lower(): unit})
        reached = {
            name
            for name in ("joan", "nora", "carla", "dan")
            if kept in at_hand(getattr(org, name), MONDAY, WordsFor.FIRST_NOTE)
        }
        assert reached == readers

    def test_notes_to_a_mentor_are_nothing_for_mentors(
        self, org: Organisation, client: Browser
    ) -> None:
        words(org.rcic, purpose=WordsFor.MENTOR, text="sees", shared={"chapter": org.new_york})
        assert not at_hand(org.joan, MONDAY, WordsFor.MENTOR)
        client.force_login(org.joan)
        assert "sees" not in client.get(PAGE).content.decode()


class TestFromTheStart:
    """One wording of each purpose stands in the field."""

    def test_the_last_one_chosen_and_the_others_are_kept(self, org: Organisation) -> None:
        first = words(org.joan, begins=True)
        other = words(org.joan, purpose=WordsFor.CLIENT, begins=True)
        second = words(org.joan, name="Second", begins=True)
        begin = NoteTemplate.objects.filter(begins=True).order_by("pk")
        assert list(begin) == [other, second]
        assert NoteTemplate.objects.filter(pk=first.pk).exists()

    def test_what_others_share_does_not_begin(self, org: Organisation) -> None:
        words(org.rcic, begins=True, shared={"chapter": org.new_york})
        found = shown_to(org.joan, submit(org).assign(org.joan))
        assert [(each.name, each.begins) for each in found] == [("Mine", False)]
        assert first_words(found) == ""

    def test_words_asked_for_stand_there_instead(self, org: Organisation) -> None:
        words(org.joan, begins=True)
        other = words(org.joan, name="Second", text="Dear {client}")
        story = submit(org, person=a_person(first_name="Maribel")).assign(org.joan)
        found = shown_to(org.joan, story)
        assert first_words(found) == "Hello Maribel"
        assert first_words(found, str(other.pk)) == "Dear Maribel"
        assert first_words(found, "0' OR 1=1") == "Hello Maribel"

    def test_in_the_note_to_a_mentor(self, org: Organisation, client: Browser) -> None:
        keep(client, org.rcic, begins="on")
        story = submit(org, person=a_person(first_name="Maribel"))
        shown = client.get(reverse("intake:request", args=[story.mre_id])).content
        note = BeautifulSoup(shown, "html.parser").select_one("textarea[name=note]")
        assert note is not None
        assert "Maribel asks about Marketing" in note.text


def shown_to(reader: Volunteer, story: Story) -> list[Wording]:
    return filled_in(at_hand(reader, MONDAY, WordsFor.FIRST_NOTE), story.mre, reader)


class TestPlaces:
    def test_all_are_filled_in_and_other_braces_stay(self, org: Organisation) -> None:
        words(org.joan, text="{client}/{area}/{business}/{mentor}/{year}/{")
        person = a_person(first_name="{area}")
        story = submit(org, person=person, ask=an_ask(business_name="")).assign(org.joan)
        found = shown_to(org.joan, story)[0].text
        assert found == f"{{area}}/Marketing/your business/{org.joan}/{{year}}/{{"

    def test_a_note_to_a_mentor_does_not_name_the_one_before(
        self, org: Organisation, client: Browser
    ) -> None:
        keep(client, org.rcic, text="{mentor}, please help {client}.")
        story = submit(org, person=a_person(first_name="Maribel")).assign(org.joan)
        shown = client.get(reverse("intake:request", args=[story.mre_id])).content
        button = BeautifulSoup(shown, "html.parser").select_one("[data-insert]")
        assert button is not None
        assert button["data-insert"] == "{mentor}, please help Maribel."


class TestKeepingAFirstNote:
    """What was written for one client serves the next one."""

    def asked(self, org: Organisation, name: str = "Ann") -> Story:
        ask = an_ask(business_name="Ann & Co.")
        return submit(org, person=a_person(first_name=name), ask=ask).assign(org.joan)

    def test_names_become_places(self, org: Organisation) -> None:
        mre = self.asked(org).mre
        note = f"Hello Ann,\nAnnual Marketing for Ann & Co. is mine.\n{org.joan}"
        kept = "Hello {client},\nAnnual {area} for {business} is mine.\n{mentor}"
        assert take_out(note, mre, org.joan) == kept

    def test_a_namesake_keeps_his_own_signature(self, org: Organisation) -> None:
        mre = self.asked(org, name="Joan").mre
        assert take_out("Hello Joan,\n\nJoan", mre, org.joan) == "Hello {client},\n\nJoan"

    def test_places_that_were_typed_stay(self, org: Organisation) -> None:
        mre = self.asked(org, name="client").mre
        assert take_out("Hello {client}, client", mre, org.joan) == "Hello {client}, {client}"

    def test_it_begins_next_time_and_the_one_before_is_kept(self, org: Organisation) -> None:
        mre = self.asked(org).mre
        words(org.joan, begins=True)
        keep_first_note(by=org.joan, now=MONDAY, mre=mre, note="Good day Ann")
        keep_first_note(by=org.joan, now=MONDAY, mre=mre, note="Good evening Ann")
        found = NoteTemplate.objects.order_by("pk").values_list("name", "text", "begins")
        assert list(found) == [
            ("Mine", "Hello {client}", False),
            ("First note of Mon 16 Mar 2026", "Good day {client}", False),
            ("First note of Mon 16 Mar 2026 (2)", "Good evening {client}", True),
        ]

    def test_the_same_words_are_kept_once(self, org: Organisation) -> None:
        mre = self.asked(org).mre
        words(org.joan)
        keep_first_note(by=org.joan, now=MONDAY, mre=mre, note="Hello Ann")
        kept = NoteTemplate.objects.get()
        assert (kept.name, kept.begins) == ("Mine", True)
