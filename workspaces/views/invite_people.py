"""Inviting people: many addresses at once, each with its verdict before anything is sent."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.addresses import WHOLE_LENGTH
from accounts.models.mail import Mail
from config.web.http import page
from config.web.listing import paged
from workspaces.forms.invites import InviteForm, OfferForm, box
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.operations import invites
from workspaces.operations.invites import Sent
from workspaces.operations.offers import policy_of
from workspaces.operations.verdicts import judge
from workspaces.views.frame import framed
from workspaces.views.policy_editor import sections_of
from workspaces.views.reach_bars import reach_of
from workspaces.views.verdict_words import SHOWN, judged

KEPT = "invited"  # what the last send came to, for the page after it


@needs("administer", methods=(*SAFE, "POST"))
def invite_people(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The box, what everybody in it gets, and who would be mailed; sending says what came of it."""
    form = InviteForm(request.POST or None, workspace=workspace)
    form.initial["addresses"] = request.GET.get("address", "")[:WHOLE_LENGTH]
    if form.is_valid():
        with form.refusals():
            sent = invites.send(
                workspace,
                form.cleaned_data["addresses"],
                form.offer,
                by=request.actor,
                ident=form.cleaned_data["once"],
                seen=form.cleaned_data["seen"],
            )
            request.session[KEPT] = _kept(request, workspace, sent)
            return redirect("workspaces:invite_people_result", workspace.slug)
    answer = _draw(request, workspace, form, status=form.status)
    if form.wait:
        answer.headers["Retry-After"] = str(form.wait)
    return answer


@needs("administer", methods=("POST",))
def invite_people_review(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The verdicts and what each would get, by the form as it stands. Also adds a block."""
    form = InviteForm(request.POST or None, workspace=workspace)
    return _draw(request, workspace, form, status=HTTPStatus.OK)


@needs("administer")
def invite_people_result(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """What came of the last send, address by address; who was left stands in the box again."""
    kept = request.session.get(KEPT, {})
    if kept.get("workspace") != workspace.slug:
        return redirect("workspaces:invite_people", workspace.slug)
    found = paged(request, workspace.invites.filter(public_id__in=kept["sent"]).by_address())
    emails = [invite.email for invite in found.rows]
    waits = set(Mail.objects.held_up().filter(to__in=emails).values_list("to", flat=True))
    again = None
    if kept["left"]:
        data = QueryDict(kept["form"], mutable=True)
        data["addresses"] = box(kept["left"])
        data["once"] = str(InviteForm(workspace=workspace).initial["once"])
        again = InviteForm(data, workspace=workspace)
    return _draw(
        request,
        workspace,
        again or InviteForm(workspace=workspace),
        status=HTTPStatus.OK,
        result={
            "page": found,
            "rows": [
                (invite, invite.email in waits, _url(workspace, invite.public_id))
                for invite in found.rows
            ],
            "left": len(kept["left"]),
        },
    )


def _url(workspace: Workspace, invite_id: str) -> str:
    return reverse("workspaces:invitation", args=[workspace.slug, invite_id])


def _kept(request: MemberRequest, workspace: Workspace, sent: Sent) -> dict[str, Any]:
    """Return what the page after the send needs: ids, who was left, the form as it was."""
    form = request.POST.copy()
    for name in ("addresses", "once", "seen", "csrfmiddlewaretoken"):
        form.pop(name, None)
    return {
        "workspace": workspace.slug,
        "sent": [invite.public_id for invite in sent.invites],
        "left": [verdict.typed for verdict in sent.left],
        "form": form.urlencode(),
    }


def _draw(
    request: MemberRequest,
    workspace: Workspace,
    form: InviteForm,
    *,
    status: HTTPStatus,
    result: dict[str, Any] | None = None,
) -> HttpResponse:
    verdicts = judge(workspace, form.typed)
    ready = not form.is_bound or (form.checked and (form.offers or form.complete))
    people = judged(workspace, verdicts)
    return page(
        request,
        "workspaces/invite_people.html",
        {
            **editor_of(form, workspace),
            "live": bool(request.htmx),
            "people": people[:SHOWN],
            "more": len(people[SHOWN:]),
            "n_good": sum(verdict.good for verdict in verdicts),
            "n_bad": sum(not verdict.good for verdict in verdicts),
            "reach": reach_of(policy_of(workspace, form.offer)) if ready else None,
            "owns": ready and form.offer.owner,
            "digest": invites.digest(workspace, verdicts, form.offer) if ready else "",
            "result": result,
            "url": reverse("workspaces:invite_people", args=[workspace.slug]),
            "review_url": reverse("workspaces:invite_people_review", args=[workspace.slug]),
            "back_url": reverse("workspaces:members", args=[workspace.slug]),
        },
        fragments=("change-review", "policy-editor"),
        around=framed(request, "members"),
        status=status,
    )


def editor_of(form: OfferForm, workspace: Workspace) -> dict[str, Any]:
    """Return what the parts of the access editor need."""
    return {
        "policy": form,
        "sections": sections_of(form),
        "n_owners": workspace.members.owners().count(),
        "workspace": workspace,
    }
