"""Taking the members list out as a file: the people, or people and their rights (A1, I9)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from django.db.models import Case, CharField, Q, Value, When
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.csv_export import Cell, csv_answer
from config.web.http import page
from workspaces.access.dialect import among
from workspaces.access.facts import load_policies
from workspaces.access.reach import condition
from workspaces.catalogue import EDIT, LABELLED, READ, VIEW_PII, ResourceType, Scope
from workspaces.forms.selection import Selection, SelectionFields
from workspaces.guards import MemberRequest, needs
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations.exports import record_export
from workspaces.views.bulk_words import filter_words
from workspaces.views.frame import framed
from workspaces.views.grant_cards import GrantCard, highest_of
from workspaces.views.member_words import groups_of
from workspaces.views.words import singular

T = TypeVar("T")
AT_ONCE = 200
MEMBERS = ("Name", "Address", "Role", "Account", "Highest access", "Groups", "Last active")
MATRIX = ("Name", "Address", "Type", "Slug", "Resource", "Level", "Personal data")


@needs("administer")
def members_export(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Choose what to take out of the people the list shows, or of those ticked."""
    selection = _chosen(request.GET)
    return page(
        request,
        "workspaces/members_export.html",
        {
            "selection": SelectionFields(selection, workspace),
            "n_chosen": selection.members(workspace).count(),
            "filtered": filter_words(selection) if selection.matching else [],
            "members_url": reverse("workspaces:members_csv", args=[workspace.slug]),
            "matrix_url": reverse("workspaces:matrix_csv", args=[workspace.slug]),
            "back": reverse("workspaces:members", args=[workspace.slug]),
        },
        fragments=("dialog",),
        around=framed(request, "members"),
    )


@needs("administer", methods=("POST",))
def members_csv(request: MemberRequest, workspace: Workspace) -> HttpResponseBase:
    """One row per person: name, address, role, highest access, groups, last active."""
    ids = _taken(request, workspace, "members")
    return csv_answer("members", MEMBERS, _members(workspace, ids))


@needs("administer", methods=("POST",))
def matrix_csv(request: MemberRequest, workspace: Workspace) -> HttpResponseBase:
    """One row per person and resource they can read, with the level."""
    ids = _taken(request, workspace, "access")
    return csv_answer("access", MATRIX, _matrix(workspace, ids))


def _chosen(data: QueryDict) -> Selection:
    """Return who is meant; with nobody ticked, everybody the filters leave."""
    selection = Selection.of(data)
    return selection if selection.ids else replace(selection, matching=True)


def _taken(request: MemberRequest, workspace: Workspace, what: str) -> list[int]:
    """Record the export, and return who is in it, in the order of their names."""
    selection = _chosen(request.POST)
    ids = list(selection.members(workspace).by_name().values_list("pk", flat=True))
    filters = selection.filtering.cleaned_data if selection.matching else {}
    record_export(
        workspace,
        what,
        by=request.actor,
        rows=len(ids),
        filters={key: str(value) for key, value in filters.items() if value},
    )
    return list(dict.fromkeys(ids))


def _members(workspace: Workspace, ids: Iterable[int]) -> Iterator[list[Cell]]:
    for people in _people(workspace, ids):
        highest = highest_of(load_policies(people))
        inside = groups_of(people)
        for member in people:
            card = highest[member.pk].card
            yield [
                member.user.get_full_name(),
                member.user.email,
                _("Owner") if member.owner else _("Member"),
                _("Active") if member.user.is_active else _("Deactivated"),
                _card_words(card) if card else _("Minimal access"),
                "; ".join(inside[member.pk]),
                member.last_active_at,
            ]


def _card_words(card: GrantCard) -> str:
    """Return a grant in one cell: "Source Admin on environment:prod and product:car"."""
    if card.level == "owner":
        return card.role_name
    match card.scope_kind:
        case Scope.LABELS:
            on = _(" and ").join(card.labels)
        case Scope.RESOURCES:
            on = f"{card.count} {card.noun}"
        case _:
            on = _("all current & future")
    return _("{role} on {what}").format(role=card.role_name, what=on)


def _matrix(workspace: Workspace, ids: Iterable[int]) -> Iterator[list[Cell]]:
    """Yield what each person reads; 1 statement a person, 200 rows in hand at a time."""
    for people in _people(workspace, ids):
        policies = load_policies(people)
        for member in people:
            policy = policies[member.pk]
            rows = Resource.objects.filter(
                condition(policy, READ, ResourceType), workspace=workspace
            ).annotate(
                level=_when(condition(policy, EDIT, ResourceType), _("edit"), _("view")),
                clear=_when(condition(policy, VIEW_PII, LABELLED), _("shown"), ""),
            )
            cells = rows.order_by("type", "slug").values_list(
                "type", "slug", "name", "level", "clear"
            )
            for type_, *rest in cells.iterator(chunk_size=AT_ONCE):
                yield [member.user.get_full_name(), member.user.email, singular(type_), *rest]


def _when(condition: Q, yes: str, no: str) -> Case:
    return Case(When(condition, then=Value(yes)), default=Value(no), output_field=CharField())


def _people(workspace: Workspace, ids: Iterable[int]) -> Iterator[list[Member]]:
    """Yield the members of these ids in their order, some at a time."""
    for some in _batches(ids):
        rows = workspace.members.select_related("user").filter(pk__in=among(some))
        found = {member.pk: member for member in rows}
        yield [found[pk] for pk in some if pk in found]


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = iter(items)
    while batch := list(islice(items, AT_ONCE)):
        yield batch
