"""Searches of the decision API: whom, on what, and what may be done (AuthZEN 1.0, section 8).

Each finds a QuerySet whose rows one column tells apart; `pages` cuts it. What is found is
called by the words of the caller, where there are such.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from workspaces.access.engine import Access
from workspaces.access.who import groups_that_may, tokens_that_may, who
from workspaces.api.authzen.name_map import NameMap
from workspaces.api.authzen.names import GROUP, TOKEN, USER, policies_of, things_of
from workspaces.api.authzen.questions import Entity
from workspaces.catalogue import ACTIONS, WORKSPACE, ResourceType
from workspaces.models import Member, NameKind, Resource, Workspace


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: entities of one type, whose ids stand in the column `ident`.

    `words` has the caller's word for each id that has one.
    """

    type: str
    rows: QuerySet[Any]
    ident: str
    words: dict[str, str] = field(default_factory=dict)


def subjects(
    workspace: Workspace, names: NameMap, type_: str, action: str, resource: Entity
) -> Found:
    """Return who may do the action on the resource."""
    meant, kind, action = names.resource(resource), names.type(type_), names.action(action)
    thing = things_of(workspace, [meant]).get(meant)
    if thing is not None and kind == USER:
        found = Found(type_, who(action, thing), "user__email", names.words_for(NameKind.SUBJECT))
        return _nameable(found, names.taken(NameKind.SUBJECT))
    if thing is not None and kind == GROUP:
        return Found(type_, groups_that_may(action, thing), "name")
    if thing is not None and kind == TOKEN:
        return Found(type_, tokens_that_may(action, thing), "public_id")
    return Found(type_, Member.objects.none(), "pk")


def resources(
    workspace: Workspace, names: NameMap, subject: Entity, action: str, type_: str
) -> Found:
    """Return on what of a type the subject may do the action."""
    meant, kind, action = names.subject(subject), names.type(type_), names.action(action)
    policy = policies_of(workspace.pk, [meant]).get(meant)
    rows: QuerySet[Any] = Workspace.objects.none()
    if policy is not None and kind in set(ResourceType):
        rows = Access(policy).reach(action, kind)
    elif policy is not None and kind == WORKSPACE and Access(policy).check(action, workspace):
        rows = Workspace.objects.filter(pk=workspace.pk)
    found = Found(type_, rows, "slug", names.words_for(NameKind.RESOURCE, kind))
    return _nameable(found, names.taken(NameKind.RESOURCE))


def _nameable(found: Found, taken: set[str]) -> Found:
    """Return what was found without that whose own name is a word for something else.

    An address is its own key (N2); a slug has one beside it.
    """
    if not taken:
        return found
    key = "slug_key" if found.rows.model is Resource else found.ident
    itself = ~Q(**{f"{key}__in": taken})
    rows = found.rows.filter(itself | Q(**{f"{found.ident}__in": list(found.words)}))
    return Found(found.type, rows, found.ident, found.words)


def actions(workspace: Workspace, names: NameMap, subject: Entity, resource: Entity) -> list[str]:
    """Return what the subject may do on the resource, in the order of the catalogue."""
    asker, meant = names.subject(subject), names.resource(resource)
    policy = policies_of(workspace.pk, [asker]).get(asker)
    thing = things_of(workspace, [meant]).get(meant)
    if policy is None or thing is None:
        return []
    access = Access(policy)
    if isinstance(thing, Workspace):
        may, type_ = access.on_workspace(), WORKSPACE
    else:
        may, type_ = access.rights([thing])[thing.pk], thing.type
    words, taken = names.words_for(NameKind.ACTION), names.taken(NameKind.ACTION)
    allowed = [action for action in ACTIONS[type_] if action in may]
    return [words.get(a, a) for a in allowed if a in words or a not in taken]
