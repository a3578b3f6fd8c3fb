"""Moving in by hand: spreadsheets in the administration, looked at first, all or nothing."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from intake.imports import files, forms
from intake.imports.people import VolunteerSheet
from intake.imports.units import ZipPrefixSheet
from intake.models import Assignment, ClosedDay, Export
from mentors.enums import MailTrouble, Role
from mentors.models import Chapter, District, Position, Region, Volunteer, ZipPrefix
from tests.factories import MONDAY, Organisation, request_in

pytestmark = pytest.mark.usefixtures("at")

MODELS = (Region, District, Chapter, ZipPrefix, Volunteer, ClosedDay)
Rows = Sequence[Sequence[Any]]


@pytest.fixture
def administrator(client: Client, org: Organisation) -> Client:
    client.force_login(org.admin)
    return client


def page(model: type[Model], what: str = "import", **given: Any) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{what}", kwargs=given)


def as_csv(rows: Rows) -> SimpleUploadedFile:
    lines = "\r\n".join(",".join(str(cell) for cell in row) for row in rows)
    return SimpleUploadedFile("rows.csv", lines.encode())


def as_xlsx(rows: Rows) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    made = BytesIO()
    book.save(made)
    return SimpleUploadedFile("rows.xlsx", made.getvalue())


def send(administrator: Client, model: type[Model], file: SimpleUploadedFile) -> Any:
    """The form as the browser sends it, with its hidden fields."""
    return administrator.post(page(model), {"import_file": file, "resource": "0", "format": ""})


def look(administrator: Client, model: type[Model], rows: Rows, made: Callable = as_csv) -> Any:
    """The preview of a file."""
    return send(administrator, model, made(rows))


def confirm(administrator: Client, model: type[Model], preview: Any) -> Any:
    """The button below the preview."""
    return administrator.post(
        page(model, "process_import"), preview.context["confirm_form"].initial, follow=True
    )


def bring(administrator: Client, model: type[Model], rows: Rows, made: Callable = as_csv) -> Any:
    """Look at a file, and import it."""
    return confirm(administrator, model, look(administrator, model, rows, made))


def refused(response: Any) -> dict[str, list[str]]:
    """What the preview says against the first row that will not do."""
    found: dict[str, list[str]] = response.context["result"].invalid_rows[0].error_dict
    return found


# --- Who, and how ---------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_a_page_tells_the_columns_and_has_empty_files(
    administrator: Client, model: type[Model]
) -> None:
    response = administrator.get(page(model))
    needed = [name for name, is_needed, _ in response.context["columns"] if is_needed]
    for kind in ("csv", "xlsx"):
        address = page(model, "import_template", kind=kind)
        assertContains(response, address)
        empty = b"".join(administrator.get(address))
        dataset = files.FORMATS[f".{kind}"]().create_dataset(empty)
        assert set(needed) <= set(dataset.headers)
        assert len(dataset) == 0
    assert administrator.get(page(model, "import_template", kind="exe")).status_code == 404


@pytest.mark.parametrize("model", MODELS)
def test_the_list_leads_there(administrator: Client, model: type[Model]) -> None:
    assertContains(administrator.get(page(model, "changelist")), page(model))


@pytest.mark.parametrize("role", ["rcic", "manager", "leader"])
def test_it_is_for_administrators(client: Client, org: Organisation, role: str) -> None:
    client.force_login(getattr(org, role))
    for what in ("import", "process_import"):
        response = client.post(page(Region, what), {"import_file": as_csv([["code"]])}, follow=True)
        assertContains(response, "for administrators", status_code=403)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("model", MODELS)
def test_all_that_is_there_as_a_file_changes_nothing_when_it_is_imported(
    administrator: Client, org: Organisation, model: type[Model], kind: str
) -> None:
    """Also what a spreadsheet would run as a formula, were it not made harmless."""
    Region.objects.update(name="=1+1")
    Volunteer.objects.filter(pk=org.joan.pk).update(
        first_name="-Joan", phone="+1 555", languages=[]
    )
    address = page(model, "import_everything", kind=kind)
    assertContains(administrator.get(page(model)), address)
    content = b"".join(administrator.get(address))
    there = model._default_manager.count()
    export = Export.objects.get()
    assert (export.by, export.rows, export.kind) == (org.admin, there, kind)
    preview = send(administrator, model, SimpleUploadedFile(f"all.{kind}", content))
    assert preview.context["result"].totals["skip"] == there > 0
    assertContains(preview, "0 new, 0 changed")


@pytest.mark.parametrize("role", ["rcic", "manager", "leader"])
def test_nobody_else_takes_everybody_along(client: Client, org: Organisation, role: str) -> None:
    client.force_login(getattr(org, role))
    response = client.get(page(Volunteer, "import_everything", kind="csv"), follow=True)
    assertContains(response, "for administrators", status_code=403)
    assert not Export.objects.exists()


def test_nothing_is_written_before_the_button(administrator: Client) -> None:
    preview = look(administrator, Region, [["code", "name"], ["R9", "North"], ["R1", "Far East"]])
    assertContains(preview, "1 new, 1 changed")
    assertContains(preview, "<del>East</del> <ins>Far East</ins>")
    assert not Region.objects.filter(code="R9").exists()
    done = confirm(administrator, Region, preview)
    assertContains(done, "Imported from rows.csv: 1 new, 1 changed, 0 left as they were.")
    assert dict(Region.objects.values_list("code", "name")) == {
        "R1": "Far East", "R2": "West", "R9": "North"
    }  # fmt: skip


def test_what_is_there_already_is_left_as_it_is(administrator: Client) -> None:
    rows = [["code", "name"], ["R1", "East"], ["R2", "West"]]
    preview = look(administrator, Region, rows)
    assertContains(preview, "0 new, 0 changed")
    assertNotContains(preview, 'value="Import"')
    confirm(administrator, Region, preview)
    assert not LogEntry.objects.exists()


def test_the_history_of_each_record_names_the_file(
    administrator: Client, org: Organisation
) -> None:
    bring(administrator, Region, [["code", "name"], ["R9", "North"], ["R1", "Far East"]])
    entries = LogEntry.objects.order_by("pk").values_list("object_repr", "action_flag")
    assert list(entries) == [("North", 1), ("Far East", 2)]
    assert {entry.get_change_message() for entry in LogEntry.objects.all()} == {
        "Imported from rows.csv."
    }
    assert {entry.user_id for entry in LogEntry.objects.all()} == {org.admin.pk}


def test_one_row_that_will_not_do_stops_all(administrator: Client) -> None:
    rows = [["code", "name"], ["R8", "North"], ["R9", ""], ["R8", "South"]]
    preview = look(administrator, Region, rows)
    assertContains(preview, "2 rows will not do, so nothing is imported.")
    said = [(row.number + 1, row.error_dict) for row in preview.context["result"].invalid_rows]
    assert said == [
        (3, {"name": ["name is empty."]}),
        (4, {"code": ["code: stands in the file before."]}),
    ]
    assert "confirm_form" not in preview.context


def test_what_changed_since_the_preview_stops_all(administrator: Client, org: Organisation) -> None:
    rows = [["prefix", "chapter_code"], ["113", "0010"], ["114", "0606"]]
    preview = look(administrator, ZipPrefix, rows)
    Chapter.objects.filter(pk=org.chicago.pk).update(code="0607")
    assertContains(confirm(administrator, ZipPrefix, preview), "Nothing was imported")
    assert not ZipPrefix.objects.filter(prefix="113").exists()
    assert not LogEntry.objects.exists()


def test_who_is_faster_in_the_last_moment_stops_all(
    administrator: Client, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database has the last word, and what it says is no error page."""
    preview = look(administrator, ZipPrefix, [["prefix", "chapter_code"], ["113", "0010"]])
    prepare = ZipPrefixSheet.prepare

    def and_then_somebody_else(self: ZipPrefixSheet, rows: Any) -> None:
        prepare(self, rows)
        ZipPrefix.objects.create(prefix="113", chapter=org.newark)

    monkeypatch.setattr(ZipPrefixSheet, "prepare", and_then_somebody_else)
    assertContains(confirm(administrator, ZipPrefix, preview), "Nothing was imported")


