"""What all imports have in common: columns by name, refusals by row and column, all or nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, Resource
from import_export.results import Result, RowResult
from import_export.widgets import Widget
from tablib import Dataset

from intake.history.reader import Refusal, in_batches
from intake.imports.files import MOST_ROWS, Unreadable
from mentors.models import Volunteer
from mentors.spreadsheets import as_typed

Cells = dict[str, str]


class Cell(Widget):
    """Reads the text of a cell, and writes it; a refusal is a sentence."""

    def __init__(self, read: Callable[[str], Any], show: Callable[[Any], str]) -> None:
        super().__init__()
        self.read, self.show = read, show

    def clean(self, value: str, row: Any = None, **_: Any) -> Any:
        """What the cell says. Raises ValueError with the sentence."""
        try:
            return self.read(as_typed(value).strip())
        except Refusal as why:
            raise ValueError(str(why)) from None

    def render(self, value: Any, obj: Any = None, **_: Any) -> str:
        """The text of the cell."""
        return "" if value is None else self.show(value)


class Change(Diff):
    """What was and what becomes of each cell, as HTML without styles of its own."""

    def as_html(self) -> list[SafeString]:
        """Only what becomes of it, if it was not there or stays."""
        return [
            format_html("{}", after)
            if self.new or before == after
            else format_html("<del>{}</del> <ins>{}</ins>", before, after)
            for before, after in zip(self.left, self.right, strict=True)
        ]


class Outcome(Result):
    """What an import does; with the columns that it did not know."""

    unknown: tuple[str, ...] = ()
    file_name = ""


class Sheet(Resource):
    """One kind of record. A column that is absent leaves what is there, an empty cell empties it.

    For each column there is a method `read_<column>`, which raises Refusal, and perhaps a
    `show_<column>`.
    """

    KEY: ClassVar[str]
    """The column by which a record is known."""
    NEEDED: ClassVar[tuple[str, ...]]
    """The columns that a new record has to fill."""
    BESIDE: ClassVar[tuple[str, ...]] = ()
    """Columns that are looked at and belong to no record."""
    SAVED: ClassVar[tuple[str, ...]]
    """The fields of the model that an import may change in a record that is there."""
    PASSED_OVER: ClassVar[str] = ""
    """Which rows are left out."""
    HELP: ClassVar[dict[str, str]]
    """What stands in which column."""

    class Meta:
        instance_loader_class = BaseInstanceLoader
        skip_unchanged = True
        report_skipped = False
        store_instance = True

    def __init__(self, *, by: Volunteer, now: datetime) -> None:
        super().__init__()
        self.by, self.now = by, now
        self.current: Any = None
        self.done: set[int] = set()
        self.passed_over = 0
        for column, field in self.fields.items():
            read = getattr(self, f"read_{column}")
            field.widget = Cell(read, getattr(self, f"show_{column}", str))

    @classmethod
    def get_display_name(cls) -> str:
        """There is one for each page."""
        return cls.__name__

    def init_instance(self, row: Any = None) -> Model:
        """A new record."""
        new: Model = self._meta.model()
        return new

    @classmethod
    def get_result_class(cls) -> type[Result]:
        """Ours."""
        return Outcome

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        """Ours: the library's brings styles along, which the browser is told to refuse."""
        return Change

    # What each kind of record has of its own

    def prepare(self, rows: list[Cells]) -> None:
        """Fetch what the rows need, in a few queries."""

    def find(self, row: Cells) -> Model | None:
        """The record that is there already."""
        raise NotImplementedError

    def begin(self, instance: Any, *, new: bool) -> None:
        """Give a record what its columns read that are no fields of it."""

    def passes_over(self, row: Cells) -> bool:
        """Whether a row is left out."""
        return False

    def keep(self, instance: Any) -> None:
        """Write what belongs to a record that has just been written."""

    def finish(self) -> None:
        """Write what is written for all rows at once."""

    def weigh(self) -> None:
        """Look at everything together once it is written. Raises Unreadable."""

    # What is there

    def everything(self) -> Iterator[Cells]:
        """All records as rows of a file: importing them again changes nothing."""
        keys = self._meta.model.objects.order_by("pk").values_list(self.KEY, flat=True)
        for some in in_batches(keys, MOST_ROWS):
            rows = [{self.KEY: str(key)} for key in some]
            self.prepare(rows)
            for row in rows:
                yield self._shown(self.find(row))

    def _shown(self, instance: Any) -> Cells:
        self.begin(instance, new=False)
        return {column: field.export(instance) for column, field in self.fields.items()}

    # How the library asks for it

    def before_import(self, dataset: Dataset, **_: Any) -> None:
        """Look at the header, and prepare. Raises Unreadable; then no row is looked at."""
        header = list(dataset.headers)
        try:
            self._look_at(header)
        except Unreadable:
            dataset.wipe()
            raise
        self.prepare([dict(zip(header, row, strict=True)) for row in dataset])

    def _look_at(self, header: list[str]) -> None:
        if self.KEY not in header:
            raise Unreadable(f"The file has no column {self.KEY}.")
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise Unreadable(f"The file has more than one column {', '.join(twice)}.")

    def after_import(self, dataset: Dataset, result: Outcome, **kwargs: Any) -> None:
        """Say what was not known; finish, and look at the whole, unless a row will not do."""
        known = {*self.fields, *self.BESIDE}
        result.unknown = tuple(name for name in dataset.headers or () if name not in known)
        result.file_name = kwargs.get("file_name") or ""
        if not (result.has_errors() or result.has_validation_errors()):
            self.finish()
            self.weigh()

    def import_row(self, row: Cells, instance_loader: Any, **kwargs: Any) -> RowResult:
        """One row; those that are left out are counted."""
        if not self.passes_over(row):
            return super().import_row(row, instance_loader, **kwargs)
        self.passed_over += 1
        left_out = RowResult()
        left_out.import_type = RowResult.IMPORT_TYPE_SKIP
        return left_out

    def get_instance(self, instance_loader: Any, row: Cells) -> Model | None:
        """By the maps made beforehand."""
        return self.find(row)

    def after_init_instance(self, instance: Any, new: bool, row: Cells, **_: Any) -> None:  # noqa: FBT001
        """No record twice; a new one has to fill what is needed."""
        if instance.pk in self.done:
            raise ValidationError({self.KEY: f"{self.KEY}: stands in the file before."})
        self.current = instance
        self.begin(instance, new=new)
        if new:
            for column in self.NEEDED:
                row.setdefault(column, "")
        else:
            self.done.add(instance.pk)

    def skip_row(
        self, instance: Any, original: Any, row: Cells, import_validation_errors: Any = None
    ) -> bool:
        """Whether the row says what is there already."""
        if import_validation_errors or instance.pk is None:
            return False
        fields = self.get_import_fields()
        return [f.export(instance) for f in fields] == [f.export(original) for f in fields]

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, **_: Any
    ) -> None:
        """Raise what was refused, by column instead of by field."""
        columns = {field.attribute: column for column, field in self.fields.items()}
        if refused := import_validation_errors:
            raise ValidationError({columns.get(of, of): why for of, why in refused.items()})

    def do_instance_save(self, instance: Any, is_create: bool) -> None:  # noqa: FBT001
        """Write what was imported and nothing else: an act may have changed the rest meanwhile."""
        if is_create:
            instance.save(force_insert=True)
        else:
            instance.save(update_fields=self.SAVED)

    def after_save_instance(self, instance: Any, row: Cells, **_: Any) -> None:
        """With what belongs to it."""
        self.done.add(instance.pk)
        self.keep(instance)


class KeyedSheet(Sheet):
    """Records that are known by one column alone, which is a field of theirs, too."""

    there: dict[Any, Any]
    """Those that are there, by what stands in that column; `prepare` fetches them."""

    def key_in(self, row: Cells) -> Any:
        """By what a row knows its record; None if that is no key."""
        return row[self.KEY].strip()

    def find(self, row: Cells) -> Any:
        """By the key."""
        return self.there.get(self.key_in(row))

    def keep(self, instance: Any) -> None:
        """A second row with its key would mean this one."""
        self.there[getattr(instance, self.KEY)] = instance
