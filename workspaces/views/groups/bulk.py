"""Deleting many groups of the list, putting people into them, and the file of them."""

from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from config.web.lists.csv_export import Row
from config.web.tags import grouped
from workspaces.access.dialect import among
from workspaces.forms.console.selection import ChosenForm
from workspaces.forms.groups.bulk import AddPeopleForm, DeleteManyForm, GroupSelection, GroupsForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Grant, Workspace
from workspaces.models.directory import pushed_group
from workspaces.operations.groups import bulk
from workspaces.operations.groups.bulk import GroupsReview
from workspaces.views.console import answers, review_words
from workspaces.views.console.many import File, asked, export, roles_of

POSTING = (*SAFE, "POST")
HEADING = ("Name", "Id", "Description", "Roles", "People", "Kept by the directory")


@needs("administer", methods=POSTING)
def groups_delete(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Delete every group chosen, once one has seen which they are and who loses what."""
    form = asked(request, workspace, DeleteManyForm, GroupSelection)
    return _change(request, workspace, form)


@needs("administer", methods=POSTING)
def groups_people(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Put people into every group chosen, once one has seen what they gain."""
    return _change(request, workspace, asked(request, workspace, AddPeopleForm, GroupSelection))


@needs("administer", methods=POSTING)
def groups_export(request: MemberRequest, workspace: Workspace) -> HttpResponseBase:
    """One row per group, with all it grants."""
    form = asked(request, workspace, ChosenForm, GroupSelection)
    file = File("groups", "groups.exported", HEADING, _lines, gettext_lazy("Export groups"))
    return export(request, workspace, form, file, at="groups", back=workspace.url("groups"))


def _change(request: MemberRequest, workspace: Workspace, form: GroupsForm) -> HttpResponse:
    selection, deleting = form.selection, isinstance(form, DeleteManyForm)
    back = selection.list_left(workspace, workspace.url("groups"))
    change = form.change if form.is_valid() or not form.is_bound or deleting else None
    review = None
    if form.is_bound and form.is_valid() and form.was_looked_at and change is not None:
        with form.refusals():
            by = form.said_by(request.actor)
            n = bulk.apply(workspace, selection.rows, change, by=by)
            answers.toast(request, _done(n, deleting=deleting))
            return redirect(back)
    if change is not None and not form.problems:
        with form.refusals():
            review = bulk.review(workspace, selection.rows, change)
            form.show(review.digest)
    title = _("Delete groups?") if deleting else _("Add people to groups")
    verb = _("Delete groups") if deleting else _("Add") if review else _("Look")
    return answers.confirm(
        request,
        form,
        at="groups",
        title=title,
        verb=verb,
        back=back,
        effects=_effects(workspace, review, deleting=deleting) if review else form.problems,
        hurts=deleting,
    )


def _done(n: int, *, deleting: bool) -> str:
    if deleting:
        words = ngettext("{n} group was deleted.", "{n} groups were deleted.", n)
    else:
        words = ngettext("They are in {n} group now.", "They are in {n} groups now.", n)
    return words.format(n=grouped(n))


def _effects(workspace: Workspace, review: GroupsReview, *, deleting: bool) -> list[str]:
    """Say by name which groups a change is about, whose access moves, and what it comes to."""
    n, more = review.total, _("and {n} more")
    names = [group.name for group in review.shown]
    names += [more.format(n=grouped(review.more))] if review.more else []
    if deleting:
        of = ngettext("Deletes {n} group: {names}", "Deletes {n} groups: {names}", n)
    else:
        of = ngettext("Adds them to {n} group: {names}", "Adds them to {n} groups: {names}", n)
    said = [of.format(n=grouped(n), names=", ".join(names))]
    if deleting:
        goes = ngettext("Removes {n} grant.", "Removes {n} grants.", review.grants)
        stays = ngettext(
            "{n} person stays in the workspace and leaves them.",
            "{n} people stay in the workspace and leave them.",
            review.people.total,
        )
        said += [
            goes.format(n=grouped(review.grants)), stays.format(n=grouped(review.people.total))
        ]  # fmt: skip
    words = review_words.people_words(workspace, review.people)
    said += [f"{line.member.user.get_full_name()} {line.text}" for line in words.lines]
    said += [more.format(n=grouped(review.people.more))] if review.people.more else []
    if review.invites:
        text = _("Open invites lose it: {invites}")
        said.append(text.format(invites=", ".join(review.invites[:20])))
    if review.void:
        text = _("Of them are void then: {invites}")
        said.append(text.format(invites=", ".join(review.void[:20])))
    return said


def _lines(workspace: Workspace, ids: Sequence[int]) -> Iterator[Row]:
    """Yield the lines of some groups; 4 statements."""
    rows = workspace.groups.filter(pk__in=among(ids)).with_people().annotate(pushed=pushed_group())
    held = roles_of(Grant.objects.filter(group__in=among(ids)), "group_id")
    found = {group.pk: group for group in rows}
    for pk in ids:
        if (group := found.get(pk)) is not None:
            yield [
                group.name,
                group.public_id,
                group.description,
                held.get(pk, ""),
                group.people,  # type: ignore[attr-defined]
                _("yes") if group.pushed else _("no"),  # type: ignore[attr-defined]
            ]
