"""The six endpoints of AuthZEN 1.0, and where a client finds them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from accounts.guards import public
from workspaces.api.authzen import decisions, guards, name_map, pages, questions, searches
from workspaces.api.bearer import TokenRequest

Body = dict[str, Any]
ENDPOINTS = {
    "access_evaluation_endpoint": "evaluation",
    "access_evaluations_endpoint": "evaluations",
    "search_subject_endpoint": "search_subject",
    "search_resource_endpoint": "search_resource",
    "search_action_endpoint": "search_action",
}


@guards.decides
def evaluation(request: TokenRequest, body: Body) -> Body:
    return decisions.evaluate(request.bearer, body)


@guards.decides
def evaluations(request: TokenRequest, body: Body) -> Body:
    return decisions.evaluate_all(request.bearer, body)


@guards.decides
def search_subject(request: TokenRequest, body: Body) -> Body:
    type_ = questions.entity(body, "subject", named=False).type
    name, resource = questions.action(body), questions.entity(body, "resource")
    workspace = request.workspace
    found = searches.subjects(workspace, name_map.all_names(request.bearer), type_, name, resource)
    search = [workspace.pk, "subject", type_, name, resource.type, resource.id]
    return pages.page_of(found, body.get("page"), search)


@guards.decides
def search_resource(request: TokenRequest, body: Body) -> Body:
    subject, name = questions.entity(body, "subject"), questions.action(body)
    type_ = questions.entity(body, "resource", named=False).type
    workspace = request.workspace
    found = searches.resources(workspace, name_map.all_names(request.bearer), subject, name, type_)
    search = [workspace.pk, "resource", subject.type, subject.id, name, type_]
    return pages.page_of(found, body.get("page"), search)


@guards.decides
def search_action(request: TokenRequest, body: Body) -> Body:
    """All actions at once: the catalogue is shorter than a page."""
    subject, resource = questions.entity(body, "subject"), questions.entity(body, "resource")
    words, workspace = name_map.all_names(request.bearer), request.workspace
    names = searches.actions(workspace, words, subject, resource)
    return {"results": [{"name": name} for name in names]}


@public("a client learns here where to ask; it names nothing of any workspace")
def discovery(request: HttpRequest) -> HttpResponse:
    """Return the configuration document of this decision point (AuthZEN 1.0, section 9)."""
    found = {"policy_decision_point": settings.SITE_URL}
    for key, name in ENDPOINTS.items():
        found[key] = settings.SITE_URL + reverse(f"authzen:{name}")
    return JsonResponse(found)
