"""What coordinators see about a mentor: the numbers of the shortlist, and what is behind them."""

import re
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from intake.enums import DeclineReason
from intake.pages.seen import Figure, requests_behind, seen
from intake.shortlist import Looked, offer
from mentors import matching
from mentors.matching import Candidate
from mentors.weights import DEFAULT_WEIGHTS
from tests.factories import MONDAY, Organisation, an_ask, organisation, pause, set_profile, submit
from tests.intake.conftest import SetClock

OWN = reverse("intake:seen")
LATER = MONDAY + timedelta(days=21)

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture(scope="class")
def kept_busy(kept: None) -> Organisation:
    """Joan has one of everything that the shortlist counts."""
    org = organisation()
    submit(org).wait(hours=1).assign().wait(hours=2).accept().wait(days=1).hold().complete()
    submit(org).wait(hours=1).assign().wait(days=1).decline(DeclineReason.AWAY)
    submit(org).wait(hours=1).assign().time_out()
    submit(org).wait(hours=1).assign().become_overdue().wait(hours=1).accept()
    submit(org).wait(hours=1).assign().wait(hours=1).replace()
    submit(org, at=LATER - timedelta(hours=5)).assign().wait(hours=1).accept()
    submit(org, at=LATER - timedelta(hours=4)).assign().wait(hours=1).replace()
    submit(org, at=LATER - timedelta(hours=3)).assign()
    submit(org, at=LATER - timedelta(hours=3)).assign(org.ben)
    set_profile(org.joan, weekly_limit=3, keywords="wholesale, margins")
    return org


@pytest.fixture
def busy(kept_busy: Organisation, db: None, at: SetClock) -> Organisation:
    """The same three weeks later."""
    at(LATER)
    return deepcopy(kept_busy)


def on_the_shortlist(org: Organisation) -> Candidate:
    """Joan as a coordinator finds her for another client."""
    story = submit(org, at=LATER, ask=an_ask(question="Is my wholesale price right?"))
    shortlist = offer(story.mre, LATER, Looked(tier="chapter")).shortlist
    [joan] = [row.candidate for row in shortlist.ranked if row.candidate.id == org.joan.pk]
    return joan


def words(response: Any) -> str:
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return main.get_text(" ", strip=True)


class TestTheFigures:
    def test_are_those_of_the_shortlist(self, busy: Organisation, client: Browser) -> None:
        ranked = on_the_shortlist(busy)
        shown = seen(busy.joan, LATER)
        told = [reason.text for reason in matching.workload(ranked, DEFAULT_WEIGHTS)]
        assert [figure.words for figure in shown.figures] == told
        assert told == [
            "2 of 3 this week",
            "2 open clients, 1 not answered yet",
            "3 of 5 in time",
            shown.figures[3].words,
            "1 timed out",
        ]
        client.force_login(busy.joan)
        page = words(client.get(OWN)).lower()
        assert [text for text in told if text.lower() not in page] == []

    @pytest.mark.parametrize(
        ("figure", "number"),
        [
            (Figure.THIS_WEEK, 2),
            (Figure.CLIENTS, 3),
            (Figure.IN_TIME, 5),
            (Figure.SPEED, 4),
            (Figure.TIMED_OUT, 1),
        ],
    )
    def test_open_to_the_requests_that_they_count(
        self, busy: Organisation, client: Browser, figure: Figure, number: int
    ) -> None:
        counted = list(requests_behind(busy.joan, figure, LATER))
        assert len(counted) == number
        assert {assignment.mentor_id for assignment in counted} == {busy.joan.pk}
        client.force_login(busy.joan)
        page = words(client.get(reverse("intake:behind_figure", args=[figure])))
        assert len(re.findall("Given to you", page)) == number

    def test_a_request_that_is_no_longer_his_is_named_and_not_opened(
        self, busy: Organisation, client: Browser
    ) -> None:
        client.force_login(busy.joan)
        page = client.get(reverse("intake:behind_figure", args=[Figure.IN_TIME]))
        soup = BeautifulSoup(page.content, "html.parser")
        links = [str(a["href"]) for a in soup.select("main li a[href]")]
        assert len(links) == 2 + 1  # two accepted ones and a complete one
        assert all(client.get(link).status_code == 200 for link in links)
        last_names = [a.request.client.last_name for a in busy.joan.assignments.all()]
        assert not [name for name in last_names if name in words(page)]


