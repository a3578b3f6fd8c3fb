"""Loading that is broken off goes on where it stopped; threads do as the caller does."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from intake.history import requests
from intake.history.ledger import Ledger
from intake.history.load import load
from intake.history.reader import Advance
from intake.models import Assignment, ContactAttempt, MentoringRequest, RequestEvent, Session
from tests.history.maker import make
from tests.soundness import assert_sound_but_for_mails

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
REQUESTS = 60


class Stopped(BaseException):
    """As if somebody had pressed Ctrl-C."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of many small batches, with some requests that cannot have been."""
    monkeypatch.setattr(requests, "BATCH", 7)
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
    for pk in MentoringRequest.objects.values_list("pk", flat=True):
        assert_sound_but_for_mails(pk)
    connection.check_constraints()


def _refused_ids(folder: Path) -> set[str]:
    with (folder / "rejected.csv").open(newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


@pytest.mark.django_db(transaction=True)
def test_writers_of_their_own_do_as_the_caller_does(folder: Path) -> None:
    with transaction.atomic():
        load_from(folder)
        by_the_caller = told()
        transaction.set_rollback(True)
    assert not MentoringRequest.objects.exists()
    load_from(folder)
    assert told() == by_the_caller
