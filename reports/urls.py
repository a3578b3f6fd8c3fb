"""The addresses of reports, below /reports/."""

from django.urls import path

from reports.views import activity, files, overview, subscriptions

app_name = "reports"

urlpatterns = [
    # Files, and reports by mail
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/<int:pk>/", subscriptions.subscription, name="subscription"),
    path("subscriptions/<int:pk>/end/", subscriptions.end, name="unsubscribe"),
    path("<slug:name>/file/", files.file, name="file"),
    path("<slug:name>/subscribe/", subscriptions.subscribe, name="subscribe"),
    #
    path("", overview.overview, name="overview"),
    path("activity/", activity.activity, name="activity"),
]
