"""Django's admin for requests: everything can be read, and no state can be changed."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from intake.enums import EventKind, Status
from intake.models import (
    Assignment,
    Client,
    ClientAlias,
    ClosedDay,
    ContactAttempt,
    DuplicateFlag,
    Export,
    MentoringRequest,
    Note,
    OutboxMail,
    RequestEvent,
    Session,
)
from mentors.admin.base import KeptAdmin
from mentors.enums import MailTrouble
from tests.factories import MONDAY, Organisation, Story, a_person, request_in, submit

pytestmark = pytest.mark.usefixtures("at")

WRITTEN_BY_ACTS = (
    Assignment, ContactAttempt, DuplicateFlag, Export, Note, OutboxMail, RequestEvent, Session,
)  # fmt: skip
KEPT = (*WRITTEN_BY_ACTS, Client, MentoringRequest)


@pytest.fixture
def story(org: Organisation) -> Story:
    """A request with a record of every kind."""
    twin = a_person()
    submit(org, person=twin)
    story = request_in("counseled", org, person=twin)
    Note.objects.create(request=story.mre, by=org.rcic, at=MONDAY, level="mentor", text="Careful.")
    Export.objects.create(by=org.rcic, at=MONDAY, what="queue", rows=1, kind="csv")
    return story


@pytest.fixture
def administrator(client: Browser, org: Organisation) -> Browser:
    client.force_login(org.admin)
    return client


def page(model: type[Model], what: str, *args: Any) -> str:
    return reverse(f"admin:intake_{model._meta.model_name}_{what}", args=args)


def first(model: type[Model]) -> Any:
    return model._meta.default_manager.order_by("-pk").first()  # type: ignore[union-attr]


def test_every_model_has_its_pages() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label == "intake"}
    assert ours == {*KEPT, ClosedDay}


@pytest.mark.parametrize("model", [*KEPT, ClosedDay])
def test_lists_and_pages_open(administrator: Browser, story: Story, model: type[Model]) -> None:
    for query in ({}, {"q": "nothing like 'this"}, {"q": story.mre.number}, {"p": "9"}):
        assert administrator.get(page(model, "changelist"), query).status_code in {200, 302}
    record = first(model)
    assert administrator.get(page(model, "change", record.pk)).status_code == 200


@pytest.mark.parametrize("model", KEPT)
def test_nothing_is_added_or_deleted(
    administrator: Browser, story: Story, model: type[Model]
) -> None:
    record = first(model)
    assert administrator.post(page(model, "add"), {}).status_code == 403
    assert administrator.post(page(model, "delete", record.pk), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"}
    administrator.post(page(model, "changelist"), action)
    assert first(model) == record


@pytest.mark.parametrize("model", WRITTEN_BY_ACTS)
def test_what_acts_write_has_no_field_to_type_in(
    administrator: Browser, story: Story, model: type[Model]
) -> None:
    address = page(model, "change", first(model).pk)
    response = administrator.get(address)
    assert list(response.context["adminform"].form.fields) == []
    assertNotContains(response, 'name="_save"')
    assert administrator.post(address, {}).status_code == 403


def test_the_state_of_a_request_has_no_field_to_type_in(
    administrator: Browser, story: Story
) -> None:
    address = page(MentoringRequest, "change", story.mre_id)
    fields = set(administrator.get(address).context["adminform"].form.fields)
    assert not fields & {*MentoringRequest.STATE_FIELDS, "client", "submitted_at", "source"}
    assert "question" in fields


def correct(administrator: Browser, story: Story, **changes: Any) -> Any:
    mre = story.mre
    sent = {
        "question": mre.question,
        "area": mre.area_id,
        "meet_by": mre.meet_by,
        "language": mre.language,
        "assignments-TOTAL_FORMS": 0,
        "assignments-INITIAL_FORMS": 0,
    }
    return administrator.post(page(MentoringRequest, "change", story.mre_id), sent | changes)


def test_what_the_client_wrote_is_corrected_and_nothing_else(
    administrator: Browser, story: Story
) -> None:
    response = correct(administrator, story, question="How?", status="withdrawn", parked="on")
    assert response.status_code == 302
    assert (story.mre.question, story.mre.status) == ("How?", Status.ACCEPTED)
    assert not story.mre.parked


def test_an_act_in_between_is_not_undone(
    administrator: Browser, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = KeptAdmin.save_model

    def complete_first(*args: Any) -> None:
        story.complete()
        save(*args)

    monkeypatch.setattr(KeptAdmin, "save_model", complete_first)
    correct(administrator, story, question="How?")
    assert (story.mre.question, story.mre.status) == ("How?", Status.COMPLETE)


LISTS = (Client, MentoringRequest, Assignment, ContactAttempt, RequestEvent, OutboxMail)


def test_a_list_costs_the_same_for_one_and_for_six(
    administrator: Browser, org: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more, rows in ((1, 1), (5, 6)):
        for _ in range(more):
            request_in("accepted", org)
        for model in LISTS:
            with django_assert_num_queries(4, info=f"{model.__name__}, {rows}"):
                response = administrator.get(page(model, "changelist"))
            assert len(response.context["cl"].result_list) >= rows, model


# --- Finding --------------------------------------------------------------------------------------


def found(administrator: Browser, model: type[Model], words: str) -> list[Any]:
    return list(administrator.get(page(model, "changelist"), {"q": words}).context["cl"].queryset)


def test_a_client_is_found_by_address_phone_or_name(
    administrator: Browser, org: Organisation
) -> None:
    person = a_person(first_name="Åsa", last_name="O'Neil", email="Asa@Example.com")
    client = submit(org, person=person).mre.client
    submit(org)
    ClientAlias.objects.create(client=client, email="old@example.com")
    for words in ("asa@example.COM", "OLD@example.com", "åsa", "o'n Å", person.phone):
        assert found(administrator, Client, words) == [client], words
    assert found(administrator, Client, "nobody@example.com") == []


def test_a_request_is_found_by_number_or_client(administrator: Browser, org: Organisation) -> None:
    wanted, _ = submit(org, person=a_person(last_name="Quist")), submit(org)
    assert found(administrator, MentoringRequest, wanted.mre.number.lower()) == [wanted.mre]
    assert found(administrator, MentoringRequest, "quist") == [wanted.mre]
    assert found(administrator, RequestEvent, str(wanted.mre_id))[0].kind == EventKind.SUBMITTED
    assert found(administrator, RequestEvent, "Quist") == []


# --- Clients --------------------------------------------------------------------------------------


def client_form(client: Client, *aliases: str, **changes: Any) -> dict[str, Any]:
    sent = {
        name: getattr(client, name)
        for name in ("first_name", "last_name", "email", "phone", "zip", "notify_by")
    }
    sent |= {"aliases-TOTAL_FORMS": len(aliases), "aliases-INITIAL_FORMS": 0}
    sent |= {f"aliases-{number}-email": alias for number, alias in enumerate(aliases)}
    return sent | changes


def test_service_is_suspended_here(administrator: Browser, story: Story) -> None:
    client = story.mre.client
    address = page(Client, "change", client.pk)
    administrator.post(address, client_form(client, "old@example.com", service_suspended="on"))
    client.refresh_from_db()
    assert client.service_suspended
    assert [alias.email for alias in client.aliases.all()] == ["old@example.com"]


def test_a_corrected_address_may_be_written_to_again(administrator: Browser, story: Story) -> None:
    client = story.mre.client
    client.mail_trouble, client.mail_trouble_at = MailTrouble.COMPLAINED, MONDAY
    client.save(update_fields=client.TROUBLE_FIELDS)
    address = page(Client, "change", client.pk)
    administrator.post(address, client_form(client, zip="10002"))
    client.refresh_from_db()
    assert (client.zip, client.mail_trouble) == ("10002", MailTrouble.COMPLAINED)
    administrator.post(address, client_form(client, email="right@example.com"))
    client.refresh_from_db()
    assert (client.email, client.mail_trouble) == ("right@example.com", "")


def test_the_same_further_address_twice_is_refused(administrator: Browser, story: Story) -> None:
    client = story.mre.client
    address = page(Client, "change", client.pk)
    twice = client_form(client, "old@example.com", "OLD@example.com")
    assertContains(administrator.post(address, twice), "The same address is there twice.")
    administrator.post(address, client_form(client, "old@example.com"))
    meanwhile = administrator.post(address, client_form(client, "OLD@example.com"))
    assertContains(meanwhile, "The same address is there twice.")


def test_the_requests_of_a_client_are_one_click_away(administrator: Browser, story: Story) -> None:
    response = administrator.get(page(Client, "change", story.mre.client_id))
    address = f"{page(MentoringRequest, 'changelist')}?client__id__exact={story.mre.client_id}"
    assertContains(response, address)
    assert administrator.get(address).context["cl"].result_count == 2


def test_hostile_names_are_shown_and_never_run(administrator: Browser, org: Organisation) -> None:
    story = submit(org, person=a_person(first_name="<script>alert(1)</script>"))
    for address in (
        page(Client, "changelist"),
        page(Client, "change", story.mre.client_id),
        page(MentoringRequest, "changelist"),
        page(MentoringRequest, "change", story.mre_id),
        page(OutboxMail, "changelist"),
    ):
        assertNotContains(administrator.get(address), "<script>alert")


# --- Closed days ----------------------------------------------------------------------------------


def test_a_closed_day_is_added_and_taken_away(administrator: Browser, org: Organisation) -> None:
    leads = f'<a href="{reverse("intake:closed_days")}">Closed days</a>'
    assertContains(administrator.get(page(ClosedDay, "add")), leads)
    administrator.post(page(ClosedDay, "add"), {"date": "2026-05-04", "name": "Star day"})
    day = ClosedDay.objects.get(name="Star day")
    again = administrator.post(page(ClosedDay, "add"), {"date": "2026-05-04", "name": "Twice"})
    assertContains(again, "already exists")
    administrator.post(page(ClosedDay, "delete", day.pk), {"post": "yes"})
    assert not ClosedDay.objects.filter(name="Star day").exists()
