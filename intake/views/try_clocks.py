"""Try any instant and any numbers: what would follow, and how it is counted."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake import inforce
from intake.calendar import NoBusinessDayError
from intake.forms.trying import TryForm
from intake.pages.trying import between, in_force, tried
from intake.policy import CLOCKS
from mentors.errors import NotAllowed
from mentors.roles import duties
from mentors.web import SignedInRequest


@require_safe
def try_clocks(request: SignedInRequest) -> HttpResponse:
    """The clocks of an instant that is entered; now, to begin with. The address can be shared."""
    if not duties(request.user, request.now).is_admin:
        raise NotAllowed("Trying the clocks is for administrators.")
    policy, zone = inforce.policy(), request.user.zone
    now = f"{request.now.astimezone(zone):%Y-%m-%dT%H:%M}"
    form = TryForm(request.GET or {"start": now}, own_zone=zone, in_force=policy)
    context: dict[str, Any] = {
        "form": form,
        "numbers": in_force(policy, settings.POLICY),
        "rules": [(row.name, row.when(policy), row.what) for row in CLOCKS],
    }
    if form.is_valid():
        context |= _counted(form)
    return render(request, "intake/clocks/try.html", context)


def _counted(form: TryForm) -> dict[str, Any]:
    days = inforce.calendar()
    try:
        clocks = tried(form.start_at, form.whose, form.policy, days)
    except NoBusinessDayError as hopeless:
        form.add_error("start", str(hopeless))
        return {}
    if form.until_at is None:
        return {"clocks": clocks}
    return {"clocks": clocks, "between": between(form.start_at, form.until_at, form.whose, days)}
