"""Who is in a group: putting people in, moving them on, taking them out.

Each is a form with the review of the people chosen beside it. *Look* answers with the
review; what was looked at can be saved.
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.http import page
from config.web.toasts import toast
from workspaces.catalogue import OWNER
from workspaces.forms.groups import MoveForm, PeopleForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.group import Group
from workspaces.models.workspace import Workspace
from workspaces.operations import group_reviews, groups
from workspaces.operations.affected import PeopleReview
from workspaces.views.frame import framed
from workspaces.views.group_changes import named_group, panel_of
from workspaces.views.people_review import people_words
from workspaces.views.undo_links import undo_url_of


@needs("administer", methods=(*SAFE, "POST"))
def group_members(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Put people into a group, several at once."""
    group = named_group(workspace, group_id)
    form = PeopleForm(request.POST or None, workspace=workspace, initial=_chosen(request))
    if _is_sent(request, form):
        with form.refusals():
            added = groups.add_members(group, form.members, **_how(request, form))
            n = len(added)
            text = ngettext("Added {n} person to {name}.", "Added {n} people to {name}.", n)
            return _done(request, group, text.format(n=n, name=group.name))
    people = form.members
    review = group_reviews.of_joining(group, people) if people else None
    return _draw(
        request,
        group,
        form,
        review,
        title=_("Add people to {name}").format(name=group.name),
        lead=_("Whoever is in it gets what it grants, at once."),
        verb=_("Add people"),
        nobody=_("They are all in it already."),
        notes=_owning(group),
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_members_move(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Take people out of a group and put them into another one, in one step."""
    group = named_group(workspace, group_id)
    form = MoveForm(request.POST or None, group=group, initial=_chosen(request))
    if _is_sent(request, form):
        with form.refusals():
            to = form.cleaned_data["to"]
            moved = groups.move_members(group, form.members, to, **_how(request, form))
            n = len(moved)
            text = ngettext("Moved {n} person to {name}.", "Moved {n} people to {name}.", n)
            return _done(request, group, text.format(n=n, name=to.name))
    people, to = form.members, form.to_group
    review = group_reviews.of_moving(group, people, to) if people and to else None
    return _draw(
        request,
        group,
        form,
        review,
        title=_("Move people from {name}").format(name=group.name),
        lead=_("They leave this group and join the other one in one step."),
        verb=_("Move people"),
        nobody=_("None of them is in it."),
        notes=_owning(to) if to else [],
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_members_remove(
    request: MemberRequest, workspace: Workspace, group_id: str
) -> HttpResponse:
    """Take people out of a group; they stay in the workspace."""
    group = named_group(workspace, group_id)
    form = PeopleForm(request.POST or None, workspace=workspace, initial=_chosen(request))
    if _is_sent(request, form):
        with form.refusals():
            removed = groups.remove_members(group, form.members, **_how(request, form))
            n = len(removed)
            text = ngettext("Took {n} person out of {name}.", "Took {n} people out of {name}.", n)
            return _done(request, group, text.format(n=n, name=group.name))
    people = form.members
    review = group_reviews.of_leaving(group, people) if people else None
    return _draw(
        request,
        group,
        form,
        review,
        title=_("Take people out of {name}").format(name=group.name),
        lead=_("They stay in the workspace, with what they have from elsewhere."),
        verb=_("Take out"),
        nobody=_("None of them is in it."),
        danger=True,
    )


def _chosen(request: MemberRequest) -> dict[str, list[str]]:
    """Return the people named in the address: those ticked on the panel."""
    return {"people": request.GET.getlist("people")}


def _is_sent(request: MemberRequest, form: PeopleForm) -> bool:
    return request.method == "POST" and form.is_valid() and form.was_looked_at


def _how(request: MemberRequest, form: PeopleForm) -> dict[str, Any]:
    """Return what every change of people hands to its operation."""
    said = form.cleaned_data
    return {"by": request.actor, "reason": said["reason"], "seen": said["seen"]}


def _owning(group: Group) -> list[str]:
    """Warn of a group that makes everybody in it an owner (R3)."""
    if not group.grants.active().filter(role=OWNER).exists():
        return []
    return [_("{name} makes everybody in it an owner of this workspace.").format(name=group.name)]


def _done(request: MemberRequest, group: Group, text: str) -> HttpResponse:
    toast(request, text, undo_url=undo_url_of(request, group.workspace))
    return redirect(panel_of(group, tab="members"))


def _draw(
    request: MemberRequest,
    group: Group,
    form: PeopleForm,
    review: PeopleReview | None,
    *,
    title: str,
    lead: str,
    verb: str,
    nobody: str,
    danger: bool = False,
    notes: Sequence[str] = (),
) -> HttpResponse:
    """Draw the form, and beside it what it does to the people chosen."""
    if review and not review.total:
        notes = [nobody]
    return page(
        request,
        "workspaces/group_people.html",
        {
            "group": group,
            "form": form,
            "review": people_words(group.workspace, review) if review else None,
            "notes": notes,
            "title": title,
            "lead": lead,
            "verb": verb,
            "danger": danger,
            "url": request.path,
            "back": panel_of(group, tab="members"),
        },
        fragments=("change-review",),
        around=framed(request, "groups"),
        status=form.status,
    )
