"""The addresses of reports, below /reports/."""

from django.urls import path

from reports.views import activity, overview

app_name = "reports"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("activity/", activity.activity, name="activity"),
]
