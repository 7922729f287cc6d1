"""Editing what one member may do, with what will change beside it (screens §3, rule 6)."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from workspaces.forms.policy import PolicyForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations import policies
from workspaces.operations.policies import Proposal
from workspaces.operations.remedies import wanted
from workspaces.views.frame import framed
from workspaces.views.policy_editor import sections_of
from workspaces.views.review_words import words_of
from workspaces.views.undo_links import undo_url


@needs("administer", methods=(*SAFE, "POST"))
def member_access(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """The editor; a save goes back to the member with a sentence and *Undo*."""
    member = _member(workspace, member_id)
    form = _form(request, member)
    if form.is_valid():
        with form.refusals():
            event = policies.change(
                member,
                _proposal(form),
                by=request.actor,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
            )
            name = member.user.get_short_name()
            if event is None:
                toast(request, _("Nothing changed for {name}.").format(name=name))
            else:
                text = _("Saved what {name} may do.").format(name=name)
                toast(request, text, undo_url=undo_url(workspace, event))
            return redirect("workspaces:member", workspace.slug, member.public_id)
    return _draw(request, member, form, status=form.status)


@needs("administer", methods=("POST",))
def member_access_review(
    request: MemberRequest, workspace: Workspace, member_id: str
) -> HttpResponse:
    """What will change by the form as it stands; nothing is saved. Also adds a block."""
    member = _member(workspace, member_id)
    return _draw(request, member, _form(request, member), status=HTTPStatus.OK)


def _member(workspace: Workspace, member_id: str) -> Member:
    return get_object_or_404(workspace.members.select_related("user"), public_id=member_id)


def _form(request: MemberRequest, member: Member) -> PolicyForm:
    """Return the form, beginning from another person's access where `start` names one.

    Where the address names a request of the member, what would satisfy it is filled in.
    """
    start = _member(member.workspace, request.GET["start"]) if request.GET.get("start") else member
    return PolicyForm(
        request.POST or None,
        workspace=member.workspace,
        grants=(*policies.as_proposed(start), *wanted(member, request.GET.get("request", ""))),
        owner=start.owner,
        owner_is_a_grant=False,
    )


def _proposal(form: PolicyForm) -> Proposal:
    return Proposal(form.proposed, owner=form.owns)


def _draw(
    request: MemberRequest, member: Member, form: PolicyForm, *, status: HTTPStatus
) -> HttpResponse:
    workspace = member.workspace
    review = None
    if not form.is_bound:
        begun = Proposal(form.started, owner=bool(form["owner"].value()))
        review = policies.preview(member, begun)
    elif form.checked and (form.is_valid() or form.complete):
        review = policies.preview(member, _proposal(form))
    others = workspace.members.owners().exclude(pk=member.pk)
    address = [workspace.slug, member.public_id]
    return page(
        request,
        "workspaces/member_access.html",
        {
            "member": member,
            "policy": form,
            "sections": sections_of(form, member),
            "live": bool(request.htmx),
            "review": words_of(review) if review else None,
            "n_owners": workspace.members.owners().count(),
            "last_owner": member.owner and member.user.is_active and not others.exists(),
            "url": reverse("workspaces:member_access", args=address),
            "review_url": reverse("workspaces:member_access_review", args=address),
            "back_url": reverse("workspaces:member", args=address),
            "people_url": reverse("workspaces:pick_members", args=[workspace.slug]),
        },
        fragments=("change-review", "policy-editor"),
        around=framed(request, "members"),
        status=status,
    )
