"""The roster: who belongs to a chapter, what each may do, and who keeps the list."""

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_tables2 import RequestConfig

from mentors import actions
from mentors.enums import Classification, Role
from mentors.errors import NotAllowed
from mentors.filters import PositionFilter, RosterFilter
from mentors.forms import PositionForm, VolunteerForm
from mentors.models import Chapter, Pause, Position, Volunteer
from mentors.permissions import check_can_keep_roster, manages
from mentors.roles import Chapters, Duties, duties
from mentors.tables import PositionTable, RosterTable
from mentors.web import SignedInRequest, carry_out

PER_PAGE = 50
SHOWN = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "status",
    "classification",
    "is_active",
    "chapter__name",
    "chapter__time_zone",
)
"""What the roster shows of a person, or needs for it."""
POSITION = (
    "volunteer",
    "role",
    "starts_on",
    "ends_on",
    "chapter__name",
    "district__name",
    "region__name",
)
"""The same of a position."""


@require_safe
def roster(request: SignedInRequest) -> HttpResponse:
    """The people of the reader's chapters."""
    mine = _seeing_people(request)
    chapters = _chapters(mine, mine.people_of)
    everybody = Q(chapter__isnull=False) if mine.is_admin else Q(chapter__in=mine.people_of)
    people = Volunteer.objects.filter(everybody).select_related("chapter").only(*SHOWN)
    found = RosterFilter(
        request.GET,
        queryset=people.prefetch_related(*_held_about_now(request)),
        chapters=chapters,
        now=request.now,
    )
    table = RosterTable(found.qs, one_chapter=len(mine.people_of) == 1, now=request.now)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    context = {"filter": found, "table": table, "keeps": _keeps(mine)}
    return render(request, "mentors/roster.html", context)


@require_safe
def positions(request: SignedInRequest) -> HttpResponse:
    """Who holds which role in the reader's chapters."""
    mine = _seeing_people(request)
    held = Position.objects.for_user(request.user, request.now).lasting(request.now)
    found = PositionFilter(
        request.GET,
        queryset=held.select_related("volunteer", "chapter", "district", "region"),
        chapters=_chapters(mine, mine.people_of),
    )
    table = PositionTable(found.qs, mine=mine)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    return render(request, "mentors/positions.html", {"filter": found, "table": table})


@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One volunteer: contact, standing, positions, pauses and whom he can help."""
    volunteer = _volunteer(request, pk)
    mine = duties(request.user, request.now)
    today = request.now.astimezone(volunteer.zone).date()
    named = volunteer.positions.select_related("chapter", "district", "region")
    positions = list(named.order_by("starts_on", "pk"))
    pauses = list(volunteer.pauses.order_by("-starts_on", "-pk"))
    profile = getattr(volunteer, "profile", None)
    context = {
        "person": volunteer,
        "profile": profile,
        "areas": profile.areas.order_by("name") if profile else [],
        "business_types": profile.business_types.order_by("name") if profile else [],
        "paused": [pause for pause in pauses if pause.in_force(today)],
        "planned": [pause for pause in pauses if pause.starts_on > today],
        "past": [p for p in pauses if p.starts_on <= today and not p.in_force(today)],
        "held": [_ending(mine, p) for p in positions if not p.has_ended(today)],
        "ended": sorted(
            (p for p in positions if p.has_ended(today)),
            key=lambda p: (p.ends_on, p.pk),
            reverse=True,
        ),
        "keeps": manages(mine, volunteer) and volunteer.chapter is not None,
        "administers": mine.is_admin,
        "ranks": profile and (mine.is_admin or volunteer.chapter_id in mine.rcic),
        "seeing_people": mine.is_admin or mine.people_of,
        "sees_activity": volunteer.classification == Classification.MENTOR
        and (mine.is_admin or volunteer.chapter_id in mine.chairs | mine.sees_requests_of),
        "keepers": _keepers(volunteer, request),
    }
    return render(request, "mentors/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: SignedInRequest) -> HttpResponse:
    """Put somebody on the roster of a chapter that the reader keeps."""
    form = VolunteerForm(request.POST or None, chapters=_kept_chapters(request))
    if form.is_valid():
        added = carry_out(
            form, actions.add_volunteer, by=request.user, now=request.now, **form.cleaned_data
        )
        if added is not None:
            messages.success(
                request,
                f"{added} is on the roster of {added.chapter}, and signs in as {added.email}.",
            )
            return redirect("mentors:person", added.pk)
    return render(request, "mentors/add_person.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def position_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name a person to a role at a chapter that the reader keeps."""
    volunteer = _volunteer(request, pk)
    request.back = reverse("mentors:person", args=[pk])
    today = request.now.astimezone(volunteer.zone).date()
    form = PositionForm(
        request.POST or None,
        chapters=_kept_chapters(request),
        initial={"chapter": volunteer.chapter_id, "starts_on": today},
    )
    if form.is_valid():
        named = carry_out(
            form,
            actions.name_to_position,
            volunteer_id=pk,
            by=request.user,
            now=request.now,
            **form.cleaned_data,
        )
        if named is not None:
            messages.success(request, f"{volunteer} is named: {named}.")
            return redirect(request.back)
    return render(request, "mentors/position_add.html", {"form": form, "person": volunteer})


