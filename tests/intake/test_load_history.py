"""The history of an older system comes in: whole, twice, longer, and what is refused."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from intake.actions import answering, merging
from intake.history.ledger import Tally
from intake.history.reader import REQUESTS, Row
from intake.history.standing import standing
from intake.history.trying import Overtaken, tried
from intake.models import (
    Assignment,
    Client,
    ClosedDay,
    ContactAttempt,
    MentoringRequest,
    OutboxMail,
    RequestEvent,
    Session,
)
from intake.sweep import sweep
from mentors.models import Chapter, MentoringArea, MentorProfile, Pause, Position, Volunteer
from tests.soundness import fingerprint

pytestmark = pytest.mark.django_db

SMALL = Path(__file__).with_name("small_export")
FILES = {path.stem: path.read_text().splitlines() for path in SMALL.glob("*.csv")}
VOLUNTEERS, EVENTS = FILES["volunteers"], FILES["events"]
Export = Callable[..., Path]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Writes an export; a file is given whole, or left out with None."""

    def write(**files: Sequence[str] | None) -> Path:
        for name, lines in (FILES | files).items():
            path = tmp_path / f"{name}.csv"
            path.unlink(missing_ok=True)
            if lines is not None:
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tmp_path

    return write


def load(folder: Path, *options: str) -> None:
    call_command("load_history", str(folder), *options)


