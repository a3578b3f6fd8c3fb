"""What is kept of the shortlist with every choice of a mentor, and who reads it."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from intake.actions import assigning
from intake.models import Assignment
from intake.pages.offered import offered
from intake.shortlist import Looked, offer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    an_ask,
    area,
    mentor,
    pause,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock


def assign(story: Story, person: Any, *, note: str = "", **looked: str) -> dict[str, Any]:
    """Assign, having looked somewhere; what is kept of it."""
    assignment = assigning.assign(
        mre_id=story.mre_id,
        mentor_id=person.pk,
        by=story.org.rcic,
        now=story.now,
        note=note,
        looked=Looked(**looked),
    )
    return Assignment.objects.get(pk=assignment.pk).offered


def names(kept: dict[str, Any]) -> list[str]:
    return [row["name"].split()[0] for row in kept["listed"]]


class TestKept:
    def test_the_list_as_it_was_shown_with_place_score_and_parts(self, org: Organisation) -> None:
        set_profile(org.grace, keywords="wholesale")
        story = submit(org, ask=an_ask(question="How do I sell wholesale?"))
        shown = offer(story.mre, story.now, Looked("district")).shortlist
        kept = assign(story, org.ben, tier="district")
        assert [(row["id"], row["name"], row["score"]) for row in kept["listed"]] == [
            (row.candidate.id, row.candidate.name, round(row.score, 2)) for row in shown.ranked
        ]
        assert names(kept) == ["Grace", "Ben", "Joan", "Nora"]
        assert (kept["tier"], kept["eligible"], kept["not_available"]) == ("district", 4, 0)
        assert (kept["place"], kept["words"], kept["obstacles"]) == (2, "", [])
        assert kept["score"] == kept["listed"][1]["score"]
        assert sum(part["points"] for part in kept["parts"]) == pytest.approx(kept["score"])
        assert {"kind": "area", "words": "Marketing", "points": 30.0} in kept["parts"]

    def test_of_a_search_only_those_it_found(self, org: Organisation) -> None:
        kept = assign(submit(org), org.nora, tier="region", words="nora")
        assert (names(kept), kept["place"], kept["words"]) == (["Nora"], 1, "nora")

    def test_of_a_language_only_those_who_speak_it(self, org: Organisation) -> None:
        org.grace.languages = ["English", "Spanish"]
        org.grace.save()
        kept = assign(submit(org), org.joan, tier="chapter", language="Spanish")
        assert (names(kept), kept["place"], kept["language"]) == (["Grace"], None, "Spanish")

    @pytest.mark.parametrize(
        ("who", "tier", "listed"),
        [
            ("joan", "chapter", ["Ben", "Grace", "Joan"]),
            ("nora", "district", ["Ben", "Grace", "Joan", "Nora"]),
        ],
    )
    def test_where_nobody_said_how_he_looked_it_is_the_tier_of_the_mentor(
        self, org: Organisation, who: str, tier: str, listed: list[str]
    ) -> None:
        kept = assign(submit(org), getattr(org, who))
        assert (kept["tier"], sorted(names(kept))) == (tier, listed)

    def test_it_is_reckoned_at_the_moment_of_the_choice(self, org: Organisation) -> None:
        story = submit(org)
        assert len(offer(story.mre, story.now).shortlist.ranked) == 3
        pause(org.grace, org, now=story.now)
        kept = assign(story, org.joan, tier="chapter")
        assert (names(kept), kept["not_available"]) == (["Ben", "Joan"], 1)

    def test_what_was_passed_over_is_told(self, org: Organisation) -> None:
        set_profile(org.joan, weekly_limit=0)
        kept = assign(submit(org), org.joan, note="She said yes on the phone.", tier="chapter")
        assert kept["place"] is None
        assert kept["obstacles"] == ["0 of 0 this week, free again Sun 22 Mar"]
        assert "Joan" not in names(kept)
        assert kept["score"] > 30

    def test_a_dozen_is_kept_and_the_place_beyond_it(self, org: Organisation) -> None:
        for number in range(20):
            mentor(org.new_york, last_name=f"Mentor{number}", keywords="customers")
        kept = assign(submit(org), org.joan, tier="chapter")
        assert (len(kept["listed"]), kept["eligible"], kept["place"]) == (12, 23, 23)

    def test_replacing_and_reassigning_keep_it_too(self, org: Organisation) -> None:
        story = request_in("assigned", org).replace(org.ben)
        assert sorted(names(story.assignment.offered)) == ["Ben", "Grace", "Joan"]
        story.wait(hours=1).accept().wait(hours=1).reassign(org.grace)
        assert story.assignment.offered["place"] in (1, 2, 3)

    def test_who_was_asked_for_by_the_client_was_on_no_list(self, org: Organisation) -> None:
        set_profile(org.joan, accepts_direct=True)
        story = submit(org, ask=an_ask(requested_mentor=org.joan))
        assert story.assignment.offered == {"direct": True}
        assert offered(story.assignment) is None

    def test_the_address_says_how_far_was_looked_and_nonsense_is_passed_over(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        client.force_login(org.rcic)
        typed = {"mentor": org.joan.pk, "note": "", "step": "assign", "seen": ""}
        for query, tier, words in [
            ("?tier=region&q=joan", "region", "joan"),
            ("?tier=moon&p=x", "chapter", ""),
        ]:
            story = submit(org)
            client.post(reverse("intake:assign", args=[story.mre_id]) + query, typed)
            kept = story.assignment.offered
            assert (kept["tier"], kept["words"]) == (tier, words)


class TestTold:
    @pytest.fixture
    def story(self, org: Organisation, at: SetClock) -> Story:
        story = submit(org)
        set_profile(org.ben, weekly_limit=0)
        assign(story, org.joan, tier="chapter", words="marketing")
        return story.wait(hours=1).accept()

    def page(self, story: Story, who: Any, client: Browser) -> str:
        client.force_login(who)
        return client.get(reverse("intake:request", args=[story.mre_id])).content.decode()

    @pytest.mark.parametrize("who", ["rcic", "rcic_region", "admin"])
    def test_coordinators_read_it_on_the_request(
        self, story: Story, org: Organisation, client: Browser, who: str
    ) -> None:
        page = self.page(story, getattr(org, who), client)
        assert "Who was on the list" in page
        assert "Looked in the chapter for “marketing”: 2 were eligible, 1 not available." in page
        assert "Joan Whitfield was 2nd of 2." in page
        assert "Grace Lindqvist" in page

    @pytest.mark.parametrize("who", ["joan", "leader"])
    def test_mentors_and_leaders_do_not(
        self, story: Story, org: Organisation, client: Browser, who: str
    ) -> None:
        page = self.page(story, getattr(org, who), client)
        assert story.mre.number in page
        assert "Who was on the list" not in page
        assert "Grace Lindqvist" not in page

    def test_a_choice_from_before_lists_were_kept_has_none(
        self, story: Story, org: Organisation, client: Browser
    ) -> None:
        Assignment.objects.update(offered={})
        assert "Who was on the list" not in self.page(story, org.rcic, client)


class TestWeights:
    @pytest.mark.parametrize(
        ("who", "status"),
        [("admin", 200), ("rcic", 200), ("leader", 403), ("joan", 403), ("chair", 403)],
    )
    def test_are_for_those_who_work_with_the_shortlist(
        self, org: Organisation, client: Browser, at: SetClock, who: str, status: int
    ) -> None:
        client.force_login(getattr(org, who))
        assert client.get(reverse("intake:weights")).status_code == status

    def test_are_told_with_the_latest_score_of_ones_own_chapters(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        mine = submit(org)
        assign(mine, org.joan)
        client.force_login(org.rcic_elsewhere)
        assert mine.mre.number not in client.get(reverse("intake:weights")).content.decode()
        client.force_login(org.rcic)
        page = client.get(reverse("intake:weights")).content.decode()
        assert mine.mre.number in page
        assert "Was this client&#x27;s mentor before." in page
        assert "no open clients" in page


def test_an_area_that_nobody_offers_leaves_an_empty_list(org: Organisation) -> None:
    story = submit(org, ask=an_ask(area=area("Legal"), question="?"), at=MONDAY)
    kept = assign(story, org.joan, tier="chapter")
    assert (kept["listed"], kept["place"], kept["obstacles"]) == (
        [],
        None,
        ["does not offer Legal"],
    )
