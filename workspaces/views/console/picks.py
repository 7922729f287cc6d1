"""What pickers offer while one types: at most 20 hits, and how many more there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from config.web.lists.filters import TextFilters
from workspaces.catalogue import LABEL, READ
from workspaces.guards import MemberRequest, needs, needs_anywhere
from workspaces.models import Workspace
from workspaces.models.directory import pushed_group

OFFERED = 20


@dataclass(frozen=True, slots=True)
class Pick:
    """One hit: the name a form understands, and what a person reads."""

    value: str
    text: str
    note: str = ""


@needs("administer")
def pick_members(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Members whose name or address contains what was typed."""
    rows = _found(request, workspace.members.select_related("user")).by_name()
    return _offer(request, rows, lambda m: Pick(m.user.email, m.user.get_full_name(), m.user.email))


@needs("administer")
def pick_groups(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Groups to put people into: those the directory does not push."""
    rows = _found(request, workspace.groups.exclude(pushed_group())).by_name()
    return _offer(request, rows, lambda g: Pick(g.name, g.name, g.description[:60]))


@needs_anywhere(LABEL)
def pick_labels(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Labels whose key or value contains what was typed."""
    rows = _found(request, workspace.labels.all()).by_name()
    return _offer(request, rows, lambda label: Pick(str(label), str(label), label.description[:60]))


@needs("read")
def pick_resources(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """Resources of a type that the asker can read."""
    rows = _found(request, request.access.reach(READ, type_)).by_name()
    return _offer(request, rows, lambda r: Pick(r.ref, r.name, r.slug))


def _found(request: MemberRequest, rows: Any) -> Any:
    """Return the rows that hold what was typed; none for what cannot be searched for (N4).

    Pickers send their form along, so that other keys mean nothing here.
    """
    typed = QueryDict(mutable=True)
    typed.setlist("q", request.GET.getlist("q"))
    return TextFilters(typed).narrow(rows)


def _offer(request: MemberRequest, rows: Any, pick: Callable[[Any], Pick]) -> HttpResponse:
    """Answer the first hits; 2 statements however many there are."""
    picks = [pick(row) for row in rows[:OFFERED]]
    more = rows.count() - len(picks) if len(picks) == OFFERED else 0
    return render(request, "workspaces/console/picks.html", {"picks": picks, "more": more})