def test_a_button_that_nobody_pressed_imports_nothing(administrator: Client) -> None:
    for sent in ({}, {"import_file_name": "x", "original_file_name": "x", "format": "7"}):
        response = administrator.post(page(Region, "process_import"), sent)
        assert response.status_code == 200
        assertNotContains(response, 'value="Import"')


def test_a_file_that_is_gone_is_chosen_again(administrator: Client) -> None:
    preview = look(administrator, Region, [["code", "name"], ["R9", "North"]])
    cache.clear()
    response = confirm(administrator, Region, preview)
    assertRedirects(response, page(Region))
    assertContains(response, "The file is no longer kept here: choose it again.")


def test_a_file_is_imported_once(administrator: Client) -> None:
    preview = look(administrator, Region, [["code", "name"], ["R9", "North"]])
    confirm(administrator, Region, preview)
    assertContains(confirm(administrator, Region, preview), "no longer kept here")


# --- Files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("rows.pdf", b"code,name", "has to end in .csv or .xlsx"),
        ("rows.xlsx", b"code,name", "cannot be read as an Excel workbook"),
        ("rows.csv", "code,näme".encode("latin-1"), "is not UTF-8"),
        ("rows.csv", b'code,name\r\nR9,"North', "cannot be read as CSV"),
        ("rows.csv", b"code,name\r\nR9,No\0rth", "no text may hold"),
        ("rows.csv", b"\r\n", "The file is empty"),
        ("rows.csv", b"", "The submitted file is empty"),
        ("rows.csv", b"code,name\r\nR9,North,East", "Row 2 has 3 cells, the header has 2."),
        ("rows.csv", b"name\r\nNorth", "The file has no column code."),
        ("rows.csv", b"code,name,name\r\nR9,North,East", "more than one column name."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    administrator: Client, name: str, content: bytes, sentence: str
) -> None:
    file = SimpleUploadedFile(name, content)
    assertContains(send(administrator, Region, file), sentence)