def rejected(folder: Path, *options: str) -> list[dict[str, str]]:
    """What is refused of an export of which not everything can be loaded."""
    with pytest.raises(CommandError) as refused:
        load(folder, *options)
    assert refused.value.returncode == 1
    with (folder / "rejected.csv").open(errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def everything() -> dict[str, Any]:
    counted = (Volunteer, Position, MentorProfile, Pause, Client, RequestEvent, Chapter, ClosedDay)
    return {model.__name__: model.objects.count() for model in counted} | {"": fingerprint()}


# --- What is loaded -------------------------------------------------------------------------------


def test_an_export_is_loaded_with_everything_in_it(export: Export) -> None:
    load(export())
    mre = MentoringRequest.objects.get(external_id="Q1")
    assert (mre.status, mre.chapter.code, mre.source) == ("accepted", "0101", "import")
    assert mre.question == 'How do I\nprice "well"?'
    assert mre.business_name == "=cmd()"
    joan = Volunteer.objects.get(external_id="V1")
    assert not joan.has_usable_password()
    assert joan.profile.weekly_limit == 2
    assert sorted(area.name for area in joan.profile.areas.all()) == ["Cash Flow", "Pricing"]
    assert Client.objects.get(external_id="K1").aliases.get().email == "old@mail.example"
    assert set(Position.objects.values_list("role", flat=True)) == {"rcic", "membership_chair"}
    assert Pause.objects.get().mentor.external_id == "V2"
    [held] = Session.objects.all()
    assert (held.state, held.minutes, held.notes) == ("held", 60, "Prices.")
    assert list(ContactAttempt.objects.values_list("result", flat=True)) == ["awaiting_answer"]


def test_nobody_is_sent_a_mail_about_the_past(export: Export) -> None:
    load(export())
    assert not OutboxMail.objects.exists()


def test_the_closed_days_of_the_years_that_occur_are_replaced(export: Export) -> None:
    before = ClosedDay.objects.exclude(date__year=2026).count()
    load(export())
    days = ClosedDay.objects.filter(date__year=2026).order_by("date")
    assert [str(day.date) for day in days] == ["2026-01-01", "2026-03-17"]
    assert ClosedDay.objects.exclude(date__year=2026).count() == before


def test_deadlines_count_with_the_closed_days_that_came_along(export: Export) -> None:
    events = [EVENTS[0], "Q1,2026-03-16T09:00:00-04:00,assigned,C1,V1,chapter,,"]
    load(export(events=events))
    due = Assignment.objects.get().respond_by
    assert due.isoformat() == "2026-03-20T04:00:00+00:00"  # not the 17th, the 18th, the 19th


def test_a_request_with_the_mentor_asked_for_is_direct(export: Export) -> None:
    load(export())
    mre = MentoringRequest.objects.get(external_id="Q2")
    [direct] = mre.assignments.all()
    assert direct.assigned_by is None
    assert direct.assigned_at == mre.submitted_at
    assert direct.tier == "chapter"
    assert [event.data["direct"] for event in mre.events.order_by("pk")] == [True, True]


# --- Twice, longer, broken off --------------------------------------------------------------------


def test_loading_the_same_folder_twice_changes_nothing(export: Export) -> None:
    load(export())
    before = everything()
    load(export())
    assert everything() == before


def test_a_dry_run_writes_nothing(export: Export) -> None:
    before = everything()
    load(export(), "--dry-run")
    assert everything() == before


def test_a_longer_export_adds_what_is_new(export: Export) -> None:
    load(export(events=EVENTS[:3]))
    [before] = MentoringRequest.objects.filter(external_id="Q1")
    more = [*EVENTS, "Q1,2026-03-09T09:00:00-04:00,closed,V1,,complete,,"]
    load(export(events=more))
    [after] = MentoringRequest.objects.filter(external_id="Q1")
    assert (before.pk, before.status, after.pk, after.status) == (
        after.pk,
        "accepted",
        before.pk,
        "complete",
    )
    [led] = after.assignments.all()
    assert led.ended_at is not None
    assert led.counseled_at is not None
    assert [event.kind for event in after.events.order_by("pk")] == [
        "submitted",
        "assigned",
        "accepted",
        "session_held",
        "notes_entered",
        "closed",
    ]


def test_a_longer_export_gives_the_same_as_the_whole_at_once(export: Export) -> None:
    more = [*EVENTS, "Q1,2026-03-09T09:00:00-04:00,transferred,V1,,,,"]
    load(export(events=EVENTS[:3]))
    load(export(events=more))
    before = everything()
    load(export(events=more))
    assert everything() == before


def test_after_a_merge_a_longer_export_goes_to_who_was_kept(export: Export) -> None:
    clients = [*FILES["clients"], "K2,M.,Lopez,m.lopez@mail.example,555-0101,07102,"]
    second = "Q3,K2,0101,2026-03-03T09:00:00-05:00,Pricing,0,,,And taxes?,,,"
    load(export(clients=clients, requests=[*FILES["requests"], second]))
    kept, away = (Client.objects.get(external_id=name) for name in ("K1", "K2"))
    admin = Volunteer.objects.create_superuser("admin@example.org")
    now = datetime(2026, 3, 10, 15, tzinfo=UTC)
    merging.merge(kept_id=kept.pk, merged_id=away.pk, chosen={}, by=admin, now=now)
    third = "Q4,K2,0101,2026-03-12T09:00:00-04:00,Pricing,0,,,And rent?,,,"
    given = "Q3,2026-03-11T09:00:00-04:00,assigned,C1,V2,,,"
    load(
        export(
            clients=clients,
            requests=[*FILES["requests"], second, third],
            events=[*EVENTS, given],
        )
    )
    assert set(MentoringRequest.objects.values_list("external_id", "client", "status")) == {
        ("Q1", kept.pk, "accepted"),
        ("Q2", kept.pk, "assigned"),
        ("Q3", kept.pk, "assigned"),
        ("Q4", kept.pk, "need_action"),
    }
    assert Client.objects.get(external_id="K2").merged_into == kept


# --- What is refused ------------------------------------------------------------------------------


def test_a_request_is_refused_whole_with_file_line_and_sentence(export: Export) -> None:
    again = "Q1,2026-03-06T09:00:00-05:00,accepted,V1,,,,"
    [row] = rejected(export(events=[*EVENTS, again]))
    assert (row["file"], row["line"], row["id"]) == ("events.csv", "7", "Q1")
    assert row["reason"] == "An acceptance, but the assignment was accepted already."
    assert (row["kind"], row["actor_id"]) == ("accepted", "V1")
    assert not MentoringRequest.objects.filter(external_id="Q1").exists()
    assert MentoringRequest.objects.filter(external_id="Q2").exists()


def test_a_refused_volunteer_takes_his_requests_along(export: Export) -> None:
    volunteers = [VOLUNTEERS[0], VOLUNTEERS[1].replace("Pricing", "Alchemy"), *VOLUNTEERS[2:]]
    rows = rejected(export(volunteers=volunteers))
    assert [(row["file"], row["id"]) for row in rows] == [
        ("volunteers.csv", "V1"),
        ("events.csv", "Q1"),
        ("requests.csv", "Q2"),
    ]


def test_a_dry_run_rejects_the_same(export: Export) -> None:
    volunteers = [VOLUNTEERS[0], VOLUNTEERS[1].replace("Pricing", "Alchemy"), *VOLUNTEERS[2:]]
    folder = export(volunteers=volunteers)
    foreseen = rejected(folder, "--dry-run")
    assert not Volunteer.objects.exists()
    assert rejected(folder) == foreseen


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        (
            "units",
            "chapter,9,Nine,D1,America/New_York,,",
            "code “9” is not four digits, as chapters have.",
        ),
        (
            "units",
            "chapter,0109,Nine,D1,Mars/Base,,",
            "time_zone “Mars/Base” is not known; e.g. America/New_York.",
        ),
        (
            "units",
            "chapter,0109,Nine,D1,America/New_York,071,",
            "zip_prefixes: “071” belongs to chapter “0101”.",
        ),
        (
            "volunteers",
            "V9,Joe,Doe,JOAN@example.org,active,mentor,0101,,,,,,,,",
            "email “joan@example.org” is the address of another volunteer.",
        ),
        (
            "volunteers",
            "V9,Joe,Doe,joe@example.org,active,mentor,0101,,,,,,,,rcic:9999",
            "positions: the unit of “rcic:9999” is not known.",
        ),
        ("pauses", "V9,2026-01-01,2026-01-02,", "volunteer_id: volunteer “V9” is not known."),
        ("pauses", "V1,2026-01-03,2026-01-02,", "The pause ends before it starts."),
        ("closed_days", "2026-02-30,Never", "date “2026-02-30” is not a date, e.g. 2026-02-27."),
        ("clients", "K9,,Doe,,,,", "email is empty."),
        (
            "requests",
            "Q9,K1,0101,2026-03-02T09:00:00Z,Alchemy,,,,,,,",
            "Mentoring area “Alchemy” is not on the list.",
        ),
        (
            "requests",
            "Q2,K1,0101,2026-03-02T09:00:00Z,Pricing,,,,,,,",
            "A request with this request_id stands in the file before.",
        ),
        (
            "events",
            "Q9,2026-03-02T09:00:00Z,assigned,,V1,,,",
            "There is no request with this request_id.",
        ),
    ],
)
def test_each_refused_row_says_why(export: Export, file: str, row: str, reason: str) -> None:
    folder = export(**{file: [*FILES[file], row]})
    [found] = rejected(folder)
    assert (found["file"], found["reason"]) == (f"{file}.csv", reason)
    assert int(found["line"]) == len(FILES[file]) + 1


