"""Seven files as they may come: columns in any order, blanks, odd texts, broken rows."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from intake.history import cells, grouping
from intake.history.grouping import Dealt
from intake.history.parsing import happened
from intake.history.reader import (
    CLOSED_DAYS,
    PAUSES,
    HistoryError,
    Layout,
    Refusal,
    Row,
    Source,
)


def source(folder: Path, layout: Layout, content: str | bytes) -> Source:
    path = folder / layout.filename
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Source(layout, path)


def closed_days(folder: Path, content: str | bytes) -> list[Row]:
    return list(source(folder, CLOSED_DAYS, content).rows())


def test_columns_stand_in_any_order_and_unknown_ones_are_told(tmp_path: Path) -> None:
    pauses = source(tmp_path, PAUSES, "ends_on,colour,volunteer_id,starts_on\n2,red,V1,1\n")
    assert list(pauses.rows()) == [Row(2, ("V1", "1", "2", ""))]
    assert pauses.unknown == ["colour"]


def test_a_row_is_named_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    found = closed_days(tmp_path, 'date,name\n1,"a\nb"\n\n2,c\n')
    assert found == [Row(2, ("1", "a\nb")), Row(5, ("2", "c"))]


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_write_is_read(tmp_path: Path, start: str, end: str) -> None:
    content = f'{start}date,name{end}1,"say ""hi"", Zoë"{end}'
    assert closed_days(tmp_path, content) == [Row(2, ("1", 'say "hi", Zoë'))]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"date,name\n1\n2,b\n", 2, "The row has 1 cells, the header has 2."),
        (b"date,name\n1,\xff\n2,b\n", 2, "The row is not UTF-8."),
        (b"date,name\n1,a\0\n2,b\n", 2, "The row holds a character that no text may hold (NUL)."),
        (b'date,name\n1,"a"b\n2,b\n', 2, "The row cannot be read: ',' expected after '\"'."),
    ],
)
def test_a_broken_row_does_not_break_the_others(
    tmp_path: Path, content: bytes, line: int, reason: str
) -> None:
    bad, good = closed_days(tmp_path, content)
    assert (bad.line, bad.wrong) == (line, reason)
    assert good == Row(3, ("2", "b"))


@pytest.mark.parametrize(
    ("row", "kept"),
    [("there,V1", ("V1", "", "", "there")), ("x,V1,2,3,and,more", ("V1", "2", "3,and,more", "x"))],
)
def test_nothing_of_a_row_with_too_few_or_many_cells_is_lost(
    tmp_path: Path, row: str, kept: tuple[str, ...]
) -> None:
    content = f"reason,volunteer_id,starts_on,ends_on\n{row}\n"
    [found] = source(tmp_path, PAUSES, content).rows()
    assert found.wrong
    assert found.cells == kept


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "closed_days.csv has no column date."),
        ("name\nx\n", "closed_days.csv has no column date."),
        ("date,date\n1,2\n", "closed_days.csv has more than one column date."),
    ],
)
def test_a_file_without_a_header_that_will_do_is_not_read(
    tmp_path: Path, content: str, sentence: str
) -> None:
    with pytest.raises(HistoryError, match=sentence):
        closed_days(tmp_path, content)


def test_progress_is_told_to_the_last_byte(tmp_path: Path) -> None:
    days = source(tmp_path, CLOSED_DAYS, "date,name\n" + "1,a\n" * 2_000)
    told: list[int] = []
    list(days.rows(told.append))
    assert sum(told) == days.path.stat().st_size
    assert len(told) > 2


# --- Cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2026-02-27T18:05:00-05:00", "2026-02-27T23:05:00Z"])
def test_instants_become_utc(text: str) -> None:
    assert cells.instant(text, "at") == datetime(2026, 2, 27, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-02-27",
        "2026-02-27T18:05:00",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="at"):
        cells.instant(text, "at")


def test_days_numbers_flags_and_lists() -> None:
    assert cells.day("2026-02-27", "date") == date(2026, 2, 27)
    assert (cells.number("", "minutes"), cells.number("90", "minutes")) == (None, 90)
    assert (cells.flag("", "national"), cells.flag("1", "national")) == (False, True)
    assert cells.listed("a| b ||a") == ["a", "b"]


@pytest.mark.parametrize("text", ["-1", "1.5", "99999999", "٣", "40000"])
def test_what_is_no_small_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="minutes"):
        cells.number(text, "minutes")


def test_texts_that_do_not_fit_and_addresses_that_are_none_are_refused() -> None:
    with pytest.raises(Refusal, match="name has 61 characters; at most 60 are kept"):
        cells.words("x" * 61, "name", 60)
    with pytest.raises(Refusal, match="“maria” is not an e-mail address"):
        cells.email("maria", "email")


# --- Dealing out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("remembered", [0, 30, 1000])
@pytest.mark.parametrize("held", [1, 7, 1000])
def test_events_find_their_request_whatever_the_order_and_the_number_of_parts(
    monkeypatch: pytest.MonkeyPatch, remembered: int, held: int
) -> None:
    monkeypatch.setattr(grouping, "REMEMBERED", remembered)
    monkeypatch.setattr(grouping, "HELD", held)
    monkeypatch.setattr(grouping, "IN_PART", 11)
    with Dealt(20 * grouping.FURTHER) as dealt:
        for number in range(49):
            dealt.add_request(Row(number, (f"Q{number}",)))
        dealt.add_request(Row(99, (" Q7",)))
        for number in range(300):
            dealt.add_event(Row(number, (f"Q{number % 50} ", f"{number}")))
        parts = [part.read() for part in dealt.parts()]
    units = [unit for found, _, _ in parts for unit in found]
    assert {unit.request.cells[0] for unit in units} == {f"Q{number}" for number in range(49)}
    for unit in units:
        assert len(unit.events) == 6
        assert {row.cells[0].strip() for row in unit.events} == {unit.request.cells[0]}
        assert [row.line for row in unit.events] == sorted(row.line for row in unit.events)
    assert [row.line for _, twice, _ in parts for row in twice] == [99]
    assert len([row for _, _, lost in parts for row in lost]) == 6


def test_requests_that_stand_together_stay_together() -> None:
    with Dealt(0) as dealt:
        for number in range(1_200):
            dealt.add_request(Row(number, (f"Q{number}",)))
        found = [part.read()[0] for part in dealt.parts()]
        counts = [part.count for part in dealt.parts()]
    assert [unit.request.line for units in found for unit in units] == list(range(1_200))
    assert counts == [500, 500, 200]


@pytest.mark.parametrize("kind", ["session_held", "session_held  ", "Session held"])
def test_a_kind_of_event_is_read_as_people_write_it(kind: str) -> None:
    row = Row(2, ("Q1", "2026-03-05T15:00:00Z", kind, "", "", "", "", ""))
    assert happened(row).kind == "session_held"
