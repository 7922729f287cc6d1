"""Changing a group: its name, a copy of it, who is in it, its end.

What concerns people is a form with the review of those chosen beside it. *Look* answers with
the review; what was looked at can be saved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to, here, returning
from workspaces.catalogue import OWNER
from workspaces.change import Actor
from workspaces.forms.groups import groups as forms
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Group, Member, Workspace
from workspaces.operations.changes.affected import PeopleReview
from workspaces.operations.directory.pushed_groups import hold_on
from workspaces.operations.groups import groups, reviews
from workspaces.operations.invites.withdrawal import losing
from workspaces.views.console import answers, concerned_words, review_words

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
    """Say in numbers what goes with a group, and what it takes from the first people."""
    n_grants = group.grants.count()
    grants = ngettext("{n} grant", "{n} grants", n_grants).format(n=n_grants)
    people = ngettext(
        "{n} person stays in the workspace and leaves the group.",
        "{n} people stay in the workspace and leave the group.",
        review.total,
    ).format(n=review.total)
    words = review_words.people_words(group.workspace, review)
    lines = [f"{line.member.user.get_full_name()} {line.text}" for line in words.lines]
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


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """One thing that is done about people in a group: what looks at it, what does it, its words.

    `done` says of how many it was done, `nobody` that it makes no difference to anybody.
    """

    review: Callable[[Sequence[Member]], PeopleReview | None]
    make: Callable[[Actor], Sequence[Member]]
    done: Callable[[int], str]
    title: str
    lead: str
    verb: str
    nobody: str
    danger: bool = False
    notes: Callable[[], Sequence[str]] = list


@needs("administer", methods=(*SAFE, "POST"))
def group_members(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Put people into a group, several at once."""
    group = named_group(workspace, group_id)
    form = forms.PeopleForm(request.POST or None, workspace=workspace, initial=_chosen(request))
    change = PeopleChange(
        review=lambda people: reviews.of_joining(group, people),
        make=lambda by: groups.add_members(group, form.members, by=by),
        done=lambda n: ngettext(
            "Added {n} person to {name}.", "Added {n} people to {name}.", n
        ).format(n=n, name=group.name),
        title=_("Add people to {name}").format(name=group.name),
        lead=_("Whoever is in it gets what it grants, at once."),
        verb=_("Add people"),
        nobody=_("They are all in it already."),
        notes=lambda: _owning(group),
    )
    return _change_people(request, group, form, change)


@needs("administer", methods=(*SAFE, "POST"))
def group_members_move(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Take people out of a group and put them into another one, in one step."""
    group = named_group(workspace, group_id)
    form = forms.MoveForm(request.POST or None, group=group, initial=_chosen(request))
    change = PeopleChange(
        review=lambda people: (
            reviews.of_moving(group, people, form.to_group) if form.to_group else None
        ),
        make=lambda by: groups.move_members(group, form.members, form.cleaned_data["to"], by=by),
        done=lambda n: ngettext(
            "Moved {n} person to {name}.", "Moved {n} people to {name}.", n
        ).format(n=n, name=form.cleaned_data["to"].name),
        title=_("Move people from {name}").format(name=group.name),
        lead=_("They leave this group and join the other one in one step."),
        verb=_("Move people"),
        nobody=_("None of them is in it."),
        notes=lambda: _owning(form.to_group) if form.to_group else [],
    )
    return _change_people(request, group, form, change)


@needs("administer", methods=(*SAFE, "POST"))
def group_members_remove(
    request: MemberRequest, workspace: Workspace, group_id: str
) -> HttpResponse:
    """Take people out of a group; they stay in the workspace."""
    group = named_group(workspace, group_id)
    form = forms.PeopleForm(request.POST or None, workspace=workspace, initial=_chosen(request))
    change = PeopleChange(
        review=lambda people: reviews.of_leaving(group, people),
        make=lambda by: groups.remove_members(group, form.members, by=by),
        done=lambda n: ngettext(
            "Took {n} person out of {name}.", "Took {n} people out of {name}.", n
        ).format(n=n, name=group.name),
        title=_("Take people out of {name}").format(name=group.name),
        lead=_("They stay in the workspace, with what they have from elsewhere."),
        verb=_("Take out"),
        nobody=_("None of them is in it."),
        danger=True,
    )
    return _change_people(request, group, form, change)


def _chosen(request: MemberRequest) -> dict[str, list[str]]:
    """Return the people named in the address: those ticked on the panel."""
    return {"people": request.GET.getlist("people")}


def _owning(group: Group) -> list[str]:
    """Warn of a group that makes everybody in it an owner (R3)."""
    if not group.grants.lasting().filter(role=OWNER).exists():
        return []
    return [_("{name} makes everybody in it an owner of this workspace.").format(name=group.name)]


def _change_people(
    request: MemberRequest, group: Group, form: forms.PeopleForm, change: PeopleChange
) -> HttpResponse:
    """Do it once it was looked at; else draw the form, and beside it what it does to whom."""
    if request.method == "POST" and form.is_valid() and form.was_looked_at:
        with form.refusals():
            text = change.done(len(change.make(form.said_by(request.actor))))
            answers.toast(request, text, undo=answers.changed_by(request))
            return back_to(request, panel_of(group, tab="members"))
    people = form.members
    review = change.review(people) if people else None
    return answers.page(
        request,
        "workspaces/groups/group_people.html",
        {
            "group": group,
            "form": form,
            "review": review_words.people_words(group.workspace, review) if review else None,
            "notes": [change.nobody] if review and not review.total else change.notes(),
            "title": change.title,
            "lead": change.lead,
            "verb": change.verb,
            "danger": change.danger,
            "url": here(request),
            "back": returning(request, panel_of(group, tab="members")),
        },
        fragments=("change-review",),
        at="groups",
        status=form.status,
    )
