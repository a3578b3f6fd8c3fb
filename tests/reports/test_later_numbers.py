"""The numbers stay right when a longer export follows, and when the clocks go on from there."""

import random
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from intake.sweep import sweep
from tests.history.answers import History
from tests.history.asking import questions, wrong
from tests.history.chance import Chance
from tests.history.continuing import shorten, strike
from tests.history.maker import make

pytestmark = pytest.mark.django_db

SEED, REQUESTS, INSTANTS, QUESTIONS = 9, 90, 5, 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make(tmp_path / "whole", seed=SEED, requests=REQUESTS, spoiled=0)
    return tmp_path / "whole"


def load(folder: Path) -> None:
    call_command("load_history", f"{folder}", stdout=StringIO(), stderr=StringIO())


def all_wrong(history: History) -> list[str]:
    chance = Chance(random.Random(SEED))
    asked = chance.some(list(questions(history, chance, INSTANTS)), QUESTIONS)
    return [line for one in asked for line in wrong(one, history)]


def test_in_parts_as_in_one(folder: Path, tmp_path: Path) -> None:
    for month in (12, 1, 2):
        part = tmp_path / f"until-{month}"
        shorten(folder, part, datetime(2024 if month == 12 else 2025, month, 20, 13, tzinfo=UTC))
        load(part)
    load(folder)
    assert all_wrong(History(folder)) == []


def test_the_clocks_go_on_from_there(folder: Path) -> None:
    """Each step is told at its deadline, whenever it was processed."""
    now = datetime(2025, 6, 2, 12, tzinfo=UTC)
    load(folder)
    assert sweep(now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    history = History(folder)
    assert strike(history, now) > 5
    assert all_wrong(history) == []
