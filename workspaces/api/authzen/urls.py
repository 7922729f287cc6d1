"""Addresses of the decision API, below `/access/v1/`."""

from django.urls import path

from workspaces.api.authzen import views

app_name = "authzen"
urlpatterns = [
    path("evaluation", views.evaluation, name="evaluation"),
    path("evaluations", views.evaluations, name="evaluations"),
    path("search/subject", views.search_subject, name="search_subject"),
    path("search/resource", views.search_resource, name="search_resource"),
    path("search/action", views.search_action, name="search_action"),
]
