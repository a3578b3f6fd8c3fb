"""A coordinator corrects what is known of a client."""

import pytest

from intake.actions import clients, merging
from intake.models import Client, ClientAlias
from mentors.errors import AlreadyDone, NotAllowed
from tests.factories import MONDAY, Organisation, Story, a_person, request_in, submit
from tests.refusals import invalid
from tests.soundness import assert_sound

NEW = "new@example.com"


def correct(story: Story, who: str = "rcic", **data: str) -> Client:
    return clients.correct(
        client_id=story.mre.client_id, by=getattr(story.org, who), now=story.now, **data
    )


def test_the_address_until_now_stays_as_an_alias(org: Organisation) -> None:
    story = submit(org, person=a_person(email="old@example.com"))
    assert correct(story, email=NEW, last_name="Gracia").full_name == "Maria Gracia"
    assert story.mre.client.email == NEW
    assert list(ClientAlias.objects.values_list("email", flat=True)) == ["old@example.com"]


def test_it_stands_on_every_open_request_and_their_mentors_are_told(org: Organisation) -> None:
    person = a_person()
    closed = request_in("complete", org, person=person)
    held = request_in("accepted", org, person=person, at=closed.now)
    waiting = submit(org, person=person, at=held.now)
    correct(waiting.until(held.now), phone="(212) 555-0177", zip="10055")
    assert [story.kinds[-1] for story in (closed, held, waiting)] == [
        "closed",
        "contact_corrected",
        "contact_corrected",
    ]
    mail = held.mre.mails.get(kind="mentor_client_update")
    assert "Rosa Rcic has changed something" in mail.text
    assert "phone and zip code of the client" in mail.text
    assert "555-0177" not in mail.text + mail.subject
    assert "mentor_client_update" not in waiting.mails
    assert_sound(held.mre_id)


@pytest.mark.parametrize("data", [{}, {"first_name": "Maria"}], ids=["nothing", "the same"])
def test_something_has_to_change(org: Organisation, data: dict[str, str]) -> None:
    with invalid("email", "Nothing was changed"):
        correct(submit(org), **data)


@pytest.mark.parametrize("who", ["rcic_elsewhere", "leader", "chair", "manager", "joan"])
def test_coordinators_of_the_client_only(org: Organisation, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only a coordinator"):
        correct(request_in("accepted", org), who, phone="(212) 555-0177")


def test_who_was_merged_meanwhile_is_left_as_he_is(org: Organisation) -> None:
    away, kept = submit(org).mre.client, submit(org).mre.client
    merging.merge(kept_id=kept.pk, merged_id=away.pk, chosen={}, by=org.rcic, now=MONDAY)
    with pytest.raises(AlreadyDone, match=f"was merged into {kept.number}"):
        clients.correct(client_id=away.pk, by=org.rcic, now=MONDAY, email=NEW)
