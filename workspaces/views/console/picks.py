"""What pickers offer while one types, and where a name was not clear: who or what is meant.

At most 20 hits of a kind – those that bear the name first, then those whose name begins so – each
with its picture and what it is, and how many more there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.web.lists.filters import TextFilters
from config.web.values.text import same_key
from labels.models import Label
from workspaces.access.naming import (
    Meaning,
    Meant,
    Rows,
    invited_to,
    itself_called,
    number,
    ref_of,
    search,
    subjects_of,
    things_of,
)
from workspaces.catalogue import LABEL, READ, WORKSPACE
from workspaces.guards import MemberRequest, needs, needs_anywhere
from workspaces.models import Group, Invite, Member, Resource, Token, Workspace
from workspaces.models.directory import pushed_group
from workspaces.views.console import wording

OFFERED = 20
OF_EACH = 8  # where several kinds are offered together
COUNTED = 1000  # hits beyond these are not told one from another
DESCRIBED = 60  # characters of a description


@dataclass(frozen=True, slots=True)
class Pick:
    """One hit: the name a form understands, and what a person reads.

    `ident` means just this one whatever others are called. Without an icon it is a person, shown
    by a disc.
    """

    value: str
    text: str
    note: str = ""
    icon: str = ""
    ident: str = ""

    def bears(self, text: str) -> bool:
        """Whether it is called just what was typed, by any of its names."""
        slug = self.value.rpartition("/")[2]
        return same_key(text) in {same_key(name) for name in (self.text, self.value, slug)}


def pick_of(row: Meant) -> Pick:
    """Return how a row is offered; no statement."""
    match row:
        case Member():
            email = row.user.email
            return Pick(email, row.user.get_full_name(), email, ident=email)
        case Group():
            note = _described(_("group"), row.description)
            return Pick(row.name, row.name, note, "boxes", row.public_id)
        case Token():
            return Pick(row.name, row.name, _("token"), "key", row.public_id)
        case Invite():
            note = _("invited, not yet accepted")
            return Pick(row.email, row.email, note, "mail", row.public_id)
    return _pick_of_thing(row)


def _pick_of_thing(row: Label | Resource | Workspace) -> Pick:
    match row:
        case Label():
            return Pick(str(row), str(row), row.description[:DESCRIBED], "tag", str(row))
        case Resource():
            note = _described(wording.singular(row.type), row.slug)
            return Pick(row.ref, row.name, note, wording.ICONS[row.type], row.ref)
    ref = ref_of(row)
    return Pick(ref, row.name, _("the workspace itself"), wording.ICONS[WORKSPACE], ref)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody or something a text might have meant; `url` is the query that says so."""

    pick: Pick
    url: str


def choices(request: HttpRequest, key: str, found: Meaning) -> list[Choice]:
    """Offer those whom a name in the address may mean, each with the query that says so."""
    picks = _told_apart([pick_of(row) for row in found.candidates])
    return [Choice(pick, _put_right(request, key, pick.value)) for pick in picks]


def _put_right(request: HttpRequest, key: str, value: str) -> str:
    params = request.GET.copy()
    params[key] = value
    params.pop("page", None)
    return f"?{params.urlencode()}"


def _described(kind: str, more: str) -> str:
    return f"{kind} · {more[:DESCRIBED]}" if more else kind


@needs("administer")
def pick_members(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Members whose name or address contains what was typed."""
    return offer(request, workspace.members.select_related("user").by_name())


@needs("administer")
def pick_groups(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Groups to put people into: those the directory does not push."""
    return offer(request, workspace.groups.exclude(pushed_group()).by_name())


@needs("administer")
def pick_any_group(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Groups to narrow a list by, those too that the directory pushes."""
    return offer(request, workspace.groups.by_name())


@needs("administer")
def pick_subjects(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Whoever may hold something: members, groups, tokens, and those who are invited."""
    members, groups, tokens = subjects_of(workspace)
    return offer(request, members, groups, tokens.live(), invited_to(workspace))


@needs_anywhere(LABEL)
def pick_labels(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Labels whose key or value contains what was typed."""
    return offer(request, workspace.labels.by_name())


@needs("read")
def pick_resources(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """Resources of a type that the asker can read."""
    return offer(request, request.access.reach(READ, type_).by_name())


@needs("read")
def pick_things(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Resources of every type that the asker can read, and the workspace itself."""
    rows = things_of(request.access.reach_any_type(READ))
    return offer(request, rows, beside=itself_called(workspace, typed(request) or ""))


def typed(request: MemberRequest) -> str | None:
    """Return what was typed; nothing for what cannot be searched for (N4).

    Pickers send their form along, so that other keys mean nothing here.
    """
    sent = QueryDict(mutable=True)
    sent.setlist("q", request.GET.getlist("q"))
    filters = TextFilters(sent)
    return None if filters.faults else filters.asked.get("q", "")


def offer(
    request: MemberRequest,
    *kinds: Rows,
    beside: Sequence[Meant] = (),
    further: Sequence[Pick] = (),
) -> HttpResponse:
    """Answer the best hits; at most 4 statements for each kind, however many there are.

    What stands `beside` the rows is meant by the text, too; `further` hits come last.
    """
    text, most = typed(request), OFFERED if len(kinds) == 1 else OF_EACH
    picks, more = [pick_of(row) for row in beside], 0
    for rows in kinds if text is not None else ():
        found = search(rows, text or "", most)
        picks += [pick_of(row) for row in found]
        if len(found) == most:
            more += max(number(rows, text or "", COUNTED) - most, 0)
    picks.sort(key=lambda pick: not pick.bears(text or ""))
    picks += further
    return render(
        request,
        "workspaces/console/picks.html",
        {"picks": _told_apart(picks), "more": more, "many": more >= COUNTED - most},
    )


def _told_apart(picks: Sequence[Pick]) -> list[Pick]:
    """Let those that are called alike stand for themselves by their ids."""
    names: list[Any] = [same_key(pick.value) for pick in picks]
    return [
        replace(pick, value=pick.ident) if names.count(name) > 1 else pick
        for pick, name in zip(picks, names, strict=True)
    ]
