"""The addresses of requests: one block for each task of a person."""

from django.urls import path

from intake.views import answer_link, client_page, public, request

app_name = "intake"

urlpatterns = [
    # The public and the client
    path("request/", public.submit, name="submit"),
    path("request/thanks/<str:token>/", public.thanks, name="thanks"),
    path("status/lost/", client_page.lost_link, name="lost_link"),
    path("status/<str:token>/", client_page.status, name="status"),
    # The mentor's answer from a mail
    path("answer/<str:token>/", answer_link.answer, name="answer"),
    # One request
    path("requests/<int:pk>/", request.detail, name="request"),
]
