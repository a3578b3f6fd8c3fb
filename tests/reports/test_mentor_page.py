"""The page of one mentor: figures, follow-ups, and the mail to him."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from intake.models import OutboxMail
from mentors.models import FollowUp, Volunteer
from tests.factories import MONDAY, Organisation, request_in
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

CALL = {"on": "2026-03-16", "how": "phone", "text": "She is back in April."}
MAIL = {"subject": "How are you?", "text": "Two requests went back."}


def page_of(person: Volunteer) -> str:
    return f"/reports/activity/{person.pk}/"


def kept(org: Organisation, number: int = 1) -> None:
    FollowUp.objects.bulk_create(
        FollowUp(
            mentor=org.joan,
            by=org.chair,
            on=date(2026, 3, 1) + timedelta(days=n),
            how="phone",
            text=f"Call number {n}.",
            logged_at=MONDAY,
        )
        for n in range(number)
    )


def test_the_chair_logs_a_follow_up_and_sees_earlier_ones(
    client: Client, org: Organisation
) -> None:
    kept(org, 2)
    client.force_login(org.chair)
    response = client.post(page_of(org.joan), CALL, follow=True)
    assertContains(response, "Your follow-up on Joan Whitfield is kept.")
    texts = [one.text for one in response.context["page"]]
    assert texts == ["She is back in April.", "Call number 1.", "Call number 0."]


def test_what_will_not_do_stays_in_the_form(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    response = client.post(page_of(org.joan), CALL | {"on": "2026-03-17"})
    assertContains(response, "That day is still to come.")
    assertContains(response, "She is back in April.")
    assertContains(client.post(page_of(org.joan), CALL | {"text": ""}), "Write a few words")
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("role", ["rcic", "leader"])
def test_coordinators_and_leaders_read_follow_ups_and_write_none(
    client: Client, org: Organisation, role: str
) -> None:
    kept(org)
    client.force_login(getattr(org, role))
    page = client.get(page_of(org.joan))
    assertContains(page, "Call number 0.")
    assertContains(page, "Only the Membership Chair of SCORE New York follows up.")
    assertNotContains(page, "Write to Joan")
    assert client.post(page_of(org.joan), CALL).status_code == 403
    assert client.post(f"{page_of(org.joan)}mail/", MAIL).status_code == 403
    assert FollowUp.objects.count() == 1


def test_mentors_of_other_chapters_are_not_found(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    for person in (org.dan, org.sam):
        assert client.get(page_of(person)).status_code == 404
        assert client.post(page_of(person), CALL).status_code == 404
        assert client.get(f"{page_of(person)}mail/").status_code == 404


@pytest.mark.parametrize(
    ("role", "led"), [("chair", True), ("rcic", True), ("leader", True), ("manager", False)]
)
def test_the_page_of_the_person_leads_there(
    client: Client, org: Organisation, role: str, led: bool
) -> None:
    client.force_login(getattr(org, role))
    found = client.get(f"/roster/{org.joan.pk}/").content.decode()
    assert (page_of(org.joan) in found) == led
    assertNotContains(client.get(f"/roster/{org.sam.pk}/"), page_of(org.sam))


@pytest.mark.parametrize("role", ["joan", "manager"])
def test_it_is_not_for_mentors_and_managers(client: Client, org: Organisation, role: str) -> None:
    kept(org)
    client.force_login(getattr(org, role))
    response = client.get(page_of(org.joan))
    refusal = "for Membership Chairs, leaders and RCICs."
    assertContains(response, refusal, status_code=403)


def test_figures_open_to_their_rows_for_the_same_days(
    client: Client, org: Organisation, at: SetClock
) -> None:
    request_in("declined", org)
    at(MONDAY + timedelta(days=1))
    client.force_login(org.chair)
    page = client.get(page_of(org.joan), {"first": "2026-03-01", "show": "flagged"})
    link = f"/reports/activity/behind/declined/?first=2026-03-01&amp;mentor={org.joan.pk}"
    assertContains(page, f'href="{link}"')
    assert page.context["row"].outcomes["declined"] == 1


def test_what_stands_out_is_marked(client: Client, org: Organisation, at: SetClock) -> None:
    for _ in range(2):
        request_in("timed_out", org)
    at(MONDAY + timedelta(days=10))
    client.force_login(org.chair)
    page = client.get(page_of(org.joan))
    assertContains(page, "repeated time-outs</span>")
    assertContains(page, ">0%</a>")


def test_days_that_will_not_do_are_refused_in_words(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    assertContains(client.get(page_of(org.joan), {"first": "soon"}), "Enter a day")


def test_of_a_former_mentor_the_follow_ups_stay(client: Client, org: Organisation) -> None:
    kept(org)
    Volunteer.objects.filter(pk=org.joan.pk).update(status="inactive")
    client.force_login(org.chair)
    page = client.get(page_of(org.joan))
    assertContains(page, "Not an active mentor any more")
    assertContains(page, "Call number 0.")


def test_the_chair_writes_to_a_mentor_from_there(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    assertContains(client.get(page_of(org.joan)), "Write to Joan…")
    address = f"{page_of(org.joan)}mail/"
    assertContains(client.get(address), f"an answer comes to {org.chair.email}")
    assertContains(client.post(address, MAIL | {"text": ""}), "Write a few words.")
    assertRedirects(client.post(address, MAIL), page_of(org.joan))
    assert OutboxMail.objects.get().kind == "mentor_followed_up"
    assertContains(client.get(page_of(org.joan)), "Two requests went back.")


@pytest.mark.parametrize("number", [1, 15])
def test_the_page_costs_the_same_for_one_follow_up_and_for_many(
    client: Client,
    org: Organisation,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kept(org, number)
    client.force_login(org.admin)
    with django_assert_num_queries(14):
        response = client.get(page_of(org.joan))
    assert len(response.context["page"].object_list) == number