def test_no_file_is_refused_in_words(administrator: Client) -> None:
    assertContains(administrator.post(page(Region), {"x": "1"}), "This field is required.")


def test_what_is_too_much_is_refused(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["code", "name"], ["R8", "North"], ["R9", "South"]]
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    assertContains(look(administrator, Region, rows), "Divide it, or use load_history.")
    monkeypatch.setattr(forms, "LARGEST", 10)
    assertContains(look(administrator, Region, rows), "The file is larger than")


def test_columns_that_are_not_known_are_named(administrator: Client) -> None:
    rows = [["code", "colour", "name"], ["R9", "red", "North"]]
    assertContains(look(administrator, Region, rows), "not known and left out: colour.")


def test_a_sheet_is_read_as_it_is_shown(administrator: Client) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["code", "name", "parent_code", "time_zone", "national", None])
    sheet.append([216, "SCORE Akron", "D1", "America/New_York", False])
    sheet.append([None, None, None, None, None])
    sheet["A2"].number_format = "0000"
    made = BytesIO()
    book.save(made)
    file = SimpleUploadedFile("chapters.XLSX", made.getvalue())
    preview = send(administrator, Chapter, file)
    confirm(administrator, Chapter, preview)
    assert Chapter.objects.get(code="0216").name == "SCORE Akron"


# --- Units ----------------------------------------------------------------------------------------

UNITS = (
    ("level", "code", "name", "parent_code", "time_zone", "zip_prefixes", "national"),
    ("region", "R9", "North", "", "", "", ""),
    ("district", "D9", "Ice", "R9", "", "", ""),
    ("chapter", "0900", "SCORE Nome", "D9", "America/Nome", "997|998", "0"),
)


def test_one_file_may_hold_all_levels(administrator: Client) -> None:
    for model in (Region, District, Chapter):
        preview = look(administrator, model, UNITS)
        assertContains(preview, "rows of other levels are among them")
        confirm(administrator, model, preview)
    nome = Chapter.objects.get(code="0900")
    assert (nome.district.name, nome.district.region.name) == ("Ice", "North")
    assert sorted(nome.zip_prefixes.values_list("prefix", flat=True)) == ["997", "998"]
    for model in (Region, District, Chapter):
        assertContains(look(administrator, model, UNITS), "0 new, 0 changed")


