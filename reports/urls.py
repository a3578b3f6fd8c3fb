"""The addresses of reports, below /reports/."""

from django.urls import path

from reports.views import (
    activity,
    checks,
    conversion,
    coverage,
    fairness,
    files,
    lists,
    mentor,
    overview,
    subscriptions,
    timing,
)
from reports.waiting import NAMES

app_name = "reports"

urlpatterns = [
    # The self-check, for administrators
    path("checks/", checks.checks, name="checks"),
    path("checks/<int:pk>/", checks.check, name="check"),
    # Files, and reports by mail
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/<int:pk>/", subscriptions.subscription, name="subscription"),
    path("subscriptions/<int:pk>/end/", subscriptions.end, name="unsubscribe"),
    path("<slug:name>/file/", files.file, name="file"),
    path("<slug:name>/subscribe/", subscriptions.subscribe, name="subscribe"),
    # Clients who wait, stage by stage
    *(
        path(f"{name}/", lists.worklist, {"stage": stage}, name=name)
        for stage, name in NAMES.items()
    ),
    path("", overview.overview, name="overview"),
    # The mentors' activity
    path("activity/", activity.activity, name="activity"),
    path("activity/behind/<slug:figure>/", activity.behind, name="activity_behind"),
    path("activity/<int:pk>/", mentor.mentor, name="mentor"),
    path("activity/<int:pk>/mail/", mentor.mail, name="mail_mentor"),
    # Timing
    path("timing/", timing.timing, name="timing"),
    path("timing/<slug:metric>/", timing.rows, name="timing_rows"),
    # Conversion, coverage, fairness
    path("conversion/", conversion.conversion, name="conversion"),
    path("conversion/<slug:step>/", conversion.behind, name="conversion_requests"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/<int:pk>/", coverage.area, name="coverage_area"),
    path("coverage/<int:pk>/requests/", coverage.requested, name="coverage_requests"),
    path("coverage/<int:pk>/open/", coverage.still_open, name="coverage_open"),
    path("fairness/", fairness.fairness, name="fairness"),
    path("fairness/<int:pk>/", fairness.given, name="fairness_mentor"),
]
