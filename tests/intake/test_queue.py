"""The coordinator's queue and the list of all requests: what is in them, for whom, how sorted."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.enums import ContactResult, DeclineReason
from intake.models import Client, ClientAlias
from mentors.models import BusinessType, Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    area,
    request_in,
    submit,
)
from tests.intake.conftest import SetClock

QUEUE, ALL = reverse("intake:queue"), reverse("intake:requests")
FRIDAY = MONDAY + timedelta(days=11)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at: SetClock) -> None:
    at(FRIDAY)


def page(browser: Browser, user: Volunteer, path: str = QUEUE, **query: Any) -> BeautifulSoup:
    browser.force_login(user)
    response = browser.get(path, query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows(shown: BeautifulSoup) -> list[Tag]:
    return shown.select("tbody tr:has(a)")


def numbers(shown: BeautifulSoup) -> list[int]:
    """The requests that are listed, in order."""
    return [
        int(str(row.select("a[href^='/requests/']")[0]["href"]).split("/")[2])
        for row in rows(shown)
    ]


def words(part: Tag) -> str:
    return part.get_text(" ", strip=True)


def pills(shown: BeautifulSoup) -> dict[str, int]:
    found = {}
    for pill in shown.select(".nav-pills a"):
        label, _, count = words(pill).rpartition(" ")
        found[label] = int(count)
    return found


class TestWhoHasIt:
    @pytest.mark.parametrize("who", ["rcic", "rcic_district", "rcic_region", "admin"])
    def test_coordinators_above_the_chapter_see_a_request(
        self, org: Organisation, client: Browser, who: str
    ) -> None:
        story = request_in("new", org)
        assert numbers(page(client, getattr(org, who))) == [story.mre_id]

    def test_another_regions_coordinator_sees_nothing_of_it(
        self, org: Organisation, client: Browser
    ) -> None:
        request_in("new", org)
        shown = page(client, org.rcic_elsewhere)
        assert numbers(shown) == []
        assert "Nothing waits in your chapters" in words(shown)

    @pytest.mark.parametrize("who", ["leader", "joan", "manager", "chair", "rcic_former", "sam"])
    def test_everybody_else_is_told_why_not(
        self, org: Organisation, client: Browser, who: str
    ) -> None:
        client.force_login(getattr(org, who))
        response = client.get(QUEUE)
        assert response.status_code == 403
        assert "This list is for coordinators (RCIC)." in response.content.decode()

    def test_a_coordinator_who_leads_another_chapter_queues_only_his_own(
        self, org: Organisation, client: Browser
    ) -> None:
        from mentors.enums import Role
        from tests.factories import position

        position(org.rcic, Role.LEADER, org.lakes)
        submit(org, person=a_person(zip="60601"))
        assert numbers(page(client, org.rcic)) == []

    def test_parked_requests_are_in_a_lane_for_administrators_only(
        self, org: Organisation, client: Browser
    ) -> None:
        parked = submit(org, suspended=True)
        assert "Parked" not in pills(page(client, org.rcic))
        assert numbers(page(client, org.rcic, lane="parked")) == []
        assert numbers(page(client, org.admin)) == []
        shown = page(client, org.admin, lane="parked")
        assert numbers(shown) == [parked.mre_id]
        assert shown.select(f"a[href='{reverse('intake:release', args=[parked.mre_id])}']")

    def test_a_visitor_has_to_sign_in(self, client: Browser) -> None:
        response = client.get(QUEUE)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


class TestLanes:
    def test_each_reason_has_a_lane_with_its_count(
        self, org: Organisation, client: Browser
    ) -> None:
        for situation in ("new", "new", "declined", "timed_out", "overdue", "accepted"):
            request_in(situation, org)
        shown = page(client, org.rcic)
        assert pills(shown) == {
            "All": 4,
            "New": 2,
            "Declined": 1,
            "Timed out": 1,
            "Overdue with mentor": 1,
        }
        assert "4 requests in 1 chapter" in words(shown)

    def test_a_lane_shows_its_own(self, org: Organisation, client: Browser) -> None:
        request_in("new", org)
        declined = request_in("declined", org)
        overdue = request_in("overdue", org)
        assert numbers(page(client, org.rcic, lane="declined")) == [declined.mre_id]
        assert numbers(page(client, org.rcic, lane="overdue")) == [overdue.mre_id]

    def test_overdue_starts_with_the_deadline_even_if_the_clock_is_down(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("assigned", org)
        deadline = story.assignment.respond_by
        at(deadline - timedelta(microseconds=1))
        assert pills(page(client, org.rcic))["Overdue with mentor"] == 0
        at(deadline)
        assert pills(page(client, org.rcic))["Overdue with mentor"] == 1

    def test_an_unknown_lane_is_the_whole_queue(self, org: Organisation, client: Browser) -> None:
        story = request_in("new", org)
        assert numbers(page(client, org.rcic, lane="nonsense")) == [story.mre_id]

    def test_filtering_stays_in_the_lane(self, org: Organisation, client: Browser) -> None:
        request_in("declined", org)
        shown = page(client, org.rcic, lane="declined")
        assert shown.select_one("form.queue-filters input[name=lane][value=declined]")
        assert not shown.find("a", string="Clear")


class TestWhyHere:
    @pytest.mark.parametrize(
        ("situation", "why"),
        [
            ("timed_out", "Timed out J. Whitfield, 5 bd"),
            ("declined", "Declined J. Whitfield: no capacity now"),
            ("transferred", "Transferred no session held"),
            ("mentor_unavailable", "Mentor unavailable J. Whitfield"),
            ("moved_here", "Moved here from SCORE Newark"),
        ],
    )
    def test_says_where_it_got_stuck(
        self, org: Organisation, client: Browser, situation: str, why: str
    ) -> None:
        request_in(situation, org)
        assert words(rows(page(client, org.rcic))[0]).endswith(why)

    def test_counts_the_sessions_that_were_held_before_a_transfer(
        self, org: Organisation, client: Browser
    ) -> None:
        request_in("counseled", org).wait(hours=1).transfer()
        assert "1 session held" in words(rows(page(client, org.rcic))[0])

    def test_names_the_latest_refusal_only(self, org: Organisation, client: Browser) -> None:
        story = request_in("declined", org).wait(hours=1).assign(org.ben).wait(hours=1)
        story.decline(DeclineReason.AWAY)
        why = words(rows(page(client, org.rcic))[0])
        assert why.endswith("Declined B. Okafor: away or unavailable")

    def test_tells_wishes_and_possible_duplicates(self, org: Organisation, client: Browser) -> None:
        ask = an_ask(language="Spanish", requested_mentor=org.joan)
        twin = a_person(phone="212-555-0199")
        submit(org, ask=ask, person=twin)
        submit(org, person=a_person(phone="(212) 555 0199"), at=MONDAY + timedelta(hours=1))
        first, second = rows(page(client, org.rcic))
        assert "asks for J. Whitfield · Spanish" in words(first)
        assert "Possible duplicate" in words(first)
        assert "Possible duplicate" in words(second)

    def test_tells_who_is_overdue_since_when(self, org: Organisation, client: Browser) -> None:
        request_in("overdue", org)
        row = rows(page(client, org.rcic, lane="overdue"))[0]
        assert words(row).endswith("Overdue J. Whitfield, was due Wed 18 Mar")


class TestOrder:
    def test_the_longest_wait_comes_first_then_the_lower_number(
        self, org: Organisation, client: Browser
    ) -> None:
        second = submit(org, at=MONDAY + timedelta(hours=2))
        third = submit(org, at=MONDAY + timedelta(hours=2))
        first = submit(org, at=MONDAY)
        assert numbers(page(client, org.rcic)) == [first.mre_id, second.mre_id, third.mre_id]

    def test_a_wait_goes_on_after_a_refusal_and_starts_anew_after_a_transfer(
        self, org: Organisation, client: Browser
    ) -> None:
        transferred = request_in("transferred", org)
        declined = request_in("declined", org, at=MONDAY + timedelta(hours=1))
        assert numbers(page(client, org.rcic)) == [declined.mre_id, transferred.mre_id]

    @pytest.mark.parametrize(
        ("days", "level", "shown_as"),
        [(0.5, "ok", "0.5 bd"), (1, "warn", "1.0 bd"), (2, "late", "2.0 bd")],
    )
    def test_age_counts_business_days_of_the_chapter(
        self, org: Organisation, client: Browser, days: float, level: str, shown_as: str
    ) -> None:
        submit(org, at=FRIDAY - timedelta(days=days))
        mark = page(client, org.rcic).select_one(".age")
        assert mark is not None
        assert (mark["data-level"], words(mark)) == (level, shown_as)

    def test_says_how_long_the_oldest_has_waited(self, org: Organisation, client: Browser) -> None:
        submit(org, at=FRIDAY - timedelta(days=7))
        submit(org, at=FRIDAY - timedelta(days=1))
        assert "oldest has waited 5.0 business days" in words(page(client, org.rcic))

    @pytest.mark.parametrize("sort", ["waiting", "-waiting", "client", "-area", "chapter", "x'"])
    def test_every_order_shows_every_row_once_over_the_pages(
        self, org: Organisation, client: Browser, sort: str
    ) -> None:
        made = [submit(org).mre_id for _ in range(27)]
        first = numbers(page(client, org.rcic, sort=sort))
        second = numbers(page(client, org.rcic, sort=sort, page=2))
        assert (len(first), len(second)) == (25, 2)
        assert sorted(first + second) == made

    @pytest.mark.parametrize("wrong", ["0", "-1", "99", "x", "9" * 30])
    def test_a_page_that_is_not_there_is_no_error(
        self, org: Organisation, client: Browser, wrong: str
    ) -> None:
        submit(org)
        assert len(numbers(page(client, org.rcic, page=wrong))) == 1


class TestFilters:
    def test_offers_only_own_chapters(self, org: Organisation, client: Browser) -> None:
        offered = page(client, org.rcic_district).select("select[name=chapter] option")
        names = ["All chapters", "SCORE National", "SCORE New York", "SCORE Newark"]
        assert [words(option) for option in offered] == names

    def test_a_foreign_chapter_is_no_choice(self, org: Organisation, client: Browser) -> None:
        submit(org, person=a_person(zip="85001"))
        shown = page(client, org.rcic, chapter=org.phoenix.pk)
        assert numbers(shown) == []
        assert shown.select_one("select[name=chapter][aria-invalid=true]")

    def test_by_chapter_area_business_and_stage(self, org: Organisation, client: Browser) -> None:
        kind = BusinessType.objects.earliest("pk")
        wanted = submit(
            org,
            person=a_person(zip="07101"),
            ask=an_ask(area=area("Pricing"), business_type=kind, existing=True),
        )
        submit(org)
        for query in (
            {"chapter": org.newark.pk},
            {"area": area("Pricing").pk},
            {"business_type": kind.pk},
            {"existing": "existing"},
        ):
            assert numbers(page(client, org.rcic_district, **query)) == [wanted.mre_id]
        assert wanted.mre_id not in numbers(page(client, org.rcic_district, existing="new"))

    @pytest.mark.parametrize(
        "q",
        ["Maribel", "ortiz maribel", "MARIBEL ORT", "bakery", "wholesale", "maribel@b", "555-0143",
         "2165550143", "(216) 555", "old.address"],
    )  # fmt: skip
    def test_finds_by_name_business_question_mail_and_phone(
        self, org: Organisation, client: Browser, q: str
    ) -> None:
        person = a_person(
            first_name="Maribel", last_name="Ortiz", email="maribel@b.example", phone="216-555-0143"
        )
        wanted = submit(
            org, person=person, ask=an_ask(business_name="Ortiz Bakery", question="wholesale?")
        )
        ClientAlias.objects.create(client=wanted.mre.client, email="old.address@b.example")
        submit(org, person=a_person(phone="303-111-2222"))
        assert numbers(page(client, org.rcic, q=q)) == [wanted.mre_id]

    @pytest.mark.parametrize("form", ["MR-{}", "mr {}", "{}", " MR{} "])
    def test_finds_by_number(self, org: Organisation, client: Browser, form: str) -> None:
        story = submit(org, person=a_person(phone="none"))
        submit(org, person=a_person(phone="none"))
        found = page(client, org.rcic, q=form.format(story.mre_id))
        assert numbers(found) == [story.mre_id]

    @pytest.mark.parametrize("q", ["\x00", "😀", "%", "_", "'; --", "a" * 5000, "\\", "9" * 18])
    def test_any_text_is_answered(self, org: Organisation, client: Browser, q: str) -> None:
        submit(org)
        page(client, org.rcic, q=q)

    def test_nothing_found_says_so_and_offers_a_way_back(
        self, org: Organisation, client: Browser
    ) -> None:
        submit(org)
        shown = page(client, org.rcic, q="nobody is called this")
        assert "No request matches" in words(shown)
        assert shown.find("a", string="Show all")

    def test_an_empty_queue_tells_what_mentors_have(
        self, org: Organisation, client: Browser
    ) -> None:
        submit(org, at=FRIDAY - timedelta(days=1)).assign()
        shown = page(client, org.rcic)
        assert "Longest with a mentor without an answer: 1.0 business day." in words(shown)


class TestAllRequests:
    def test_newest_first_with_every_status(self, org: Organisation, client: Browser) -> None:
        made = [
            request_in(situation, org, at=MONDAY + timedelta(minutes=minute)).mre_id
            for minute, situation in enumerate(("new", "assigned", "accepted", "complete"))
        ]
        shown = page(client, org.rcic, ALL)
        assert numbers(shown) == made[::-1]
        assert "Complete" in words(rows(shown)[0])

    def test_by_status_and_by_mentor(self, org: Organisation, client: Browser) -> None:
        request_in("new", org)
        accepted = request_in("accepted", org)
        assert numbers(page(client, org.rcic, ALL, status="accepted")) == [accepted.mre_id]
        assert numbers(page(client, org.rcic, ALL, q="whitfield")) == [accepted.mre_id]

    def test_leaders_read_it_without_searching_what_they_are_not_shown(
        self, org: Organisation, client: Browser
    ) -> None:
        person = a_person(email="secret@hidden.example", phone="216-555-0143")
        story = submit(org, person=person)
        assert numbers(page(client, org.leader, ALL)) == [story.mre_id]
        for q in ("secret@hidden", "2165550143"):
            assert numbers(page(client, org.leader, ALL, q=q)) == []
            assert numbers(page(client, org.rcic, ALL, q=q)) == [story.mre_id]

    @pytest.mark.parametrize("who", ["joan", "manager", "chair", "sam"])
    def test_everybody_else_is_told_why_not(
        self, org: Organisation, client: Browser, who: str
    ) -> None:
        client.force_login(getattr(org, who))
        response = client.get(ALL)
        assert response.status_code == 403
        assert "This list is for coordinators (RCIC) and leaders." in response.content.decode()

    def test_shows_no_mail_address_and_no_phone(self, org: Organisation, client: Browser) -> None:
        story = submit(org)
        browser_sees = str(page(client, org.rcic, ALL)) + str(page(client, org.rcic))
        person = Client.objects.get(requests=story.mre_id)
        assert person.email not in browser_sees
        assert person.phone not in browser_sees


class TestCost:
    """The same number of queries for one row and for thirty."""

    SITUATIONS = ("new", "declined", "timed_out", "transferred", "moved_here", "overdue")

    @pytest.fixture(params=[1, 5])
    def _requests(self, org: Organisation, request: pytest.FixtureRequest) -> None:
        for _ in range(request.param):
            for situation in self.SITUATIONS:
                request_in(situation, org)

    @pytest.mark.usefixtures("_requests")
    def test_queue(
        self,
        org: Organisation,
        client: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client.force_login(org.rcic)
        with django_assert_num_queries(18):
            client.get(QUEUE)

    @pytest.mark.usefixtures("_requests")
    def test_all_requests(
        self,
        org: Organisation,
        client: Browser,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client.force_login(org.rcic)
        with django_assert_num_queries(13):
            client.get(ALL)


def test_a_request_that_was_reached_is_not_in_the_queue(org: Organisation, client: Browser) -> None:
    story: Story = request_in("accepted", org).wait(hours=1).attempt(ContactResult.REACHED)
    assert story.mre_id not in numbers(page(client, org.rcic))
