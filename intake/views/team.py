"""Who helps the mentor: the team of a request, and off it again."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from intake.actions import team as actions
from intake.forms.team import JoinForm
from intake.models import MentoringRequest, TeamMember
from intake.pages.helpers import find_helpers
from intake.pages.sight import client_name, sight
from intake.pages.team import present
from intake.team_permissions import check_can_build_team
from intake.views.acts import Question, ask, done, posted
from intake.views.looking_up import searched, words_of
from intake.views.scope import get_mre
from mentors.errors import AlreadyDone
from mentors.web import SignedInRequest, carry_out

LINE = "Goes to the person by mail: what it is about, and what you hope for."


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask a colleague to help with this client: found by a search, with a line of one's own."""
    mre = get_mre(request, pk)
    check_can_build_team(request.user, mre, request.now)
    form = searched(request, JoinForm, needs_line=True, help_text=LINE)
    if form.is_valid():
        joined = carry_out(
            form,
            actions.add_member,
            mre_id=pk,
            volunteer_id=form.cleaned_data["volunteer"].pk,
            by=request.user,
            now=request.now,
            line=form.cleaned_data["line"],
        )
        if joined is not None:
            messages.success(request, f"{joined.volunteer} is on the team now, and gets a mail.")
            return redirect("intake:request", pk)
    members = present(mre)
    assert mre.current is not None  # held by request_current_while_with_mentor
    lead = mre.current.mentor
    taken = [lead.pk, *(member.volunteer_id for member in members)]
    context = {
        "mre": mre,
        "name": client_name(mre, sight(request.user, mre, request.now)),
        "members": members,
        "form": form,
        "found": find_helpers(words_of(form), near=lead.chapter, without=taken, now=request.now),
        "back": reverse("intake:request", args=[pk]),
    }
    return render(request, "intake/team/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def leave_team(request: SignedInRequest, pk: int) -> HttpResponse:
    """Off the team: by oneself, or taken off."""
    seen = MentoringRequest.objects.for_user(request.user, request.now)
    people = TeamMember.objects.select_related("volunteer")
    member = get_object_or_404(people, pk=pk, request__in=seen)
    mre = get_mre(request, member.request_id)
    himself = member.volunteer_id == request.user.pk
    if not himself:
        check_can_build_team(request.user, mre, request.now)
    if member.left_at is not None:
        raise AlreadyDone(f"{member.volunteer} is not on the team any more.")
    form = forms.Form(posted(request))
    if form.is_valid():
        actions.end_membership(member_id=pk, by=request.user, now=request.now)
        who = "You are" if himself else f"{member.volunteer} is"
        return done(request, mre, f"{who} off the team of {mre}.")
    return ask(request, mre, _question(member, himself=himself), form)


def _question(member: TeamMember, *, himself: bool) -> Question:
    if himself:
        return Question(
            title="Leave the team?",
            follows="The mentor is told. You keep the sessions in which you took part and the time "
            "that you logged; of the rest you see nothing any more.",
            button="Leave the team",
        )
    name = member.volunteer.first_name
    return Question(
        title=f"Take {member.volunteer} off the team?",
        follows=f"{name} is told by mail, and sees of this request only the sessions in which "
        f"{name} took part.",
        button="Take off the team",
    )
