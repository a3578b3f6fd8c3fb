"""The roster: who sees whom, and who may change what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from intake.enums import Outcome, QueueReason, Status
from mentors.enums import Classification, VolunteerStatus
from mentors.models import Pause, Volunteer
from tests.factories import MONDAY, Organisation, mentor, request_in, volunteer
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

HOSTILE = "<script>alert(1)</script>"


def listed(client: Client, user: Volunteer, **query: str) -> list[str]:
    """The names on the roster that `user` is shown."""
    client.force_login(user)
    response = client.get(reverse("mentors:roster"), query)
    assert response.status_code == 200
    return [str(row.record) for row in response.context["table"].rows]


def page_of(person: Volunteer) -> str:
    return reverse("mentors:person", args=[person.pk])


# --- Who sees whom --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["rcic", "manager", "chair", "leader"])
def test_who_serves_a_chapter_sees_its_people(client: Client, org: Organisation, role: str) -> None:
    names = listed(client, getattr(org, role))
    assert "Joan Whitfield" in names
    assert "Nora Baptiste" not in names


def test_a_district_coordinator_sees_the_chapters_below(client: Client, org: Organisation) -> None:
    assert {"Joan Whitfield", "Nora Baptiste"} <= set(listed(client, org.rcic_district))


def test_an_administrator_sees_everybody(client: Client, org: Organisation) -> None:
    assert {"Joan Whitfield", "Leilani Kahale"} <= set(listed(client, org.admin))


def test_a_mentor_is_told_that_the_roster_is_not_for_him(client: Client, org: Organisation) -> None:
    client.force_login(org.joan)
    response = client.get(reverse("mentors:roster"))
    assertContains(response, "The roster is for those who coordinate", status_code=403)


def test_a_mentor_opens_his_own_record_and_no_other(client: Client, org: Organisation) -> None:
    client.force_login(org.joan)
    assertContains(client.get(page_of(org.joan)), org.joan.email)
    assert client.get(page_of(org.ben)).status_code == 404


def test_people_of_other_chapters_do_not_exist(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    for name in ("mentors:person", "mentors:position_add", "intake:standing"):
        assert client.get(reverse(name, args=[org.dan.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_roster_costs_the_same_for_one_and_for_thirty(
    client: Client, org: Organisation, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        person = mentor(org.new_york, f"Ann{number}", "Tester")
        today = MONDAY.date()
        Pause.objects.create(mentor=person, starts_on=today, ends_on=today, created_at=MONDAY)
    client.force_login(org.manager)
    with django_assert_num_queries(8):
        response = client.get(reverse("mentors:roster"), {"name": "Tester"})
    assert len(response.context["table"].rows) == rows


# --- Narrowing the list ---------------------------------------------------------------------------


def test_by_name_or_address(client: Client, org: Organisation) -> None:
    assert listed(client, org.rcic, name="whit joan") == ["Joan Whitfield"]
    assert listed(client, org.rcic, name=org.ben.email) == ["Ben Okafor"]
    assert listed(client, org.rcic, name="joan ben") == []


def test_by_standing(client: Client, org: Organisation) -> None:
    volunteer(org.new_york, "Gone", "Away", status=VolunteerStatus.RESIGNED)
    assert "Gone Away" not in listed(client, org.rcic)
    assert listed(client, org.rcic, status="resigned") == ["Gone Away"]
    assert listed(client, org.rcic, classification="sme") == ["Sam Expert"]


def test_by_pause(client: Client, org: Organisation) -> None:
    today = MONDAY.astimezone(org.joan.zone).date()
    Pause.objects.create(
        mentor=org.joan,
        starts_on=today,
        ends_on=today + timedelta(days=3),
        created_at=MONDAY,
    )
    assert listed(client, org.rcic, paused="yes") == ["Joan Whitfield"]
    assert "Joan Whitfield" not in listed(client, org.rcic, paused="no")


def test_a_chapter_out_of_scope_cannot_be_chosen(client: Client, org: Organisation) -> None:
    client.force_login(org.rcic)
    response = client.get(reverse("mentors:roster"), {"chapter": org.phoenix.pk})
    assertContains(response, "Select a valid choice")
    assertNotContains(response, "Yazzie")


@pytest.mark.parametrize("query", ["sort=-name&page=999", "name=%00", "sort=password", "page=x"])
def test_odd_addresses_are_no_error(client: Client, org: Organisation, query: str) -> None:
    client.force_login(org.rcic)
    assert client.get(f"{reverse('mentors:roster')}?{query}").status_code == 200


def test_nothing_found_says_so(client: Client, org: Organisation) -> None:
    client.force_login(org.rcic)
    assertContains(
        client.get(reverse("mentors:roster"), {"name": "zzz"}), "Nobody on the roster matches this"
    )


# --- The person -----------------------------------------------------------------------------------


def test_who_may_not_change_it_reads_whom_to_ask(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    page = client.get(page_of(org.joan))
    assertContains(page, "Changes are made by the Chapter Manager: Max Manager")
    assertNotContains(page, "Change standing")


def test_names_are_shown_as_they_are_and_never_run(client: Client, org: Organisation) -> None:
    evil = mentor(org.new_york, HOSTILE, '"><img src=x>', summary=HOSTILE, keywords="=1+1")
    client.force_login(org.manager)
    for address in (reverse("mentors:roster"), page_of(evil), reverse("mentors:positions")):
        assertNotContains(client.get(address), "<script>alert")
        assertNotContains(client.get(address), "<img src=x>")


def test_the_chair_reads_nothing_about_clients(client: Client, org: Organisation) -> None:
    story = request_in("counseled", org)
    client.force_login(org.chair)
    for address in (reverse("mentors:roster"), page_of(org.joan), reverse("mentors:positions")):
        page = client.get(address).content.decode()
        for secret in (
            story.mre.client.last_name,
            story.mre.client.email,
            story.mre.number,
            story.mre.question,
        ):
            assert secret not in page


# --- Somebody joins -------------------------------------------------------------------------------


def joining(org: Organisation, **changes: str) -> dict[str, str]:
    return {
        "first_name": " Nia \n",
        "last_name": "Newcomer",
        "email": "Nia.Newcomer@Example.org",
        "phone": "212-555-0100",
        "chapter": str(org.new_york.pk),
        "status": "active",
        "classification": "mentor",
    } | changes


def test_the_manager_adds_a_mentor(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    response = client.post(reverse("mentors:add_person"), joining(org), follow=True)
    nia = Volunteer.objects.get(email="nia.newcomer@example.org")
    assertRedirects(response, page_of(nia))
    assertContains(response, "Nia Newcomer is on the roster of SCORE New York")
    assert nia.profile.weekly_limit is None
    assert not nia.has_usable_password()
    assert "Nia Newcomer" in listed(client, org.manager)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "JOAN"}, "Enter a valid email address."),
        ({"first_name": "\u202egnp.exe"}, "cannot be shown"),
        ({"last_name": ""}, "This field is required."),
        ({"status": "resigned"}, "Select a valid choice"),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(
    client: Client, org: Organisation, changes: dict[str, str], sentence: str
) -> None:
    client.force_login(org.manager)
    response = client.post(reverse("mentors:add_person"), joining(org, **changes))
    assertContains(response, sentence)
    assertContains(response, "212-555-0100")
    assert not Volunteer.objects.filter(email="nia.newcomer@example.org").exists()


def test_an_address_is_one_person_whatever_its_capitals(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    typed = joining(org, email=org.dan.email.upper())
    response = client.post(reverse("mentors:add_person"), typed)
    assertContains(response, "A volunteer with this e-mail is on a roster already.")


def test_nobody_is_added_to_somebody_elses_chapter(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    response = client.post(reverse("mentors:add_person"), joining(org, chapter=str(org.phoenix.pk)))
    assertContains(response, "Select a valid choice")


@pytest.mark.parametrize("role", ["rcic", "chair", "leader", "joan"])
def test_only_the_manager_adds_people(client: Client, org: Organisation, role: str) -> None:
    client.force_login(getattr(org, role))
    response = client.post(reverse("mentors:add_person"), joining(org))
    assertContains(response, "Only a Chapter Manager can change the roster.", status_code=403)


# --- Standing -------------------------------------------------------------------------------------


def test_who_leaves_hands_back_what_waits_and_keeps_what_he_leads(
    client: Client, org: Organisation, at: SetClock
) -> None:
    waiting, led = request_in("assigned", org), request_in("accepted", org)
    at(led.now)
    client.force_login(org.manager)
    address = reverse("intake:standing", args=[org.joan.pk])
    page = client.get(address)
    assertContains(page, "1 request that waits for an answer goes back")
    assertContains(page, "1 client with Joan as mentor stays")

    done = client.post(address, {"status": "inactive", "classification": "mentor"}, follow=True)

    assertRedirects(done, page_of(org.joan))
    assertContains(done, "Joan Whitfield is now recorded as Inactive, Mentor.")
    assertContains(done, "Back to the coordinators: 1 request.")
    assert waiting.mre.status == Status.NEED_ACTION
    assert waiting.mre.queue_reason == QueueReason.MENTOR_UNAVAILABLE
    assert waiting.assignment.outcome == Outcome.HANDED_BACK
    assert led.mre.status == Status.ACCEPTED


def test_who_stays_an_active_mentor_hands_nothing_back(client: Client, org: Organisation) -> None:
    waiting = request_in("assigned", org)
    client.force_login(org.manager)
    address = reverse("intake:standing", args=[org.joan.pk])
    client.post(address, {"status": "active", "classification": "mentor"})
    assert waiting.mre.status == Status.ASSIGNED


def test_who_resigns_cannot_sign_in_and_holds_nothing(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    address = reverse("intake:standing", args=[org.chair.pk])
    client.post(address, {"status": "resigned", "classification": "volunteer"})
    org.chair.refresh_from_db()
    assert not org.chair.is_active
    client.force_login(org.chair)
    assert client.get(reverse("mentors:roster")).status_code == 302


def test_a_volunteer_becomes_a_mentor(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    address = reverse("intake:standing", args=[org.chair.pk])
    client.post(address, {"status": "active", "classification": "mentor"})
    org.chair.refresh_from_db()
    assert org.chair.classification == Classification.MENTOR
    assert org.chair.profile


def test_nobody_resigns_himself(client: Client, org: Organisation) -> None:
    client.force_login(org.manager)
    address = reverse("intake:standing", args=[org.manager.pk])
    response = client.post(address, {"status": "resigned", "classification": "volunteer"})
    assertContains(response, "Somebody else has to record that you resign.")


@pytest.mark.parametrize("role", ["rcic", "chair", "leader"])
def test_only_the_manager_changes_a_standing(client: Client, org: Organisation, role: str) -> None:
    client.force_login(getattr(org, role))
    address = reverse("intake:standing", args=[org.joan.pk])
    for response in (client.get(address), client.post(address, {"status": "inactive"})):
        assertContains(response, "Only the Chapter Manager of SCORE New York", status_code=403)


def test_an_administrator_without_a_chapter_has_no_standing(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.admin)
    response = client.get(reverse("intake:standing", args=[org.admin.pk]))
    assertContains(response, "belongs to no chapter", status_code=403)
    assert client.get(page_of(org.admin)).status_code == 200
