"""The pane beside the queue, assigning from it, and two coordinators at once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from intake import presence
from intake.enums import Status
from intake.models import MentoringRequest
from mentors.models import MentorProfile, Volunteer
from tests.factories import MONDAY, Organisation, Story, a_person, an_ask, request_in, submit
from tests.intake.conftest import SetClock

QUEUE, PULSE = reverse("intake:queue"), reverse("intake:pulse")
FRIDAY = MONDAY + timedelta(days=4)
BY_SCRIPT = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at: SetClock) -> None:
    at(FRIDAY)


@pytest.fixture(autouse=True)
def _real_valkey(valkey_url: str, settings: Settings) -> None:
    settings.PRESENCE_URL = valkey_url
    presence._connected(valkey_url).flushdb()


def preview(browser: Browser, user: Volunteer, story: Story) -> BeautifulSoup:
    browser.force_login(user)
    response = browser.get(reverse("intake:preview", args=[story.mre_id]), headers=BY_SCRIPT)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(shown: BeautifulSoup) -> str:
    return shown.get_text(" ", strip=True)


def sent(shown: BeautifulSoup) -> dict[str, str]:
    """What the form of the pane would send as it opens."""
    fields = shown.select("form[data-give] input:not([type=radio]), form[data-give] input:checked")
    return {str(field["name"]): str(field.get("value", "")) for field in fields}


def give(browser: Browser, story: Story, **data: Any) -> Any:
    address = reverse("intake:assign", args=[story.mre_id])
    return browser.post(address, data, headers=BY_SCRIPT)


class TestPane:
    def test_shows_the_question_the_best_mentor_and_by_when(
        self, org: Organisation, client: Browser
    ) -> None:
        story = submit(org, ask=an_ask(question="Where do I sell bread?"))
        MentorProfile.objects.filter(volunteer=org.ben).update(keywords="bread")
        shown = preview(client, org.rcic, story)
        assert "Where do I sell bread?" in words(shown)
        assert shown.select_one("input[name=mentor]:checked")["data-name"] == str(org.ben)  # type: ignore[index]
        assert "Marketing · “bread”" in words(shown)
        assert "Asked to answer by Tue 24 Mar" in words(shown)

    def test_is_a_part_of_a_page_for_scripts_only(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        client.force_login(org.rcic)
        response = client.get(reverse("intake:preview", args=[story.mre_id]))
        assert response["Location"] == reverse("intake:request", args=[story.mre_id])

    @pytest.mark.parametrize(("who", "status"), [("rcic_elsewhere", 404), ("leader", 403)])
    def test_is_for_the_coordinators_of_the_chapter(
        self, org: Organisation, client: Browser, who: str, status: int
    ) -> None:
        story = submit(org)
        client.force_login(getattr(org, who))
        response = client.get(reverse("intake:preview", args=[story.mre_id]), headers=BY_SCRIPT)
        assert response.status_code == status
        assert story.mre.client.last_name not in response.content.decode()

    @pytest.mark.parametrize("requests", [1, 30])
    def test_costs_the_same_whatever_the_queue_and_the_mentors(
        self,
        org: Organisation,
        client: Browser,
        requests: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        stories = [submit(org) for _ in range(requests)]
        client.force_login(org.rcic)
        address = reverse("intake:preview", args=[stories[0].mre_id])
        with django_assert_num_queries(13):
            client.get(address, headers=BY_SCRIPT)


class TestAssignAndNext:
    def test_says_what_was_done_and_leaves_the_list_where_it_is(
        self, org: Organisation, client: Browser
    ) -> None:
        story = submit(org)
        response = give(client, story, **sent(preview(client, org.rcic, story)))
        assert response.status_code == 204
        said = json.loads(response["HX-Trigger"])["assigned"]
        assert said["mre"] == story.mre_id
        assert "who is asked to answer by Tue 24 Mar." in said["said"]
        assert story.mre.status == Status.ASSIGNED

    def test_what_is_missing_is_said_in_the_pane_and_nothing_typed_is_lost(
        self, org: Organisation, client: Browser
    ) -> None:
        story = request_in("declined", org)
        data = sent(preview(client, org.rcic, story)) | {"note": " "}
        shown = BeautifulSoup(give(client, story, **data).content, "html.parser")
        assert shown.select_one(f"section[data-mre='{story.mre_id}']")
        assert "Say why this mentor now" in words(shown)
        assert shown.select_one(f"input[name=mentor][value='{data['mentor']}']:checked")

    def test_who_comes_second_is_told_and_can_go_on(
        self, org: Organisation, client: Browser
    ) -> None:
        story = submit(org)
        data = sent(preview(client, org.rcic, story))
        story.assign(org.grace)
        response = give(client, story, **data)
        assert response.status_code == 409
        refused = json.loads(response["HX-Trigger"])["refused"]
        assert refused["late"] is True
        assert str(org.grace) in refused["reason"]
        assert story.mentor == org.grace

    def test_without_the_right_it_is_a_refusal_and_no_error(
        self, org: Organisation, client: Browser
    ) -> None:
        story = submit(org)
        client.force_login(org.leader)
        response = give(client, story, mentor=org.joan.pk, step="assign")
        assert response.status_code == 403
        assert json.loads(response["HX-Trigger"])["refused"]["late"] is False
        assert story.mre.status == Status.NEED_ACTION


def pulse(browser: Browser, user: Volunteer, *rows: int, **data: Any) -> dict[str, Any]:
    browser.force_login(user)
    response = browser.post(PULSE, {"row": rows, **data})
    assert response.status_code == 200
    return response.json()


class TestTwoCoordinators:
    def test_each_sees_where_the_other_is_looking(self, org: Organisation, client: Browser) -> None:
        one, two = submit(org).mre_id, submit(org).mre_id
        assert pulse(client, org.rcic, one, two, looking=one)["looking"] == {}
        there = pulse(client, org.rcic_district, one, two, looking=two)["looking"]
        assert there == {str(one): [str(org.rcic)]}
        there = pulse(client, org.rcic, one, two, looking=one)["looking"]
        assert there == {str(two): [str(org.rcic_district)]}

    def test_who_gives_no_sign_any_more_is_forgotten(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        mre = submit(org).mre_id
        pulse(client, org.rcic, mre, looking=mre)
        at(FRIDAY + presence.STAYS + timedelta(seconds=1))
        assert pulse(client, org.rcic_district, mre)["looking"] == {}

    def test_nobody_looks_at_or_learns_of_what_is_not_his(
        self, org: Organisation, client: Browser
    ) -> None:
        mre = submit(org).mre_id
        pulse(client, org.rcic, mre, looking=mre)
        assert pulse(client, org.rcic_elsewhere, mre, looking=mre)["looking"] == {}
        assert pulse(client, org.rcic, mre)["looking"] == {}
        client.force_login(org.leader)
        assert client.post(PULSE, {"row": [mre]}).status_code == 403

    def test_without_the_server_nobody_is_seen_and_nothing_breaks(
        self, org: Organisation, client: Browser, settings: Settings
    ) -> None:
        settings.PRESENCE_URL = "unix:///nowhere/valkey.sock?db=0"
        mre = submit(org).mre_id
        assert pulse(client, org.rcic, mre, looking=mre)["looking"] == {}

    def test_the_list_says_whether_it_has_changed_and_what_became_of_rows(
        self, org: Organisation, client: Browser
    ) -> None:
        stays, goes, moves = submit(org), submit(org), submit(org)
        rows = (stays.mre_id, goes.mre_id, moves.mre_id)
        stamp = pulse(client, org.rcic, *rows)["stamp"]
        assert "gone" not in pulse(client, org.rcic, *rows, stamp=stamp)
        goes.assign(org.grace)
        moves.move()
        heard = pulse(client, org.rcic, *rows, stamp=stamp)
        assert heard["stamp"] != stamp
        assert heard["gone"] == {
            str(goes.mre_id): f"MR-{goes.mre_id}: Assigned to {org.grace} by {org.admin}.",
            str(moves.mre_id): f"MR-{moves.mre_id}: not in your chapters any more.",
        }

    def test_what_the_browser_sends_is_not_trusted(
        self, org: Organisation, client: Browser
    ) -> None:
        foreign = submit(org, person=a_person(zip="85001")).mre_id
        heard = pulse(client, org.rcic, foreign, 10**14, stamp="", looking="'; --")
        assert heard["gone"] == {
            str(pk): f"MR-{pk}: not in your chapters any more." for pk in (foreign, 10**14)
        }

    @pytest.mark.parametrize("requests", [1, 30])
    def test_a_sign_of_life_is_cheap(
        self,
        org: Organisation,
        client: Browser,
        requests: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        rows = [submit(org).mre_id for _ in range(requests)]
        stamp = pulse(client, org.rcic, *rows)["stamp"]
        with django_assert_num_queries(5):
            client.post(PULSE, {"row": rows, "looking": rows[0], "stamp": stamp})


class TestOnThePageOfARequest:
    def look(self, browser: Browser, user: Volunteer, story: Story, since: Any = "") -> Any:
        browser.force_login(user)
        return browser.post(reverse("intake:look", args=[story.mre_id]), {"since": since}).json()

    def test_others_and_what_they_did_are_told(self, org: Organisation, client: Browser) -> None:
        story = submit(org).assign(org.joan)
        last = story.mre.events.latest("pk").pk
        self.look(client, org.joan, story)
        assert self.look(client, org.rcic, story, last) == {
            "looking": {str(story.mre_id): [str(org.joan)]},
            "happened": [],
        }
        story.accept()
        assert self.look(client, org.rcic, story, last)["happened"] == [f"Accepted by {org.joan}"]
        assert self.look(client, org.joan, story, last)["happened"] == []

    def test_who_leaves_is_seen_no_longer(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        self.look(client, org.rcic, story)
        client.post(reverse("intake:leave", args=[story.mre_id]))
        assert self.look(client, org.rcic_district, story)["looking"] == {}

    def test_a_stranger_learns_nothing(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        client.force_login(org.rcic_elsewhere)
        assert client.post(reverse("intake:look", args=[story.mre_id])).status_code == 404


class TestFilters:
    def shown(self, browser: Browser, org: Organisation, **query: Any) -> list[int]:
        browser.force_login(org.rcic)
        page = BeautifulSoup(browser.get(QUEUE, query).content, "html.parser")
        return [int(str(row["data-mre"])) for row in page.select("tr[data-mre]")]

    def test_by_wait_in_business_days(self, org: Organisation, client: Browser) -> None:
        old = submit(org)  # Monday 10:00 in New York, so four days on Friday at ten
        new = submit(org, at=FRIDAY - timedelta(hours=20))
        assert self.shown(client, org, age="1") == [old.mre_id]
        assert self.shown(client, org, age="5") == []
        assert self.shown(client, org) == [old.mre_id, new.mre_id]

    def test_by_language(self, org: Organisation, client: Browser) -> None:
        spanish = submit(org, ask=an_ask(language="Spanish"))
        submit(org)
        assert self.shown(client, org, language="Spanish") == [spanish.mre_id]

    def test_by_the_mentor_asked_for_among_those_of_the_queue(
        self, org: Organisation, client: Browser
    ) -> None:
        wished = submit(org, ask=an_ask(requested_mentor=org.joan))
        submit(org)
        assert self.shown(client, org, asks_for=org.joan.pk) == [wished.mre_id]
        client.force_login(org.rcic_elsewhere)
        assert str(org.joan) not in client.get(QUEUE).content.decode()

    def test_what_makes_no_sense_is_said_beside_the_field(
        self, org: Organisation, client: Browser
    ) -> None:
        submit(org)
        client.force_login(org.rcic)
        response = client.get(QUEUE, {"age": "many", "asks_for": "x", "language": "Klingon"})
        assert response.status_code == 200
        assert "Select a valid choice" in response.content.decode()


def test_a_request_nobody_may_see_twice(org: Organisation, client: Browser) -> None:
    """What the pane offers is done once, whoever presses first."""
    story = submit(org)
    data = sent(preview(client, org.rcic, story))
    assert give(client, story, **data).status_code == 204
    assert give(client, story, **data).status_code == 409
    assert MentoringRequest.objects.get(pk=story.mre_id).assignments.count() == 1
