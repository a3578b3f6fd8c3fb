"""The addresses of people and positions, below /roster/."""

from django.urls import path

from mentors import views

app_name = "mentors"

urlpatterns = [
    path("", views.roster, name="roster"),
    path("add/", views.add_person, name="add_person"),
    path("positions/", views.positions, name="positions"),
    path("positions/<int:pk>/end/", views.position_end, name="position_end"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/positions/add/", views.position_add, name="position_add"),
]
