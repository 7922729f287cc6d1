"""The directory of a workspace: its token, its last calls, and the groups it pushes."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from config.web.lists.returning import back_to
from workspaces.api.scim.answers import location
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.tokens.tokens import DirectoryTokenForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import Group, TokenKind, Workspace
from workspaces.operations.directory import pushed_groups
from workspaces.operations.tokens import tokens
from workspaces.views.console import answers
from workspaces.views.groups.changes import named_group, panel_of
from workspaces.views.tokens.secrets import made_before, shown_once


@needs("administer")
def settings_scim(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Where a directory calls and by which token, how many people it keeps, its last calls."""
    live = workspace.tokens.of_directories().select_related("created_by").with_state()
    return answers.page(
        request,
        "workspaces/directory/settings_scim.html",
        {
            "workspace": workspace,
            "base_url": location(),
            "tokens": live.by_name(),
            "calls": workspace.directory_calls.newest_first(),
            "n_people": workspace.directory_people.pushed_members().count(),
            "n_asked": workspace.directory_people.asked().count(),
            "n_groups": workspace.directory_groups.count(),
            "new_url": workspace.url("scim_token_new"),
            "tokens_url": workspace.url("tokens"),
            "invited_url": workspace.url("invites"),
        },
        at="scim",
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def scim_token_new(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Make the directory's token, and show its secret this once."""
    form = DirectoryTokenForm(request.POST or None, workspace=workspace)
    back = workspace.url("settings_scim")
    if form.is_valid():
        with form.refusals():
            token, secret = tokens.create(
                workspace,
                form.cleaned_data["name"],
                kind=TokenKind.SCIM,
                expires_at=form.expires_at,
                address_ranges=form.cleaned_data["ranges"],
                ident=form.cleaned_data["once"],
                by=request.actor,
            )
            return shown_once(request, token, secret) if secret else made_before(request, token)
    return answers.page(
        request,
        "workspaces/directory/scim_token_new.html",
        {"form": form, "back": back, "most_days": workspace.token_max_days},
        at="scim",
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_take_over(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """End the directory's hold on a group, once one has seen what that means."""
    group = named_group(workspace, group_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            pushed_groups.take_over(group, though_live=True, by=request.actor)
            answers.toast(
                request, _("{name} is filled by hand from now on.").format(name=group.name)
            )
            return back_to(request, panel_of(group, tab="members"))
    effects = [
        _("Its name and members are changed here again; who is in it stays in it."),
        _("The directory is not told, and goes on to show the group as its own."),
    ]
    if workspace.tokens.of_directories().exists():
        effects.append(
            _("The directory still has a token: its next change of this group takes it back.")
        )
    return answers.confirm(
        request,
        form,
        at="groups",
        title=_("Take over {name}?").format(name=group.name),
        verb=_("Take over"),
        back=panel_of(group),
        effects=effects,
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def group_open(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Open a group that makes people owners to the directory, or close it again (XL7)."""
    group = named_group(workspace, group_id)
    hold = pushed_groups.hold_on(group)
    opened = hold is not None and hold.opened_at is not None
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            pushed_groups.open_to_directory(group, opened=not opened, by=request.actor)
            answers.toast(request, _opened_words(group, opened=not opened))
            return back_to(request, panel_of(group))
    if opened:
        title, verb = _("Close {name} to the directory?"), _("Close it")
        effects = [
            _("The directory puts nobody into it any more while it makes people owners."),
            _("Who is in it stays in it."),
        ]
    else:
        title, verb = _("Open {name} to the directory?"), _("Open it")
        effects = [
            _("Whoever runs the directory can make anybody an owner of this workspace by it."),
            _("Its name and members are the directory's from then on."),
        ]
    return answers.confirm(
        request,
        form,
        at="groups",
        title=title.format(name=group.name),
        verb=verb,
        back=panel_of(group),
        effects=effects,
    )


def _opened_words(group: Group, *, opened: bool) -> str:
    said = _("{name} is open to the directory.") if opened else _("{name} is closed to it again.")
    return said.format(name=group.name)
