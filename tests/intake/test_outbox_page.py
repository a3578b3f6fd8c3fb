"""The outbox page: every mail as it arrives, for administrators only."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from intake.actions.addresses import came_back
from intake.enums import MailState
from intake.models import OutboxMail
from intake.sending import deliver
from intake.sweep import sweep
from mentors.enums import MailTrouble
from mentors.models import Volunteer
from tests.factories import MONDAY, Organisation, a_person, an_ask, request_in, submit, volunteer

pytestmark = pytest.mark.usefixtures("at")

OUTBOX, ADDRESSES = "/outbox/", "/outbox/addresses/"
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
    with django_assert_num_queries(7):  # two look for addresses that fail
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
    waits = "This mail is already waiting to be sent."
    assertContains(administrator.get(page("mail", mail)), waits)
    done = administrator.post(page("mail_again", mail), follow=True)
    assertContains(done, waits)


# --- What comes back ------------------------------------------------------------------------------


def come_back(mail: OutboxMail) -> None:
    came_back(mail_id=mail.pk, trouble=MailTrouble.BOUNCED, at=MONDAY, now=MONDAY, why="5.1.1 no")


def test_what_came_back_is_shown_and_found(administrator: Client, mail: OutboxMail) -> None:
    assert listed(administrator, came_back="yes") == []
    come_back(mail)
    assert listed(administrator, came_back="yes") == ["mentor_assigned"]
    assert len(listed(administrator, came_back="")) > 1
    response = administrator.get(page("mail", mail))
    assertContains(response, "Came back, or complained of")
    assertContains(response, "goes out by itself once the address works")


def test_addresses_that_fail_are_listed_until_they_work_again(
    administrator: Client, org: Organisation, mail: OutboxMail
) -> None:
    assertContains(administrator.get(ADDRESSES), "None.", count=2)
    come_back(mail)
    come_back(OutboxMail.objects.get(kind="client_received"))
    response = administrator.get(ADDRESSES)
    for person in (org.joan, mail.request.client if mail.request else None):
        assert person is not None
        assertContains(response, person.email)
    works = reverse("intake:address_works", args=["volunteer", org.joan.pk])
    assertContains(response, works)
    done = administrator.post(works, follow=True)
    assertContains(done, f"Mail to {org.joan.email} goes out again.")
    again = administrator.post(works, follow=True)
    assertContains(again, "Nothing is held against this address any more.")
    org.joan.refresh_from_db()
    assert org.joan.mail_trouble == ""


@pytest.mark.parametrize("whose", ["chapter", "x"])
def test_nobody_else_has_an_address(administrator: Client, whose: str) -> None:
    assert administrator.post(f"/outbox/addresses/{whose}/1/works/").status_code == 404


def test_addresses_are_for_administrators(
    client: Client, org: Organisation, mail: OutboxMail
) -> None:
    come_back(mail)
    client.force_login(org.rcic)
    response = client.get(ADDRESSES)
    assertContains(response, "The outbox is for administrators.", status_code=403)
    assertNotContains(response, org.joan.email, status_code=403)
    works = reverse("intake:address_works", args=["volunteer", org.joan.pk])
    assert client.post(works).status_code == 403
    org.joan.refresh_from_db()
    assert org.joan.mail_trouble


@pytest.mark.parametrize("people", [1, 30])
def test_the_list_of_addresses_costs_the_same_for_one_and_for_thirty(
    administrator: Client,
    org: Organisation,
    people: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(people):
        trouble = {"mail_trouble": MailTrouble.BOUNCED, "mail_trouble_at": MONDAY}
        Volunteer.objects.filter(pk=volunteer(org.new_york).pk).update(**trouble)
    with django_assert_num_queries(5):
        response = administrator.get(ADDRESSES)
    assert [len(people) for _, _, people in response.context["groups"]] == [people, 0]


def test_joined_mails_lead_to_each_other(administrator: Client, org: Organisation) -> None:
    stories = [request_in("assigned", org) for _ in range(2)]
    at = stories[0].assignment.remind_at
    sweep(at)
    deliver(clock=lambda: at + timedelta(minutes=5))
    joined = OutboxMail.objects.get(kind="mentor_reminders")
    response = administrator.get(page("mail", joined))
    for part in joined.parts.all():
        assertContains(response, page("mail", part))
        assertContains(administrator.get(page("mail", part)), page("mail", joined))
        assertContains(administrator.get(page("mail", part)), "Sent together with others")
    links = f'href="{page("mail", joined)}"'
    assertContains(administrator.get(OUTBOX, {"state": "joined"}), links, count=2)


def test_the_reader_is_told_on_every_page_that_no_mail_reaches_him(
    client: Client, org: Organisation, mail: OutboxMail
) -> None:
    client.force_login(org.joan)
    assertNotContains(client.get("/desk/"), "comes back")
    come_back(mail)
    response = client.get("/desk/")
    assertContains(response, f"Mail to {org.joan.email} comes back, so you get none from us.")
    assertContains(response, "ask an administrator to correct your address")


def test_who_may_act_sees_it_beside_the_address(
    client: Client, org: Organisation, mail: OutboxMail
) -> None:
    come_back(mail)
    come_back(OutboxMail.objects.get(kind="client_received"))
    request, person = f"/requests/{mail.request_id}/", f"/roster/{org.joan.pk}/"
    for reader, pages in ((org.rcic, (request, person)), (org.leader, ())):
        client.force_login(reader)
        for address in pages:
            assertContains(client.get(address), "Mail to this address comes back, since")
    client.force_login(org.leader)
    assertNotContains(client.get(request), "Mail to this address comes back")
    client.force_login(org.rcic)
    assertContains(client.get("/watch/"), "Mail to Joan Whitfield does not arrive since Mon 16 Mar")
    assertContains(client.get("/watch/?lane=address"), "Give to another mentor")