def test_a_column_that_is_absent_leaves_what_is_there(
    administrator: Client, org: Organisation
) -> None:
    bring(administrator, Chapter, [["code", "name"], ["0010", "SCORE Manhattan"]])
    org.new_york.refresh_from_db()
    assert (org.new_york.name, org.new_york.time_zone) == ("SCORE Manhattan", "America/New_York")
    assert sorted(org.new_york.zip_prefixes.values_list("prefix", flat=True)) == ["10", "112"]


def test_prefixes_that_are_not_listed_are_given_back(
    administrator: Client, org: Organisation
) -> None:
    rows = [["code", "zip_prefixes"], ["0010", "10|113"]]
    assertContains(look(administrator, Chapter, rows), "<del>10|112</del> <ins>10|113</ins>")
    bring(administrator, Chapter, rows)
    assert sorted(org.new_york.zip_prefixes.values_list("prefix", flat=True)) == ["10", "113"]


def test_a_prefix_passes_to_another_chapter(administrator: Client, org: Organisation) -> None:
    bring(administrator, ZipPrefix, [["prefix", "chapter_code"], ["112", "0071"]])
    assert ZipPrefix.objects.get(prefix="112").chapter == org.newark


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"level": "county"}, "level “county” is not one of region, district, chapter."),
        ({"code": "90"}, "code “90” is not four digits, as chapters have."),
        ({"name": "x" * 101}, "name has 101 characters; at most 100 are kept."),
        ({"parent_code": "D7"}, "parent_code: district “D7” is not known."),
        ({"time_zone": "Mars"}, "time_zone “Mars” is not known; e.g. America/New_York."),
        ({"zip_prefixes": "99x"}, "zip_prefixes: “99x” is not one to five digits."),
        ({"zip_prefixes": "606"}, "zip_prefixes: “606” belongs to chapter “0606”."),
        ({"national": "yes"}, "national “yes” is neither 0 nor 1."),
        ({"national": "1"}, "There is a national virtual chapter already: “9999 SCORE National”."),
    ],
)
def test_a_chapter_that_will_not_do_is_refused_by_column(
    administrator: Client, changes: dict[str, str], sentence: str
) -> None:
    chapter = dict(zip(UNITS[0], UNITS[3], strict=True)) | {"parent_code": "D1"} | changes
    preview = look(administrator, Chapter, [UNITS[0], [chapter[name] for name in UNITS[0]]])
    assert refused(preview) == {next(iter(changes)): [sentence]}
    assertContains(preview, sentence)


# --- Volunteers -----------------------------------------------------------------------------------

NIA = {
    "volunteer_id": "v-1",
    "first_name": "Nia",
    "last_name": "Newcomer",
    "email": "Nia@Example.org",
    "phone": "555",
    "status": "Active",
    "classification": "mentor",
    "chapter_code": "0968",
    "languages": "English|Hawaiian",
    "areas": "marketing|Human Resources",
    "keywords": "surfboards",
    "weekly_limit": "3",
    "accepts_direct": "1",
    "positions": "rcic:D3|membership_chair:0968",
}


def roster(*people: dict[str, str]) -> Rows:
    return [list(people[0]), *([person[name] for name in people[0]] for person in people)]


@pytest.fixture
def areas(org: Organisation) -> None:
    from mentors.models import MentoringArea

    for name in ("Marketing", "Human Resources"):
        MentoringArea.objects.get_or_create(name=name)


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize("made", [as_csv, as_xlsx])
def test_a_mentor_comes_with_all_that_belongs_to_him(
    administrator: Client, org: Organisation, made: Callable
) -> None:
    bring(administrator, Volunteer, roster(NIA), made)
    nia = Volunteer.objects.get(email="nia@example.org")
    assert (nia.external_id, nia.chapter, nia.status) == ("v-1", org.honolulu, "active")
    assert nia.languages == ["English", "Hawaiian"]
    assert not nia.has_usable_password()
    assert nia.is_active
    assert not nia.is_staff
    assert nia.date_joined == MONDAY
    assert (nia.profile.weekly_limit, nia.profile.accepts_direct) == (3, True)
    assert set(nia.profile.areas.values_list("name", flat=True)) == {"Marketing", "Human Resources"}
    held = {(position.role, position.unit.name) for position in nia.positions.all()}
    assert held == {(Role.RCIC, "Islands"), (Role.MEMBERSHIP_CHAIR, "SCORE Honolulu")}
    assertContains(look(administrator, Volunteer, roster(NIA), made), "0 new, 0 changed")


