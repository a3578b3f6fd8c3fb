"""The watch list: which requests with mentors are on it, since when, why, and what to do next."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.enums import ContactResult
from mentors.enums import Classification, VolunteerStatus
from mentors.models import Volunteer
from tests.factories import Organisation, Story, a_person, pause, request_in, submit
from tests.intake.conftest import SetClock

WATCH = reverse("intake:watch")

pytestmark = pytest.mark.django_db


def words(part: Tag) -> str:
    return part.get_text(" ", strip=True)


class List:
    """The watch list as a coordinator sees it."""

    def __init__(self, shown: BeautifulSoup) -> None:
        self.shown = shown
        self.rows = shown.select("tbody tr:has(a)")

    @property
    def numbers(self) -> list[int]:
        return [
            int(str(row.select("a[href^='/requests/']")[0]["href"]).split("/")[2])
            for row in self.rows
        ]

    @property
    def steps(self) -> dict[str, str]:
        """What is offered in the first row: the words and the page of each small button."""
        links = self.rows[0].select("td[data-label='Next step'] a")
        return {words(link).split(" :")[0]: str(link["href"]).split("?")[0] for link in links}

    @property
    def lanes(self) -> dict[str, int]:
        """Those with something in them."""
        found = {}
        for pill in self.shown.select(".nav-pills a"):
            label, _, count = words(pill).rpartition(" ")
            found[label] = int(count)
        return {label: count for label, count in found.items() if count}

    def cell(self, name: str) -> str:
        """The words of a column in the first row."""
        return words(self.rows[0].select(f"td[data-label='{name}']")[0])


@pytest.fixture
def watch(client: Browser, at: SetClock, org: Organisation) -> Callable[..., List]:
    def look(story: Story, who: Volunteer | None = None, **query: Any) -> List:
        at(story.now)
        client.force_login(who or org.rcic)
        response = client.get(WATCH, query)
        assert response.status_code == 200
        return List(BeautifulSoup(response.content, "html.parser"))

    return look


Watch = Callable[..., List]


class TestWhoHasIt:
    @pytest.mark.parametrize("who", ["leader", "joan", "manager", "chair"])
    def test_others_are_told_why_not(
        self, org: Organisation, client: Browser, who: str, at: SetClock
    ) -> None:
        client.force_login(getattr(org, who))
        response = client.get(WATCH)
        assert response.status_code == 403
        assert "This list is for coordinators (RCIC)." in response.content.decode()

    def test_only_requests_of_own_chapters(self, org: Organisation, watch: Watch) -> None:
        story = request_in("overdue", org)
        assert watch(story, org.rcic_elsewhere).numbers == []
        assert watch(story, org.rcic_region).numbers == [story.mre_id]
        assert watch(story, org.admin).numbers == [story.mre_id]


class TestConcerns:
    @pytest.mark.parametrize(
        "situation",
        ["new", "declined", "assigned", "accepted", "contacted", "counseled", "complete",
         "session_planned", "no_show", "transferred", "withdrawn"],
    )  # fmt: skip
    def test_what_goes_well_or_waits_elsewhere_is_not_on_it(
        self, org: Organisation, watch: Watch, situation: str
    ) -> None:
        found = watch(request_in(situation, org))
        assert found.numbers == []
        assert "Nothing needs an eye" in words(found.shown)

    def test_overdue(self, org: Organisation, watch: Watch) -> None:
        story = request_in("assigned", org)
        story.until(story.assignment.respond_by).wait(microseconds=-1)
        assert watch(story).lanes == {}
        found = watch(story.wait(microseconds=1))
        assert found.lanes == {"All": 1, "Overdue": 1}
        assert found.cell("Why") == (
            "Joan Whitfield was asked to answer by Wed 18 Mar; "
            "goes back to the queue after Mon 23 Mar."
        )
        assert found.steps == {
            "Nudge": reverse("intake:nudge", args=[story.mre_id]),
            "Give to another mentor": reverse("intake:assign", args=[story.mre_id]),
        }

    def test_no_contact_for_seven_days(self, org: Organisation, watch: Watch) -> None:
        story = request_in("accepted", org).wait(days=7, microseconds=-1)
        assert watch(story).lanes == {}
        found = watch(story.wait(microseconds=1))
        assert found.lanes == {"All": 1, "No contact": 1}
        assert found.cell("Why") == "Not reached in 1 of 3 attempts; the next was due Mon 23 Mar."
        assert found.cell("Since") == "0.0 bd"
        story.attempt()
        assert watch(story).lanes == {}

    def test_reached_is_reached(self, org: Organisation, watch: Watch) -> None:
        story = request_in("accepted", org).wait(days=1).attempt(ContactResult.REACHED)
        assert watch(story.wait(days=30)).lanes == {}

    def test_three_attempts_in_two_weeks_can_be_closed(
        self, org: Organisation, watch: Watch
    ) -> None:
        found = watch(request_in("tried_three_times", org))
        assert found.lanes == {"All": 1, "Close-out due": 1}
        assert found.cell("Why") == "3 attempts since Mon 16 Mar, no answer: it can be closed."
        assert list(found.steps) == [
            "Close: No Response from Client",
            "Nudge",
            "Log an attempt",
        ]

    def test_a_missed_session_until_another_is_planned(
        self, org: Organisation, watch: Watch
    ) -> None:
        story = request_in("session_missed", org)
        found = watch(story)
        assert found.lanes == {"All": 1, "Session missed": 1}
        assert found.cell("Why").startswith("The client missed the session of Wed 18 Mar")
        assert watch(story.schedule()).lanes == {}

    def test_a_session_of_which_nobody_says_what_became(
        self, org: Organisation, watch: Watch
    ) -> None:
        story = request_in("session_planned", org)
        story.until(story.session.starts_at).wait(days=1, microseconds=-1)
        assert watch(story).lanes == {}
        found = watch(story.wait(microseconds=1))
        assert found.lanes == {"All": 1, "Session not recorded": 1}
        assert found.cell("Why") == "Nobody has recorded what became of the session of Wed 18 Mar."

    def test_late_notes_also_of_a_closed_request(self, org: Organisation, watch: Watch) -> None:
        story = request_in("notes_missing", org)
        assert watch(story).lanes == {}
        story.complete().wait(days=2)
        found = watch(story)
        assert found.lanes == {"All": 1, "Notes late": 1}
        assert found.cell("Why") == "Session notes were due Wed 18 Mar; the request is closed."
        assert found.steps == {
            "Nudge": reverse("intake:nudge_notes", args=[story.mre_id, story.session_id]),
            "Write the notes": reverse("intake:session_notes", args=[story.session_id]),
        }
        assert watch(story.enter_notes()).lanes == {}

    def test_notes_that_nobody_will_write_any_more(self, org: Organisation, watch: Watch) -> None:
        story = request_in("notes_missing", org).complete()
        due = story.session.notes_due_at
        assert due is not None
        assert watch(story.until(due).wait(days=90, microseconds=-1)).lanes["Notes late"] == 1
        assert watch(story.wait(microseconds=1)).lanes == {}

    @pytest.mark.parametrize(
        ("situation", "since"),
        [("assigned", "0.0 bd"), ("contacted", "0.5 bd")],
    )
    def test_a_mentor_who_is_paused(
        self, org: Organisation, watch: Watch, situation: str, since: str
    ) -> None:
        """Since he is paused, from 00:00 of its first day; or since he has it, if that is later."""
        story = request_in(situation, org)
        pause(org.joan, org, now=story.now, days=4)
        found = watch(story)
        assert found.lanes == {"All": 1, "Mentor away": 1}
        assert found.cell("Why").startswith("Joan Whitfield is paused until ")
        assert found.cell("Since") == since

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"status": VolunteerStatus.RESIGNED}, "Joan Whitfield is resigned."),
            ({"status": VolunteerStatus.INACTIVE}, "Joan Whitfield is inactive."),
            (
                {"classification": Classification.SME},
                "Joan Whitfield is no longer a mentor (Subject Matter Expert).",
            ),
        ],
    )
    def test_a_mentor_who_is_none_any_more(
        self, org: Organisation, watch: Watch, change: dict[str, str], why: str
    ) -> None:
        story = request_in("contacted", org)
        Volunteer.objects.filter(pk=org.joan.pk).update(**change)
        found = watch(story)
        assert found.lanes == {"All": 1, "Mentor away": 1}
        assert found.cell("Why") == why

    def test_several_concerns_are_one_row(self, org: Organisation, watch: Watch) -> None:
        story = request_in("overdue", org)
        pause(org.joan, org, now=story.now)
        found = watch(story)
        assert found.lanes == {"All": 1, "Overdue": 1, "Mentor away": 1}
        assert found.numbers == [story.mre_id]
        assert "asked to answer" in found.cell("Why")
        assert "is paused" in found.cell("Why")
        assert watch(story, lane="away").numbers == [story.mre_id]
        assert watch(story, lane="notes").numbers == []

    def test_what_an_earlier_mentor_left_behind_does_not_count_against_the_next(
        self, org: Organisation, watch: Watch
    ) -> None:
        story = request_in("session_missed", org).transfer().wait(hours=1).assign(org.ben)
        assert watch(story.wait(hours=1).accept()).lanes == {}


class TestList:
    def test_what_has_lasted_longest_comes_first(self, org: Organisation, watch: Watch) -> None:
        late = request_in("overdue", org)
        later = request_in("accepted", org, at=late.now - timedelta(days=9))
        assert watch(late).numbers == [later.mre_id, late.mre_id]

    def test_filters(self, org: Organisation, watch: Watch) -> None:
        story = request_in("overdue", org, person=a_person(last_name="Ortiz"))
        assert watch(story, q="ortiz").numbers == [story.mre_id]
        assert watch(story, q="whitfield").numbers == [story.mre_id]
        assert watch(story, q="nobody").numbers == []
        assert watch(story, chapter=org.newark.pk, who=org.rcic_district).numbers == []

    def test_by_mentor(self, org: Organisation, watch: Watch) -> None:
        """Who holds it, or who still owes notes of it."""
        mine = request_in("overdue", org)
        his = request_in("notes_missing", org).transfer().wait(days=3).assign(org.ben)
        assert his.now >= mine.now
        assert set(watch(his, mentor="joan whit").numbers) == {mine.mre_id, his.mre_id}
        assert watch(his, mentor="Okafor").numbers == [his.mre_id]
        assert watch(his, mentor="lindqvist").numbers == []

    def test_by_how_long_it_has_lasted(self, org: Organisation, watch: Watch) -> None:
        """In business days of the chapter; a younger concern of the same request does not count."""
        story = request_in("overdue", org)
        pause(org.joan, org, now=story.now)
        story.wait(days=1)
        assert watch(story, age=1).lanes == {"All": 1, "Overdue": 1, "Mentor away": 1}
        story.wait(microseconds=-1)
        assert watch(story, age=1).lanes == {}
        later = request_in("overdue", org, at=story.now - timedelta(days=14))
        found = watch(story, age=5)
        assert found.numbers == [later.mre_id]
        assert found.lanes == {"All": 1, "Overdue": 1}

    @pytest.mark.parametrize(
        "query", [{"age": "x"}, {"mentor": "\x00"}, {"page": "99"}, {"lane": "?"}]
    )
    def test_nonsense_is_no_error(
        self, org: Organisation, watch: Watch, query: dict[str, str]
    ) -> None:
        assert watch(request_in("overdue", org), **query).shown.select("h1")

    def test_page_by_page(self, org: Organisation, watch: Watch) -> None:
        stories = [request_in("overdue", org) for _ in range(26)]
        first, second = watch(stories[0]), watch(stories[0], page=2)
        assert (len(first.numbers), second.numbers) == (25, [stories[-1].mre_id])
        assert first.lanes["All"] == 26


class TestSteps:
    @pytest.mark.parametrize(
        ("situation", "days", "steps"),
        [
            ("overdue", 0, ["Nudge", "Give to another mentor"]),
            ("accepted", 8, ["Nudge", "Log an attempt", "Give to another mentor"]),
            ("tried_three_times", 0, ["Close: No Response from Client", "Nudge", "Log an attempt"]),
            ("session_missed", 0, ["Plan a session", "Close: No Show", "Nudge"]),
            ("session_planned", 5, ["Record the session", "Client did not come", "Nudge"]),
            ("notes_missing", 3, ["Nudge", "Write the notes"]),
        ],
    )
    def test_every_step_can_be_done_from_here(
        self,
        org: Organisation,
        watch: Watch,
        client: Browser,
        situation: str,
        days: int,
        steps: list[str],
    ) -> None:
        found = watch(request_in(situation, org).wait(days=days))
        assert list(found.steps) == steps
        for link in found.rows[0].select("td[data-label='Next step'] a"):
            assert client.get(str(link["href"])).status_code == 200, words(link)

    def test_with_a_mentor_who_is_gone_nudging_is_off_and_says_why(
        self, org: Organisation, watch: Watch
    ) -> None:
        story = request_in("contacted", org)
        Volunteer.objects.filter(pk=org.joan.pk).update(status=VolunteerStatus.RESIGNED)
        found = watch(story)
        assert list(found.steps) == ["Give to another mentor"]
        assert "Joan Whitfield is resigned: no mail will help." in found.cell("Next step")

    def test_after_a_nudge_it_is_off_until_tomorrow(
        self, org: Organisation, watch: Watch, client: Browser
    ) -> None:
        story = request_in("overdue", org)
        watch(story)
        client.post(reverse("intake:nudge", args=[story.mre_id]), {"note": "Please answer."})
        found = watch(story)
        assert "Nudge" not in found.steps
        assert f"{org.rcic} nudged Joan Whitfield on Thu 19 Mar 00:00" in found.cell("Next step")
        assert "Nudge" in watch(story.wait(days=1)).steps

    def test_who_owes_notes_is_named_and_nudged_if_another_mentor_has_it(
        self, org: Organisation, watch: Watch
    ) -> None:
        story = request_in("notes_missing", org).transfer().wait(days=3).assign(org.ben)
        found = watch(story)
        assert found.cell("Why") == "Joan Whitfield: Session notes were due Wed 18 Mar."
        assert found.steps["Nudge"] == reverse(
            "intake:nudge_notes", args=[story.mre_id, story.session_id]
        )

    def test_in_a_lane_its_own_step_comes_first(self, org: Organisation, watch: Watch) -> None:
        story = request_in("overdue", org)
        pause(org.joan, org, now=story.now)
        assert next(iter(watch(story).steps)) == "Nudge"
        assert next(iter(watch(story, lane="away").steps)) == "Give to another mentor"


class TestWayBack:
    @pytest.mark.parametrize(
        ("situation", "step", "sent"),
        [
            ("overdue", "Nudge", {"note": "Please answer."}),
            ("overdue", "Give to another mentor", {"note": "He has time.", "step": "replace"}),
            ("tried_three_times", "Close: No Response from Client", {}),
            ("tried_three_times", "Log an attempt", {"channel": "phone", "result": "no_answer"}),
            ("session_missed", "Close: No Show", {}),
        ],
    )
    def test_one_comes_back_to_the_list_as_it_was(
        self,
        org: Organisation,
        watch: Watch,
        client: Browser,
        situation: str,
        step: str,
        sent: dict[str, Any],
    ) -> None:
        story = request_in(situation, org)
        found = watch(story, q="maria", page=1)
        [link] = [
            str(link["href"])
            for link in found.rows[0].select("td[data-label='Next step'] a")
            if words(link).startswith(step)
        ]
        if "step" in sent:
            sent = sent | {"mentor": org.ben.pk, "seen": story.assignment.pk}
        response = client.post(link, sent)
        assert (response.status_code, response["Location"]) == (302, f"{WATCH}?q=maria&page=1")


@pytest.mark.parametrize("times", [1, 6])
def test_it_costs_the_same_for_few_and_many(
    org: Organisation,
    client: Browser,
    at: SetClock,
    django_assert_num_queries: DjangoAssertNumQueries,
    times: int,
) -> None:
    for _ in range(times):
        for situation in ("overdue", "tried_three_times", "session_missed", "notes_missing"):
            last = request_in(situation, org)
        submit(org)
    at(last.now + timedelta(days=20))
    client.force_login(org.rcic)
    with django_assert_num_queries(13):
        client.get(WATCH)
