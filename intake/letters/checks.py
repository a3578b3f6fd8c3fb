"""What administrators are told of the self-check. No request is described, only numbered."""

from collections.abc import Iterator

from django.urls import reverse

from intake.links import absolute
from intake.models import FigureCheck
from intake.outbox import Draft
from intake.selfcheck.tables import told_of
from mentors.models import Volunteer

MOST_LISTED = 10
"""Differences that stand in the mail; the page has the others."""


def figures_differ(check: FigureCheck) -> Iterator[Draft]:
    """To every administrator, once for each check that found something."""
    if not check.differing:
        return
    admins = Volunteer.objects.filter(is_active=True, is_staff=True, is_superuser=True)
    context = {
        "requests": check.requests,
        "differing": check.differing,
        "differences": [f"MR-{pk}, {one.words}" for pk, one in told_of(check)[:MOST_LISTED]],
        "url": absolute(reverse("reports:check", args=[check.pk])),
    }
    for admin in admins.order_by("pk"):
        key = f"figures-differ:{check.pk}:{admin.pk}"
        yield Draft(kind="figures_differ", key=key, to=admin, context=context)
