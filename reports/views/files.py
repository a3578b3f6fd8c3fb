"""Every list and figure as a file for a spreadsheet: what its page shows, for the same question."""

from django.http import Http404, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from intake.actions.exporting import counted, note_export
from intake.calendar import local_date
from mentors.spreadsheets import Format, download
from mentors.web import SignedInRequest
from reports.catalogue import BY_NAME, Report
from reports.question import Question

# A download is asked for with GET, as all downloads are; the only thing it writes is who did.


@require_GET
def file(request: SignedInRequest, name: str) -> HttpResponseBase:
    """One report, asked with the fields of its page; what cannot be asked leads back there."""
    report, kind = BY_NAME.get(name), request.GET.get("format", Format.CSV)
    if report is None or kind not in Format:
        raise Http404
    form = report.asked(request.GET, reader=request.user, now=request.now)
    if not form.is_valid():
        return redirect(f"{report.address}?{_without_format(request.GET)}")
    return send(request, report, form.question(), report.query(form), Format(kind))


def _without_format(asked: QueryDict) -> str:
    kept = asked.copy()
    kept.pop("format", None)
    return kept.urlencode()


def send(
    request: SignedInRequest, report: Report, question: Question, query: str, kind: Format
) -> HttpResponseBase:
    """The file, with a line in the account of who took it."""
    export = note_export(
        by=request.user, now=request.now, what=report.title, query=query, kind=kind
    )
    zone = timezone.get_current_timezone()
    return download(
        report.columns,
        counted(export, report.rows(question)),
        name=f"{report.title} {local_date(question.at, zone):%Y-%m-%d}",
        kind=kind,
        zone=zone,
    )
