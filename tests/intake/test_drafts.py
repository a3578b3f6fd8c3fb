"""What is begun and not sent comes back to its writer, to nobody else, and not once it is sent."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.contrib import admin
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from intake.actions import drafts
from intake.models import Unfinished
from intake.tasks import forget_drafts
from mentors.errors import AlreadyDone, Invalid
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, Story, request_in
from tests.intake.conftest import SetClock

KEEP, AFRESH = reverse("intake:keep_draft"), reverse("intake:begin_afresh")
SECRET = "She told me about her divorce."
MOMENT = timedelta(microseconds=1)

pytestmark = pytest.mark.usefixtures("at")


def main_of(response: Any) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


@pytest.fixture
def story(org: Organisation, at: SetClock, client: Browser) -> Story:
    """A session of Joan's was held and owes its notes; she is signed in."""
    told = request_in("accepted", org).wait(days=1).hold()
    at(told.now)
    client.force_login(org.joan)
    return told


def notes_of(story: Story) -> str:
    return reverse("intake:session_notes", args=[story.session.pk])


def type_notes(client: Browser, story: Story, words: str = SECRET, **more: str) -> Any:
    """As the script posts it: everything of the form, and what it is."""
    typed = {"notes": words, "minutes": "50", "preparation": "0", "travel": "0"} | more
    about = {"unfinished": f"notes:{story.session.pk}", "opened": story.now.isoformat()}
    return client.post(KEEP, about | typed)


def in_the_field(client: Browser, address: str, name: str = "notes") -> str:
    page = main_of(client.get(address))
    return "".join(area.get_text() for area in page.select(f"textarea[name={name}]")).strip()


class TestWhatIsBegun:
    def test_comes_back_with_a_sentence(self, story: Story, client: Browser, at: SetClock) -> None:
        assert type_notes(client, story).json() == {"kept": "Kept as a draft at 14:00."}
        at(story.wait(hours=3).now)
        elsewhere = Browser()
        elsewhere.force_login(story.org.joan)
        page = main_of(elsewhere.get(notes_of(story)))
        words = page.get_text(" ", strip=True)
        assert "You began this on Tue 17 Mar 14:00" in words
        assert SECRET in words
        assert page.select_one("input[name=minutes]")["value"] == "50"  # type: ignore[index]
        assert not story.session.notes

    def test_comes_back_on_the_card_of_the_desk(self, story: Story, client: Browser) -> None:
        type_notes(client, story)
        assert in_the_field(client, reverse("intake:desk")) == SECRET

    @pytest.mark.parametrize(
        ("situation", "form", "page", "field"),
        [
            ("assigned", "accept", "intake:accept", "note"),
            ("assigned", "decline", "intake:decline", "text"),
            ("accepted", "mail", "intake:mail_client", "text"),
            ("accepted", "record", "intake:session_record", "notes"),
        ],
    )
    def test_comes_back_in_every_form_with_long_words(
        self,
        org: Organisation,
        at: SetClock,
        client: Browser,
        situation: str,
        form: str,
        page: str,
        field: str,
    ) -> None:
        story = request_in(situation, org)
        at(story.now)
        client.force_login(org.joan)
        row = story.assignment.pk if situation == "assigned" else story.mre_id
        about = {"unfinished": f"{form}:{row}", "opened": story.now.isoformat()}
        assert client.post(KEEP, about | {field: SECRET}).status_code == 200
        assert in_the_field(client, reverse(page, args=[story.mre_id]), field) == SECRET

    def test_the_last_one_wins(self, story: Story, client: Browser) -> None:
        type_notes(client, story, "On the phone")
        type_notes(client, story, "On the laptop")
        assert in_the_field(client, notes_of(story)) == "On the laptop"

    def test_that_is_emptied_is_not_begun(self, story: Story, client: Browser) -> None:
        type_notes(client, story)
        type_notes(client, story, " ", minutes="", preparation="", travel="")
        assert not Unfinished.objects.exists()

    def test_can_be_begun_afresh(self, story: Story, client: Browser) -> None:
        type_notes(client, story)
        [form] = main_of(client.get(notes_of(story))).select(f"form[action='{AFRESH}']")
        typed = {str(field["name"]): str(field["value"]) for field in form.select("input[value]")}
        assertRedirects(client.post(AFRESH, typed), notes_of(story))
        assert in_the_field(client, notes_of(story)) == ""

    def test_that_is_too_long_is_not_kept_and_says_so(self, story: Story, client: Browser) -> None:
        response = type_notes(client, story, "x" * 40_001)
        assert response.status_code == 409
        assert "too long" in response.json()["refused"]

    @pytest.mark.parametrize(
        "broken",
        [
            {"unfinished": "notes:"},
            {"unfinished": "diary:1"},
            {"unfinished": ""},
            {"opened": "yesterday"},
            {"opened": "2026-03-16T12:00"},
        ],
    )
    def test_of_no_form_there_is_is_not_found(
        self, story: Story, client: Browser, broken: dict[str, str]
    ) -> None:
        assert type_notes(client, story, **broken).status_code == 404

    def test_keeps_nothing_but_the_fields_of_the_form(self, story: Story, client: Browser) -> None:
        type_notes(client, story, csrfmiddlewaretoken="x" * 32, extra="y")
        [kept] = Unfinished.objects.all()
        assert set(kept.fields) == {"notes", "minutes", "preparation", "travel"}


