"""Times that a mentor proposes to a client: the form, and taking them back."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from intake.actions import times
from intake.forms.sessions import TimesForm
from intake.permissions import check_can_work
from intake.views.acts import posted
from intake.views.desk import after
from intake.views.scope import get_mre
from intake.views.sessions import session_page, usual_mode
from mentors.errors import AlreadyDone
from mentors.web import SignedInRequest, carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Up to five times at once; the client gets them by mail and picks one."""
    mre = get_mre(request, pk)
    check_can_work(request.user, mre, request.now)
    assert mre.current is not None  # held by request_current_while_with_mentor
    open_one = mre.time_proposals.open().first()
    form = TimesForm(posted(request), initial={"mode": usual_mode(mre)}, mentor=mre.current.mentor)
    if form.is_valid():
        done = carry_out(
            form,
            times.propose,
            mre_id=pk,
            by=request.user,
            now=request.now,
            starts=form.starts(),
            meeting=form.meeting(),
            note=form.cleaned_data["note"],
        )
        if done is not None:
            messages.success(request, f"The times are on their way to {mre.client.first_name}.")
            return after(request, mre)
    return session_page(request, "times", mre, form, open=open_one)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """The client can no longer choose from the times that are open."""
    mre = get_mre(request, pk)
    check_can_work(request.user, mre, request.now)
    form = forms.Form(posted(request))
    if form.is_valid():
        times.withdraw(mre_id=pk, by=request.user, now=request.now)
        messages.success(request, "The times are withdrawn.")
        return after(request, mre)
    if not mre.time_proposals.open().exists():
        raise AlreadyDone("No proposed times are open.")
    return session_page(request, "times_withdraw", mre, form)