def rewrite(folder: Path, rows: list[dict[str, str]]) -> str:
    """What somebody has made of rejected.csv."""
    path = folder / "rejected.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def test_what_was_rejected_can_be_corrected_and_loaded_again(export: Export) -> None:
    volunteers = [VOLUNTEERS[0], VOLUNTEERS[1].replace("Pricing", "Alchemy"), *VOLUNTEERS[2:]]
    folder = export(volunteers=volunteers)
    rows = rejected(folder)
    rows[0]["areas"] = "Pricing"
    load(folder, "--corrected", rewrite(folder, rows[:1]))
    assert MentoringRequest.objects.count() == 2
    assert not (folder / "rejected.csv").exists()


@pytest.mark.parametrize(
    "broken",
    [
        "Q1,2026-03-05T09:00:00Z,contact,V1,,reached,,a\0b",
        "Q1,2026-03-05T09:00:00Z,contact,V1",
        "Q1,2026-03-05T09:00:00Z,contact,V1,,reached,,phone,and,more",
    ],
)
def test_a_request_is_not_loaded_without_an_event_that_cannot_be_read(
    export: Export, broken: str
) -> None:
    """It would be another story, into which the event could not be put later."""
    folder = export(events=[*EVENTS, broken])
    [row] = rejected(folder)
    assert (row["file"], row["id"], row["line"]) == ("events.csv", "Q1", str(len(EVENTS) + 1))
    assert not MentoringRequest.objects.filter(external_id="Q1").exists()
    right = row | {"value": "reached", "text": "phone"}
    load(folder, "--corrected", rewrite(folder, [right]))
    assert ContactAttempt.objects.filter(result="reached").count() == 1


def test_of_a_request_that_cannot_be_read_the_events_are_not_reproached(export: Export) -> None:
    requests = [row.replace("Pricing", "Pri\0cing") for row in FILES["requests"]]
    assert {row["file"] for row in rejected(export(requests=requests))} == {"requests.csv"}


def test_a_row_can_be_left_out_and_another_added(export: Export) -> None:
    again = "Q1,2026-03-06T09:00:00-05:00,accepted,V1,,,,"
    folder = export(events=[*EVENTS, again])
    [row] = rejected(folder)
    left_out = row | dict.fromkeys(["request_id", "at", "kind", "actor_id"], "")
    added = row | {"line": "", "kind": "closed", "value": "complete"}
    load(folder, "--corrected", rewrite(folder, [left_out, added]))
    assert MentoringRequest.objects.get(external_id="Q1").status == "complete"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("file,line\nmails.csv,2\n", "“mails.csv”, line “2” is no place"), (None, "cannot be read")],
)
def test_corrections_that_are_none_are_refused(
    export: Export, tmp_path: Path, text: str | None, sentence: str
) -> None:
    path = tmp_path / "mine.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CommandError, match=sentence) as refused:
        load(export(), "--corrected", str(path))
    assert refused.value.returncode == 2
    assert not Client.objects.exists()


