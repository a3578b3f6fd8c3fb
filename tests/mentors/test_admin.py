"""Django's admin for people and units: for administrators, with the rules as sentences."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from mentors.enums import MailTrouble, Role
from mentors.models import (
    BusinessType,
    Chapter,
    District,
    MentoringArea,
    MentorProfile,
    Pause,
    Position,
    Region,
    Volunteer,
    ZipPrefix,
)
from mentors.paging import BoundedPaginator
from mentors.roles import duties
from tests.factories import MONDAY, Organisation, mentor, pause, volunteer

pytestmark = pytest.mark.usefixtures("at")

KEPT = (
    Region,
    District,
    Chapter,
    MentoringArea,
    BusinessType,
    Volunteer,
    Position,
    MentorProfile,
    Pause,
)
OURS = (*KEPT, ZipPrefix)


@pytest.fixture
def administrator(client: Client, org: Organisation) -> Client:
    client.force_login(org.admin)
    return client


def page(model: type[Model], what: str, *args: Any) -> str:
    return reverse(f"admin:mentors_{model._meta.model_name}_{what}", args=args)


def first(model: type[Model]) -> Any:
    return model._meta.default_manager.first()  # type: ignore[union-attr]


def change(client: Client, record: Any, **changes: Any) -> Any:
    """Send the form of a record as the page shows it, with some fields changed."""
    address = page(type(record), "change", record.pk)
    response = client.get(address)
    form = response.context["adminform"].form
    sent = form_data(form)
    for inline in response.context["inline_admin_formsets"]:
        sent |= form_data(inline.formset.management_form)
        for row in inline.formset.forms:
            sent |= form_data(row)
    return client.post(address, {**sent, **changes})


def form_data(form: Any) -> dict[str, Any]:
    sent = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False:
            sent[bound.html_name] = bound.field.prepare_value(value) if value != "" else ""
    return sent


# --- For administrators only ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["rcic", "manager", "leader", "joan"])
def test_others_are_told_that_it_is_not_for_them(
    client: Client, org: Organisation, role: str
) -> None:
    client.force_login(getattr(org, role))
    response = client.get(reverse("admin:index"), follow=True)
    assertContains(response, "The administration is for administrators.", status_code=403)


def test_staff_who_are_no_superusers_are_others(client: Client, org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.rcic.pk).update(is_staff=True)
    client.force_login(org.rcic)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_there_is_one_page_to_sign_in(client: Client, db: None) -> None:
    response = client.get(page(Volunteer, "changelist"), follow=True)
    wanted = reverse("account_login")
    assert response.redirect_chain[-1][0] == f"{wanted}?next={page(Volunteer, 'changelist')}"


def test_the_start_page_shows_what_is_ours(administrator: Client) -> None:
    response = administrator.get(reverse("admin:index"))
    assertContains(response, "People and units")
    assertNotContains(response, "Email addresses")
    assertNotContains(response, "Groups")


# --- Every page opens -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", OURS)
def test_lists_and_pages_open(administrator: Client, org: Organisation, model: type) -> None:
    pause(org.joan, org, now=MONDAY)
    for query in ({}, {"q": "New York 'x"}, {"p": "9"}):
        assert administrator.get(page(model, "changelist"), query).status_code in {200, 302}
    record = first(model)
    assert administrator.get(page(model, "change", record.pk)).status_code == 200
    assert administrator.get(page(model, "add")).status_code == 200


@pytest.mark.parametrize("model", KEPT)
def test_nothing_that_others_point_at_can_be_deleted(
    administrator: Client, org: Organisation, model: type[Model]
) -> None:
    pause(org.joan, org, now=MONDAY)
    record = first(model)
    assert administrator.post(page(model, "delete", record.pk), {"post": "yes"}).status_code == 403


def test_a_list_costs_the_same_for_one_and_for_six(
    administrator: Client, org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more, rows in ((1, 1), (5, 6)):
        for number in range(more):
            person = mentor(org.new_york, f"Ann{rows}{number}", "Tester")
            Position.objects.create(
                volunteer=person, role=Role.LEADER, chapter=org.new_york, starts_on="2020-01-01"
            )
            pause(person, org, now=MONDAY)
        for model in (Volunteer, Position, MentorProfile, Pause):
            with django_assert_num_queries(4, info=f"{model.__name__}, {rows}"):
                response = administrator.get(page(model, "changelist"), {"q": "Tester"})
            assert response.context["cl"].result_count == rows, model


def test_a_list_counts_no_further_than_it_shows(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentors.paging.MOST", 5)
    paginator = BoundedPaginator(Volunteer.objects.order_by("pk"), 2)
    assert (paginator.count, paginator.num_pages, paginator.is_cut) == (5, 3, True)
    assert admin.site._registry[Volunteer].show_full_result_count is False


# --- People ---------------------------------------------------------------------------------------


def joining(org: Organisation, **changes: Any) -> dict[str, Any]:
    return {
        "email": "Nia@Example.org",
        "first_name": "Nia",
        "last_name": "Newcomer",
        "phone": "",
        "chapter": org.honolulu.pk,
        "languages": "English,Hawaiian",
        "status": "active",
        "classification": "mentor",
    } | changes


def test_a_mentor_is_added_without_a_password(administrator: Client, org: Organisation) -> None:
    response = administrator.post(page(Volunteer, "add"), joining(org))
    nia = Volunteer.objects.get(email="nia@example.org")
    assertRedirects(response, page(Volunteer, "change", nia.pk))
    assert not nia.has_usable_password()
    assert nia.languages == ["English", "Hawaiian"]
    assert nia.profile
    assert nia.date_joined
    assert not nia.is_staff


def test_an_administrator_needs_no_chapter(administrator: Client, org: Organisation) -> None:
    sent = joining(org, chapter="", classification="volunteer", administrator="on")
    administrator.post(page(Volunteer, "add"), sent)
    nia = Volunteer.objects.get(email="nia@example.org")
    assert duties(nia, MONDAY).is_admin


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"chapter": ""}, "Only an administrator may have no chapter."),
        ({"email": "ADMIN@example.org"}, "A volunteer with this e-mail is on a roster already."),
    ],
)
def test_a_person_who_will_not_do_is_refused_in_words(
    administrator: Client, org: Organisation, changes: dict[str, str], sentence: str
) -> None:
    response = administrator.post(page(Volunteer, "add"), joining(org, **changes))
    assertContains(response, sentence)


def test_a_standing_is_read_only_and_has_a_page_of_its_own(
    administrator: Client, org: Organisation
) -> None:
    assertContains(
        administrator.get(page(Volunteer, "change", org.joan.pk)),
        reverse("intake:standing", args=[org.joan.pk]),
    )
    response = change(administrator, org.joan, phone="555", status="resigned", is_active="on")
    assert response.status_code == 302
    org.joan.refresh_from_db()
    assert (org.joan.phone, org.joan.status) == ("555", "active")


def test_what_an_act_changed_meanwhile_is_left_alone(
    administrator: Client, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = Volunteer.full_clean

    def resign_meanwhile(self: Volunteer, *args: Any, **kwargs: Any) -> None:
        Volunteer.objects.filter(pk=self.pk).update(status="resigned")
        clean(self, *args, **kwargs)

    monkeypatch.setattr(Volunteer, "full_clean", resign_meanwhile)
    change(administrator, org.joan, phone="555")
    org.joan.refresh_from_db()
    assert (org.joan.phone, org.joan.status) == ("555", "resigned")


def test_a_password_is_set(administrator: Client, org: Organisation) -> None:
    address = reverse("admin:auth_user_password_change", args=[org.joan.pk])
    assertContains(administrator.get(address), "password")
    new = "correct horse battery staple"
    sent = {"usable_password": "true", "password1": new, "password2": new, "set-password": "1"}
    assert administrator.post(address, sent).status_code == 302
    org.joan.refresh_from_db()
    assert org.joan.check_password(new)


def test_what_is_known_against_an_address_ends_when_it_is_corrected(
    administrator: Client, org: Organisation
) -> None:
    org.joan.mail_trouble, org.joan.mail_trouble_at = MailTrouble.BOUNCED, MONDAY
    org.joan.save()
    change(administrator, org.joan, phone="555")
    org.joan.refresh_from_db()
    assert org.joan.mail_trouble == MailTrouble.BOUNCED
    change(administrator, org.joan, email="right@example.org")
    org.joan.refresh_from_db()
    assert (org.joan.email, org.joan.mail_trouble) == ("right@example.org", "")


def test_who_has_a_new_address_no_longer_signs_in_with_the_old(
    administrator: Client, org: Organisation
) -> None:
    EmailAddress.objects.create(user=org.joan, email=org.joan.email, primary=True)
    assert change(administrator, org.joan, email="new@example.org").status_code == 302
    org.joan.refresh_from_db()
    assert org.joan.email == "new@example.org"
    assert not EmailAddress.objects.filter(user=org.joan).exists()


@pytest.mark.parametrize("given_up", ["administrator", "is_active"])
def test_administrators_do_not_shut_themselves_out(
    administrator: Client, org: Organisation, given_up: str
) -> None:
    Volunteer.objects.filter(pk=org.admin.pk).update(chapter=org.new_york)
    org.admin.refresh_from_db()
    response = change(administrator, org.admin, **{given_up: ""})
    assertContains(response, "Somebody else has to take this from you.")


def test_too_many_areas_are_refused(administrator: Client, org: Organisation) -> None:
    areas = list(MentoringArea.objects.values_list("pk", flat=True)[:7])
    response = change(administrator, org.joan.profile, areas=areas)
    assertContains(response, "Choose at most 6.")


# --- Positions, pauses, units ---------------------------------------------------------------------


def test_a_district_coordinator_is_named(administrator: Client, org: Organisation) -> None:
    sent = {"volunteer": org.joan.pk, "role": "rcic", "district": org.lakes.pk}
    administrator.post(page(Position, "add"), sent | {"starts_on": "2026-01-01"})
    org.joan.refresh_from_db()
    assert duties(org.joan, MONDAY).rcic == {org.chicago.pk}


@pytest.mark.parametrize(
    ("units", "role", "sentence"),
    [
        ({"district", "region"}, "rcic", "Choose one unit"),
        (set(), "rcic", "Choose one unit"),
        ({"district"}, "membership_chair", "This role exists at chapters only."),
    ],
)
def test_a_position_at_the_wrong_unit_is_refused(
    administrator: Client, org: Organisation, units: set[str], role: str, sentence: str
) -> None:
    known = {"district": org.lakes.pk, "region": org.east.pk}
    sent = {"volunteer": org.joan.pk, "role": role, "starts_on": "2026-01-01"}
    sent |= {unit: known[unit] for unit in units}
    assertContains(administrator.post(page(Position, "add"), sent), sentence)


def test_the_dates_of_a_pause_that_is_over_are_history(
    administrator: Client, org: Organisation
) -> None:
    pause(org.joan, org, now=MONDAY)
    paused = org.joan.pauses.get()
    assert change(administrator, paused, reason="Holiday").status_code == 302
    Pause.objects.update(resumed_on=paused.starts_on)
    response = administrator.get(page(Pause, "change", paused.pk))
    assert "ends_on" not in response.context["adminform"].form.fields


def test_a_pause_is_entered_for_somebody(administrator: Client, org: Organisation) -> None:
    sent = {"mentor": org.joan.pk, "starts_on": "2026-01-01", "ends_on": "2026-01-31"}
    administrator.post(page(Pause, "add"), sent)
    assert org.joan.pauses.get().created_at
    assertContains(
        administrator.post(page(Pause, "add"), sent | {"ends_on": "2025-01-01"}),
        "The pause ends before it starts.",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "12"}, "Four digits, e.g. 0216."),
        ({"time_zone": "Mars/Olympus"}, "is not a known time zone"),
        ({"is_national": "on"}, "SCORE National is the national virtual chapter."),
    ],
)
def test_a_chapter_that_will_not_do_is_refused_in_words(
    administrator: Client, org: Organisation, changes: dict[str, str], sentence: str
) -> None:
    sent = {
        "code": "0999",
        "name": "SCORE Nowhere",
        "district": org.hudson.pk,
        "time_zone": "America/New_York",
        "zip_prefixes-TOTAL_FORMS": "0",
        "zip_prefixes-INITIAL_FORMS": "0",
    }
    assertContains(administrator.post(page(Chapter, "add"), sent | changes), sentence)


def test_a_chapter_is_renamed_but_keeps_its_code(administrator: Client, org: Organisation) -> None:
    sent = {"code": "7777", "name": "SCORE Manhattan"}
    assert change(administrator, org.new_york, **sent).status_code == 302
    org.new_york.refresh_from_db()
    assert (org.new_york.code, org.new_york.name) == ("0010", "SCORE Manhattan")


def test_a_zip_prefix_is_given_back(administrator: Client, org: Organisation) -> None:
    prefix = ZipPrefix.objects.get(prefix="112")
    administrator.post(page(ZipPrefix, "delete", prefix.pk), {"post": "yes"})
    assert not ZipPrefix.objects.filter(prefix="112").exists()


def test_people_are_found_while_typing(administrator: Client, org: Organisation) -> None:
    volunteer(org.new_york, "<b>Bo</b>", "Hostile")
    response = administrator.get(
        reverse("admin:autocomplete"),
        {
            "term": "hostile",
            "app_label": "mentors",
            "model_name": "position",
            "field_name": "volunteer",
        },
    )
    assert [found["text"] for found in response.json()["results"]] == ["<b>Bo</b> Hostile"]
