"""One request's whole life in a browser: from the public form to Complete.

Client and mentor use a phone, the coordinator a desk. Each page on the way is looked at with axe,
and the whole way is gone once more without JavaScript.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from intake.enums import Status
from intake.models import MentoringRequest, OutboxMail
from mentors.models import Volunteer
from tests.e2e.conftest import Look, seen, sign_in
from tests.factories import Organisation

PASSWORD = "a demo of a password"
QUESTION = "How do I price bread for wholesale? ¿Y los permisos? 🥖"
OpenWindow = Callable[..., Page]


def sign_in_with_password(page: Page, person: Volunteer) -> None:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def nothing(page: Page) -> None:
    """Without scripts there is no axe either."""


def fill_in_the_form(page: Page) -> None:
    page.get_by_label("First name").fill("Maribel")
    page.get_by_label("Last name").fill("Ortiz")
    page.get_by_label("E-mail", exact=True).fill("maribel@ortizbakery.example")
    page.get_by_label("Phone").fill("212-736-5000")
    page.get_by_label("Zip code").fill("10001")
    page.get_by_label("What is it about?").select_option(label="Marketing")
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Yes, it is running").check()
    page.get_by_label("A volunteer mentor may write to me").check()


def path_in(mail: OutboxMail, purpose: str) -> str:
    """The path of the link that a person would press in the mail."""
    words = next(word for word in mail.text.split() if f"/{purpose}" in word)
    return urlsplit(words).path


def this_minute(reader: Volunteer) -> str:
    """Now, as a field for date and time takes it, on the clock of the reader's chapter."""
    return f"{timezone.now().astimezone(reader.zone):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_form_to_complete(  # noqa: PLR0915 - a long way, told in one go
    org: Organisation, open_window: OpenWindow, looks_fine: Look, scripts: bool
) -> None:
    look = looks_fine if scripts else nothing

    client = open_window(width=390, scripts=scripts)
    client.goto("/")
    look(client)
    client.get_by_role("link", name="Ask for a mentor").first.click()
    look(client)
    client.get_by_role("button", name="Send").click()
    expect(client.get_by_role("alert").first).to_be_visible()
    look(client)
    fill_in_the_form(client)
    client.get_by_role("button", name="Send").click()
    mre = MentoringRequest.objects.get()
    expect(client.get_by_text(mre.number).first).to_be_visible()
    look(client)

    rcic = open_window(scripts=scripts)
    sign_in_with_password(rcic, org.rcic)
    expect(rcic.get_by_role("heading", level=1)).to_have_text("Client Requests – Need Action")
    look(rcic)
    rcic.get_by_role("link", name="Maribel Ortiz").click()
    look(rcic)
    rcic.get_by_label("Joan Whitfield").check()
    rcic.get_by_role("button", name="Assign").click()
    expect(rcic.get_by_text("is assigned to Joan Whitfield")).to_be_visible()
    mre.refresh_from_db()
    assert mre.status == Status.ASSIGNED
    look(rcic)

    offer = OutboxMail.objects.get(kind="mentor_assigned")
    mentor = open_window(width=390, scripts=scripts)
    mentor.goto(path_in(offer, "answer/accept"))
    expect(mentor.get_by_text(QUESTION)).to_be_visible()
    look(mentor)
    mentor.get_by_role("textbox").fill("Hello Maribel, does Tuesday at ten suit you?")
    mentor.get_by_role("button", name="Accept and send").click()
    mre.refresh_from_db()
    assert mre.status == Status.ACCEPTED
    look(mentor)

    sign_in_with_password(mentor, org.joan)
    look(mentor)
    mentor.goto(f"/requests/{mre.pk}/record/")
    look(mentor)
    mentor.get_by_label("When it began").fill(this_minute(org.joan))
    mentor.get_by_label("Minutes", exact=True).first.fill("60")
    mentor.get_by_label("Video").check()
    mentor.get_by_label("Session notes").fill("Prices per loaf, two shops to call.")
    mentor.get_by_role("button", name="Save session").click()
    assert mre.sessions.filter(notes_entered_at__isnull=False).count() == 1
    look(mentor)
    mentor.goto(f"/requests/{mre.pk}/close/complete/")
    look(mentor)
    mentor.get_by_role("main").get_by_role("button").first.click()
    mre.refresh_from_db()
    assert mre.status == Status.COMPLETE

    welcome = OutboxMail.objects.get(kind="client_received")
    client.goto(path_in(welcome, "status"))
    expect(client.get_by_text("Joan Whitfield").first).to_be_visible()
    look(client)


DESKS = {
    "rcic": ["/queue/", "/watch/", "/requests/", "/roster/"],
    "joan": ["/desk/", "/availability/", "/availability/expertise/"],
    "manager": ["/roster/"],
    "chair": [
        "/reports/activity/",
        "/reports/mentors-activity/subscribe/",
        "/reports/subscriptions/",
    ],
    "leader": [
        "/reports/",
        "/requests/",
        "/reports/not-yet-assigned/",
        "/reports/timing/",
        "/reports/conversion/",
        "/reports/coverage/",
        "/reports/fairness/",
    ],
    "admin": ["/outbox/", "/queue/"],
}


@pytest.mark.parametrize("who", DESKS)
def test_the_first_pages_of_every_role_look_fine_at_a_desk_and_on_a_phone(
    org: Organisation, open_window: OpenWindow, looks_fine: Look, who: str
) -> None:
    page = open_window()
    sign_in(page, getattr(org, who))
    for path in DESKS[who]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        looks_fine(seen(page, width=1440, dark=False))
        looks_fine(seen(page, width=390, dark=True))
