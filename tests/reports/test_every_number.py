"""Every number of every report on a loaded history, against a calculation from its files alone.

`tests.history` makes the history and reckons the answers without a line of the product's code. For
longer runs, or a history of one's own, there is `python -m tests.bench.every_number`.
"""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from intake.enums import Stage
from intake.models import MentoringRequest
from mentors.models import Chapter
from reports.periods import ALWAYS
from reports.question import Question
from reports.scope import EVERYWHERE
from reports.waiting import NAMES, counts
from tests.history.answers import LISTS, Answers, History, stage
from tests.history.asking import LATER, Asked, questions, wrong
from tests.history.chance import Chance
from tests.history.maker import LAST, make

pytestmark = pytest.mark.django_db

SEED, REQUESTS, INSTANTS = 5, 260, 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("history")
    make(folder, seed=SEED, requests=REQUESTS)
    return folder


@pytest.fixture(scope="module")
def history(
    folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[History]:
    """Loaded once for all tests here; what cannot have been is rejected, which it says."""
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.raises((CommandError, SystemExit)) as ended:
            call_command("load_history", f"{folder}", stdout=StringIO(), stderr=StringIO())
        assert getattr(ended.value, "returncode", getattr(ended.value, "code", None)) == 1
        yield History(folder)
        transaction.set_rollback(True)


def test_the_same_requests_are_taken_over(history: History) -> None:
    taken = set(MentoringRequest.objects.values_list("external_id", flat=True))
    assert taken == history.world.requests.keys() - history.rejected.keys()


def test_what_was_rejected_stands_in_the_file(history: History, folder: Path) -> None:
    with (folder / "rejected.csv").open(encoding="utf-8", newline="") as file:
        named = {row["id"] for row in csv.DictReader(file)}
    assert history.rejected.keys() <= named


@pytest.mark.parametrize("report", [*LISTS, "timing", "mentors-activity"])
def test_every_number(history: History, report: str) -> None:
    asked = [one for one in _questions(history) if one.report == report]
    assert len(asked) > INSTANTS
    assert [line for one in asked for line in wrong(one, history)] == []


@pytest.mark.parametrize("at", [datetime(2025, 1, 14, 5, tzinfo=UTC), LATER])
def test_the_lists_add_up_to_the_open_requests_of_every_chapter(
    history: History, at: datetime
) -> None:
    codes = dict(Chapter.objects.values_list("pk", "code"))
    asked = Question(reach=EVERYWHERE, period=ALWAYS, at=at, now=max(at, LAST))
    counted = {
        (codes[chapter], NAMES[Stage(where)]): number
        for chapter, numbers in counts(asked).items()
        for where, number in numbers.items()
    }
    stories = [story for story in Answers(history, at).stories if story.status != "closed"]
    assert counted == Counter((story.chapter, stage(story)) for story in stories)


def _questions(history: History) -> Iterator[Asked]:
    return questions(history, Chance(random.Random(SEED)), INSTANTS)