@pytest.mark.usefixtures("areas")
def test_a_further_new_mentor_costs_one_statement(org: Organisation) -> None:
    """And a savepoint to go back to: what belongs to new people is written for all at once."""

    def statements(number: int) -> int:
        people = [
            NIA | {"email": f"n{one}@example.org", "volunteer_id": ""} for one in range(number)
        ]
        rows = files.CsvFile().create_dataset(as_csv(roster(*people)).read())
        sheet = VolunteerSheet(by=org.admin, now=MONDAY)
        with CaptureQueriesContext(connection) as queries:
            assert sheet.import_data(rows, dry_run=True).totals["new"] == number
        return len(queries)

    assert statements(3) - statements(2) == 3


@pytest.mark.usefixtures("areas")
def test_who_is_there_is_known_by_id_or_address(administrator: Client, org: Organisation) -> None:
    """Joan has no id yet and gets one; then she may get another address."""
    joan = {"volunteer_id": "v-7", "email": org.joan.email, "phone": "777", "areas": "Marketing"}
    bring(administrator, Volunteer, roster(joan))
    org.joan.refresh_from_db()
    assert (org.joan.external_id, org.joan.phone) == ("v-7", "777")
    EmailAddress.objects.create(user=org.joan, email=org.joan.email)
    org.joan.mail_trouble, org.joan.mail_trouble_at = MailTrouble.BOUNCED, MONDAY
    org.joan.save()
    bring(administrator, Volunteer, roster({"volunteer_id": "v-7", "email": "new@example.org"}))
    org.joan.refresh_from_db()
    assert (org.joan.email, org.joan.mail_trouble) == ("new@example.org", "")
    assert not EmailAddress.objects.exists()
    assert list(org.joan.profile.areas.values_list("name", flat=True)) == ["Marketing"]


def test_what_an_act_does_meanwhile_is_left_alone(administrator: Client, org: Organisation) -> None:
    """The import writes the columns that it has; the standing is none of them."""
    preview = look(administrator, Volunteer, roster({"email": org.joan.email, "phone": "777"}))
    Volunteer.objects.filter(pk=org.joan.pk).update(status="inactive")
    confirm(administrator, Volunteer, preview)
    org.joan.refresh_from_db()
    assert (org.joan.phone, org.joan.status) == ("777", "inactive")


def test_positions_that_are_held_stay(administrator: Client, org: Organisation) -> None:
    rows = roster({"email": org.rcic.email, "positions": "leader:0010"})
    for _ in range(2):
        bring(administrator, Volunteer, rows)
    held = Position.objects.filter(volunteer=org.rcic, ends_on=None)
    assert sorted(held.values_list("role", flat=True)) == [Role.LEADER, Role.RCIC]


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_name": ""}, "last_name is empty."),
        ({"email": "nia"}, "email “nia” is not an e-mail address."),
        ({"email": "joan@example.org"}, "email “joan@example.org” is the address of another"),
        ({"status": "gone"}, "status “gone” is not one of provisional, active"),
        ({"chapter_code": ""}, "Chapter “” is not known."),
        ({"areas": "Alchemy"}, "areas: “Alchemy” is not on the list."),
        ({"weekly_limit": "51"}, "weekly_limit: between 0 and 50 requests, or nothing."),
        ({"accepts_direct": "si"}, "accepts_direct “si” is neither 0 nor 1."),
        ({"positions": "king:D3"}, "positions: the role “king” is not one of"),
        ({"positions": "membership_chair:D3"}, "is not at a chapter"),
    ],
)
def test_a_person_who_will_not_do_is_refused_by_column(
    administrator: Client, org: Organisation, changes: dict[str, str], sentence: str
) -> None:
    Volunteer.objects.filter(pk=org.joan.pk).update(email="joan@example.org", external_id="v-7")
    preview = look(administrator, Volunteer, roster(NIA | changes))
    [[said]] = refused(preview).values()
    assert sentence in said
    assert list(refused(preview)) == list(changes)


