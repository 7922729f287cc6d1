"""The six endpoints of AuthZEN 1.0, and where a client finds them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from accounts.guards import public
from workspaces.api.authzen import searches
from workspaces.api.authzen.decisions import answer, answer_batch
from workspaces.api.authzen.guards import decides
from workspaces.api.authzen.pages import page_of
from workspaces.api.authzen.questions import action, batch_in, entity, question_in
from workspaces.api.bearer import TokenRequest

Body = dict[str, Any]
ENDPOINTS = {
    "access_evaluation_endpoint": "evaluation",
    "access_evaluations_endpoint": "evaluations",
    "search_subject_endpoint": "search_subject",
    "search_resource_endpoint": "search_resource",
    "search_action_endpoint": "search_action",
}


@decides
def evaluation(request: TokenRequest, body: Body) -> Body:
    return answer(request.token.workspace, question_in(body))


@decides
def evaluations(request: TokenRequest, body: Body) -> Body:
    """A batch; without entries it is a single question with its answer."""
    batch = batch_in(body)
    if batch is None:
        return answer(request.token.workspace, question_in(body))
    return {"evaluations": answer_batch(request.token.workspace, batch)}


@decides
def search_subject(request: TokenRequest, body: Body) -> Body:
    type_ = entity(body, "subject", named=False).type
    name, resource = action(body), entity(body, "resource")
    workspace = request.token.workspace
    found = searches.subjects(workspace, type_, name, resource)
    search = [workspace.pk, "subject", type_, name, resource.type, resource.id]
    return page_of(found, body.get("page"), search)


@decides
def search_resource(request: TokenRequest, body: Body) -> Body:
    subject, name = entity(body, "subject"), action(body)
    type_ = entity(body, "resource", named=False).type
    workspace = request.token.workspace
    found = searches.resources(workspace, subject, name, type_)
    search = [workspace.pk, "resource", subject.type, subject.id, name, type_]
    return page_of(found, body.get("page"), search)


@decides
def search_action(request: TokenRequest, body: Body) -> Body:
    """All actions at once: the catalogue is shorter than a page."""
    subject, resource = entity(body, "subject"), entity(body, "resource")
    names = searches.actions(request.token.workspace, subject, resource)
    return {"results": [{"name": name} for name in names]}


@public("a client learns here where to ask; it names nothing of any workspace")
def discovery(request: HttpRequest) -> HttpResponse:
    """Return the configuration document of this decision point (AuthZEN 1.0, section 9)."""
    found = {"policy_decision_point": settings.SITE_URL}
    for key, name in ENDPOINTS.items():
        found[key] = settings.SITE_URL + reverse(f"authzen:{name}")
    return JsonResponse(found)
