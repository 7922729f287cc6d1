"""Belonging to a workspace: making owners, taking people out, leaving (R7, R8)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to
from workspaces.errors import Refused
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.members.membership import OwnerForm, RemovalForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import Member, Workspace
from workspaces.operations.members import members
from workspaces.views.console import answers
from workspaces.views.members import losses


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def member_owner(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """Make a member an owner, or an owner a member; grants and groups stay as they are."""
    member = named_member(workspace, member_id)
    form = OwnerForm(request.POST or None, initial={"owner": "no" if member.owner else "yes"})
    name = member.user.get_full_name()
    if form.is_valid():
        owner = form.cleaned_data["owner"]
        with form.refusals():
            members.set_owner(member, owner=owner, by=request.actor)
            words = _("{name} is an owner now.") if owner else _("{name} is a member now.")
            answers.toast(request, words.format(name=name), undo=answers.changed_by(request))
            stays = owner or member.pk != request.member.pk
            return back_to(
                request,
                workspace.url("member", member.public_id) if stays else workspace.url("my_access"),
            )
    down = member.owner
    return answers.confirm(
        request,
        form,
        at="members",
        title=(_("Make {name} a member?") if down else _("Make {name} an owner?")).format(
            name=name
        ),
        verb=_("Make member") if down else _("Make owner"),
        back=workspace.url("member", member.public_id),
        effects=_stepping_back(workspace, member)
        if down
        else [_("May do everything here: change access, give it away, close the workspace.")],
    )


def _stepping_back(workspace: Workspace, member: Member) -> list[str]:
    kept = ngettext(
        "Keeps {n} grant of their own.",
        "Keeps {n} grants of their own.",
        n := member.grants.count(),
    )
    return [
        *_last_owner(workspace, member),
        _("May no longer change access, labels, tokens or settings."),
        *losses.of_owning(member),
        kept.format(n=n),
    ]


def _last_owner(workspace: Workspace, member: Member) -> list[str]:
    """Return why the change will be refused, where it will (R7)."""
    try:
        members.require_another_owner(workspace, member)
    except Refused as refused:
        return [str(refused.message)]
    return []


@needs("administer", methods=(*SAFE, "POST"))
def member_remove(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """Take somebody out, with a choice which of their tokens go on (R8, XH7)."""
    member = named_member(workspace, member_id)
    if member.pk == request.member.pk:
        return redirect(workspace.url("leave"))
    tokens = workspace.tokens.live().filter(created_by=member.user).by_name()
    form = RemovalForm(request.POST or None, tokens=tokens)
    name = member.user.get_full_name()
    if form.is_valid():
        with form.refusals():
            members.remove(member, by=form.said_by(request.actor), keep=form.kept)
            answers.toast(request, _("{name} was removed.").format(name=name))
            return back_to(request, workspace.url("members"))
    return answers.confirm(
        request,
        form,
        at="members",
        title=_("Remove {name} from {workspace}?").format(name=name, workspace=workspace.name),
        verb=_("Remove"),
        back=workspace.url("member", member.public_id),
        effects=_going(workspace, member, n_tokens=len(tokens)),
    )


@needs("read", methods=(*SAFE, "POST"), visitors=False)
def leave(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Take oneself out; the start page is what is left."""
    member = request.member
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            members.leave(member, by=request.actor)
            answers.toast(request, _("You left {workspace}.").format(workspace=workspace.name))
            return redirect("home")
    tokens = workspace.tokens.live().filter(created_by=member.user)
    return answers.confirm(
        request,
        form,
        at="my_access",
        title=_("Leave {workspace}?").format(workspace=workspace.name),
        verb=_("Leave"),
        back=workspace.url("my_access"),
        effects=[
            *_going(workspace, member, n_tokens=tokens.count()),
            _("Only an owner can let you in again, and you start with minimal access."),
        ],
    )


def _going(workspace: Workspace, member: Member, *, n_tokens: int) -> list[str]:
    """Say what goes with a member: by name what they reach, in numbers what gives it."""
    n_grants, n_groups = member.grants.count(), member.joined_groups.lasting().count()
    n_invites = members.invites_sent_by(workspace, [member.user_id]).count()
    grants = ngettext("{n} grant", "{n} grants", n_grants).format(n=n_grants)
    groups = ngettext("{n} group membership", "{n} group memberships", n_groups)
    effects = [
        *_last_owner(workspace, member),
        *losses.of_removal(member),
        _("Removes {grants} and {groups}.").format(grants=grants, groups=groups.format(n=n_groups)),
    ]
    if n_tokens:
        tokens = ngettext("Revokes {n} token they made.", "Revokes {n} tokens they made.", n_tokens)
        effects.append(tokens.format(n=n_tokens))
    if n_invites:
        invites = ngettext("Voids {n} invite they sent.", "Voids {n} invites they sent.", n_invites)
        effects.append(invites.format(n=n_invites))
    return effects


def named_member(workspace: Workspace, member_id: str) -> Member:
    """Return the member an address names. Raises Http404 for everybody else's ids (XA1)."""
    return get_object_or_404(workspace.members.select_related("user"), public_id=member_id)
