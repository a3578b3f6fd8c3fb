"""Giving a request up with a proposal: who may be proposed, and what comes of it."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from intake.actions import assigning, closing, referring
from intake.enums import EventKind, Status
from intake.models import MentoringRequest, OutboxMail
from mentors.enums import VolunteerStatus
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from tests.factories import Organisation, Story, mentor, pause, request_in, set_profile, submit
from tests.intake.conftest import SetClock
from tests.refusals import invalid

pytestmark = pytest.mark.django_db

REASON = "This is about tax."


def given_up(org: Organisation, propose: Volunteer | None) -> Story:
    return request_in("accepted", org).wait(days=1).transfer(propose=propose)


def follow(story: Story, who: Volunteer, by: Volunteer | None = None) -> object:
    return referring.follow_proposal(
        mre_id=story.mre_id, mentor_id=who.pk, by=by or story.org.rcic, now=story.now
    )


@pytest.fixture
def browse(client: Browser, at: SetClock) -> Any:
    """A browser of somebody, a minute after the story."""

    def as_somebody(story: Story, who: Volunteer) -> Browser:
        at(story.now + timedelta(minutes=1))
        client.force_login(who)
        return client

    return as_somebody


def page(response: Any) -> Tag:
    soup = BeautifulSoup(response.content, "html.parser")
    main = soup.find("main") or soup
    assert isinstance(main, Tag)
    return main


def words(response: Any) -> str:
    return page(response).get_text(" ", strip=True)


def url(story: Story, name: str = "request") -> str:
    return reverse(f"intake:{name}", args=[story.mre_id])


# --- Proposing ------------------------------------------------------------------------------------


def test_who_gives_it_up_proposes_an_assignable_mentor(org: Organisation) -> None:
    story = given_up(org, org.carla)
    assert (story.mre.status, story.mre.proposed_mentor) == (Status.NEED_ACTION, org.carla)
    mail = OutboxMail.objects.get(kind="rcic_transferred", volunteer=org.rcic)
    assert "Joan Whitfield proposes Carla Kowalski: you can follow that" in mail.text


def test_without_a_proposal_it_goes_back_as_before(org: Organisation) -> None:
    story = given_up(org, None)
    assert story.mre.proposed_mentor is None
    mail = OutboxMail.objects.get(kind="rcic_transferred", volunteer=org.rcic)
    assert "Please choose another mentor." in mail.text
    assert "proposes" not in mail.text


def test_who_cannot_be_assigned_is_not_proposed(org: Organisation) -> None:
    story = request_in("accepted", org)
    pause(org.ben, org, now=story.now)
    for person, why in (
        (org.joan, "leads it now"),
        (org.ben, "cannot be proposed: paused until"),
        (org.sam, "is a Subject Matter Expert, not a Mentor"),
        (org.rcic, "not a Mentor"),
    ):
        with invalid("proposed", why):
            story.transfer(propose=person)
    with invalid("proposed", "not on the roster any more"):
        closing.transfer_to_queue(
            mre_id=story.mre_id, by=org.joan, now=story.now, reason="Tax.", proposed_id=2**40
        )
    assert story.mre.status == Status.ACCEPTED


@pytest.mark.parametrize("end", ["assign", "withdraw", "follow"])
def test_a_proposal_waits_in_the_queue_only(org: Organisation, end: str) -> None:
    story = given_up(org, org.ben)
    if end == "follow":
        follow(story, org.ben)
    else:
        getattr(story, end)()
    assert story.mre.proposed_mentor is None


def test_a_proposal_goes_with_the_request_to_another_chapter(org: Organisation) -> None:
    assert given_up(org, org.ben).move(org.newark).mre.proposed_mentor == org.ben


# --- Following ------------------------------------------------------------------------------------


def test_one_click_assigns_to_him_with_the_reason_as_note(org: Organisation) -> None:
    story = given_up(org, org.ben)
    follow(story, org.ben)
    assert (story.mre.status, story.mentor) == (Status.ASSIGNED, org.ben)
    assert story.assignment.note == f"Joan Whitfield proposes you: {REASON}"
    event = story.mre.events.get(kind=EventKind.ASSIGNED, assignment=story.assignment)
    assert event.data["followed"] is True


def test_only_coordinators_follow(org: Organisation) -> None:
    story = given_up(org, org.ben)
    for person in (org.joan, org.ben, org.leader, org.manager, org.rcic_elsewhere, org.rcic_former):
        with pytest.raises(NotAllowed):
            follow(story, org.ben, by=person)
    follow(story, org.ben, by=org.rcic_region)


def test_what_was_proposed_when_one_looked_is_what_is_followed(org: Organisation) -> None:
    story = given_up(org, org.ben)
    with pytest.raises(AlreadyDone, match="not proposed any more"):
        follow(story, org.grace)
    with pytest.raises(AlreadyDone, match="not proposed any more"):
        follow(given_up(org, None), org.ben)
    story.assign(org.grace)
    with pytest.raises(AlreadyDone, match="was assigned to Grace Lindqvist"):
        follow(story, org.ben)


def paused(org: Organisation, story: Story) -> None:
    pause(org.ben, org, now=story.now)


def full(org: Organisation, story: Story) -> None:
    set_profile(org.ben, weekly_limit=1)
    submit(org, at=story.now).assign(org.ben)


def gone(org: Organisation, story: Story) -> None:
    Volunteer.objects.filter(pk=org.ben.pk).update(status=VolunteerStatus.RESIGNED)


OBSTACLES = [
    (paused, "paused until", False),
    (full, "1 of 1 this week", True),
    (gone, "is resigned, not active", False),
]


@pytest.mark.parametrize(("become", "why", "with_note"), OBSTACLES)
def test_who_is_not_eligible_any_more_takes_more_than_a_click(
    org: Organisation,
    browse: Any,
    become: Any,
    why: str,
    with_note: bool,
) -> None:
    story = given_up(org, org.ben)
    become(org, story)
    with invalid("mentor", why):
        follow(story, org.ben)
    browser = browse(story, org.rcic)
    form = f"{url(story, 'assign')}?tier=outside&mentor={org.ben.pk}"
    shown = page(browser.get(url(story))).select_one("#proposed")
    assert shown is not None
    assert why in shown.get_text()
    assert not shown.select("form")
    assert bool(shown.select(f"a[href^='{form}']")) == with_note
    assert f"Joan proposes Ben Okafor: {why}" in words(browser.get(reverse("intake:queue")))
    assertRedirects(browser.post(url(story, "follow"), {"mentor": org.ben.pk}), form)
    assert story.mre.status == Status.NEED_ACTION


def test_who_declined_it_before_takes_a_note(org: Organisation, browse: Any) -> None:
    story = submit(org).assign(org.ben).wait(hours=1).decline().wait(hours=1).assign(org.joan)
    story.accept().wait(hours=1).transfer(propose=org.ben)
    shown = words(browse(story, org.rcic).get(url(story)))
    assert "Joan proposes Ben Okafor: declined this request: no capacity now" in shown


def test_who_lives_far_away_and_serves_there_is_followed_with_a_click(org: Organisation) -> None:
    set_profile(org.dan, serves_outside=True)
    story = given_up(org, org.dan)
    follow(story, org.dan)
    assert story.mentor == org.dan


# --- Pages ----------------------------------------------------------------------------------------


def test_the_coordinator_sees_it_in_the_row_the_pane_and_the_page_and_follows_it(
    org: Organisation, browse: Any
) -> None:
    story = given_up(org, org.ben)
    browser = browse(story, org.rcic)
    assert "Joan proposes Ben Okafor" in words(browser.get(reverse("intake:queue")))
    pane = browser.get(url(story, "preview"), headers={"HX-Request": "true"})
    for shown in (page(pane), page(browser.get(url(story)))):
        assert "Joan proposes Ben Okafor" in shown.get_text()
        assert REASON in shown.get_text()
        button = shown.select_one(f"form[action='{url(story, 'follow')}'] button")
        assert button is not None
        assert (button["value"], button.get_text(strip=True)) == (
            str(org.ben.pk),
            "Assign to Ben Okafor",
        )
    assertRedirects(
        browser.post(url(story, "follow"), {"mentor": org.ben.pk}), reverse("intake:queue")
    )
    assert story.mentor == org.ben


def test_from_the_pane_the_queue_is_told_what_was_done(org: Organisation, browse: Any) -> None:
    story = given_up(org, org.ben)
    response = browse(story, org.rcic).post(
        url(story, "follow"), {"mentor": org.ben.pk}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 204
    assert "is assigned to Ben Okafor" in response.headers["HX-Trigger"]


@pytest.mark.parametrize("sent", ["", "x", "99999999999999999999999", "-1"])
def test_nonsense_is_told_and_changes_nothing(org: Organisation, browse: Any, sent: str) -> None:
    story = given_up(org, org.ben)
    response = browse(story, org.rcic).post(url(story, "follow"), {"mentor": sent}, follow=True)
    assert "not proposed any more" in response.content.decode()
    assert story.mre.status == Status.NEED_ACTION


def test_leaders_and_mentors_are_not_offered_it(org: Organisation, browse: Any) -> None:
    story = given_up(org, org.ben)
    shown = browse(story, org.leader).get(url(story)).content.decode()
    assert url(story, "follow") not in shown
    assert REASON not in shown
    for person, status in ((org.leader, 403), (org.joan, 404), (org.ben, 404)):
        response = browse(story, person).post(url(story, "follow"), {"mentor": org.ben.pk})
        assert response.status_code == status


def test_the_timeline_tells_who_proposed_whom_and_whether_it_was_followed(
    org: Organisation, browse: Any
) -> None:
    followed, passed_over = given_up(org, org.ben), given_up(org, org.ben)
    follow(followed, org.ben)
    passed_over.assign(org.grace)
    for story, said in (
        (followed, "as was proposed"),
        (passed_over, "Ben Okafor had been proposed"),
    ):
        browser = browse(story, org.rcic)
        told = words(browser.get(url(story)))
        assert "proposes Ben Okafor · by Joan Whitfield" in told
        assert said in told
        browser.force_login(story.mentor)
        assert "proposed" not in browser.get(url(story)).content.decode()


def test_the_mentor_finds_whom_he_proposes_and_keeps_what_he_typed(
    org: Organisation, browse: Any
) -> None:
    story = request_in("accepted", org)
    set_profile(org.grace, weekly_limit=0)
    browser = browse(story, org.joan)

    def names(response: Any) -> list[str]:
        found = page(response).select(".mentor-choice .fw-medium")
        return [name.get_text(strip=True) for name in found]

    listed = browser.get(url(story, "transfer"))
    assert names(listed) == ["Ben Okafor"]
    assert "Marketing" in words(listed)
    said = {"reason": "She needs tax advice.", "q": "dan", "find": "1"}
    found = browser.post(url(story, "transfer"), said)
    assert names(found) == ["Dan Yazzie"]
    assert "She needs tax advice." in words(found)
    assert story.mre.status == Status.ACCEPTED
    assert "this week" not in words(found)
    del said["find"]
    browser.post(url(story, "transfer"), said | {"proposed": org.dan.pk})
    assert story.mre.proposed_mentor == org.dan


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ("99999999", "not on the roster any more"),
        ("x", "not on the roster"),
        ("sam", "not a Mentor"),
    ],
)
def test_whom_he_cannot_propose_is_said(
    org: Organisation, browse: Any, sent: str, sentence: str
) -> None:
    story = request_in("accepted", org)
    said = {"reason": "Tax.", "proposed": str(org.sam.pk) if sent == "sam" else sent}
    response = browse(story, org.joan).post(url(story, "transfer"), said)
    complaint = page(response).select_one("#form-errors")
    assert complaint is not None
    assert sentence in complaint.get_text()
    assert story.mre.status == Status.ACCEPTED


# --- The queue as a whole -------------------------------------------------------------------------


def test_the_proposal_for_all_leaves_it_to_the_coordinator(org: Organisation, browse: Any) -> None:
    story, other = given_up(org, org.ben), submit(org)
    shown = words(browse(story, org.rcic).get(reverse("intake:proposal")))
    assert "1 request with a proposal of the mentor before is left out" in shown
    assert other.mre.number in shown
    assert story.mre.number not in shown


@pytest.mark.parametrize("number", [1, 12])
def test_proposals_cost_the_same_for_one_row_and_for_many(
    org: Organisation,
    browse: Any,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for one in range(number):
        story = given_up(org, mentor(org.new_york, "Mia", f"Mentor{one}"))
    browser = browse(story, org.rcic)
    with django_assert_num_queries(23):  # five more than without any
        response = browser.get(reverse("intake:queue"))
    assert words(response).count("Joan proposes Mia") == number


def test_giving_it_away_otherwise_keeps_the_rules(org: Organisation) -> None:
    story = given_up(org, org.ben)
    with invalid("note", "assigned before"):
        assigning.assign(
            mre_id=story.mre_id, mentor_id=org.ben.pk, by=org.rcic, now=story.now, note=""
        )
    assert MentoringRequest.objects.filter(proposed_mentor=org.ben).count() == 1
