"""Every address of the site."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from config.health import health
from intake.views.public import home

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
for prefix, module in [
    ("roster/", "mentors.urls"),
    ("reports/", "reports.urls"),
    ("", "intake.urls"),
]:
    if find_spec(module):
        urlpatterns.append(path(prefix, include(module)))
handler400 = "config.errors.bad_request"
