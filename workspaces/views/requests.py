"""Pleas for access, for owners: who waits, what would satisfy them, yes or no (Q1)."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web import errors
from config.web.http import page
from config.web.listing import Drawn, paged
from config.web.toasts import toast
from workspaces.catalogue import ROLES
from workspaces.forms.requests import ApproveForm, DeclineForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.event import Event
from workspaces.models.request import EXTEND, AccessRequest, Outcome
from workspaces.models.workspace import Workspace
from workspaces.operations import requests as operations
from workspaces.operations.remedies import Remedy, is_satisfied, remedies
from workspaces.views.asked import Asked, as_found
from workspaces.views.chips import active_chips
from workspaces.views.confirm import confirm
from workspaces.views.frame import framed
from workspaces.views.gains import Gain, gains_of

OPEN = "open"


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


@needs("administer")
def requests(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Everybody's pleas, those that wait first, narrowed by the address."""
    return page(
        request,
        "workspaces/requests.html",
        {**listing(request, workspace), "plea": None},
        fragments=("requests",),
        around=framed(request, "requests"),
    )


@needs("administer")
def request(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """One plea beside the list: who, for what, why, and what would satisfy it."""
    plea = _plea(workspace, request_id)
    return _panel(request, workspace, plea, _offers(plea))


@needs("administer", methods=(*SAFE, "POST"))
def request_approve(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Give one of the remedies. GET shows the plea, as its own page does."""
    try:
        plea = _plea(workspace, request_id)
    except Http404:
        return _gone_or_never(request, workspace, request_id)
    form = ApproveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operations.approve(
                plea,
                form.cleaned_data["remedy"],
                by=request.actor,
                ends=form.cleaned_data["ends"],
                seen=form.cleaned_data["seen"],
            )
            name = plea.member.user.get_full_name()
            toast(request, _("{name} has what they asked for.").format(name=name))
            return redirect("workspaces:requests", slug=workspace.slug)
    plea = _plea(workspace, request_id)
    return _panel(request, workspace, plea, _offers(plea, form), form)


@needs("administer", methods=(*SAFE, "POST"))
def request_decline(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Ask for a line, then say no."""
    try:
        plea = _plea(workspace, request_id)
    except Http404:
        return _gone_or_never(request, workspace, request_id)
    form = DeclineForm(request.POST or None)
    name = plea.member.user.get_full_name()
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operations.decline(plea, by=request.actor, answer=form.cleaned_data["answer"])
            toast(request, _("Declined. {name} is told by mail.").format(name=name))
            return redirect("workspaces:requests", slug=workspace.slug)
    return confirm(
        request,
        "requests",
        form,
        title=_("Decline what {name} asks for?").format(name=name),
        verb=_("Decline"),
        back=reverse("workspaces:request", args=[workspace.slug, plea.public_id]),
        effects=[_("Nobody's access changes. {name} gets a mail.").format(name=name)],
    )


def listing(request: MemberRequest, workspace: Workspace) -> dict[str, Any]:
    """Return one page of pleas; 1 statement."""
    text = request.GET.get("q", "").strip()[:200]
    status = request.GET.get("status", "")
    rows = AccessRequest.objects.filter(workspace=workspace)
    if text:
        rows = rows.matching(text)
    if status == OPEN:
        rows = rows.open()
    elif status in Outcome.values:
        rows = rows.filter(outcome=status)
    statuses = [(OPEN, _("Waiting")), *((o.value, str(o.label)) for o in Outcome)]
    words = {"q": text, "status": dict(statuses).get(status, "")}
    address = reverse("workspaces:requests", args=[workspace.slug])
    found = paged(request, rows.with_details().open_first())
    return {
        "page": found,
        "rows": [Row(as_found(workspace, row), f"{address}/{row.public_id}") for row in found.rows],
        "q": text,
        "status": status,
        "statuses": statuses,
        "chips": active_chips(request, {key: word for key, word in words.items() if word}),
        "list_url": address,
    }


def _plea(workspace: Workspace, request_id: str) -> AccessRequest:
    """Return the plea of this id. Raises Http404 where there is none in this workspace."""
    plea = AccessRequest.objects.filter(workspace=workspace, public_id=request_id)
    found = plea.with_details().first()
    if found is None:
        raise Http404
    found.workspace = workspace
    return found


def _gone_or_never(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Answer 409 where the plea went with its asker (E13), which the trail remembers."""
    known = Event.objects.filter(
        workspace=workspace, target_type="request", target_id=request_id
    ).exists()
    if not known:
        raise Http404
    return errors.answer(request, 409)


def _offers(plea: AccessRequest, sent: ApproveForm | None = None) -> list[Offer]:
    """Draw each remedy with its form; what was sent stands in the one it was sent for."""
    if plea.closed_at is not None:
        return []
    offers = []
    for remedy in remedies(plea):
        mine = sent is not None and sent.is_bound and sent.data.get("remedy") == remedy.key
        form = sent.again(remedy) if sent and mine else ApproveForm.of(remedy)
        names = [ROLES[grant.role].name for grant in remedy.grants]
        offers.append(Offer(remedy, names, gains_of(remedy.moves, remedy.gained), form))
    return offers


def _panel(
    request: MemberRequest,
    workspace: Workspace,
    plea: AccessRequest,
    offers: list[Offer],
    form: ApproveForm | None = None,
) -> HttpResponse:
    member_args = [workspace.slug, plea.member.public_id]
    args = [workspace.slug, plea.public_id]
    editor = reverse("workspaces:member_access", args=member_args)
    context = {
        "plea": plea,
        "asked": as_found(workspace, plea),
        "extending": plea.action == EXTEND,
        "satisfied": plea.closed_at is None and is_satisfied(plea),
        "unknown": bool(plea.asked_for) and plea.resource is None and plea.action != EXTEND,
        "own": operations.another_must_decide(plea, request.user),
        "offers": offers,
        "form": form,
        "member_url": reverse("workspaces:member", args=member_args),
        "change_url": f"{editor}?request={plea.public_id}",
        "approve_url": reverse("workspaces:request_approve", args=args),
        "decline_url": reverse("workspaces:request_decline", args=args),
        "close_url": reverse("workspaces:requests", args=[workspace.slug]),
    }
    return page(
        request,
        "workspaces/request.html",
        context,
        fragments=("panel",),
        around=framed(request, "requests", lambda: listing(request, workspace)),
        status=form.status if form else 200,
    )
