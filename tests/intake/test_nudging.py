"""Nudging: a short mail to a mentor with a personal line, once a day for each request."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from intake.actions import nudging
from intake.models import Assignment, MentoringRequest, OutboxMail
from intake.pages.nudging import draft
from intake.pages.watching import load, watched
from mentors.enums import VolunteerStatus
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from tests.factories import Organisation, Story, pause, request_in
from tests.intake.conftest import SetClock
from tests.refusals import invalid

pytestmark = pytest.mark.django_db

LINE = "Maria told me that she waits for a word."
WATCH = reverse("intake:watch")


def nudge(story: Story, by: Volunteer | None = None, note: str = LINE) -> Assignment:
    by = by or story.org.rcic
    return nudging.nudge(mre_id=story.mre_id, by=by, now=story.now, note=note)


def nudge_for_notes(story: Story, by: Volunteer | None = None) -> Assignment:
    by = by or story.org.rcic
    session = story.mre.sessions.get()
    return nudging.nudge_for_notes(session_id=session.pk, by=by, now=story.now, note=LINE)


def the_mail() -> OutboxMail:
    return OutboxMail.objects.get(kind="mentor_nudged")


class TestMail:
    def test_before_an_answer_it_has_the_links_to_answer(self, org: Organisation) -> None:
        story = request_in("assigned", org)
        assert nudge(story) == story.assignment
        mail = the_mail()
        assert (mail.volunteer, mail.reply_to) == (org.joan, org.rcic.email)
        assert mail.subject == f"{org.rcic} asks about Maria ({story.mre.number})"
        assert LINE in mail.text
        assert LINE in mail.html
        assert mail.text.count("/answer/") == 3
        assert mail.send_at == story.now, "what people write is not held back"

    def test_afterwards_it_leads_to_the_page_of_the_request(self, org: Organisation) -> None:
        story = request_in("accepted", org)
        nudge(story)
        mail = the_mail()
        assert "/answer/" not in mail.text
        assert f"/requests/{story.mre_id}/" in mail.text

    def test_it_says_little_about_the_client(self, org: Organisation) -> None:
        story = request_in("assigned", org)
        nudge(story)
        client, mail = story.mre.client, the_mail()
        for secret in (client.last_name, client.email, client.phone, story.mre.question):
            assert secret not in mail.subject + mail.text + mail.html

    def test_it_is_dropped_if_the_answer_was_faster(self, org: Organisation) -> None:
        story = request_in("assigned", org)
        nudge(story)
        story.accept()
        assert the_mail().state == "dropped"

    def test_without_a_line_there_is_none(self, org: Organisation) -> None:
        with invalid("note", "personal"):
            nudge(request_in("assigned", org), note=" \n")
        assert not OutboxMail.objects.filter(kind="mentor_nudged").exists()


class TestOnceADay:
    def test_the_second_reads_who_nudged_when(self, org: Organisation) -> None:
        story = request_in("overdue", org).wait(hours=13)
        nudge(story)
        with pytest.raises(AlreadyDone) as refused, transaction.atomic():
            nudge(story.wait(hours=1), by=org.rcic_region)
        assert refused.value.reason == (
            f"{org.rcic} nudged Joan Whitfield on Thu 19 Mar 13:00; once a day is enough."
        )

    @pytest.mark.parametrize(
        ("at", "again"),
        [("2026-03-18 03:59:59", False), ("2026-03-18 04:00:00", True)],
        ids=["23:59:59", "00:00"],
    )
    def test_a_day_is_that_of_the_chapter(self, org: Organisation, at: str, again: bool) -> None:
        """New York begins its day four hours after Greenwich."""
        story = request_in("accepted", org).until(datetime(2026, 3, 17, 4, 0, tzinfo=UTC))
        nudge(story)
        story.until(datetime.fromisoformat(at).replace(tzinfo=UTC))
        if again:
            nudge(story)
        else:
            with pytest.raises(AlreadyDone), transaction.atomic():
                nudge(story)
        assert story.kinds.count("nudged") == 1 + again

    def test_a_new_mentor_is_not_nudged_the_same_day_either(self, org: Organisation) -> None:
        story = request_in("assigned", org)
        nudge(story)
        story.wait(minutes=5).replace()
        with pytest.raises(AlreadyDone, match="nudged Joan Whitfield"), transaction.atomic():
            nudge(story)

    def test_another_request_is_another_matter(self, org: Organisation) -> None:
        for _ in range(2):
            nudge(request_in("assigned", org))


class TestWhoAndWhen:
    def test_a_mentor_who_has_left_is_not_written_to(self, org: Organisation) -> None:
        story = request_in("accepted", org)
        Volunteer.objects.filter(pk=org.joan.pk).update(status=VolunteerStatus.RESIGNED)
        with pytest.raises(NotAllowed, match="Joan Whitfield is resigned"), transaction.atomic():
            nudge(story)

    def test_one_who_is_paused_is(self, org: Organisation) -> None:
        story = request_in("accepted", org)
        pause(org.joan, org, now=story.now)
        nudge(story)

    def test_a_deadline_that_has_just_passed_is_on_the_timeline_before_it(
        self, org: Organisation
    ) -> None:
        story = request_in("assigned", org)
        nudge(story.until(story.assignment.respond_by))
        assert story.kinds[-2:] == ["overdue", "nudged"]


class TestForNotes:
    def test_of_a_closed_request(self, org: Organisation) -> None:
        story = request_in("notes_missing", org).complete().wait(days=2)
        assert nudge_for_notes(story).mentor == org.joan
        assert the_mail().volunteer == org.joan

    def test_of_a_mentor_who_has_given_the_request_up(self, org: Organisation) -> None:
        story = request_in("notes_missing", org).transfer().wait(days=2).assign(org.ben)
        nudge_for_notes(story)
        assert the_mail().volunteer == org.joan
        with pytest.raises(AlreadyDone, match="nudged Joan Whitfield"), transaction.atomic():
            nudge(story)

    def test_only_when_they_are_late(self, org: Organisation) -> None:
        story = request_in("notes_missing", org)
        with pytest.raises(NotAllowed, match="No notes are late"), transaction.atomic():
            nudge_for_notes(story)
        story.wait(days=2).enter_notes()
        with pytest.raises(AlreadyDone, match="were entered on"), transaction.atomic():
            nudge_for_notes(story)

    @pytest.mark.parametrize("who", ["joan", "leader", "rcic_elsewhere", "chair", "manager"])
    def test_only_by_its_coordinator(self, org: Organisation, who: str) -> None:
        story = request_in("notes_missing", org).complete().wait(days=2)
        with pytest.raises(NotAllowed), transaction.atomic():
            nudge_for_notes(story, by=getattr(org, who))


# --- The draft ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "about", "days", "words"),
    [
        ("assigned", "", 0, "Your answer is due by Wed 18 Mar."),
        ("overdue", "overdue", 0, "Maria is still waiting; your answer was due by Wed 18 Mar."),
        ("accepted", "", 0, "How is it going with Maria?"),
        ("accepted", "attempt", 8, "Maria has not been reached"),
        ("tried_three_times", "close_out", 1, "You tried to reach Maria 3 times"),
        ("session_missed", "missed", 0, "Maria missed the session of Wed 18 Mar."),
        ("session_planned", "unrecorded", 5, "Did your session with Maria on Wed 18 Mar"),
        ("notes_missing", "notes", 3, "Your notes of the session with Maria were due by Wed"),
        ("accepted", "overdue", 0, "How is it going with Maria?"),
        ("accepted", "<script>", 0, "How is it going with Maria?"),
    ],
)
def test_the_draft_suits_what_is_the_matter(
    org: Organisation, situation: str, about: str, days: int, words: str
) -> None:
    story = request_in(situation, org).wait(days=days)
    mre = story.mre
    this = watched(MentoringRequest.objects.filter(pk=mre.pk), story.now)
    row = next(iter(load(this, story.now)), mre)
    assert words in draft(row, about, org.joan.zone)


# --- The pages ----------------------------------------------------------------------------------


class Pages:
    """The pages as one reader sees them, at the time of a story."""

    def __init__(self, browser: Browser, story: Story, at: SetClock) -> None:
        at(story.now)
        self.browser, self.story = browser, story
        self.nudge = reverse("intake:nudge", args=[story.mre_id])
        browser.force_login(story.org.rcic)

    def get(self, address: str) -> BeautifulSoup:
        response = self.browser.get(address)
        assert response.status_code == 200, response.status_code
        return BeautifulSoup(response.content, "html.parser")

    def post(self, address: str, **sent: str) -> HttpResponse:
        return self.browser.post(address, sent)  # type: ignore[return-value]


@pytest.fixture
def overdue(org: Organisation, client: Browser, at: SetClock) -> Pages:
    return Pages(client, request_in("overdue", org), at)


class TestPages:
    def test_it_offers_a_draft_and_sends_what_was_made_of_it(self, overdue: Pages) -> None:
        page = overdue.get(overdue.nudge)
        [box] = page.select("textarea[name=note]")
        assert "Maria is still waiting" in box.get_text()
        response = overdue.post(overdue.nudge, note=LINE)
        assert response["Location"] == reverse("intake:request", args=[overdue.story.mre_id])
        assert LINE in the_mail().text

    def test_the_page_of_the_request_offers_it_and_then_says_why_not(self, overdue: Pages) -> None:
        of_request = reverse("intake:request", args=[overdue.story.mre_id])
        assert overdue.get(of_request).select(f"a[href='{overdue.nudge}']")
        overdue.post(overdue.nudge, note=LINE)
        page = overdue.get(of_request)
        assert not page.select(f"a[href='{overdue.nudge}']")
        assert "once a day is enough" in page.get_text()
        assert "Nudged Joan Whitfield" in page.get_text()
        assert LINE in page.get_text()

    def test_the_mentor_is_not_reminded_of_it_by_the_timeline(
        self, overdue: Pages, client: Browser
    ) -> None:
        overdue.post(overdue.nudge, note=LINE)
        client.force_login(overdue.story.org.joan)
        page = overdue.get(reverse("intake:request", args=[overdue.story.mre_id]))
        assert "Nudged" not in page.get_text()

    def test_what_was_typed_stays_if_it_will_not_do(self, overdue: Pages) -> None:
        response = overdue.post(overdue.nudge, note="x" * 601)
        assert response.status_code == 200
        assert "At most 600 characters" in response.content.decode()
        assert "x" * 601 in response.content.decode()

    @pytest.mark.parametrize(
        ("who", "status"), [("joan", 403), ("leader", 403), ("rcic_elsewhere", 404), ("chair", 404)]
    )
    def test_others(self, overdue: Pages, client: Browser, who: str, status: int) -> None:
        client.force_login(getattr(overdue.story.org, who))
        assert client.get(overdue.nudge).status_code == status
        assert client.post(overdue.nudge, {"note": LINE}).status_code == status
        assert not OutboxMail.objects.filter(kind="mentor_nudged").exists()

    def test_for_notes_of_a_closed_request(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        story = request_in("notes_missing", org).complete().wait(days=2)
        pages = Pages(client, story, at)
        address = reverse("intake:nudge_notes", args=[story.mre_id, story.session_id])
        assert "Your notes of the session" in pages.get(address).select("textarea")[0].get_text()
        assert pages.post(address, note=LINE).status_code == 302
        assert the_mail().volunteer == org.joan
        elsewhere = reverse("intake:nudge_notes", args=[request_in("new", org).mre_id, 1])
        assert client.get(elsewhere).status_code == 404


class TestWayBack:
    """From a row of a list one comes back to the list, as it was."""

    LIST = f"{WATCH}?lane=overdue&page=2&q=ortiz"

    def test_after_the_act(self, overdue: Pages) -> None:
        response = overdue.browser.post(
            f"{overdue.nudge}?back={WATCH}%3Flane%3Doverdue%26page%3D2%26q%3Dortiz", {"note": LINE}
        )
        assert response["Location"] == self.LIST

    def test_without_having_done_anything(self, overdue: Pages) -> None:
        page = overdue.get(f"{overdue.nudge}?back={WATCH}%3Flane%3Doverdue")
        assert page.select(f"a.btn-link[href='{WATCH}?lane=overdue']")

    def test_after_a_refusal(self, overdue: Pages) -> None:
        nudge(overdue.story)
        response = overdue.browser.get(f"{overdue.nudge}?back={WATCH}%3Flane%3Doverdue")
        assert response["Location"] == f"{WATCH}?lane=overdue"

    @pytest.mark.parametrize(
        "forged",
        [
            "https://evil.example/watch/",
            "//evil.example/watch/",
            r"/\evil.example/watch/",
            "javascript:alert(1)",
            "/accounts/logout/",
            "/watch",
            "watch/",
            "",
        ],
    )
    def test_a_forged_address_leads_nowhere(self, overdue: Pages, forged: str) -> None:
        response = overdue.browser.post(
            overdue.nudge, {"note": LINE}, query_params={"back": forged}
        )
        assert response["Location"] == reverse("intake:request", args=[overdue.story.mre_id])


def test_the_longest_day_of_the_year_has_one_nudge_too(org: Organisation) -> None:
    """On Sun 1 Nov 2026 New York lives through 25 hours."""
    story = request_in("accepted", org).until(datetime(2026, 11, 1, 4, 0, tzinfo=UTC))
    nudge(story)
    with pytest.raises(AlreadyDone), transaction.atomic():
        nudge(story.wait(hours=25, seconds=-1))
    nudge(story.wait(seconds=1))
