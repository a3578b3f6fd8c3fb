"""What a history refers to is there when it is written, however that is checked."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from intake.history.records import Asked, Happened, Replayed
from intake.history.replay import replay
from intake.history.requests import world
from intake.history.world import World
from intake.history.writing import TARGETS, named, write
from intake.models import Client, MentoringRequest

pytestmark = pytest.mark.django_db

SMALL = Path(__file__).with_name("small_export")
SUBMITTED = datetime(2026, 3, 2, 14, tzinfo=UTC)
NOBODY = 999_999_999
LIMITED = "history_limited"


@pytest.fixture
def limited() -> None:
    """As whoever may not tell the database not to check."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {LIMITED}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {LIMITED}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {LIMITED}")
        cursor.execute(f"SET LOCAL ROLE {LIMITED}")


@pytest.fixture
def known(tmp_path: Path) -> World:
    """The people and units of the small export."""
    call_command("load_history", str(SMALL), "--rejected", str(tmp_path / "rejected.csv"))
    return world()


def told(known: World, *more: Happened, **otherwise: Any) -> Replayed:
    """A new request that was assigned and accepted, with references of every kind."""
    asked = Asked(
        line=2,
        request_id="N1",
        client_id="K1",
        place=known.places["0101"],
        submitted_at=SUBMITTED,
        area=known.areas["pricing"],
        existing=False,
        business_type=known.business_types["retail"],
        business_name="",
        question="What?",
        origination_url="",
        meet_by="video",
        requested=known.people["V2"],
    )
    events = [
        Happened(2, SUBMITTED, "assigned", "C1", "V1", "", "", ""),
        Happened(3, SUBMITTED, "accepted", "V1", "", "", "", ""),
        *more,
    ]
    found = replay(asked._replace(**otherwise), events, known)
    found.client = Client.objects.get(external_id="K1").pk
    return found


def without(known: World, what: str) -> Replayed:
    """The same, but of what it names one row is not there any more."""
    person, place = known.people["V2"], known.places["0101"]
    match what:
        case "client":
            found = told(known)
            found.client = NOBODY
            return found
        case "mentor asked for":
            return told(known, requested=replace(person, pk=NOBODY))
        case "chapter":
            return told(known, place=replace(place, pk=NOBODY))
        case "mentor" | "coordinator":
            name = "V1" if what == "mentor" else "C1"
            people = {**known.people, name: replace(known.people[name], pk=NOBODY)}
            return told(replace(known, people=people))
        case _:
            return told(known, **{what: NOBODY})


REFERENCES = (
    "client", "chapter", "mentor", "coordinator", "mentor asked for", "area", "business_type",
)  # fmt: skip


def test_a_request_is_written_with_everything_it_names(known: World) -> None:
    write([told(known)], known)
    connection.check_constraints()
    mre = MentoringRequest.objects.get(external_id="N1")
    assert mre.events.count() == 3
    assert mre.current == mre.assignments.get()


@pytest.mark.parametrize("what", REFERENCES)
def test_what_is_not_there_any_more_is_found_by_us(known: World, what: str) -> None:
    with pytest.raises(IntegrityError, match=f"There is no .* {NOBODY} any more"):
        write([without(known, what)], known)


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("what", REFERENCES)
def test_or_by_the_database_where_it_does_not_let_us(known: World, what: str) -> None:
    write([without(known, what)], known)
    with pytest.raises(IntegrityError, match="violates foreign key"):
        connection.check_constraints()


def test_the_database_checks_again_afterwards(known: World) -> None:
    write([told(known)], known)
    MentoringRequest.objects.filter(external_id="N1").update(area=NOBODY)
    with pytest.raises(IntegrityError, match="violates foreign key"):
        connection.check_constraints()


def test_where_a_trigger_waits_for_new_rows_it_is_called(known: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE unique_violation USING MESSAGE = 'not here'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON intake_session "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
        )
    at = SUBMITTED.isoformat()
    held = Happened(4, SUBMITTED, "session_held", "V1", "", at, "60", "")
    with pytest.raises(IntegrityError, match="not here"):
        write([told(known, held)], known)


def test_every_foreign_key_that_is_written_is_known(known: World) -> None:
    """A column that comes to be written has to be checked, too."""
    written = {target.model for target in TARGETS}
    checked = set(named([told(known)])) | written
    for target in TARGETS:
        fields = target.model._meta.local_concrete_fields
        foreign = [field for field in fields if field.is_relation and field.column in target.given]
        assert {field.related_model for field in foreign} <= checked