def test_a_new_person_needs_what_a_person_needs(administrator: Client) -> None:
    said = refused(look(administrator, Volunteer, roster({"email": "nia@example.org"})))
    assert sorted(said) == ["chapter_code", "classification", "last_name", "status"]


def test_a_standing_is_changed_on_its_page(administrator: Client, org: Organisation) -> None:
    story = request_in("assigned", org)
    rows = roster({"email": org.joan.email, "status": "resigned"})
    [said] = refused(look(administrator, Volunteer, rows))["status"]
    assert "is “Active” here; change it on the page “Status and classification”" in said
    assert Assignment.objects.get(request=story.mre).outcome == "pending"


def test_who_resigned_comes_without_a_sign_in(administrator: Client) -> None:
    gone = {name: NIA[name] for name in ("email", "last_name", "classification", "chapter_code")}
    bring(administrator, Volunteer, roster(gone | {"status": "resigned"}))
    assert not Volunteer.objects.get(email="nia@example.org").is_active
    held = roster({"email": "nia@example.org", "positions": "leader:0010"})
    [said] = refused(look(administrator, Volunteer, held))["positions"]
    assert said == "positions: “leader:0010” cannot be held by who is resigned."


def test_two_rows_are_not_one_person(administrator: Client) -> None:
    said = refused(look(administrator, Volunteer, roster(NIA | {"areas": "", "positions": ""},
        NIA | {"areas": "", "positions": "", "volunteer_id": ""})))  # fmt: skip
    assert said == {"email": ["email: stands in the file before."]}


# --- Closed days ----------------------------------------------------------------------------------

TUESDAY = MONDAY.date() + timedelta(days=1)


def test_days_are_added_and_renamed(administrator: Client) -> None:
    ClosedDay.objects.create(date=TUESDAY, name="Closed")
    days: Rows = [["date", "name"], [TUESDAY, "Flood"], [date(2027, 3, 1), "Fair"]]
    bring(administrator, ClosedDay, days, as_xlsx)
    assert ClosedDay.objects.get(date=TUESDAY).name == "Flood"
    assert ClosedDay.objects.get(date=date(2027, 3, 1)).name == "Fair"
    assert ClosedDay.objects.filter(name="Christmas Day").exists()


def test_days_of_weekends_are_left_out(administrator: Client) -> None:
    preview = look(administrator, ClosedDay, [["date", "name"], ["2026-03-21", "Party"]])
    assertContains(preview, "rows of weekends, which never count anyway")
    assertContains(preview, "0 new, 0 changed")


def test_due_dates_that_would_move_are_shown_next(administrator: Client, org: Organisation) -> None:
    request_in("assigned", org)
    due = Assignment.objects.values_list("respond_by", flat=True)
    before = due.get()
    response = bring(administrator, ClosedDay, [["date", "name"], [TUESDAY, "Flood"]])
    assertRedirects(response, reverse("intake:move_due_dates"))
    assert due.get() == before
    administrator.post(reverse("intake:move_due_dates"))
    assert due.get() == before + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "name", "said"),
    [
        ("2026-13-01", "Party", {"date": ["date “2026-13-01” is not a date, e.g. 2026-02-27."]}),
        ("2026-03-17", "", {"name": ["name is empty."]}),
    ],
)
def test_a_day_that_will_not_do_is_refused_by_column(
    administrator: Client, day: str, name: str, said: dict[str, list[str]]
) -> None:
    assert refused(look(administrator, ClosedDay, [["date", "name"], [day, name]])) == said


def test_business_days_have_to_be_left(administrator: Client) -> None:
    days = [(TUESDAY + timedelta(days=number), "Closed") for number in range(500)]
    preview = look(administrator, ClosedDay, [["date", "name"], *days])
    assertContains(preview, "That would leave no business day for more than a year.")
    assert not ClosedDay.objects.filter(date=TUESDAY).exists()
