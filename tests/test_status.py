"""`manage.py status`: what stands still is seen."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from config import vitals
from config.celery import app
from config.settings.base import celery_address
from config.vitals import Figure, figures
from intake.enums import MailState
from intake.models import Assignment, FigureCheck, OutboxMail
from tests.factories import MONDAY, Organisation, request_in, submit

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _alone(
    settings: Settings, tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data folder and a broker of its own."""
    settings.HANDOFF_DATA = tmp_path
    monkeypatch.setitem(app.conf, "broker_url", celery_address(valkey_url))


def named(words: str, *, after: timedelta = timedelta()) -> Figure:
    """The figure whose name has these words, so long after the beginning of the stories."""
    [found] = [one for one in figures(MONDAY + after) if words in one.name]
    return found


def test_a_new_site_is_well(org: Organisation) -> None:
    assert [one for one in figures(MONDAY) if not one.is_well and "disk" not in one.name] == []


def test_mail_that_is_not_sent_is_seen(org: Organisation) -> None:
    submit(org)
    assert named("mails that are due", after=4 * MINUTE).is_well
    stuck = named("mails that are due", after=6 * MINUTE)
    assert not stuck.is_well
    assert stuck.value.endswith("the oldest for 0:06:00")
    OutboxMail.objects.update(state=MailState.FAILED)
    assert not named("day that failed", after=6 * MINUTE).is_well
    assert named("mails that are due", after=6 * MINUTE).is_well


def test_clocks_that_are_not_swept_are_seen(org: Organisation) -> None:
    request_in("assigned", org)
    due = Assignment.objects.get().remind_at - MONDAY
    assert named("late by", after=due + 4 * MINUTE).is_well
    assert not named("late by", after=due + 6 * MINUTE).is_well
    Assignment.objects.update(sweep_failures=1)
    assert not named("clocks that failed", after=due).is_well


def test_a_difference_or_no_self_check_is_seen(org: Organisation) -> None:
    check = FigureCheck.objects.create(started_at=MONDAY, finished_at=MONDAY, requests=5)
    assert named("self-check", after=timedelta(hours=35)).is_well
    assert not named("self-check", after=timedelta(hours=37)).is_well
    FigureCheck.objects.filter(pk=check.pk).update(differing=1)
    assert named("self-check").value == "1 of 5 requests differ, 0:00:00 ago"
    assert not named("self-check").is_well


def test_a_broker_that_is_away_is_seen(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    gone = named("messages")
    assert (gone.is_well, gone.value) == (False, "the broker does not answer")


def test_an_old_backup_is_seen(db: None, tmp_path: Path) -> None:
    assert not [one for one in figures(MONDAY) if "backup" in one.name]
    (tmp_path / "backups").mkdir()
    made = tmp_path / "backups/handoff-20260101T000000Z.dump"
    made.touch()
    age = timedelta(seconds=made.stat().st_mtime - MONDAY.timestamp())
    assert named("backup", after=age + timedelta(hours=25)).is_well
    assert not named("backup", after=age + timedelta(hours=27)).is_well


@pytest.mark.parametrize("limit", ["MOST_DISK", "MOST_CONNECTIONS"])
def test_what_is_full_is_seen(db: None, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(vitals, limit, 0.0)
    what = {"MOST_DISK": "disk", "MOST_CONNECTIONS": "connections"}[limit]
    assert not named(what).is_well


def test_the_command_speaks_to_people_and_to_monitors(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    monkeypatch.setattr(vitals, "MOST_DISK", 1.0)
    said = StringIO()
    call_command("status", stdout=said)
    assert "ok    mails that are due" in said.getvalue()
    monkeypatch.setattr(vitals, "MOST_CONNECTIONS", 0.0)
    said = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("status", json=True, stdout=said)
    told = {one["name"]: one["is_well"] for one in json.loads(said.getvalue())}
    assert told["connections to the database"] is False
    assert told["mails that are due"] is True
