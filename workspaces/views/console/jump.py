"""Jump: find anything of the workspace by a few letters – people, things, pages, actions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.lists.filters import TextFilters
from config.web.values.text import search_key, search_words
from workspaces.catalogue import READ, ResourceType
from workspaces.guards import MemberRequest, needs
from workspaces.models import Workspace
from workspaces.operations.groups.managers import groups_of
from workspaces.views.console import answers, frame, wording
from workspaces.views.taking_up.mine import taking_up

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One place to go. Without an icon it is a person, shown by a disc."""

    text: str
    url: str
    note: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits of one kind; `all_url` leads to the list of all of them, where there is one."""

    title: str
    found: list[Hit]
    all_url: str = ""


@needs("read")
def jump(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Places the asker may go to whose name contains what was typed; nothing else (R9)."""
    filters = TextFilters(request.GET)
    text = filters.asked.get("q", "")
    found = [] if filters.faults else [*_pages_and_actions(request, workspace, text)]
    if text:
        found = [*_people_and_groups(request, workspace, text), *_things(request, text), *found]
    kinds = [hits for hits in found if hits.found]
    return answers.page(
        request,
        "workspaces/console/jump.html",
        {
            "workspace": workspace,
            "filters": filters,
            "kinds": kinds,
            "total": sum(len(hits.found) for hits in kinds),
        },
        fragments=("hits",),
        at="",
        status=filters.http_status,
    )


def _people_and_groups(request: MemberRequest, workspace: Workspace, text: str) -> list[Hits]:
    """People, groups and labels stand on owners' pages, so only owners find them.

    3 to 6 statements.
    """
    if not request.access.check("administer", workspace):
        return []
    people = workspace.url("members")
    groups = workspace.url("groups")
    labels = workspace.url("labels")
    members = workspace.members.select_related("user")
    begun = search_key(text)
    name_or_address = Q(user__search_key__startswith=begun) | Q(user__email__startswith=begun)
    key_or_value = Q(key__istartswith=text) | Q(value__istartswith=text)
    return [
        _hits(
            _("People"),
            members,
            text,
            begins=name_or_address,
            hit=lambda m: Hit(m.user.get_full_name(), f"{people}/{m.public_id}", m.user.email),
            all_url=f"{people}?q=",
        ),
        _hits(
            _("Groups"),
            workspace.groups.all(),
            text,
            begins=Q(search_key__startswith=begun),
            hit=lambda g: Hit(g.name, f"{groups}/{g.public_id}", g.description[:60], "boxes"),
            all_url=f"{groups}?q=",
        ),
        _hits(
            _("Labels"),
            workspace.labels.all(),
            text,
            begins=key_or_value,
            hit=lambda row: Hit(str(row), f"{labels}?q={row}", row.description[:60], "tag"),
            all_url=f"{labels}?q=",
        ),
    ]


def _things(request: MemberRequest, text: str) -> list[Hits]:
    """Resources of every type that the asker can read; 1 or 2 statements."""
    workspace = request.member.workspace

    def hit(row: Any) -> Hit:
        address = workspace.url("resource", row.type, row.slug)
        return Hit(
            row.name, address, f"{wording.singular(row.type)} · {row.slug}", wording.ICONS[row.type]
        )

    begins = Q(search_key__startswith=search_key(text)) | Q(slug__istartswith=text)
    rows = request.access.reach_any_type(READ)
    return [_hits(_("Resources"), rows, text, begins=begins, hit=hit)]


def _hits(
    title: str, rows: Any, text: str, *, begins: Q, hit: Callable[[Any], Hit], all_url: str = ""
) -> Hits:
    """Return the first hits of a kind: those that begin with the text, then those that hold it.

    Each statement stops after a few rows; sorting all that match is left out, which is
    what makes one letter among 100,000 rows quick.
    """
    some = list(rows.matching(text).order_by("pk")[: SHOWN + 1])
    if len(some) <= SHOWN:
        begun = search_key(text)
        hits = [hit(row) for row in some]
        hits.sort(key=lambda hit: not search_key(hit.text).startswith(begun))
        return Hits(title, hits)
    first = list(rows.filter(begins).order_by("pk")[:SHOWN])
    rest = [row for row in some if row not in first]
    shown = [*first, *rest][:SHOWN]
    return Hits(title, [hit(row) for row in shown], all_url + quote(text) if all_url else "")


def _pages_and_actions(request: MemberRequest, workspace: Workspace, text: str) -> list[Hits]:
    """Pages are the sidebar's, so they are those that open for the asker; 1 statement for them."""
    words = search_words(text)

    def fitting(hits: list[Hit]) -> list[Hit]:
        texts = ((hit, search_key(hit.text)) for hit in hits)
        return [hit for hit, key in texts if all(word in key for word in words)][:SHOWN]

    manages = not request.visit and groups_of(request.member).exists()
    sections = frame.sections_of(request, workspace, manages=manages)
    entries = [entry for section in sections for entry in (*section.entries, *section.folded)]
    pages = [Hit(entry.label, entry.url, "", entry.icon) for entry in entries]
    return [
        Hits(
            _("Actions"), fitting([*_taking_up(request, workspace), *_actions(request, workspace)])
        ),
        Hits(_("Pages"), fitting(pages)),
    ]


def _taking_up(request: MemberRequest, workspace: Workspace) -> list[Hit]:
    """What the asker could take up, and end; 3 statements where nothing is eligible."""
    if request.visit:
        return []
    mine = taking_up(workspace, request.member)
    take, end = _("Take up {what}…"), _("End {what} now…")
    return [
        *(Hit(end.format(what=one.name), one.end_url, "", "hand") for one in mine["going_on"]),
        *(Hit(take.format(what=one.name), one.url, one.terms, "hand") for one in mine["offers"]),
    ]


def _actions(request: MemberRequest, workspace: Workspace) -> list[Hit]:
    def action(title: str, icon: str, name: str, *args: str) -> Hit:
        return Hit(title, workspace.url(name, *args), "", icon)

    owner = request.access.check("administer", workspace)
    new = [
        action(
            _("New {thing}").format(thing=wording.noun(type_, 1)),
            wording.ICONS[type_],
            "resource_new",
            type_,
        )
        for type_ in ResourceType
        if request.access.check(f"create_{type_}", workspace)
    ]
    of_owners = [
        action(_("Invite people…"), "user-plus", "invite_people"),
        action(_("New group"), "boxes", "group_new"),
        action(_("New token"), "key", "token_new"),
        action(_("New label"), "tag", "label_new"),
        action(_("Start a review"), "clipboard-check", "review_new"),
        action(_("Rename the workspace"), "pencil", "settings_general"),
    ]
    return [
        *(of_owners if owner else ()),
        action(_("Check access…"), "circle-check", "check"),
        *new,
        Hit(_("Preferences"), reverse("preferences"), "", "settings-2"),
    ]