class TestWithoutAnyRequest:
    @pytest.mark.parametrize("figure", ["", "x", "area", "in_time'"])
    def test_there_are_no_other_figures(
        self, org: Organisation, client: Browser, figure: str
    ) -> None:
        client.force_login(org.joan)
        assert client.get(f"{OWN}{figure}/").status_code == 404

    def test_the_figures_say_so(self, org: Organisation, client: Browser) -> None:
        client.force_login(org.joan)
        page = words(client.get(OWN))
        for sentence in (
            *("0 this week, no limit", "No open clients", "Not asked lately"),
            *("No answer to measure yet", "You are offered for requests that fit."),
            "No request was given to you yet.",
        ):
            assert sentence in page
        behind = words(client.get(reverse("intake:behind_figure", args=[Figure.SPEED])))
        assert "No request is behind this figure" in behind


class TestWhyNot:
    def test_is_told_in_the_words_of_the_shortlist(
        self, busy: Organisation, client: Browser
    ) -> None:
        set_profile(busy.joan, weekly_limit=2)
        pause(busy.joan, busy, now=LATER)
        story = submit(busy, at=LATER)
        rows = offer(story.mre, LATER, Looked(tier="chapter")).shortlist.not_available
        [why] = [row.why for row in rows if row.candidate.id == busy.joan.pk]
        assert seen(busy.joan, LATER).obstacles == why.split("; ")
        client.force_login(busy.joan)
        page = words(client.get(OWN))
        assert "Paused until Mon 13 Apr 2 of 2 this week, free again Sun 12 Apr" in page


class TestTheReasons:
    def test_of_the_last_three_choices_are_those_that_were_kept(
        self, org: Organisation, client: Browser
    ) -> None:
        set_profile(org.joan, keywords="wholesale,, margins ", accepts_direct=True)
        for n, question in enumerate(("old", "my wholesale", "my margins")):
            at = MONDAY - timedelta(days=9 - n)
            submit(org, at=at, ask=an_ask(question=question)).assign()
        submit(org, at=MONDAY, ask=an_ask(requested_mentor=org.joan))
        client.force_login(org.joan)
        page = words(client.get(OWN))
        assert "The client asked for you by name. Marketing" in page
        assert "Marketing “margins”" in page
        assert " wholesale, margins " in page
        assert "Marketing “wholesale”" in page
        assert len(seen(org.joan, MONDAY).examples) == 3


class TestWhoMay:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("admin", 200),
            ("rcic", 200),
            ("rcic_district", 200),
            ("rcic_region", 200),
            ("joan", 200),
            ("manager", 403),
            ("chair", 403),
            ("leader", 403),
            ("rcic_elsewhere", 404),
            ("rcic_former", 404),
            ("ben", 404),
        ],
    )
    def test_see_it_of_joan(
        self, busy: Organisation, client: Browser, who: str, status: int
    ) -> None:
        client.force_login(getattr(busy, who))
        address = reverse("intake:as_ranked", args=[busy.joan.pk])
        page = client.get(address)
        assert page.status_code == status
        if status == 200:
            assert "3 of 5 in time" in words(page)
        person = client.get(reverse("mentors:person", args=[busy.joan.pk]))
        offered = address.encode() in person.content
        assert offered == (status == 200 and who != "joan")

    @pytest.mark.parametrize("who", ["admin", "rcic"])
    def test_others_see_no_client_behind_it(
        self, busy: Organisation, client: Browser, who: str
    ) -> None:
        client.force_login(getattr(busy, who))
        page = words(client.get(reverse("intake:as_ranked", args=[busy.joan.pk])))
        assert "MR-" not in page
        assert "Maria" not in page


class TestWhoIsNoMentor:
    @pytest.mark.parametrize("who", ["rcic", "leader", "sam", "admin"])
    def test_has_none(self, org: Organisation, client: Browser, who: str) -> None:
        client.force_login(getattr(org, who))
        for page in (OWN, reverse("intake:behind_figure", args=[Figure.SPEED])):
            assert client.get(page).status_code == 403

    def test_is_not_shown(self, org: Organisation, client: Browser) -> None:
        client.force_login(org.admin)
        assert client.get(reverse("intake:as_ranked", args=[org.sam.pk])).status_code == 404


def test_costs_the_same_whatever_is_there(
    org: Organisation, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(org.joan)
    behind = reverse("intake:behind_figure", args=[Figure.THIS_WEEK])
    submit(org).assign()
    for page, number in ((OWN, 12), (behind, 7)):
        client.get(page)
        with django_assert_num_queries(number):
            client.get(page)
    for _ in range(5):
        submit(org).assign()
    for page, number in ((OWN, 12), (behind, 7)):
        with django_assert_num_queries(number):
            client.get(page)