@require_http_methods(["GET", "HEAD", "POST"])
def position_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether a position is to end now, and end it."""
    seen = Position.objects.for_user(request.user, request.now)
    position = get_object_or_404(
        seen.select_related("volunteer__chapter", "chapter", "district", "region"), pk=pk
    )
    request.back = _page_of(request, position.volunteer)
    if position.chapter is None:
        raise NotAllowed("Positions at districts and regions are ended by an administrator.")
    check_can_keep_roster(request.user, position.chapter, request.now)
    if request.method == "POST":
        actions.end_position(position_id=pk, by=request.user, now=request.now)
        messages.success(request, f"{position.volunteer} no longer holds: {position}.")
        return redirect(request.back)
    return render(
        request, "mentors/position_end.html", {"position": position, "back": request.back}
    )


def _seeing_people(request: SignedInRequest) -> Duties:
    mine = duties(request.user, request.now)
    if not (mine.is_admin or mine.people_of):
        raise NotAllowed(
            "The roster is for those who coordinate (RCIC), keep, look after or lead a chapter."
        )
    return mine


def _chapters(mine: Duties, ids: Chapters) -> QuerySet[Chapter]:
    """These chapters by name; all of them for an administrator."""
    chapters = Chapter.objects.order_by("name", "pk")
    return chapters if mine.is_admin else chapters.filter(pk__in=ids)


def _keeps(mine: Duties) -> bool:
    return mine.is_admin or bool(mine.manages)


def _kept_chapters(request: SignedInRequest) -> QuerySet[Chapter]:
    """The chapters whose roster the reader keeps. Raises NotAllowed if there is none."""
    mine = duties(request.user, request.now)
    if not _keeps(mine):
        raise NotAllowed("Only a Chapter Manager can change the roster.")
    return _chapters(mine, mine.manages)


def _held_about_now(request: SignedInRequest) -> tuple[Prefetch, Prefetch]:
    """Positions and pauses of today, be it today here or there, for a whole list: two queries."""
    held = Position.objects.in_force_anywhere(request.now).order_by("pk")
    named = held.select_related("chapter", "district", "region").only(*POSITION)
    pauses = Pause.objects.in_force_anywhere(request.now).defer("reason", "created_at")
    return (
        Prefetch("positions", named, to_attr="held"),
        Prefetch("pauses", pauses, to_attr="pausing"),
    )


def _volunteer(request: SignedInRequest, pk: int) -> Volunteer:
    """The person, if the reader may open his record. Raises Http404."""
    seen = Volunteer.objects.for_user(request.user, request.now)
    return get_object_or_404(seen.select_related("chapter__district", "profile"), pk=pk)


def _ending(mine: Duties, position: Position) -> tuple[Position, bool]:
    """A position, and whether the reader may end it."""
    kept = position.chapter_id in mine.manages or mine.is_admin
    return position, position.chapter is not None and kept


def _keepers(volunteer: Volunteer, request: SignedInRequest) -> list[Volunteer]:
    """The Chapter Managers of a volunteer's chapter: whom to ask for a change."""
    named = Position.objects.in_force(request.now).filter(
        chapter=volunteer.chapter, role=Role.CHAPTER_MANAGER
    )
    shown = ("volunteer__first_name", "volunteer__last_name", "volunteer__email")
    rows = named.select_related("volunteer").only(*shown).order_by("pk")
    return [position.volunteer for position in rows]


def _page_of(request: SignedInRequest, volunteer: Volunteer) -> str:
    """Where one goes on: the person's page if the reader may open it, else the positions."""
    seen = Volunteer.objects.for_user(request.user, request.now)
    if seen.filter(pk=volunteer.pk).exists():
        return reverse("mentors:person", args=[volunteer.pk])
    return reverse("mentors:positions")
