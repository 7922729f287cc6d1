"""Naming, duplicating and deleting groups."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.http import page
from config.web.toasts import toast
from workspaces.forms.groups import GroupDeletionForm, GroupForm, NewGroupForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.group import Group
from workspaces.models.workspace import Workspace
from workspaces.operations import group_reviews, groups
from workspaces.operations.affected import PeopleReview
from workspaces.operations.pushed import hold_on
from workspaces.views.confirm import confirm
from workspaces.views.frame import framed
from workspaces.views.people_review import people_words
from workspaces.views.undo_links import undo_url_of

COPY_NAME = 150


@needs("administer", methods=(*SAFE, "POST"))
def group_describe(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Change what a group is called."""
    group = named_group(workspace, group_id)
    initial = {"name": group.name, "description": group.description}
    pushed = hold_on(group) is not None
    form = GroupForm(request.POST or None, initial=initial, pushed=pushed)
    if form.is_valid():
        with form.refusals():
            said = form.cleaned_data
            groups.describe(group, said["name"], said["description"], by=request.actor)
            text = _("Saved what {name} is called.").format(name=said["name"])
            toast(request, text, undo_url=undo_url_of(request, workspace))
            return redirect(panel_of(group))
    return page(
        request,
        "workspaces/group_describe.html",
        {
            "group": named_group(workspace, group_id),
            "form": form,
            "pushed": pushed,
            "back": panel_of(group),
        },
        around=framed(request, "groups"),
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_duplicate(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Make a group that grants the same, with nobody in it."""
    group = named_group(workspace, group_id)
    name = _("Copy of {name}").format(name=group.name)[:COPY_NAME]
    initial = {"name": name, "description": group.description}
    form = NewGroupForm(request.POST or None, initial=initial)
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
            toast(request, _("{name} was made; nobody is in it yet.").format(name=made.name))
            return redirect(panel_of(made))
    return page(
        request,
        "workspaces/group_duplicate.html",
        {
            "group": group,
            "form": form,
            "n_grants": group.grants.active().count(),
            "back": panel_of(group),
        },
        around=framed(request, "groups"),
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_delete(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Delete a group, once one has seen who loses what and typed its name."""
    group = named_group(workspace, group_id)
    form = GroupDeletionForm(request.POST or None, group=group)
    if form.is_valid() and form.was_looked_at:
        with form.refusals():
            said = form.cleaned_data
            groups.delete(group, by=request.actor, reason=said["reason"], seen=said["seen"])
            toast(request, _("{name} was deleted.").format(name=group.name))
            return redirect("workspaces:groups", workspace.slug)
    review = group_reviews.of_deleting(group)
    form.show(review.digest)
    return confirm(
        request,
        "groups",
        form,
        title=_("Delete {name}?").format(name=group.name),
        verb=_("Delete group"),
        back=panel_of(group),
        effects=_losses(group, review),
    )


def _losses(group: Group, review: PeopleReview) -> list[str]:
    """Say in numbers what goes with a group, and what it takes from the first people."""
    n_grants = group.grants.count()
    grants = ngettext("{n} grant", "{n} grants", n_grants).format(n=n_grants)
    people = ngettext(
        "{n} person stays in the workspace and leaves the group.",
        "{n} people stay in the workspace and leave the group.",
        review.total,
    ).format(n=review.total)
    words = people_words(group.workspace, review)
    lines = [f"{line.member.user.get_full_name()} {line.text}" for line in words.lines]
    more = [_("and {n} more").format(n=review.more)] if review.more else []
    return [_("Removes {grants}.").format(grants=grants), people, *lines, *more]


def named_group(workspace: Workspace, group_id: str) -> Group:
    """Return the group an address names. Raises Http404 for everybody else's ids (A1)."""
    return get_object_or_404(workspace.groups, public_id=group_id)


def panel_of(group: Group, *, tab: str = "") -> str:
    """Return the address of a group's panel."""
    address = reverse("workspaces:group", args=[group.workspace.slug, group.public_id])
    return f"{address}?tab={tab}" if tab else address