def test_what_was_not_corrected_yet_is_rejected_again(export: Export) -> None:
    folder = export(requests=[*FILES["requests"], "Q9,K1,0101,never,Pricing,,,,,,,"])
    [row] = rejected(folder)
    (folder / "rejected.csv").write_bytes(
        b"file,line,request_id,question\nrequests.csv,%s,Q9,caf\xe9\n" % row["line"].encode()
    )
    [again] = rejected(folder, "--corrected", str(folder / "rejected.csv"))
    assert again["reason"] == "The row is not UTF-8."


def test_a_history_that_went_on_here_is_not_overwritten(export: Export) -> None:
    load(export(events=[*EVENTS[:2], EVENTS[-1]]))
    [assignment] = Assignment.objects.filter(request__external_id="Q1")
    mentor, now = assignment.mentor, assignment.assigned_at + timedelta(hours=1)
    answering.accept(assignment_id=assignment.pk, by=mentor, now=now, note="Hello.")
    before = fingerprint()
    [row] = rejected(export())
    assert row["id"] == "Q1"
    assert "has gone on here since: from 2026-03-03 15:00 UTC on" in row["reason"]
    assert fingerprint() == before


def test_what_somebody_does_while_it_is_loaded_is_seen(export: Export) -> None:
    load(export(events=EVENTS[:2]))
    before = standing(["Q1"])["Q1"]
    [assignment] = Assignment.objects.filter(request__external_id="Q1")
    mentor, now = assignment.mentor, assignment.assigned_at + timedelta(hours=1)
    answering.accept(assignment_id=assignment.pk, by=mentor, now=now, note="Hello.")
    assert standing(["Q1"], lock=True)["Q1"] != before


def test_what_was_overtaken_is_looked_at_again() -> None:
    tallies = iter([Overtaken, Overtaken, Tally])

    def loaded(items: Sequence[int]) -> Tally:
        found = next(tallies)()
        if isinstance(found, Overtaken):
            raise found
        return found

    assert tried([1, 2], loaded, REQUESTS, lambda item: Row(item, ())) == Tally()
    assert not list(tallies)


def test_of_what_the_database_refuses_the_others_are_loaded() -> None:
    def loaded(items: Sequence[int]) -> Tally:
        MentoringArea.objects.bulk_create(MentoringArea(name=f"Area {item}") for item in items)
        return Tally(loaded=Counter(requests=len(items)))

    row = Row(7, ("Q7", *[""] * 11))
    tally = tried([1, 2, 1, 3], loaded, REQUESTS, lambda _: row)
    assert tally.loaded == {"requests": 3}
    [refused] = tally.rejections
    assert (refused.line, refused.id) == (7, "Q7")
    assert refused.reason.startswith("The database refuses it: “duplicate key value")


def test_what_clocks_did_meanwhile_does_not_stand_in_the_way(export: Export) -> None:
    load(export(events=EVENTS[:2]))
    sweep(datetime(2026, 3, 4, 15, tzinfo=UTC))  # the reminder
    load(export(events=EVENTS))
    kinds = RequestEvent.objects.filter(request__external_id="Q1").order_by("pk")
    assert "reminded" in kinds.values_list("kind", flat=True)
    assert Session.objects.get().notes == "Prices."


def test_without_a_folder_nothing_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none of the files") as refused:
        load(tmp_path / "nowhere")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("name", ["requests", "events"])
@pytest.mark.parametrize("lines", [["foo,bar"], []])
def test_requests_and_events_are_nothing_without_each_other(
    export: Export, name: str, lines: list[str]
) -> None:
    folder = export(**{name: lines})
    reasons = [row["reason"] for row in rejected(folder)]
    assert reasons[0].startswith(f"{name}.csv has no column request_id")
    assert reasons[1:] == [f"No request is loaded while {name}.csv cannot be read."]
    assert not MentoringRequest.objects.exists()
    load(export())
    assert MentoringRequest.objects.count() == 2


def test_without_tables_it_says_what_to_do(export: Export) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_temp")
    with pytest.raises(CommandError, match=r"no tables yet\. Run manage\.py migrate") as refused:
        load(export())
    assert refused.value.returncode == 2
