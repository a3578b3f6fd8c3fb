"""Several requests of the queue at once: the preview of each row, the act, the results."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils.http import urlencode
from pytest_django import DjangoAssertNumQueries

from intake.enums import QueueReason, Status, WithdrawReason
from intake.models import OutboxMail
from mentors.models import Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    an_ask,
    area,
    mentor,
    pause,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.django_db

NOON = MONDAY + timedelta(hours=2)
ACTS = ("bulk_assign", "bulk_move", "bulk_withdraw")


def words(part: Tag | None) -> str:
    assert part is not None
    return re.sub(r" ([:.,;?])", r"\1", part.get_text(" ", strip=True))


class Desk:
    """The browser of a coordinator who has chosen some requests."""

    def __init__(self, browser: Browser, who: Volunteer) -> None:
        self.browser = browser
        browser.force_login(who)

    def address(self, act: str, stories: list[Story], **more: Any) -> str:
        chosen = [("mre", story.mre_id) for story in stories]
        return f"{reverse(f'intake:{act}')}?{urlencode([*chosen, *more.items()])}"

    def get(self, act: str, stories: list[Story], **more: Any) -> HttpResponse:
        return self.browser.get(self.address(act, stories, **more))  # type: ignore[return-value]

    def shown(self, act: str, stories: list[Story], **more: Any) -> BeautifulSoup:
        response = self.get(act, stories, **more)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def post(
        self, act: str, stories: list[Story], ticked: list[Story], sent: dict[str, Any], **more: Any
    ) -> BeautifulSoup:
        """Send the form, and look where it leads."""
        response = self.browser.post(
            self.address(act, stories, **more),
            {"mre": [story.mre_id for story in ticked], **sent},
            follow=True,
        )
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")


AtDesk = Callable[[Volunteer], Desk]


@pytest.fixture
def desk(client: Browser, at: SetClock) -> AtDesk:
    at(NOON)
    return lambda who: Desk(client, who)


def some(org: Organisation, number: int = 3) -> list[Story]:
    return [submit(org) for _ in range(number)]


def rows(shown: BeautifulSoup) -> dict[int, Tag]:
    """The rows of the preview by the number of their request, in order."""
    found = {}
    for row in shown.select("form[method=post].card tbody tr"):
        number = re.search(r"MR-(\d+)", row.get_text())
        assert number
        found[int(number[1])] = row
    return found


def ticked(shown: BeautifulSoup) -> list[int]:
    return [int(str(box["value"])) for box in shown.select("input[name=mre][checked]")]


# --- Who, and which -----------------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
class TestWhoAndWhich:
    @pytest.mark.parametrize("who", ["joan", "leader", "manager", "chair"])
    def test_only_coordinators_have_it(
        self, org: Organisation, desk: AtDesk, act: str, who: str
    ) -> None:
        assert desk(getattr(org, who)).get(act, some(org)).status_code == 403

    def test_another_chapters_requests_do_not_exist(
        self, org: Organisation, desk: AtDesk, act: str
    ) -> None:
        assert desk(org.rcic_elsewhere).get(act, some(org)).status_code == 404

    def test_of_a_mixed_choice_the_visible_ones_are_shown(
        self, org: Organisation, desk: AtDesk, act: str
    ) -> None:
        own = submit(org)
        other = submit(org, person=a_person(first_name="Leila", zip="85001"))
        shown = words(desk(org.rcic).shown(act, [own, other]).select_one("main"))
        assert f"MR-{own.mre_id}" in shown or act == "bulk_move"
        assert "Leila" not in shown
        assert f"MR-{other.mre_id}" not in shown
        assert "1 request, the longest wait first" in shown

    @pytest.mark.parametrize("query", ["", "?mre=", "?mre=x&mre=-1", f"?mre={'9' * 30}"])
    def test_nothing_chosen_is_said(
        self, org: Organisation, desk: AtDesk, act: str, query: str
    ) -> None:
        browser = desk(org.rcic).browser
        response = browser.get(reverse(f"intake:{act}") + query)
        assert response.status_code == (302 if query == "" else 404)

    def test_a_hundred_at_once(
        self, org: Organisation, desk: AtDesk, act: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("intake.views.several.MOST", 2)
        stories = [submit(org, at=MONDAY + timedelta(minutes=n)) for n in range(3)]
        shown = words(desk(org.rcic).shown(act, stories[::-1]).select_one("main"))
        assert "2 requests, the longest wait first" in shown
        assert "1 more that you chose" in shown
        assert f"MR-{stories[2].mre_id}" not in shown


# --- Assign -------------------------------------------------------------------------------------


class TestWhoIsToHaveThem:
    def test_who_suits_most_comes_first(self, org: Organisation, desk: AtDesk) -> None:
        mentor(org.new_york, "Ann", "Allround", areas=("Marketing", "Pricing"))
        pause(org.ben, org, now=MONDAY)
        stories = [submit(org), submit(org, ask=an_ask(area=area("Pricing")))]
        shown = desk(org.rcic).shown("bulk_assign", stories)
        names = [words(cell) for cell in shown.select("tbody .fw-medium:not(:has(a))")]
        assert names == ["Ann Allround", "Grace Lindqvist", "Joan Whitfield"]
        suits = [words(cell) for cell in shown.select("td[data-label=Suits]")]
        assert suits == ["2 of 2", "1 of 2", "1 of 2"]

    def test_a_search_finds_mentors_of_the_whole_region(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        shown = desk(org.rcic).shown("bulk_assign", some(org), q="carla")
        assert "Carla Kowalski" in words(shown.select_one("main"))
        shown = desk(org.rcic).shown("bulk_assign", some(org), q="dan yazzie")
        assert "No mentor in the region who can be assigned matches" in words(
            shown.select_one("main")
        )


class TestPreviewOfAssigning:
    def test_says_what_will_happen_to_each(self, org: Organisation, desk: AtDesk) -> None:
        stories = some(org, 2)
        shown = desk(org.rcic).shown("bulk_assign", stories, mentor=org.joan.pk)
        assert ticked(shown) == [story.mre_id for story in stories]
        for row in rows(shown).values():
            assert "Assigned to Joan Whitfield, who answers by Wed 18 Mar. Marketing" in words(row)

    def test_says_why_some_cannot(self, org: Organisation, desk: AtDesk) -> None:
        gone, fine = submit(org).assign(org.ben), submit(org)
        shown = desk(org.rcic).shown("bulk_assign", [gone, fine], mentor=org.joan.pk)
        assert ticked(shown) == [fine.mre_id]
        said = words(rows(shown)[gone.mre_id])
        assert "Cannot. This request was assigned to Ben Okafor on Mon 16 Mar 10:00." in said
        assert not rows(shown)[gone.mre_id].select("input")

    def test_leaves_out_who_declined_before_unless_ticked(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        declined = submit(org).assign(org.joan).wait(hours=1).decline()
        shown = desk(org.rcic).shown("bulk_assign", [declined], mentor=org.joan.pk)
        said = words(rows(shown)[declined.mre_id])
        assert "A note is needed: declined this request: no capacity now." in said
        assert ticked(shown) == []
        assert rows(shown)[declined.mre_id].select("input[name=mre]")

    def test_counts_the_places_as_it_goes(self, org: Organisation, desk: AtDesk) -> None:
        set_profile(org.joan, weekly_limit=3)
        submit(org).assign(org.joan)
        submit(org).assign(org.joan)
        stories = [submit(org, at=MONDAY + timedelta(minutes=n)) for n in range(4)]
        shown = desk(org.rcic).shown("bulk_assign", stories, mentor=org.joan.pk)
        assert ("2 of 3 used this week; these 4 would make 6 of 3: a note is needed.") in words(
            shown.select_one("main")
        )
        needed = ["A note is needed" in words(row) for row in rows(shown).values()]
        assert needed == [False, True, True, True]

    def test_names_a_mentor_who_cannot_be_assigned(self, org: Organisation, desk: AtDesk) -> None:
        pause(org.joan, org, now=MONDAY)
        shown = desk(org.rcic).shown("bulk_assign", some(org, 1), mentor=org.joan.pk)
        assert "Cannot. Joan Whitfield: paused until Mon 23 Mar." in words(shown.select_one("main"))

    def test_a_mentor_who_makes_no_sense_is_asked_for_again(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        for nonsense in ("x", "999999", "9" * 40, org.rcic.pk):
            shown = desk(org.rcic).shown("bulk_assign", some(org, 1), mentor=nonsense)
            assert "Who is to have them?" in words(shown.select_one("main"))


class TestAssigning:
    def test_gives_the_ticked_and_tells_what_became_of_each(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        stories = some(org)
        shown = desk(org.rcic).post(
            "bulk_assign", stories, stories[:2], {"note": ""}, mentor=org.joan.pk
        )
        assert words(shown.select_one("#results > h2")) == "2 done"
        assert "Assigned to Joan Whitfield, who is asked to answer by Wed 18 Mar." in words(
            shown.select_one("main")
        )
        assert [story.mre.status for story in stories] == ["assigned", "assigned", "need_action"]
        assert OutboxMail.objects.filter(kind="mentor_assigned_several").count() == 1

    def test_what_changed_meanwhile_has_its_sentence(self, org: Organisation, desk: AtDesk) -> None:
        stories = some(org, 2)
        page = desk(org.rcic)
        page.shown("bulk_assign", stories, mentor=org.joan.pk)
        stories[0].assign(org.ben)
        shown = page.post("bulk_assign", stories, stories, {"note": ""}, mentor=org.joan.pk)
        assert words(shown.select_one("#results > h2")) == "1 done, 1 not"
        assert stories[0].mentor == org.ben
        assert stories[1].mentor == org.joan
        assert "This request was assigned to Ben Okafor on Mon 16 Mar 10:00." in words(
            shown.select_one("main")
        )

    def test_asks_for_a_note_where_one_is_needed_and_keeps_the_ticks(
        self, org: Organisation, desk: AtDesk
    ) -> None:
        again = submit(org).assign(org.ben).wait(hours=1).decline()
        stories = [again, *some(org, 2)]
        shown = desk(org.rcic).post(
            "bulk_assign", stories, [again, stories[1]], {"note": " "}, mentor=org.joan.pk
        )
        assert f"A note is needed for MR-{again.mre_id}: see beside each." in words(
            shown.select_one("#form-errors")
        )
        assert ticked(shown) == [again.mre_id, stories[1].mre_id]
        assert stories[1].mre.status == Status.NEED_ACTION
        shown = desk(org.rcic).post(
            "bulk_assign", stories, [again], {"note": "You know it."}, mentor=org.joan.pk
        )
        assert words(shown.select_one("#results > h2")) == "1 done"

    def test_nothing_ticked_is_said(self, org: Organisation, desk: AtDesk) -> None:
        shown = desk(org.rcic).post("bulk_assign", some(org), [], {"note": ""}, mentor=org.joan.pk)
        assert "Tick at least one request." in words(shown.select_one("#form-errors"))

    def test_what_was_not_chosen_cannot_be_ticked(self, org: Organisation, desk: AtDesk) -> None:
        chosen, other = some(org, 2)
        desk(org.rcic).post(
            "bulk_assign", [chosen], [chosen, other], {"note": ""}, mentor=org.joan.pk
        )
        assert chosen.mre.status == Status.ASSIGNED
        assert other.mre.status == Status.NEED_ACTION


# --- Move and withdraw --------------------------------------------------------------------------


class TestMoving:
    def test_first_asks_where_to(self, org: Organisation, desk: AtDesk) -> None:
        shown = desk(org.rcic).shown("bulk_move", some(org))
        assert not rows(shown)
        assert shown.select("select[name=chapter]")

    def test_then_says_what_will_happen(self, org: Organisation, desk: AtDesk) -> None:
        here, there = submit(org), submit(org, person=a_person(zip="07101"))
        shown = desk(org.rcic_district).shown("bulk_move", [here, there], chapter=org.newark.pk)
        assert "From SCORE New York to SCORE Newark" in words(rows(shown)[here.mre_id])
        assert "Cannot. It is in SCORE Newark already." in words(rows(shown)[there.mre_id])
        assert ticked(shown) == [here.mre_id]

    def test_moves_the_ticked(self, org: Organisation, desk: AtDesk) -> None:
        stories = some(org, 2)
        shown = desk(org.rcic).post(
            "bulk_move", stories, stories, {"note": "Their shops."}, chapter=org.newark.pk
        )
        assert words(shown.select_one("#results > h2")) == "2 done"
        assert {story.mre.queue_reason for story in stories} == {QueueReason.MOVED_HERE}
        # They have left the coordinator's sight: their numbers are told, their names no longer.
        assert "Maria" not in words(shown.select_one("main"))

    def test_asks_why(self, org: Organisation, desk: AtDesk) -> None:
        stories = some(org, 1)
        shown = desk(org.rcic).post("bulk_move", stories, stories, {}, chapter=org.newark.pk)
        assert "Say why they belong to the other chapter." in words(
            shown.select_one("#form-errors")
        )


class TestWithdrawing:
    def test_says_from_whom_it_is_taken(self, org: Organisation, desk: AtDesk) -> None:
        new, assigned = submit(org), submit(org).assign()
        accepted = submit(org).assign().accept()
        shown = desk(org.rcic).shown("bulk_withdraw", [new, assigned, accepted])
        assert ticked(shown) == [new.mre_id, assigned.mre_id]
        assert "It is taken from Joan Whitfield, who is told." in words(
            rows(shown)[assigned.mre_id]
        )
        assert "Joan Whitfield accepted this request on" in words(rows(shown)[accepted.mre_id])

    def test_withdraws_the_ticked(self, org: Organisation, desk: AtDesk) -> None:
        stories = some(org)
        shown = desk(org.rcic).post(
            "bulk_withdraw",
            stories,
            stories[:2],
            {"reason": WithdrawReason.OUT_OF_SCOPE, "note": "They want a loan."},
        )
        assert words(shown.select_one("#results > h2")) == "2 done"
        assert [story.mre.status for story in stories] == ["withdrawn", "withdrawn", "need_action"]

    def test_duplicates_of_one_that_stays(self, org: Organisation, desk: AtDesk) -> None:
        stays, *doubles = some(org)
        sent = {"reason": "duplicate", "note": "Sent thrice.", "duplicate_of": f"MR-{stays.mre_id}"}
        shown = desk(org.rcic).post("bulk_withdraw", doubles, doubles, sent)
        assert words(shown.select_one("#results > h2")) == "2 done"
        assert {story.mre.duplicate_of_id for story in doubles} == {stays.mre_id}

    def test_a_refused_form_keeps_what_was_typed(self, org: Organisation, desk: AtDesk) -> None:
        stories = some(org, 2)
        shown = desk(org.rcic).post(
            "bulk_withdraw", stories, stories[:1], {"reason": "", "note": "Half a word"}
        )
        assert "Choose a reason." in words(shown.select_one("#form-errors"))
        assert "Half a word" in shown.select_one("textarea").get_text()  # type: ignore[union-attr]
        assert ticked(shown) == [stories[0].mre_id]


# --- Results and costs --------------------------------------------------------------------------


def test_a_long_list_is_done_in_steps(
    org: Organisation, desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.views.several.PORTION", 2)
    stories = some(org, 5)
    to = [org.joan, org.ben, org.joan, org.ben, org.grace]
    page, address = desk(org.rcic), reverse("intake:several_done")
    sent = {f"to_{story.mre_id}": person.pk for story, person in zip(stories, to, strict=True)}
    page.browser.post(
        reverse("intake:proposal"), {"mre": [story.mre_id for story in stories], **sent}
    )
    seen = []
    for _ in range(3):
        shown = BeautifulSoup(page.browser.get(address).content, "html.parser")
        seen.append((words(shown.select_one("#results > h2")), bool(shown.select("#results form"))))
        page.browser.post(address)
    assert seen == [("2 done", True), ("4 done", True), ("5 done", False)]
    assert [story.mentor for story in stories] == to
    assert OutboxMail.objects.filter(kind="mentor_assigned_several").count() == 2


@pytest.mark.parametrize(
    ("sent", "leads"),
    [
        ("/queue/?lane=declined&page=2", "/queue/?lane=declined&page=2"),
        ("https://elsewhere.example/", "/queue/"),
        ("", "/queue/"),
    ],
)
def test_one_comes_back_to_where_one_was_in_the_queue(
    org: Organisation, desk: AtDesk, sent: str, leads: str
) -> None:
    stories, page = some(org, 1), desk(org.rcic)
    chosen = {"mentor": org.joan.pk, "back": sent}
    shown = page.shown("bulk_assign", stories, **chosen)
    assert {str(link["href"]) for link in shown.select("main a.btn-link")} == {leads}
    done = page.post("bulk_assign", stories, stories, {"note": ""}, **chosen)
    assert [str(link["href"]) for link in done.select("main a.btn")] == [leads]


def test_without_results_one_is_led_to_the_queue(org: Organisation, desk: AtDesk) -> None:
    response = desk(org.rcic).browser.get(reverse("intake:several_done"))
    assert response["Location"] == reverse("intake:queue")


def test_results_are_for_coordinators(org: Organisation, desk: AtDesk) -> None:
    assert desk(org.joan).browser.get(reverse("intake:several_done")).status_code == 403


@pytest.mark.parametrize(
    ("act", "more", "queries"),
    [
        ("bulk_assign", {}, 11),
        ("bulk_assign", {"mentor": "joan"}, 15),
        ("bulk_move", {"chapter": "newark"}, 7),
        ("bulk_withdraw", {}, 5),
    ],
)
def test_each_page_costs_the_same_for_one_row_and_for_many(
    org: Organisation,
    desk: AtDesk,
    django_assert_num_queries: DjangoAssertNumQueries,
    act: str,
    more: dict[str, str],
    queries: int,
) -> None:
    chosen = {name: getattr(org, who).pk for name, who in more.items()}
    page = desk(org.rcic)
    for number in (1, 12):
        stories = some(org, number)
        stories += [request_in("declined", org, at=MONDAY) for _ in range(number)]
        with django_assert_num_queries(queries):
            page.shown(act, stories, **chosen)