class TestWhatIsSent:
    def test_is_no_longer_begun(self, story: Story, client: Browser) -> None:
        type_notes(client, story)
        client.post(notes_of(story), {"notes": "Final words.", "minutes": "50"})
        assert story.session.notes == "Final words."
        assert SECRET not in str(Unfinished.objects.values_list("fields"))
        assert in_the_field(client, notes_of(story)) == "Final words."

    def test_is_not_brought_back_by_a_page_that_is_still_open(
        self, story: Story, client: Browser, at: SetClock
    ) -> None:
        client.get(notes_of(story))
        at(story.now + timedelta(minutes=5))
        client.post(notes_of(story), {"notes": "Final words.", "minutes": "50"})
        late = type_notes(client, story, "Old words, opened before")
        assert late.status_code == 409
        assert "load the page again" in late.json()["refused"]
        assert in_the_field(client, notes_of(story)) == "Final words."

    def test_is_not_overwritten_unread(self, story: Story, client: Browser) -> None:
        """Two devices: the page on the second one still has the empty notes before it."""
        [read] = main_of(client.get(notes_of(story))).select("input[name=read]")
        typed = {"minutes": "50", "read": str(read["value"])}
        client.post(notes_of(story), typed | {"notes": "From the phone."})
        response = client.post(notes_of(story), typed | {"notes": "From the laptop."})
        page = main_of(response)
        words = page.get_text(" ", strip=True)
        assert "Other notes of this session were saved meanwhile" in words
        assert "From the phone." in words
        assert "From the laptop." in words
        assert story.session.notes == "From the phone."
        [read] = page.select("input[name=read]")
        both = {"notes": "Phone and laptop.", "read": str(read["value"])}
        client.post(notes_of(story), typed | both)
        assert story.session.notes == "Phone and laptop."

    def test_the_same_words_twice_are_no_conflict(self, story: Story, client: Browser) -> None:
        [read] = main_of(client.get(notes_of(story))).select("input[name=read]")
        typed = {"minutes": "50", "read": str(read["value"]), "notes": "Sent twice."}
        for _ in range(2):
            assert client.post(notes_of(story), typed).status_code == 302

    def test_notes_that_were_begun_go_on_after_one_tap(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        story = request_in("session_planned", org)
        at(story.until(story.session.starts_at).wait(hours=1).now)
        client.force_login(org.joan)
        about = {"unfinished": f"held:{story.session.pk}", "opened": story.now.isoformat()}
        client.post(KEEP, about | {"notes": SECRET})
        client.post(reverse("intake:session_held", args=[story.session.pk]), {"minutes": "60"})
        assert in_the_field(client, notes_of(story)) == SECRET

    @pytest.mark.parametrize("act", ["accept", "decline", "mail"])
    def test_nothing_stays_begun_of_an_answer_or_a_mail(
        self, org: Organisation, at: SetClock, client: Browser, act: str
    ) -> None:
        story = request_in("accepted" if act == "mail" else "assigned", org)
        at(story.wait(hours=1).now)
        client.force_login(org.joan)
        form = f"mail:{story.mre_id}" if act == "mail" else f"{act}:{story.assignment.pk}"
        page = "mail_client" if act == "mail" else act
        about = {"unfinished": form, "opened": story.now.isoformat()}
        typed = {
            "accept": {"note": SECRET},
            "decline": {"reason": "no_capacity", "text": SECRET},
            "mail": {"subject": "Hello", "text": SECRET},
        }[act]
        assert client.post(KEEP, about | typed).status_code == 200
        assert SECRET in str(Unfinished.objects.values_list("fields"))
        client.post(reverse(f"intake:{page}", args=[story.mre_id]), typed)
        assert SECRET not in str(Unfinished.objects.values_list("fields"))


class TestForNobodyElse:
    def test_is_shown_to_nobody_else(self, story: Story, client: Browser) -> None:
        type_notes(client, story)
        pages = [notes_of(story), reverse("intake:request", args=[story.mre_id])]
        pages += [reverse("intake:clocks", args=[story.mre_id]), reverse("intake:desk")]
        for person in (story.org.rcic, story.org.admin, story.org.leader, story.org.ben):
            client.force_login(person)
            for page in pages:
                assert SECRET not in client.get(page).content.decode(), (person, page)

    @pytest.mark.parametrize(("who", "status"), [("ben", 404), ("leader", 403), ("joan", 200)])
    def test_is_kept_only_by_who_may_write_it(
        self, story: Story, client: Browser, who: str, status: int
    ) -> None:
        client.force_login(getattr(story.org, who))
        assert type_notes(client, story).status_code == status

    def test_is_not_shown_once_the_request_is_out_of_sight(
        self, org: Organisation, at: SetClock, client: Browser
    ) -> None:
        story = request_in("accepted", org)
        at(story.now)
        client.force_login(org.joan)
        about = {"unfinished": f"mail:{story.mre_id}", "opened": story.now.isoformat()}
        client.post(KEEP, about | {"text": SECRET})
        story.wait(hours=1).reassign(org.ben).accept()
        at(story.now)
        page = client.get(reverse("intake:mail_client", args=[story.mre_id]), follow=True)
        assert SECRET not in page.content.decode()
        assert client.post(KEEP, about | {"text": "More"}).status_code in (302, 404)
        client.force_login(org.ben)
        assert (
            SECRET
            not in client.get(reverse("intake:mail_client", args=[story.mre_id])).content.decode()
        )

    def test_is_not_in_the_admin(self) -> None:
        assert Unfinished not in admin.site._registry

    def test_does_not_appear_in_logs(
        self, story: Story, client: Browser, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG, logger="django.request"):
            type_notes(client, story)
            type_notes(client, story, SECRET, opened="never")
        assert SECRET not in caplog.text
        assert SECRET not in str(Unfinished.objects.first())

    def test_needs_a_sign_in_and_is_never_read_by_its_address(self, story: Story) -> None:
        assert type_notes(Browser(), story).status_code == 302
        assert not Unfinished.objects.exists()
        reader = Browser()
        reader.force_login(story.org.joan)
        assert reader.get(KEEP).status_code == 405


class TestForgetting:
    def keep(self, owner: Volunteer, form: str, days: float) -> None:
        at = MONDAY + timedelta(days=days)
        drafts.keep(owner=owner, form=form, fields={"notes": "x"}, begun=at, now=at)

    def test_after_thirty_days(self, org: Organisation, at: SetClock) -> None:
        self.keep(org.joan, "notes:1", 0)
        self.keep(org.joan, "notes:2", 1)
        assert drafts.forget_old(now=MONDAY + timedelta(days=30)) == 0
        at(MONDAY + timedelta(days=30) + MOMENT)
        assert forget_drafts() == 1
        assert Unfinished.objects.get().form == "notes:2"

    def test_a_page_opened_before_it_was_sent_brings_nothing_back(self, org: Organisation) -> None:
        def keep(opened: int) -> None:
            drafts.keep(
                owner=org.joan,
                form="notes:1",
                fields={"notes": "x"},
                begun=MONDAY + timedelta(minutes=opened),
                now=MONDAY + timedelta(minutes=10),
            )

        drafts.forget(owner=org.joan, form="notes:1", now=MONDAY + timedelta(minutes=5))
        for opened in (0, 5):
            with pytest.raises(AlreadyDone):
                keep(opened)
        keep(6)
        assert Unfinished.objects.get().fields == {"notes": "x"}

    def test_what_is_too_long_is_refused(self, org: Organisation) -> None:
        with pytest.raises(Invalid):
            drafts.keep(
                owner=org.joan,
                form="notes:1",
                fields={"notes": "x" * drafts.LONGEST, "minutes": "6"},
                begun=MONDAY,
                now=MONDAY,
            )


def test_keeping_costs_the_same_however_much_is_begun(
    story: Story, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    type_notes(client, story)
    with django_assert_num_queries(9):
        type_notes(client, story, "More")
    for number in range(50):
        drafts.keep(
            owner=story.org.joan,
            form=f"notes:{number}",
            fields={"notes": "x"},
            begun=story.now,
            now=story.now,
        )
    with django_assert_num_queries(9):
        type_notes(client, story, "Even more")
