"""Changing a group: its name, a copy of it, its end. Who is in it: see `people`."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to, returning
from workspaces.forms.groups import groups as forms
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Group, Workspace
from workspaces.operations.changes.affected import PeopleReview
from workspaces.operations.directory.pushed_groups import hold_on
from workspaces.operations.groups import groups, reviews
from workspaces.operations.invites.withdrawal import losing
from workspaces.views.console import answers, concerned_words, review_words
from workspaces.views.groups import losses

COPY_NAME = 150


@needs("administer", methods=(*SAFE, "POST"))
def group_describe(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Change what a group is called."""
    group = named_group(workspace, group_id)
    initial = {"name": group.name, "description": group.description}
    pushed = hold_on(group) is not None
    form = forms.GroupForm(request.POST or None, initial=initial, pushed=pushed)
    if form.is_valid():
        with form.refusals():
            said = form.cleaned_data
            groups.describe(group, said["name"], said["description"], by=request.actor)
            text = _("Saved what {name} is called.").format(name=said["name"])
            answers.toast(request, text, undo=answers.changed_by(request))
            return back_to(request, panel_of(group))
    return answers.page(
        request,
        "workspaces/groups/group_describe.html",
        {
            "group": named_group(workspace, group_id),
            "form": form,
            "pushed": pushed,
            "back": returning(request, panel_of(group)),
        },
        at="groups",
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_duplicate(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Make a group that grants the same, with nobody in it."""
    group = named_group(workspace, group_id)
    name = _("Copy of {name}").format(name=group.name)[:COPY_NAME]
    initial = {"name": name, "description": group.description}
    form = forms.NewGroupForm(request.POST or None, initial=initial)
    if form.is_valid():
        with form.refusals():
            said = form.cleaned_data
            made = groups.duplicate(
                group,
                said["name"],
                description=said["description"],
                ident=said["once"],
                by=request.actor,
            )
            answers.toast(
                request, _("{name} was made; nobody is in it yet.").format(name=made.name)
            )
            return back_to(request, panel_of(made))
    return answers.page(
        request,
        "workspaces/groups/group_duplicate.html",
        {
            "group": group,
            "form": form,
            "n_grants": group.grants.lasting().count(),
            "back": returning(request, panel_of(group)),
        },
        at="groups",
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_delete(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Delete a group, once one has seen who loses what and typed its name."""
    group = named_group(workspace, group_id)
    form = forms.GroupDeletionForm(request.POST or None, group=group)
    if form.is_valid() and form.was_looked_at:
        with form.refusals():
            groups.delete(group, by=form.said_by(request.actor))
            answers.toast(request, _("{name} was deleted.").format(name=group.name))
            return back_to(request, workspace.url("groups"))
    review = reviews.of_deleting(group)
    form.show(review.digest)
    return answers.confirm(
        request,
        form,
        at="groups",
        title=_("Delete {name}?").format(name=group.name),
        verb=_("Delete group"),
        back=panel_of(group),
        effects=_losses(group, review),
    )


def _losses(group: Group, review: PeopleReview) -> list[str]:
    """Say what goes with a group, and by name what it takes from the first people."""
    n_grants = group.grants.count()
    grants = ngettext("{n} grant", "{n} grants", n_grants).format(n=n_grants)
    people = ngettext(
        "{n} person stays in the workspace and leaves the group.",
        "{n} people stay in the workspace and leave the group.",
        review.total,
    ).format(n=review.total)
    named = losses.of_leaving(group, review.people)
    words = review_words.people_words(group.workspace, review, named=named)
    lines = [
        " ".join([f"{line.member.user.get_full_name()} {line.text}.", *line.named])
        for line in words.lines
    ]
    more = [_("and {n} more").format(n=review.more)] if review.more else []
    invited = concerned_words.invites_words(losing(group.workspace, groups=[group]))
    return [_("Removes {grants}.").format(grants=grants), people, *lines, *more, *invited]


def named_group(workspace: Workspace, group_id: str) -> Group:
    """Return the group an address names. Raises Http404 for everybody else's ids (XA1)."""
    return get_object_or_404(workspace.groups, public_id=group_id)


def panel_of(group: Group, *, tab: str = "") -> str:
    """Return the address of a group's panel."""
    address = group.workspace.url("group", group.public_id)
    return f"{address}?tab={tab}" if tab else address
