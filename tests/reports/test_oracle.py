"""What reports are compared with, itself tried: by hand, and for what must add up."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.history.answers import LISTS, OUTCOMES, Answers, History, stage
from tests.history.days import Days
from tests.history.maker import LAST, make

EASTERN = ZoneInfo("America/New_York")


def eastern(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=EASTERN)  # type: ignore[misc, arg-type]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder: Path = tmp_path_factory.mktemp("history")
    make(folder, seed=7, requests=250)
    return History(folder)


@pytest.mark.parametrize(
    ("assigned", "respond_by", "requeue_at"),
    [
        (eastern(2026, 11, 13, 15, 20), eastern(2026, 11, 18), eastern(2026, 11, 21)),
        (eastern(2026, 11, 14, 3, 0), eastern(2026, 11, 18), eastern(2026, 11, 21)),
        (eastern(2026, 11, 23, 9, 0), eastern(2026, 11, 26), eastern(2026, 12, 2)),
    ],
)
def test_deadlines(assigned: datetime, respond_by: datetime, requeue_at: datetime) -> None:
    days = Days(set())
    assert days.deadline(assigned, 2, EASTERN) == respond_by
    assert days.deadline(assigned, 5, EASTERN) == requeue_at


def test_business_days_over_a_weekend() -> None:
    waited = Days(set()).between(eastern(2026, 11, 13, 18), eastern(2026, 11, 16, 9), EASTERN)
    assert waited == 0.625


def test_own_closed_days_stand_in_for_the_holidays_of_their_year() -> None:
    days = Days({datetime(2026, 3, 17).date()})  # noqa: DTZ001
    assert not days.counts(eastern(2026, 3, 17).date())
    assert days.counts(eastern(2026, 11, 26).date())
    assert not days.counts(eastern(2027, 11, 25).date())


def test_every_open_request_is_in_one_list(history: History) -> None:
    everywhere = Answers(history, LAST)
    found = {request for name in LISTS for request in everywhere.worklist(name)}
    open_now = {s.asked.key for s in everywhere.stories if s.status != "closed"}
    mentoring = {s.asked.key for s in everywhere.stories if stage(s) == "in-mentoring"}
    assert found | mentoring == open_now
    assert not found & mentoring
    assert found
    assert mentoring


def test_outcomes_add_up_to_what_was_received(history: History) -> None:
    rows = Answers(history, datetime(2025, 2, 3, tzinfo=UTC)).activity().values()
    assert any(row["received"] for row in rows)
    for row in rows:
        assert row["received"] == sum(row[outcome] for outcome in OUTCOMES)


def test_a_story_holds_what_is_rare(history: History) -> None:
    """Else the comparison would not try it."""
    choices = [choice for story in Answers(history, LAST).stories for choice in story.choices]
    assert {choice.outcome(LAST) for choice in choices} == set(OUTCOMES)
    assert any(choice.answered_at == choice.respond_by for choice in choices)
    assert any(story.direct for story in Answers(history, LAST).stories)
    assert len(set(history.rejected.values())) > 5


def test_the_same_seed_gives_the_same_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make(tmp_path / name, seed=3, requests=20)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
