"""Events as lines that people read: who did what to what, and where the page of that stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.addresses import spelled
from config.web.lists.listing import Drawn
from workspaces.catalogue import ResourceType
from workspaces.events import kind_of
from workspaces.models import ActorKind, Event, Resource, Workspace
from workspaces.models.event import BARE

ICONS = {
    "token": "key",
    "scim": "refresh-cw",
    "system": "terminal",
    "support": "life-buoy",
    "connection": "log-in",
}
ACTORS: dict[str, Promise] = {
    ActorKind.USER: _("a person"),
    ActorKind.TOKEN: _("a token"),
    ActorKind.SCIM: _("a directory"),
    ActorKind.SYSTEM: _("the operator, or Gatehouse itself"),
    ActorKind.SUPPORT: _("support staff"),
    ActorKind.CONNECTION: _("a sign-in connection"),
}
PROGRAMS = {ActorKind.TOKEN, ActorKind.SCIM}


@dataclass(frozen=True, slots=True)
class Told(Drawn):
    """An event with its sentence: actor, what, target.

    `by` and `about` are who and what it names, people by the names they have now; whoever left
    stands there by their address. `kind` says what acted, and `icon` stands for one that is no
    person; `undone_by` is the event that took it back. `maker` made the token that acts, and left
    since.
    """

    event: Event
    what: str
    by: str
    about: str
    kind: str
    by_person: bool
    icon: str
    undone_by: int | None = None
    maker: str = ""


def sentences(
    workspace: Workspace,
    events: Iterable[Event],
    undone: Mapping[int, int] | None = None,
    makers: Mapping[str, str] | None = None,
) -> list[Told]:
    """Put events into words; 1 statement."""
    events = list(events)
    names = _people_in(workspace, events)
    return [
        Told(
            event,
            str(kind_of(event.action).sentence),
            names.get(event.actor_id, event.actor_name),
            names.get(event.target_id, event.target_name),
            kind=str(ACTORS.get(event.actor_kind, event.actor_kind)),
            by_person=event.actor_kind == ActorKind.USER,
            icon=ICONS.get(event.actor_kind, "key"),
            undone_by=(undone or {}).get(event.number),
            maker=(makers or {}).get(event.actor_id, ""),
        )
        for event in events
    ]


def _people_in(workspace: Workspace, events: Sequence[Event]) -> dict[str, str]:
    """Return the names of the members who act in events, or whom they are about; 1 statement."""
    acting = {event.actor_id for event in events if event.actor_kind not in PROGRAMS}
    concerned = {event.target_id for event in events if event.target_type == "member"}
    rows = workspace.members.filter(public_id__in=(acting | concerned) - {""})
    found = rows.values_list("public_id", "user__name", "user__email")
    return {ident: name or spelled(email) for ident, name, email in found}


def target_url(workspace: Workspace, event: Event) -> str:
    """Return the page of the target, or nothing when it has none any more; 1 statement."""
    kind, ident = event.target_type, event.target_id
    if kind in list(ResourceType):
        there = thing_of(workspace, event)
        return _url(workspace, "resource", kind, there.slug) if there else ""
    rows: dict[str, Any] = {
        "member": workspace.members,
        "group": workspace.groups,
        "token": workspace.tokens,
        "review": workspace.reviews,
    }
    if kind in rows:
        return _url(workspace, kind, ident) if rows[kind].filter(public_id=ident).exists() else ""
    if kind == "label":
        return f"{_url(workspace, 'labels')}?{urlencode({'q': event.target_name})}"
    return _url(workspace, "settings_general") if kind == "workspace" else ""


def thing_of(workspace: Workspace, event: Event) -> Resource | None:
    """Return the very resource an event is about, None when it has gone; 1 statement."""
    rows = workspace.resources.filter(type=event.target_type)
    if event.form == BARE:  # by slug, which another one may have had then
        return rows.filter(slug=event.target_id, created_at__lte=event.at).first()
    return rows.filter(public_id=event.target_id).first()


def _url(workspace: Workspace, name: str, *path: str) -> str:
    return reverse(f"workspaces:{name}", args=[workspace.slug, *path])


def left_makers(workspace: Workspace, events: Iterable[Event]) -> dict[str, str]:
    """Return who made the tokens that act in these events and is a member no more.

    By the token's id; 1 statement, none where people alone act.
    """
    acting = {event.actor_id for event in events if event.actor_kind in PROGRAMS}
    if not acting:
        return {}
    made = workspace.tokens.filter(public_id__in=acting).select_related("created_by")
    return {
        token.public_id: token.created_by.get_full_name()
        if token.created_by
        else getattr(token, "maker_address", "")
        for token in made.with_state()
        if getattr(token, "maker_left", False)
    }
