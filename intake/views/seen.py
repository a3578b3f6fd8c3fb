"""What coordinators see of a mentor: shown to himself, with the requests behind each figure."""

from django.core.paginator import Page
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from intake.models import Assignment, MentoringRequest
from intake.pages.seen import Figure, how_counted, requests_behind, seen
from intake.permissions import check_can_see_as_ranked
from mentors.errors import NotAllowed
from mentors.models import BusinessType, MentoringArea, MentorProfile, Volunteer
from mentors.paging import BoundedPaginator
from mentors.web import SignedInRequest

PER_PAGE = 25


@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    """A mentor looks at himself as coordinators do."""
    request.back = reverse("intake:availability")
    return _show(request, _himself(request))


@require_safe
def of_mentor(request: SignedInRequest, pk: int) -> HttpResponse:
    """A coordinator looks at what the shortlist shows of a mentor, whatever the request."""
    found = Volunteer.objects.for_user(request.user, request.now).filter(profile__isnull=False)
    mentor = get_object_or_404(found.select_related("chapter"), pk=pk)
    request.back = reverse("mentors:person", args=[pk])
    check_can_see_as_ranked(request.user, mentor, request.now)
    return _show(request, mentor)


@require_safe
def behind(request: SignedInRequest, figure: str) -> HttpResponse:
    """The requests that one figure counts, for the mentor himself."""
    mentor = _himself(request)
    if figure not in list(Figure):
        raise Http404
    chosen = Figure(figure)
    rows = requests_behind(mentor, chosen, request.now)
    with_words = rows.select_related("request__client", "request__area")
    page = BoundedPaginator(with_words, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": chosen.heading,
        "how": how_counted(chosen),
        "page": page,
        "open": _open_to(request, page),
        "back": reverse("intake:seen"),
    }
    return render(request, "intake/availability/behind.html", context)


def _himself(request: SignedInRequest) -> Volunteer:
    """The reader, if he is a mentor. Raises NotAllowed."""
    if not MentorProfile.objects.filter(volunteer=request.user).exists():
        raise NotAllowed("Only mentors have an availability. You have no mentor profile.")
    return request.user


def _show(request: SignedInRequest, mentor: Volunteer) -> HttpResponse:
    context = {
        "mentor": mentor,
        "is_own": mentor.pk == request.user.pk,
        "seen": seen(mentor, request.now),
        "areas": MentoringArea.objects.filter(mentors=mentor.pk).order_by("name"),
        "business_types": BusinessType.objects.filter(mentors=mentor.pk).order_by("name"),
        "back": request.back,
    }
    return render(request, "intake/availability/seen.html", context)


def _open_to(request: SignedInRequest, page: Page[Assignment]) -> set[int]:
    """Which of these requests he may open: those that he declined are no longer his."""
    own = MentoringRequest.objects.for_user(request.user, request.now)
    ids = [assignment.request_id for assignment in page]
    return set(own.filter(pk__in=ids).values_list("pk", flat=True))
