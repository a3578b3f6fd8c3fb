"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from config.webhooks import tracking_pages
from intake.speech import choose
from intake.views.public import home
from mentors.help import guide, guides


@login_not_required
def not_here(request: HttpRequest) -> HttpResponse:
    """A page of the sign-in library that is not offered here."""
    raise Http404


urlpatterns = [
    path("", home, name="home"),
    path("language/", choose, name="language"),
    path("help/", guides, name="help"),
    path("help/<slug:name>/", guide, name="guide"),
    # The e-mail is the login; an administrator changes it.
    path("accounts/email/", not_here),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("roster/", include("mentors.urls")),
    path("reports/", include("reports.urls")),
    path("anymail/", include(tracking_pages())),
    path("", include("intake.urls")),
]
handler400 = "config.errors.bad_request"
