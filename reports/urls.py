"""The addresses of reports, below /reports/."""

from django.urls import path

from reports.routing import from_replica
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
    path("<slug:name>/file/", from_replica(files.file), name="file"),
    path("<slug:name>/subscribe/", subscriptions.subscribe, name="subscribe"),
    # Clients who wait, stage by stage
    *(
        path(f"{name}/", from_replica(lists.worklist), {"stage": stage}, name=name)
        for stage, name in NAMES.items()
    ),
    path("", from_replica(overview.overview), name="overview"),
    # The mentors' activity
    path("activity/", from_replica(activity.activity), name="activity"),
    path("activity/behind/<slug:figure>/", from_replica(activity.behind), name="activity_behind"),
    path("activity/<int:pk>/", from_replica(mentor.mentor), name="mentor"),
    path("activity/<int:pk>/mail/", mentor.mail, name="mail_mentor"),
    # Timing
    path("timing/", from_replica(timing.timing), name="timing"),
    path("timing/<slug:metric>/", from_replica(timing.rows), name="timing_rows"),
    path("timing/<slug:metric>/trend/", from_replica(timing.trend), name="timing_trend"),
    # Conversion, coverage, fairness
    path("conversion/", from_replica(conversion.conversion), name="conversion"),
    path("conversion/<slug:step>/", from_replica(conversion.behind), name="conversion_requests"),
    path("coverage/", from_replica(coverage.coverage), name="coverage"),
    path("coverage/<int:pk>/", from_replica(coverage.area), name="coverage_area"),
    path("coverage/<int:pk>/requests/", from_replica(coverage.requested), name="coverage_requests"),
    path("coverage/<int:pk>/open/", from_replica(coverage.still_open), name="coverage_open"),
    path("fairness/", from_replica(fairness.fairness), name="fairness"),
    path("fairness/<int:pk>/", from_replica(fairness.given), name="fairness_mentor"),
]
