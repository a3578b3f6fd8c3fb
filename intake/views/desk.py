"""The mentor's desk, his answer to a request, and contact attempts."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from intake.actions import answering, availability
from intake.calendar import local_date
from intake.enums import Status, WordsFor
from intake.forms.answer import AcceptForm, DeclineForm
from intake.forms.desk import ClosedForm
from intake.forms.recording import HeldForm, NotesForm, entered_before
from intake.models import Assignment, MentoringRequest, NoteTemplate
from intake.pages import contact, desk, joined, panels
from intake.pages.bar import bar
from intake.pages.closed import closed
from intake.pages.desk import Kind, Task
from intake.pages.drafts import Draft, FormName, drafts, key
from intake.pages.ends import ends
from intake.pages.first_note import first_notes, kept_for_first_notes
from intake.pages.note_templates import all_at_hand
from intake.pages.outlines import outlines
from intake.pages.sight import sight
from intake.pages.unanswered import unanswered
from intake.permissions import check_can_answer
from intake.views.acts import posted
from intake.views.drafts import done_with, resume
from intake.views.scope import get_mre
from intake.views.way_back import list_behind
from mentors.errors import NotAllowed
from mentors.models import Pause, Volunteer
from mentors.paging import BoundedPaginator
from mentors.pausing import pausing
from mentors.roles import is_mentor
from mentors.web import SignedInRequest, carry_out

LAST_CLOSED = 5
CLOSED_PER_PAGE = 25


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """“My Client Requests”: what waits, open clients, the last closed ones."""
    mine = desk.read(request.user, request.now)
    kept = _kept(request, mine.tasks)
    last = list(closed(request.user)[: LAST_CLOSED + 1])
    context = {
        "desk": mine,
        "is_mentor": is_mentor(request.user),
        "cards": _with_drafts(
            request,
            [(task, _form_for(task, kept, request.user)) for task in mine.tasks],
        ),
        "in_short": desk.in_short(mine),
        "pausing": pausing(request.user, request.now),
        "closed": last[:LAST_CLOSED],
        "more_closed": len(last) > LAST_CLOSED,
        "search": ClosedForm(),
        "joined": joined.read(request.user, request.now),
        "nav_counts": {"intake:desk": len(mine.tasks)},
    }
    return render(request, "intake/desk/index.html", context)


@require_safe
def closed_requests(request: SignedInRequest) -> HttpResponse:
    """The requests the viewer held when they were closed; found by client or number."""
    search = ClosedForm(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    pages = BoundedPaginator(closed(request.user, words), CLOSED_PER_PAGE)
    context = {"closed": pages.get_page(request.GET.get("page")), "search": search, "words": words}
    return render(request, "intake/desk/closed.html", context)


WORDS_OF = {
    Kind.ANSWER: WordsFor.FIRST_NOTE,
    Kind.OUTCOME: WordsFor.SESSION,
    Kind.NOTES: WordsFor.SESSION,
}


def _kept(request: SignedInRequest, tasks: Sequence[Task]) -> dict[str, list[NoteTemplate]]:
    """The words at hand for the cards of these tasks, by purpose. One query if they have any."""
    purposes = {WORDS_OF[task.kind] for task in tasks if task.kind in WORDS_OF}
    rows = all_at_hand(request.user, request.now, purposes)
    return {purpose: list(some) for purpose, some in groupby(rows, lambda row: row.purpose)}


def _form_for(
    task: Task, kept: Mapping[str, list[NoteTemplate]], reader: Volunteer
) -> forms.Form | None:
    """The form on the card of a task. Several stand on one page, each with ids of its own.

    `kept`: the words that the mentor has at hand, by purpose.
    """
    ids = f"id_{task.kind}_{(task.session or task.mre).pk}_%s"
    for_notes = kept.get(WordsFor.SESSION, [])
    outline = outlines(task.mre, task.session, for_notes, reader) if task.session else []
    match task.kind:
        case Kind.ANSWER:
            assert task.mre.current is not None  # held by request_current_while_with_mentor
            words = first_notes(task.mre.current, kept.get(WordsFor.FIRST_NOTE, []))
            return AcceptForm(assignment=task.mre.current, words=words, auto_id=ids)
        case Kind.OUTCOME:
            assert task.session is not None
            begin = {"minutes": task.session.planned_minutes}
            return HeldForm(auto_id=ids, initial=begin, words=outline)
        case Kind.NOTES:
            assert task.session is not None
            begin = entered_before(task.session)
            return NotesForm(auto_id=ids, initial=begin, kept={}, words=outline)
    return None


def _with_drafts(
    request: SignedInRequest, cards: list[tuple[Task, forms.Form | None]]
) -> list[tuple[Task, forms.Form | None, Draft | None]]:
    """Each card with what was begun on it. One query."""
    keys = [_draft_key(task) if form else "" for task, form in cards]
    found = drafts(request.user, [key for key in keys if key], request.now)
    shown = []
    for (task, form), own in zip(cards, keys, strict=True):
        draft = found.get(own)
        if form is not None and draft is not None:
            draft.put_into(form)
        shown.append((task, form, draft))
    return shown


def _draft_key(task: Task) -> str:
    """Of the form on the card: the same as on the page of its own."""
    if task.kind == Kind.ANSWER:
        assert task.mre.current is not None  # held by request_current_while_with_mentor
        return key(FormName.ACCEPT, task.mre.current)
    assert task.session is not None  # the other forms are about one
    return key(FormName.HELD if task.kind == Kind.OUTCOME else FormName.NOTES, task.session)


# --- The answer -----------------------------------------------------------------------------------


def _get_own_assignment(request: SignedInRequest, pk: int) -> Assignment:
    """The latest choice of the viewer for this request, if he can still answer it.

    Who no longer holds it learns what became of it instead of a 404: he was just looking at it.
    Raises Http404 outside the viewer's scope, NotAllowed and AlreadyDone.
    """
    own = Assignment.objects.filter(request=pk, mentor=request.user, request__parked=False)
    assignment = (
        own.select_related("request__client", "request__chapter", "request__area")
        .select_related("request__business_type", "request__current__mentor")
        .select_related("assigned_by", "mentor__chapter")
        .order_by("assigned_at", "pk")
        .last()
    )
    if assignment is None:
        get_mre(request, pk)
        raise NotAllowed("Only the mentor to whom it is assigned can answer.")
    request.back = reverse("intake:desk")
    check_can_answer(request.user, assignment, assignment.request)
    return assignment


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept, with the first note to the client."""
    assignment = _get_own_assignment(request, pk)
    mre = assignment.request
    kept = kept_for_first_notes(request.user, request.now)
    form = AcceptForm(
        posted(request),
        assignment=assignment,
        words=first_notes(assignment, kept),
        asked=request.GET.get("words"),
    )
    if form.is_valid():
        done = carry_out(
            form,
            answering.accept,
            assignment_id=assignment.pk,
            by=request.user,
            now=request.now,
            **form.cleaned_data,
        )
        if done is not None:
            done_with(request, FormName.ACCEPT, FormName.DECLINE, row=assignment)
            name = mre.client.full_name
            messages.success(request, f"You accepted {mre.number}. Your note goes to {name} now.")
            return redirect("intake:request", pk)
    draft = resume(request, form, FormName.ACCEPT, assignment)
    context = _about_answer(assignment, form) | {"draft": draft}
    return render(request, "intake/desk/accept.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decline with a reason, and pause in the same step if wished."""
    assignment = _get_own_assignment(request, pk)
    today = local_date(request.now, request.user.zone)
    form = DeclineForm(posted(request), today=today)
    if form.is_valid() and _decline(request, assignment, form):
        done_with(request, FormName.ACCEPT, FormName.DECLINE, row=assignment)
        sent = f"You declined {assignment.request.number}; your coordinator finds somebody else."
        messages.success(request, sent)
        return redirect("intake:desk")
    others = unanswered(request.user).exclude(pk=assignment.pk)
    draft = resume(request, form, FormName.DECLINE, assignment)
    context = _about_answer(assignment, form) | {"others": others, "draft": draft}
    return render(request, "intake/desk/decline.html", context)


def _decline(
    request: SignedInRequest, assignment: Assignment, form: DeclineForm
) -> MentoringRequest | tuple[Pause, list[MentoringRequest]] | None:
    entered = form.cleaned_data
    said = {
        "assignment_id": assignment.pk,
        "by": request.user,
        "now": request.now,
        "reason": entered["reason"],
        "text": entered["text"],
    }
    if not form.pauses:
        return carry_out(form, answering.decline, **said)
    return carry_out(
        form,
        availability.decline_and_pause,
        **said,
        starts_on=entered["starts_on"],
        ends_on=entered["ends_on"],
        hand_back_unanswered=entered["hand_back"],
    )


def _about_answer(assignment: Assignment, form: forms.Form) -> dict[str, Any]:
    return {"assignment": assignment, "mre": assignment.request, "form": form}


# --- The way back ---------------------------------------------------------------------------------


def way_back(request: SignedInRequest, mre: MentoringRequest) -> dict[str, Any]:
    """For the page of an act: `back` is where somebody came from; `from_desk` remembers that."""
    from_desk = "desk" in (request.GET.get("from"), request.POST.get("from"))
    page = list_behind(request) or reverse("intake:request", args=[mre.pk])
    return {"from_desk": from_desk, "back": reverse("intake:desk") if from_desk else page}


def after(request: SignedInRequest, mre: MentoringRequest) -> HttpResponse:
    """Back to where somebody came from, once an act is done."""
    return redirect(way_back(request, mre)["back"])


# --- On the page of a request ---------------------------------------------------------------------


def work_panels(request: SignedInRequest, mre: MentoringRequest) -> dict[str, Any] | None:
    """What `intake/desk/_panels.html` shows on the page of a request; None if nothing.

    The number of queries does not depend on how much has happened.
    """
    seen = sight(request.user, mre, request.now)
    shown: dict[str, Any] = {}
    if seen.is_asked:
        assert mre.current is not None  # held by request_current_while_with_mentor
        mre.current.request = mre
        kept = kept_for_first_notes(request.user, request.now)
        form = AcceptForm(assignment=mre.current, words=first_notes(mre.current, kept))
        draft = resume(request, form, FormName.ACCEPT, mre.current)
        shown |= {"answer": form, "assignment": mre.current, "draft": draft}
    rows = panels.session_rows(mre, request.user, seen, request.now)
    if rows and (seen.coordinates or not seen.is_asked):
        shown["sessions"] = rows
    if mre.status == Status.ACCEPTED and (seen.coordinates or seen.mentors):
        shown |= _work(mre, rows, request)
    if mre.status == Status.ACCEPTED and seen.mentors:
        own = [row.session for row in rows if row.session.assignment_id == mre.current_id]
        shown["bar"] = bar(mre, own, shown["times"], request.user, request.now)
    return shown or None


def _work(
    mre: MentoringRequest, rows: list[panels.SessionRow], request: SignedInRequest
) -> dict[str, Any]:
    assert mre.current is not None  # held by request_current_while_with_mentor
    return {
        "progress": contact.progress(mre, mre.current, request.user, request.now),
        "works": True,
        "times": panels.open_times(mre),
        "ends": ends(mre, [row.session for row in rows], request.user, request.now),
    }
