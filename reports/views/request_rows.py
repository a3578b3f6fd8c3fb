"""The requests behind a figure, as the list of all requests shows them."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase
from django_tables2 import RequestConfig

from intake.pages.exporting import REQUESTS, request_lines
from intake.querysets import RequestQuerySet
from intake.tables import AllRequestsTable
from intake.views.lists import show_page
from mentors.paging import MOST, LatePaginator
from mentors.spreadsheets import Format
from mentors.web import SignedInRequest
from reports.catalogue import Report
from reports.forms import QuestionForm
from reports.question import Question
from reports.views.files import send


def listed(request: SignedInRequest, found: RequestQuerySet, question: Question) -> dict[str, Any]:
    """For the page of these requests: a page of the table, newest first, and what was asked."""
    table = show_page(request, AllRequestsTable(found.for_list()), pages=LatePaginator)
    return {"table": table, "question": question}


def as_file(
    request: SignedInRequest,
    found: RequestQuerySet,
    *,
    title: str,
    report: Report,
    form: QuestionForm,
) -> HttpResponseBase:
    """The same requests in the same order as a file, no more than all pages of the list show.

    `report` is the one whose figure they are behind, `form` what was asked.
    """
    table = AllRequestsTable(found.for_list())
    RequestConfig(request, paginate=False).configure(table)
    rows = table.data.data[:MOST]
    listed = replace(report, title=title, columns=REQUESTS, rows=lambda _: request_lines(rows))
    kind = Format(request.GET["format"])
    return send(request, listed, form.question(), report.query(form), kind)


def wants_file(request: SignedInRequest) -> bool:
    """Whether the rows are asked for as a file."""
    return request.GET.get("format", "") in Format
