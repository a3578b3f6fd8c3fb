"""Loading that is broken off goes on where it stopped; processes do as the caller does."""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from intake.history import grouping
from intake.history.ledger import Ledger
from intake.history.load import load
from intake.history.reader import Advance
from intake.models import (
    Assignment,
    Client,
    ContactAttempt,
    MentoringRequest,
    RequestEvent,
    Session,
)
from intake.selfcheck.tables import compare
from tests.blank import database_url
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


NUMBERED = {"id", "calendar_uid", "data"}
"""What is another one each time, or holds such."""


def told() -> dict[str, list[Any]]:
    """Everything that hangs on each request, by the ids of the old system."""
    hanging = (Assignment, ContactAttempt, Session, RequestEvent)
    whole = {model.__name__: _rows(model, "request__external_id") for model in hanging}
    return whole | {"": _rows(MentoringRequest, "external_id")}


def _rows(model: type[Model], name: str) -> list[Any]:
    plain = [
        field.name
        for field in model._meta.concrete_fields
        if not field.is_relation and field.name not in NUMBERED
    ]
    return list(model._default_manager.order_by(name, "pk").values_list(name, *plain))


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
    kept = [row for row in grown["RequestEvent"] if row[0] not in spoiled]
    assert kept == at_once["RequestEvent"]


def _instant(text: str) -> datetime:
    """Rows without one that can be read come last."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _forget_everything() -> None:
    tables = [model._meta.db_table for model in (RequestEvent, MentoringRequest, Client)]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


# --- Killed ---------------------------------------------------------------------------------------

LOADER = """
import django
django.setup()
from django.core.management import call_command
from intake.history import grouping
grouping.IN_PART = 7
call_command("load_history", {folder!r}, "--processes", "2")
"""


def start_loading(folder: Path) -> subprocess.Popen[bytes]:
    """As somebody does at a terminal, into the database of the test."""
    environment = {
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
    }
    return subprocess.Popen(
        [sys.executable, "-c", LOADER.format(folder=str(folder))],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_with(loading: subprocess.Popen[bytes], requests: int) -> None:
    """Without a word, as soon as there are so many requests; its processes end by themselves."""
    deadline = time.monotonic() + PATIENCE
    while MentoringRequest.objects.count() < requests and loading.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    started = psutil.Process(loading.pid).children(recursive=True)
    loading.kill()
    loading.wait()
    _, alive = psutil.wait_procs(started, timeout=PATIENCE)
    assert not alive


PATIENCE = 120.0  # seconds


@pytest.mark.django_db(transaction=True)
def test_killed_several_times_it_ends_as_if_it_had_run_through(tmp_path: Path) -> None:
    make(tmp_path, seed=6, requests=300, spoiled=0.1)
    seen = [0]
    for more in (1, 90):
        kill_with(start_loading(tmp_path), seen[-1] + more)
        seen.append(MentoringRequest.objects.count())
    assert seen == sorted(seen)
    assert 0 < seen[1] < 200
    assert start_loading(tmp_path).wait(PATIENCE) == 1  # some rows are rejected
    refused, in_pieces = _refused_ids(tmp_path), told()
    _forget_everything()
    load_from(tmp_path)
    assert told() == in_pieces
    assert _refused_ids(tmp_path) == refused


@pytest.mark.django_db(transaction=True)
def test_two_who_load_the_same_at_once_reject_nothing_that_is_right(tmp_path: Path) -> None:
    make(tmp_path, seed=7, requests=60, spoiled=0)
    load_from(tmp_path)
    _forget_everything()
    both = [start_loading(tmp_path), start_loading(tmp_path)]
    assert [one.wait(PATIENCE) for one in both] == [0, 0]
    assert MentoringRequest.objects.count() == 60
    assert compare(list(MentoringRequest.objects.values_list("pk", flat=True))) == {}
