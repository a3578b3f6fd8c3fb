"""The requests behind a figure, as the list of all requests shows them."""

from typing import Any

from intake.querysets import RequestQuerySet
from intake.tables import AllRequestsTable
from intake.views.lists import show_page
from mentors.paging import LatePaginator
from mentors.web import SignedInRequest
from reports.question import Question


def listed(request: SignedInRequest, found: RequestQuerySet, question: Question) -> dict[str, Any]:
    """For the page of these requests: a page of the table, newest first, and what was asked."""
    table = show_page(request, AllRequestsTable(found.for_list()), pages=LatePaginator)
    return {"table": table, "question": question}
