"""The pages of an import in Django's admin: file, preview, button; and an empty file to fill."""

from datetime import UTC
from operator import itemgetter
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from import_export.admin import ImportMixin
from import_export.results import RowResult

from intake.actions.exporting import counted, note_export
from intake.imports.files import FORMATS, MOST_ROWS, Unreadable
from intake.imports.forms import ConfirmForm, UploadForm
from intake.imports.sheet import Cells, Outcome, Sheet
from intake.imports.storage import KeptFile
from intake.imports.template import empty_file
from mentors.errors import AlreadyDone
from mentors.models import Volunteer
from mentors.spreadsheets import Column, Format, download

SHOWN = 200
"""Rows of a preview, and refused rows."""
FLAGS = {RowResult.IMPORT_TYPE_NEW: ADDITION, RowResult.IMPORT_TYPE_UPDATE: CHANGE}


class Importing(ImportMixin):
    """Adds an import to the page of a model. Nothing is half done: one refused row stops all."""

    sheet: ClassVar[type[Sheet]]
    formats = list(FORMATS.values())
    import_form_class = UploadForm
    confirm_form_class = ConfirmForm
    import_template_name = "admin/import.html"
    tmp_storage_class = KeptFile

    def get_urls(self) -> list[Any]:
        """With the empty file, and the one with all that is there."""
        views = {"template": self.template_view, "everything": self.everything_view}
        own = [
            path(
                f"import/{what}.<str:kind>",
                self.admin_site.admin_view(view),
                name="{}_{}_import_{}".format(*self.get_model_info(), what),
            )
            for what, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """A file with the columns and nothing below them."""
        if kind not in Format.values:
            raise Http404
        return empty_file(self.sheet, self.opts.model_name, Format(kind))

    def everything_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """A file with all that is there, as an import takes it. Written down, as every list."""
        if kind not in Format.values:
            raise Http404
        by, now = request.user, request.now  # type: ignore[attr-defined]
        assert isinstance(by, Volunteer)  # only administrators come here
        what = f"All {self.opts.verbose_name_plural}"
        export = note_export(by=by, now=now, what=what, query="", kind=Format(kind))
        sheet = self.sheet(by=by, now=now)
        columns = [Column[Cells](name, itemgetter(name)) for name in sheet.fields]
        rows = counted(export, sheet.everything())
        return download(columns, rows, name=self.opts.model_name or "", kind=Format(kind), zone=UTC)

    # What the library asks for

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Administrators, as everything here."""
        return self.admin_site.has_permission(request)

    def get_resource_classes(self, request: HttpRequest) -> list[type[Sheet]]:
        """One kind of sheet for one kind of record."""
        return [self.sheet]

    def get_import_resource_kwargs(self, request: HttpRequest, **_: Any) -> dict[str, Any]:
        """Who imports, and when."""
        return {"by": request.user, "now": request.now}  # type: ignore[attr-defined]

    def get_import_data_kwargs(self, **_: Any) -> dict[str, Any]:
        """One refused row stops all."""
        return {"rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """The sentence, beside the file. What is no refusal goes on."""
        if not isinstance(e, Unreadable | AlreadyDone):
            raise e
        form.add_error("import_file", str(e))

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page of the file and of its preview, with words on what an import does."""
        answer = super().import_action(request, **kwargs)
        answer.context_data |= {
            "columns": [
                (name, name in self.sheet.NEEDED, words) for name, words in self.sheet.HELP.items()
            ],
            "title": f"Import {self.opts.verbose_name_plural}",
            "shown": SHOWN,
            "passed_over": self.sheet.PASSED_OVER,
            "kinds": self._files("import_template"),
            "filled": self._files("import_everything"),
            "most": MOST_ROWS,
        }
        return answer

    def _files(self, what: str) -> list[tuple[str, str]]:
        return [(kind.label, reverse(self._page(what), args=[kind.value])) for kind in Format]

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The import itself; where the file is gone, the way back to choose it again."""
        request.back = reverse(self._page("import"))  # type: ignore[attr-defined]
        return super().process_import(request, **kwargs)

    def process_result(self, result: Outcome, request: HttpRequest) -> HttpResponse:
        """Back to the list; or, if something changed since the preview, to the file."""
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        messages.error(
            request,
            "Nothing was imported: something has changed since the preview. Choose the file again.",
        )
        return redirect(self._page("import"))

    def generate_log_entries(self, result: Outcome, request: HttpRequest) -> None:
        """The history of each record says from which file it came."""
        assert request.user.pk is not None  # only administrators come here
        for kind, flag in FLAGS.items():
            LogEntry.objects.log_actions(
                request.user.pk,
                [row.instance for row in result if row.import_type == kind],
                flag,
                change_message=f"Imported from {result.file_name}.",
            )

    def add_success_message(self, result: Outcome, request: HttpRequest) -> None:
        """What became of the rows."""
        new, changed = (result.totals[kind] for kind in FLAGS)
        same = result.totals[RowResult.IMPORT_TYPE_SKIP]
        done = f"{new:,} new, {changed:,} changed, {same:,} left as they were"
        messages.success(request, f"Imported from {result.file_name}: {done}.")

    def _page(self, what: str) -> str:
        return "admin:{}_{}_{}".format(*self.get_model_info(), what)
