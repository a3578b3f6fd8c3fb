"""The command `report`: what it writes, and what it says of arguments that make no sense."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from intake.enums import Stage
from reports.catalogue import BY_NAME
from reports.waiting import NAMES
from tests.factories import MONDAY, Organisation, request_in, submit
from tests.intake.conftest import SetClock

LISTS = ("not-yet-assigned", "not-yet-accepted", "not-yet-contacted", "not-yet-counseled")
LIST_COLUMNS = [
    "request", "external_id", "client", "chapter_code", "mentor_external_id", "submitted_at",
    "since", "business_days", "area", "detail",
]  # fmt: skip
ACTIVITY_COLUMNS = [
    "mentor_external_id", "mentor", "received", "accepted_in_time", "accepted_late", "declined",
    "timed_out", "replaced", "handed_back", "withdrawn", "pending", "overdue", "in_time_share",
    "median_business_days_to_answer", "open_clients", "sessions_held", "weekly_limit",
    "used_this_week", "paused_from", "paused_until", "paused_days", "paused_over_30",
]  # fmt: skip


TIMING_COLUMNS = [
    "group", "metric", "measured", "waiting", "mean_days", "median_days", "mean_business_days",
    "median_business_days",
]  # fmt: skip


def written(name: str, *options: str, kind: str = "csv") -> str:
    out = io.StringIO()
    call_command("report", name, *options, f"--format={kind}", stdout=out)
    return out.getvalue()


def rows(name: str, *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(name, *options))))


# --- What it writes -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_the_columns_of_a_list(org: Organisation, name: str) -> None:
    assert written(name).splitlines()[0].split(",") == LIST_COLUMNS


def test_the_columns_of_the_activity(org: Organisation) -> None:
    assert written("mentors-activity").splitlines()[0].split(",") == ACTIVITY_COLUMNS


def test_the_columns_of_the_timing(org: Organisation) -> None:
    assert written("timing").splitlines()[0].split(",") == TIMING_COLUMNS


def test_the_timing_by_group(org: Organisation, at: SetClock) -> None:
    story = submit(org).wait(hours=12).assign()
    at(story.now)
    groups = {
        "all": "all",
        "month": "2026-03",
        "region": org.east.code,
        "district": org.hudson.code,
        "chapter": org.new_york.code,
        "mentor": f"#{org.joan.pk}",
    }
    march = ("--from=2026-03-01", "--to=2026-03-31")
    for by, group in groups.items():
        found = rows("timing", f"--by={by}", *march)
        first = next(row for row in found if row["metric"] == "submission_to_assignment")
        assert first == {
            "group": group,
            "metric": "submission_to_assignment",
            "measured": "1",
            "waiting": "0",
            "mean_days": "0.5000",
            "median_days": "0.5000",
            "mean_business_days": "0.5000",
            "median_business_days": "0.5000",
        }
    (waits,) = (
        row for row in rows("timing", *march) if row["metric"] == "assignment_to_acceptance"
    )
    assert (waits["waiting"], waits["mean_days"]) == ("1", "")


def test_a_row_of_a_list(org: Organisation, at: SetClock) -> None:
    story = request_in("overdue", org)
    at(story.now)
    (row,) = rows("not-yet-accepted")
    assert row | {"since": "", "business_days": ""} == {
        "request": story.mre.number,
        "external_id": "",
        "client": story.mre.client.full_name,
        "chapter_code": org.new_york.code,
        "mentor_external_id": "",
        "submitted_at": "2026-03-16T10:00:00-04:00",
        "since": "",
        "business_days": "",
        "area": str(story.mre.area),
        "detail": "overdue",
    }
    assert row["since"].endswith("-04:00")
    assert len(row["business_days"].partition(".")[2]) == 4


@pytest.mark.parametrize(
    ("stage", "situation", "detail"),
    [
        (Stage.NOT_ASSIGNED, "timed_out", "timed_out"),
        (Stage.NOT_ACCEPTED, "assigned", ""),
        (Stage.NOT_CONTACTED, "tried_three_times", "3"),
    ],
)
def test_the_detail_of_a_list_is_for_programs(
    org: Organisation, at: SetClock, stage: Stage, situation: str, detail: str
) -> None:
    at(request_in(situation, org).now)
    assert [row["detail"] for row in rows(NAMES[stage])] == [detail]


def test_ages_are_reckoned_at_the_instant_that_is_asked_for(
    org: Organisation, at: SetClock
) -> None:
    submit(org)
    at(MONDAY + timedelta(hours=1))
    (row,) = rows("not-yet-assigned", f"--as-of={(MONDAY + timedelta(days=1)).isoformat()}")
    assert row["business_days"] == "1.0000"


def test_of_one_unit_and_some_days(org: Organisation, at: SetClock) -> None:
    here, there = submit(org), submit(org, chapter=org.chicago)
    later = submit(org, at=MONDAY + timedelta(days=1))
    at(later.now)

    def found(*options: str) -> set[str]:
        return {row["request"] for row in rows("not-yet-assigned", *options)}

    everything = {story.mre.number for story in (here, there, later)}
    assert found() == everything
    assert found(f"--unit={org.chicago.code}") == {there.mre.number}
    assert found(f"--unit={org.east.code}") == everything
    assert found("--from=2026-03-17") == {later.mre.number}
    assert found("--from=2026-03-16", "--to=2026-03-16") == everything - {later.mre.number}


def test_every_open_request_is_in_one_list_or_in_mentoring(org: Organisation, at: SetClock) -> None:
    stories = [request_in(situation, org) for situation in ("new", "overdue", "accepted")]
    stories += [request_in(situation, org) for situation in ("contacted", "counseled", "complete")]
    at(max(story.now for story in stories))
    listed = [row["request"] for name in NAMES.values() for row in rows(name)]
    assert sorted(listed) == sorted(story.mre.number for story in stories[:-1])


def test_every_format_says_the_same(org: Organisation, at: SetClock, tmp_path: Path) -> None:
    stories = [request_in(situation, org) for situation in ("declined", "timed_out")]
    at(max(story.now for story in stories))
    expected = rows("not-yet-assigned")
    assert len(expected) == 2
    objects = json.loads(written("not-yet-assigned", kind="json"))
    assert [one["request"] for one in objects] == [row["request"] for row in expected]
    assert [f"{one['business_days']:.4f}" for one in objects] == [
        row["business_days"] for row in expected
    ]
    table = written("not-yet-assigned", kind="table").splitlines()
    assert table[0].split() == LIST_COLUMNS
    assert [line.split()[0] for line in table[2:]] == [row["request"] for row in expected]
    path = tmp_path / "list.xlsx"
    call_command("report", "not-yet-assigned", format="xlsx", output=path)
    sheet = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in sheet[1:]] == [row["request"] for row in expected]


# --- Where to -------------------------------------------------------------------------------------


def test_a_file_takes_the_place_of_the_one_before(org: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("what was here")
    call_command("report", "not-yet-assigned", "--format=csv", f"--output={path}")
    assert path.read_text().startswith("request,external_id")
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told_of(org: Organisation, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file") as fault:
        call_command("report", "not-yet-assigned", f"--output={tmp_path / 'none' / 'x.csv'}")
    assert fault.value.returncode == 1


# --- Arguments that make no sense -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "There is no report “nothing”. There are: not-yet-assigned, "),
        (["mentors-activity", "--unit=XYZ"], "There is no unit with the code “XYZ”."),
        (["mentors-activity", "--from=1 March"], "“1 March” is no date: write --from as in"),
        (["mentors-activity", "--from=0001-01-01"], "Look at the year again: 1."),
        (["mentors-activity", "--to=2026-02-30"], "“2026-02-30” is no date: write --to as in"),
        (
            ["mentors-activity", "--from=2026-03-02", "--to=2026-03-01"],
            r"The last day \(--to\) is before the first",
        ),
        (["mentors-activity", "--as-of=noon"], "“noon” is no instant: write --as-of as in"),
        (["mentors-activity", "--as-of=2026-03-02"], "does not say in which zone"),
        (["mentors-activity", "--format=pdf"], "There is no format “pdf”. There are: table, csv"),
        (["mentors-activity", "--by=month"], "cannot be grouped by month. It can by: mentor."),
        (["not-yet-assigned", "--by=month"], "lists its rows one by one: leave --by out."),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(
    org: Organisation, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as fault:
        call_command("report", *arguments)
    assert fault.value.returncode == 2


def test_a_code_of_two_levels_asks_which(org: Organisation) -> None:
    org.hudson.code = org.new_york.code
    org.hudson.save()
    with pytest.raises(CommandError, match=r"names more than one unit: say district:\d+ or chap"):
        call_command("report", "not-yet-assigned", f"--unit={org.new_york.code}")
    submit(org, chapter=org.newark)
    assert len(rows("not-yet-assigned", f"--unit=district:{org.new_york.code}")) == 1


def test_all_names_of_the_old_system_are_there() -> None:
    assert {*LISTS, "mentors-activity", "timing"} <= set(BY_NAME)


def test_every_report_has_names_for_programs_only_once() -> None:
    for report in BY_NAME.values():
        names: list[Any] = [column.name for column in report.columns if column.name]
        assert len(names) == len(set(names)) > 0, report.name
