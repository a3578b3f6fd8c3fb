"""A note on a request: to the client, to the mentor, or for coordinators alone."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from intake.actions.contacting import add_note
from intake.enums import NoteLevel
from intake.forms.closing import NoteForm
from intake.pages.sight import Sight, sight
from intake.permissions import check_can_add_note
from intake.views.acts import Question, ask, done, posted
from intake.views.scope import get_mre
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write a note, and choose who reads it."""
    mre = get_mre(request, pk)
    check_can_add_note(request.user, mre, request.now)
    form = NoteForm(posted(request), levels=_levels(sight(request.user, mre, request.now)))
    if form.is_valid():
        written = carry_out(
            form, add_note, mre_id=pk, by=request.user, now=request.now, **form.cleaned_data
        )
        if written is not None:
            sent = written.level == NoteLevel.CLIENT
            return done(request, mre, "The note is sent." if sent else "The note is added.")
    question = Question(
        title=f"Add a note to {mre}",
        follows="A note to the client is sent by e-mail at once, under your name.",
        button="Add the note",
    )
    return ask(request, mre, question, form)


def _levels(seen: Sight) -> list[NoteLevel]:
    """Who may be written to. A mentor who has not accepted is not named to the client."""
    if seen.coordinates:
        return [NoteLevel.MENTOR, NoteLevel.COORDINATOR, NoteLevel.CLIENT]
    return [NoteLevel.MENTOR] if seen.is_asked else [NoteLevel.MENTOR, NoteLevel.CLIENT]
