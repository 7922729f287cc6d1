"""Requests for access, for owners: who waits, what would satisfy them, yes or no (Q1)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from config.web import errors
from config.web.lists.listing import Drawn, in_order, paged, sorting
from config.web.lists.returning import back_to, leaving_page
from workspaces.catalogue import ROLES
from workspaces.forms.requests.requests import ApproveForm, DeclineForm, RequestFilters
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import AccessRequest, AccessRequestQuerySet, Event, Resource, Workspace
from workspaces.models.request import EXTEND, JOIN
from workspaces.operations.requests import requests as operations
from workspaces.operations.requests.closing import OWN, is_satisfied, read_name
from workspaces.operations.requests.remedies import Remedy, remedies
from workspaces.views.console import answers, wording
from workspaces.views.requests.words import Asked, Gain, as_found, gains_of

MOST_MEANT = 20
SORTS = {
    "who": AccessRequestQuerySet.by_asker,
    "asked": AccessRequestQuerySet.newest_first,
    "state": AccessRequestQuerySet.open_first,
}


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list."""

    asked: Asked
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One remedy, ready to draw: what it is, what the asker gains, and the form that gives it."""

    remedy: Remedy
    role_names: list[str]
    gains: list[Gain]
    form: ApproveForm


@dataclass(frozen=True, slots=True)
class Meant(Drawn):
    """One of several things that what was asked for may name."""

    thing: Resource
    noun: str
    chosen: bool


@needs("administer")
def requests(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Everybody's requests, those that wait first, narrowed by the address."""
    return answers.list_page(
        request,
        "workspaces/requests/requests.html",
        listing(request, workspace),
        at="requests",
        rows="requests",
        panel="access_request",
    )


@needs("administer")
def request(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """One request beside the list: who, for what, why, and what would satisfy it."""
    return _panel(request, workspace, _named_request(workspace, request_id))


@needs("administer", methods=(*SAFE, "POST"))
def request_approve(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Give one of the remedies. GET shows the request, as its own page does."""
    try:
        access_request = _named_request(workspace, request_id)
    except Http404:
        return _gone_or_never(request, workspace, request_id)
    form = ApproveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operations.approve(
                access_request,
                form.cleaned_data["remedy"],
                by=form.said_by(request.actor),
                starts=form.cleaned_data["starts"],
                ends=form.cleaned_data["ends"],
                thing=form.cleaned_data["thing"],
            )
            name = access_request.member.user.get_full_name()
            answers.toast(request, _("{name} has what they asked for.").format(name=name))
            return back_to(request, workspace.url("requests"))
    return _panel(request, workspace, _named_request(workspace, request_id), form)


@needs("administer", methods=(*SAFE, "POST"))
def request_decline(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Ask for a line, then say no."""
    try:
        access_request = _named_request(workspace, request_id)
    except Http404:
        return _gone_or_never(request, workspace, request_id)
    form = DeclineForm(request.POST or None)
    name = access_request.member.user.get_full_name()
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operations.decline(access_request, by=request.actor, answer=form.cleaned_data["answer"])
            answers.toast(request, _("Declined. {name} is told by mail.").format(name=name))
            return back_to(request, workspace.url("requests"))
    return answers.confirm(
        request,
        form,
        at="requests",
        title=_("Decline what {name} asks for?").format(name=name),
        verb=_("Decline"),
        back=workspace.url("request", access_request.public_id),
        effects=[_("Nobody's access changes. {name} gets a mail.").format(name=name)],
    )


def listing(request: MemberRequest, workspace: Workspace) -> answers.Context:
    """Return one page of requests; 1 statement."""
    filters = RequestFilters(request.GET)
    address = workspace.url("requests")
    sort = sorting(request, SORTS, "state")
    rows = AccessRequest.objects.filter(workspace=workspace)
    found = paged(
        request,
        in_order(filters.narrow(rows), sort, SORTS),
        whole=in_order(rows.with_details(), sort, SORTS),
    )
    return {
        "page": found,
        "sort": sort,
        "rows": [Row(as_found(workspace, row), f"{address}/{row.public_id}") for row in found.rows],
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "views_url": answers.views_url(request, "requests"),
        "list_url": address,
    }


def _named_request(workspace: Workspace, request_id: str) -> AccessRequest:
    """Return the request of this id. Raises Http404 where there is none in this workspace."""
    rows = AccessRequest.objects.filter(workspace=workspace, public_id=request_id)
    found = rows.with_details().first()
    if found is None:
        raise Http404
    found.workspace = workspace
    return found


def _gone_or_never(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Answer 409 where the request went with its asker (XE13), which the trail remembers."""
    known = Event.objects.filter(
        workspace=workspace, target_type="request", target_id=request_id
    ).exists()
    if not known:
        raise Http404
    return errors.answer(request, 409)


def _offers(access_request: AccessRequest, sent: ApproveForm | None = None) -> list[Offer]:
    """Draw each remedy with its form; what was sent stands in the one it was sent for."""
    if access_request.closed_at is not None:
        return []
    offers = []
    for remedy in remedies(access_request):
        mine = sent is not None and sent.is_bound and sent.data.get("remedy") == remedy.key
        thing = access_request.resource.ref if access_request.resource else ""
        form = sent.again(remedy) if sent and mine else ApproveForm.of(remedy, thing)
        names = [ROLES[grant.role].name for grant in remedy.grants]
        offers.append(Offer(remedy, names, gains_of(remedy.moves, remedy.gained), form))
    return offers


def _panel(
    request: MemberRequest,
    workspace: Workspace,
    access_request: AccessRequest,
    form: ApproveForm | None = None,
) -> HttpResponse:
    editor = workspace.url("member_access", access_request.member.public_id)
    meant = read_name(access_request, _chosen(request)) if access_request.closed_at is None else []
    joining = access_request.action == JOIN
    named = bool(access_request.asked_for) and access_request.action not in OWN
    asked = {"request": access_request.public_id, **leaving_page(request)}
    context = {
        "access_request": access_request,
        "asked": as_found(workspace, access_request),
        "extending": access_request.action == EXTEND,
        "satisfied": access_request.closed_at is None and is_satisfied(access_request),
        "unknown": named and not meant,
        "meant": _meant(access_request, meant),
        "itself": workspace.url("request", access_request.public_id),
        "answer_url": workspace.url("asked", access_request.public_id) if joining else "",
        "own": operations.another_must_decide(access_request, request.user),
        "offers": [] if joining else _offers(access_request, form),
        "form": form,
        "member_url": workspace.url("member", access_request.member.public_id),
        "change_url": f"{editor}?{urlencode(asked)}",
        "approve_url": workspace.url("request_approve", access_request.public_id),
        "decline_url": workspace.url("request_decline", access_request.public_id),
        "close_url": workspace.url("requests"),
    }
    return answers.page(
        request,
        "workspaces/requests/request.html",
        context,
        fragments=("panel",),
        at="requests",
        beside=lambda: listing(request, workspace),
        status=form.status if form else 200,
    )


def _chosen(request: MemberRequest) -> str:
    """Return which thing the owner means, where the name that was asked for fits several."""
    sent = request.POST if request.method == "POST" else request.GET
    return sent.get("thing", "")


def _meant(access_request: AccessRequest, things: list[Resource]) -> list[Meant]:
    """Offer what is meant to choose from, where the name that was asked for fits several."""
    if len(things) == 1:
        return []
    return [
        Meant(thing, wording.noun(thing.type, 1), thing == access_request.resource)
        for thing in things[:MOST_MEANT]
    ]
