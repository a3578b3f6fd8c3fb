"""The outbox page: every mail as it arrives, for administrators only."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from intake.enums import MailState
from intake.models import OutboxMail
from intake.sending import deliver
from tests.factories import MONDAY, Organisation, a_person, an_ask, request_in, submit

pytestmark = pytest.mark.usefixtures("at")

OUTBOX = "/outbox/"
PAGES = ("mail", "mail_html", "mail_again")


@pytest.fixture
def administrator(client: Client, org: Organisation) -> Client:
    client.force_login(org.admin)
    return client


@pytest.fixture
def mail(org: Organisation) -> OutboxMail:
    """The mail that asks Joan for an answer."""
    request_in("assigned", org)
    return OutboxMail.objects.get(kind="mentor_assigned")


def fail(mail: OutboxMail, why: str = "550 no such user") -> None:
    OutboxMail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, last_error=why)


def page(name: str, mail: OutboxMail) -> str:
    return reverse(f"intake:{name}", args=[mail.pk])


# --- For administrators only ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["rcic", "manager", "chair", "leader", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, mail: OutboxMail, role: str
) -> None:
    client.force_login(getattr(org, role))
    for address in (OUTBOX, *(page(name, mail) for name in PAGES)):
        response = client.get(address)
        assertContains(response, "The outbox is for administrators.", status_code=403)
        assertNotContains(response, mail.subject, status_code=403)
    assert client.post(page("mail_again", mail)).status_code == 403


def test_strangers_are_asked_to_sign_in(client: Client, mail: OutboxMail) -> None:
    for address in (OUTBOX, *(page(name, mail) for name in PAGES)):
        assert client.get(address).status_code == 302


# --- The list -------------------------------------------------------------------------------------


def listed(client: Client, **query: str) -> list[str]:
    response = client.get(OUTBOX, query)
    assert response.status_code == 200
    return [row.record.kind for row in response.context["table"].rows]


def test_newest_first(administrator: Client, mail: OutboxMail) -> None:
    assert listed(administrator)[0] == "mentor_assigned"
    assert listed(administrator)[-1].startswith(("client_received", "rcic_new"))


def test_by_state_kind_address_and_request(
    administrator: Client, org: Organisation, mail: OutboxMail
) -> None:
    fail(mail)
    other = request_in("assigned", org).mre.number
    assert listed(administrator, state="failed") == ["mentor_assigned"]
    assert listed(administrator, kind="client_received") == ["client_received"] * 2
    assert set(listed(administrator, address="joan")) == {"mentor_assigned"}
    assert len(listed(administrator, request_number=other)) == 5
    assert len(listed(administrator, request_number=other.lower().removeprefix("mr-"))) == 5


def test_what_is_no_number_is_said_beside_the_field(administrator: Client) -> None:
    for typed in ("twelve", "1.5", "99999999999999999999"):
        response = administrator.get(OUTBOX, {"request_number": typed})
        assertContains(response, "Enter a number such as MR-12.")


def test_nothing_found_says_so(administrator: Client) -> None:
    assertContains(administrator.get(OUTBOX), "No mail matches this")


def test_what_could_not_be_sent_stands_on_top_with_the_error(
    administrator: Client, mail: OutboxMail
) -> None:
    assertNotContains(administrator.get(OUTBOX), "550")
    fail(mail)
    response = administrator.get(OUTBOX)
    assertContains(response, "550 no such user")
    assert [failed.pk for failed in response.context["failed"]] == [mail.pk]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(
    administrator: Client,
    org: Organisation,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(rows):
        submit(org)
    with django_assert_num_queries(5):
        response = administrator.get(OUTBOX, {"kind": "client_received"})
    assert len(response.context["table"].rows) == rows


def test_without_a_mail_server_the_page_says_so(
    administrator: Client, mail: OutboxMail, settings: Settings
) -> None:
    words = "Mails are kept here and go nowhere."
    assertContains(administrator.get(OUTBOX), words)
    assertContains(administrator.get(page("mail", mail)), words)
    settings.MAIL_ENABLED = True
    assertNotContains(administrator.get(OUTBOX), words)


# --- One mail -------------------------------------------------------------------------------------


def test_a_mail_shows_its_head_and_its_text(administrator: Client, mail: OutboxMail) -> None:
    response = administrator.get(page("mail", mail))
    assertContains(response, "Joan Whitfield &lt;")
    assertContains(response, f"&lt;outbox-{mail.pk}@")
    assertContains(response, "/answer/accept-")
    assertContains(response, f'src="{page("mail_html", mail)}"')


def test_the_frame_lets_a_link_open_and_nothing_else(
    administrator: Client, mail: OutboxMail
) -> None:
    framed = administrator.get(page("mail", mail)).content.decode()
    [sandbox] = [line for line in framed.splitlines() if "<iframe" in line]
    assert "allow-top-navigation-by-user-activation" in sandbox
    assert "allow-scripts" not in sandbox
    assert "allow-same-origin" not in sandbox


def test_the_html_arrives_as_it_is_with_a_policy_of_its_own(
    administrator: Client, mail: OutboxMail
) -> None:
    response = administrator.get(page("mail_html", mail))
    assert response.content.decode().replace('<base target="_top">', "") == mail.html
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_what_a_client_typed_is_shown_and_never_run(
    administrator: Client, org: Organisation
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    submit(org, person=a_person(first_name=evil), ask=an_ask(question=evil))
    assertNotContains(administrator.get(OUTBOX), "<img")
    for found in OutboxMail.objects.all():
        for name in ("mail", "mail_html"):
            assertNotContains(administrator.get(page(name, found)), "<img src=x")


def test_an_invitation_comes_as_a_file(administrator: Client, org: Organisation) -> None:
    request_in("session_planned", org)
    invited = OutboxMail.objects.get(kind="client_session_invited")
    address = reverse("intake:mail_calendar", args=[invited.pk])
    assertContains(administrator.get(page("mail", invited)), address)
    response = administrator.get(address)
    assert response["Content-Type"].startswith("text/calendar")
    assert response.content.decode() == invited.calendar
    without = OutboxMail.objects.filter(calendar="").first()
    assert without is not None
    assert administrator.get(reverse("intake:mail_calendar", args=[without.pk])).status_code == 404


def test_a_mail_that_is_not_there(administrator: Client) -> None:
    assert administrator.get("/outbox/4711/").status_code == 404


# --- Once more ------------------------------------------------------------------------------------


def test_a_mail_is_sent_again_after_a_question(administrator: Client, mail: OutboxMail) -> None:
    fail(mail)
    assertContains(administrator.get(page("mail_again", mail)), "Send this mail once more?")
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED

    done = administrator.post(page("mail_again", mail), follow=True)

    assertRedirects(done, page("mail", mail))
    assertContains(done, "is waiting to be sent again")
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 0)
    deliver(clock=lambda: MONDAY + timedelta(days=1))
    mail.refresh_from_db()
    assert mail.state == MailState.KEPT


def test_what_waits_is_not_sent_twice(administrator: Client, mail: OutboxMail) -> None:
    assertContains(administrator.get(page("mail", mail)), "It is already waiting to be sent.")
    done = administrator.post(page("mail_again", mail), follow=True)
    assertContains(done, "This mail is already waiting to be sent.")
