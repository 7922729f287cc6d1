"""Taking the members list out as a file: the people, or people and their rights (A1, XI9)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from config.web.lists.csv_export import Row, csv_answer
from config.web.lists.filters import said_in
from workspaces.access.dialect import among
from workspaces.access.facts import load_policies
from workspaces.asker import still_allowed
from workspaces.catalogue import ADMINISTER, Scope
from workspaces.forms.console.selection import ALWAYS, SelectionFields
from workspaces.forms.members.bulk import Selection
from workspaces.guards import MemberRequest, needs
from workspaces.models import Member, Workspace
from workspaces.operations.trail.exports import record_export
from workspaces.views.console import answers
from workspaces.views.grants.cards import GrantCard, cards_of
from workspaces.views.members import matrix
from workspaces.views.members.words import groups_of

T = TypeVar("T")
AT_ONCE = 200
MEMBERS = (
    "Name", "Address", "Role", "Account", "Highest access", "Groups", "Last active",
    "Own roles", "Roles through groups",
)  # fmt: skip
MATRIX = ("Name", "Address", "Type", "Slug", "Resource", "Level", "Personal data", "Could take up")


@needs("administer")
def members_export(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Choose what to take out of the people the list shows, or of those ticked.

    With nobody ticked, the list's own button means everybody its filters leave.
    """
    selection = Selection.of(request.GET)
    if not selection.ids and "filters" in request.GET:
        selection = replace(selection, matching=True)
    return _choice(request, workspace, selection, selection.problems(workspace))


def _choice(
    request: MemberRequest, workspace: Workspace, selection: Selection, problems: list[str]
) -> HttpResponse:
    return answers.page(
        request,
        "workspaces/members/members_export.html",
        {
            "selection": SelectionFields(selection, workspace),
            "n_chosen": selection.rows(workspace).count(),
            "problems": problems,
            "filtered": selection.said(workspace),
            "members_url": workspace.url("members_csv"),
            "matrix_url": workspace.url("matrix_csv"),
            "back": selection.list_left(workspace, workspace.url("members")),
        },
        fragments=("dialog",),
        at="members",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
    )


@needs("administer", methods=("POST",))
def members_csv(request: MemberRequest, workspace: Workspace) -> HttpResponseBase:
    """One row per person, with all groups and all roles: their own, and those of the groups."""
    return _file(request, workspace, "members", MEMBERS, _members)


@needs("administer", methods=("POST",))
def matrix_csv(request: MemberRequest, workspace: Workspace) -> HttpResponseBase:
    """One row per person and resource they can read, or could, with the levels (W8)."""
    return _file(request, workspace, "access", MATRIX, _matrix)


def _file(
    request: MemberRequest,
    workspace: Workspace,
    what: str,
    heading: Sequence[str],
    rows: Callable[[Workspace, Iterable[int]], Iterator[Row]],
) -> HttpResponseBase:
    """Answer with the file of who is chosen, or say why nobody is: silence is not all (N4)."""
    selection = Selection.of(said_in(request), beside=ALWAYS)
    problems = selection.problems(workspace)
    if not problems and not selection.matching and not selection.ids:
        problems = [_("Nobody is chosen.")]
    if problems:
        return _choice(request, workspace, selection, problems)
    taken = _taken(request, workspace, f"{what}.exported", selection)
    return csv_answer(
        what,
        heading,
        rows(workspace, taken),
        still_allowed=partial(still_allowed, request, ADMINISTER),
    )


def _taken(
    request: MemberRequest, workspace: Workspace, action: str, selection: Selection
) -> list[int]:
    """Record the export, and return who is in it, in the order of their names."""
    ids = list(selection.rows(workspace).by_name().values_list("pk", flat=True))
    filters = selection.filtering(workspace).asked if selection.matching else {}
    record_export(
        workspace,
        action,
        by=request.actor,
        rows=len(ids),
        filters={key: str(value) for key, value in filters.items()},
    )
    return list(dict.fromkeys(ids))


def _members(workspace: Workspace, ids: Iterable[int]) -> Iterator[Row]:
    for people in _people(workspace, ids):
        held = cards_of(load_policies(people))
        inside = groups_of(people)
        for member in people:
            cards = held[member.pk]
            yield [
                member.user.get_full_name(),
                member.user.email,
                _("Owner") if member.owner else _("Member"),
                _("Active") if member.user.is_active else _("Deactivated"),
                _card_words(cards[0][0]) if cards else _("Minimal access"),
                "; ".join(inside[member.pk]),
                member.last_active_at,
                "; ".join(_card_words(card) for card, by_group in cards if not by_group),
                "; ".join(dict.fromkeys(_card_words(card) for card, by_group in cards if by_group)),
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


def _matrix(workspace: Workspace, ids: Iterable[int]) -> Iterator[Row]:
    """Yield what each person reads, or could."""
    return matrix.lines(workspace, lambda most: _people(workspace, ids, most))


def _people(
    workspace: Workspace, ids: Iterable[int], most: int = AT_ONCE
) -> Iterator[list[Member]]:
    """Yield the members of these ids in their order, some at a time."""
    for some in _batches(ids, most):
        rows = workspace.members.select_related("user").filter(pk__in=among(some))
        found = {member.pk: member for member in rows}
        yield [found[pk] for pk in some if pk in found]


def _batches(items: Iterable[T], most: int) -> Iterator[list[T]]:
    items = iter(items)
    while batch := list(islice(items, most)):
        yield batch
