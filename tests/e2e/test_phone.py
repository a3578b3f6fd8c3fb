"""A mentor with a phone: how many taps and texts it takes him, from a mail to the answer.

Opening the link of a mail is the first tap; whatever has to be typed is a text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from intake.enums import Outcome, SessionState, Status
from intake.models import OutboxMail
from mentors.models import Pause
from tests.e2e.conftest import Look, seen, sign_in
from tests.factories import Organisation, Story, a_person, an_ask, submit

QUESTION = "How do I price bread for wholesale? ¿Y los permisos? 🥖 " * 20
OpenWindow = Callable[..., Page]


@pytest.fixture
def looks_fine_day_and_night(looks_fine: Look) -> Look:
    """Fine in light colours and in dark ones."""

    def look(page: Page) -> None:
        for dark in (False, True):
            looks_fine(seen(page, width=390, dark=dark))

    return look


@dataclass
class Thumb:
    """What a mentor does on his phone, and how often he has done it."""

    page: Page
    taps: int = 0
    texts: int = 0

    def open_mail(self, kind: str, purpose: str) -> None:
        """Tap on a link of the mail that the outbox holds."""
        mail = OutboxMail.objects.filter(kind=kind).latest("pk")
        link = next(word for word in mail.text.split() if f"/answer/{purpose}" in word)
        self.page.goto(urlsplit(link).path)
        self.taps += 1

    def tap(self, target: Locator) -> None:
        target.click()
        self.taps += 1

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)
        self.texts += 1


@pytest.fixture
def asked(org: Organisation) -> Story:
    """A request that waits for Joan since yesterday."""
    return ask_joan(org, "Maribel")


def ask_joan(org: Organisation, name: str) -> Story:
    then = timezone.now() - timedelta(hours=20)
    person = a_person(first_name=name)
    ask = an_ask(question=QUESTION, business_name="Ortiz Bakery")
    return submit(org, at=then, person=person, ask=ask).assign()


def test_from_the_mail_to_accepted(
    asked: Story, open_window: OpenWindow, looks_fine_day_and_night: Look
) -> None:
    page = open_window(width=390)
    thumb = Thumb(page)
    thumb.open_mail("mentor_assigned", "accept")
    expect(page.get_by_text("¿Y los permisos?").first).to_be_visible()
    expect(page.get_by_label("Your first note to Maribel")).to_contain_text("Hello Maribel,")
    looks_fine_day_and_night(page)
    thumb.tap(page.get_by_role("link", name="Accept…"))
    thumb.write(page.get_by_label("Your first note"), "Hello Maribel, does Tuesday suit you?")
    thumb.tap(page.get_by_role("button", name="Accept and send"))
    expect(page.get_by_text("Maribel is your client")).to_be_visible()
    looks_fine_day_and_night(page)
    assert asked.mre.status == Status.ACCEPTED
    assert "does Tuesday suit you?" in OutboxMail.objects.get(kind="client_accepted").text
    assert thumb.taps <= 3
    assert thumb.texts <= 1


def test_from_the_mail_to_declined_with_a_pause(
    org: Organisation, asked: Story, open_window: OpenWindow, looks_fine_day_and_night: Look
) -> None:
    other = ask_joan(org, "Rosa")
    page = open_window(width=390)
    thumb = Thumb(page)
    thumb.open_mail("mentor_assigned", "decline")
    expect(page.get_by_text(f"{asked.mre.number}, Maribel")).to_be_visible()
    looks_fine_day_and_night(page)
    thumb.tap(page.get_by_label("Away or unavailable"))
    until = timezone.now().astimezone(org.joan.zone).date() + timedelta(days=14)
    page.get_by_label("Last day").fill(until.isoformat())
    thumb.tap(page.get_by_role("button", name="Decline"))
    expect(page.get_by_role("heading", level=1)).to_have_text("You have declined")
    looks_fine_day_and_night(page)
    assert other.assignment.outcome == Outcome.DECLINED
    assert asked.assignment.outcome == Outcome.HANDED_BACK
    assert Pause.objects.get(mentor=org.joan).ends_on == until
    assert thumb.taps <= 3
    assert thumb.texts == 0


def test_what_to_do_stays_in_sight_and_never_hides_what_has_the_focus(
    org: Organisation, asked: Story, open_window: OpenWindow, looks_fine: Look
) -> None:
    page = open_window(width=390)
    sign_in(page, org.joan)
    page.goto(f"/requests/{asked.mre_id}/")
    bar = page.get_by_role("navigation", name="Your answer")
    looks_fine(page)
    page.keyboard.press("End")
    expect(bar.get_by_role("link", name="Accept…")).to_be_in_viewport()
    expect(bar.get_by_role("link", name="Decline…")).to_be_in_viewport()
    page.wait_for_function(AT_THE_END)  # or what is still scrolling carries the focus under the bar
    page.locator("main a, main button, main summary").last.focus()
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        page.wait_for_function(NOT_BEHIND_THE_BAR)


AT_THE_END = "() => Math.ceil(scrollY + innerHeight) >= document.documentElement.scrollHeight - 1"

NOT_BEHIND_THE_BAR = """() => {
  const bar = document.querySelector(".act-bar"), has = document.activeElement;
  const below = has.getBoundingClientRect().bottom > bar.getBoundingClientRect().bottom;
  return below || bar.contains(has) || !has.closest(".desk");
}"""


def test_a_held_session_is_written_down(
    org: Organisation, open_window: OpenWindow, looks_fine_day_and_night: Look
) -> None:
    story = ask_joan(org, "Maribel").accept().schedule(hours=19)
    page = open_window(width=390)
    sign_in(page, org.joan)
    page.goto("/desk/")
    looks_fine_day_and_night(page)
    thumb = Thumb(page)
    thumb.write(page.get_by_label("Session notes"), "Prices per loaf; two shops to call.")
    thumb.tap(page.get_by_role("button", name="Save with notes"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My Client Requests")
    looks_fine_day_and_night(page)
    assert story.session.state == SessionState.HELD
    assert story.session.notes_entered_at is not None
    assert (thumb.taps, thumb.texts) == (1, 1)
