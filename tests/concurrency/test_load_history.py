"""Loading that is broken off goes on where it stopped; processes do as the caller does."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from intake.history import grouping
from intake.history.ledger import Ledger
from intake.history.load import load
from intake.history.reader import Advance
from intake.models import Assignment, ContactAttempt, MentoringRequest, RequestEvent, Session
from intake.selfcheck.tables import compare
from tests.history.maker import make
from tests.soundness import assert_sound_but_for_mails

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
REQUESTS = 40


class Stopped(BaseException):
    """As if somebody had pressed Ctrl-C."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of many small batches, with some requests that cannot have been."""
    monkeypatch.setattr(grouping, "IN_PART", 7)
    make(tmp_path, seed=5, requests=REQUESTS, spoiled=0.1)
    return tmp_path


def load_from(folder: Path, **more: Any) -> Ledger:
    return load(folder, now=NOW, rejected_to=folder / "rejected.csv", **more)


@contextmanager
def stop_after_two(name: str, total: int, unit: str) -> Iterator[Advance]:
    batches = 0

    def advance(_: int) -> None:
        nonlocal batches
        batches += 1
        if name.startswith("requests,") and batches == 2:
            raise Stopped

    yield advance


def told() -> dict[str, Any]:
    """Every timeline, by the ids of the old system; and how many rows of each kind there are."""
    events = RequestEvent.objects.order_by("request__external_id", "pk")
    counted = (MentoringRequest, Assignment, ContactAttempt, Session)
    return {
        "events": list(events.values_list("request__external_id", "kind", "at", "to_status")),
        **{model.__name__: model.objects.count() for model in counted},
    }


@pytest.mark.django_db(transaction=True)
def test_broken_off_and_begun_again_gives_the_same(folder: Path) -> None:
    """And every timeline tells what the tables keep."""
    with pytest.raises(Stopped):
        load_from(folder, watch=stop_after_two)
    half = MentoringRequest.objects.count()
    assert 0 < half < REQUESTS * 0.9
    ledger = load_from(folder)
    assert ledger.there["requests"] == half
    in_two = told()
    load_from(folder)
    assert told() == in_two
    assert ledger.loaded["requests"] + half + len(_refused_ids(folder)) == REQUESTS
    loaded = list(MentoringRequest.objects.values_list("pk", flat=True))
    for pk in loaded:
        assert_sound_but_for_mails(pk)
    assert compare(loaded) == {}
    connection.check_constraints()


def _refused_ids(folder: Path) -> set[str]:
    with (folder / "rejected.csv").open(newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


@pytest.mark.django_db(transaction=True)
def test_processes_of_their_own_do_as_the_caller_does(folder: Path) -> None:
    with transaction.atomic():
        load_from(folder)
        by_the_caller = told()
        transaction.set_rollback(True)
    assert not MentoringRequest.objects.exists()
    load_from(folder)
    assert told() == by_the_caller


@pytest.mark.django_db(transaction=True)
def test_a_history_that_grew_bit_by_bit_is_the_same_as_the_whole(folder: Path) -> None:
    """Exported after a third of the events, after two thirds, and at the end."""
    whole = (folder / "events.csv").read_text(encoding="utf-8")
    header, *rows = csv.reader(whole.splitlines(keepends=True))
    rows.sort(key=lambda row: _instant(row[header.index("at")]))
    for part in (len(rows) // 3, len(rows) * 2 // 3):
        with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows[:part]])
        load_from(folder)
    (folder / "events.csv").write_text(whole, encoding="utf-8")
    load_from(folder)
    grown = told()
    assert compare(list(MentoringRequest.objects.values_list("pk", flat=True))) == {}
    spoiled = _refused_ids(folder)
    _forget_everything()
    load_from(folder)
    at_once = told()
    assert [row for row in grown["events"] if row[0] not in spoiled] == at_once["events"]


def _instant(text: str) -> datetime:
    """Rows without one that can be read come last."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _forget_everything() -> None:
    tables = [model._meta.db_table for model in (RequestEvent, MentoringRequest)]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
