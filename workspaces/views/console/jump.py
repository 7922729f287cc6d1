"""Jump: find anything of the workspace by a few letters – people, things, pages, actions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.lists.filters import TextFilters
from config.web.values.text import search_key, search_words
from workspaces.access.naming import Rows, invited_to, search, subjects_of, things_of
from workspaces.catalogue import READ, ResourceType
from workspaces.guards import MemberRequest, needs
from workspaces.models import Workspace
from workspaces.operations.groups.managers import groups_of
from workspaces.views.console import answers, frame, wording
from workspaces.views.console.picks import pick_of
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
    """The hits of one kind; `all_url` leads to the list of all of them, where there is one.

    `exact`: one of them bears what was typed.
    """

    title: str
    found: list[Hit]
    all_url: str = ""
    exact: bool = False


@needs("read")
def jump(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Places the asker may go to that what was typed names, or whose name holds it (R9, N4).

    Kinds of which one bears just that name come first.
    """
    filters = TextFilters(request.GET)
    text = filters.asked.get("q", "")
    found = [] if filters.faults else [*_pages_and_actions(request, workspace, text)]
    if text:
        found = [*_for_owners(request, workspace, text), *_things(request, text), *found]
    kinds = sorted((hits for hits in found if hits.found), key=lambda hits: not hits.exact)
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


def _for_owners(request: MemberRequest, workspace: Workspace, text: str) -> list[Hits]:
    """What stands on owners' pages, so only owners find it; 3 statements for each kind at most."""
    if not request.access.check("administer", workspace):
        return []
    url = workspace.url
    members, groups, tokens = subjects_of(workspace)
    labels = url("labels")
    return [
        _hits(_("People"), members, text, lambda m: url("member", m.public_id), url("members")),
        _hits(_("Groups"), groups, text, lambda g: url("group", g.public_id), url("groups")),
        _hits(_("Tokens"), tokens.live(), text, lambda t: url("token", t.public_id), url("tokens")),
        _hits(
            _("Invites"),
            invited_to(workspace),
            text,
            lambda i: url("invite", i.public_id),
            url("invites"),
        ),
        _hits(
            _("Labels"),
            workspace.labels.by_name(),
            text,
            lambda row: f"{labels}?{urlencode({'q': str(row)})}",
            labels,
        ),
    ]


def _things(request: MemberRequest, text: str) -> list[Hits]:
    """Resources of every type that the asker can read; 5 statements at most."""
    rows = things_of(request.access.reach_any_type(READ))
    url = request.member.workspace.url
    return [_hits(_("Resources"), rows, text, lambda row: url("resource", row.type, row.slug))]


def _hits(
    title: str, rows: Rows, text: str, url_of: Callable[[Any], str], list_url: str = ""
) -> Hits:
    """Return the first hits of a kind, as pickers offer them: who bears the name first.

    Each statement stops after a few rows, which is what makes one letter among 100,000 rows
    quick.
    """
    found = search(rows, text, SHOWN + 1)
    picks = [(pick_of(row), url_of(row)) for row in found[:SHOWN]]
    picks.sort(key=lambda hit: not hit[0].bears(text))
    hits = [Hit(pick.text, url, pick.note, pick.icon) for pick, url in picks]
    more = f"{list_url}?{urlencode({'q': text})}" if list_url and len(found) > SHOWN else ""
    return Hits(title, hits, more, exact=any(pick.bears(text) for pick, _url in picks))


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
