"""Reading back what the trail keeps as text: grants, people, resources, labels.

The trail names things as a workspace document does, so that it outlives them. What it names
may have gone, or something new may have taken the name: then these raise Conflict, because
an undo that meets a stranger is none.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Lower

from labels.models import Label
from workspaces.catalogue import ROLES, Scope
from workspaces.errors import Conflict
from workspaces.models.event import Event
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.operations.grants import Holder, NewGrant

CHUNK = 1000  # names to a statement; SQLite takes 32,766 variables


def holder_of(workspace: Workspace, event: Event) -> Holder:
    """Return whose policy an event is about. Raises Conflict when they have gone."""
    found: Member | Group | Token | None = None
    match event.target_type:
        case "member":
            members = workspace.members.select_related("user")
            found = members.filter(public_id=event.target_id).first()
        case "group":
            found = workspace.groups.filter(public_id=event.target_id).first()
        case "token":
            tokens = workspace.tokens.filter(revoked_at__isnull=True)
            found = tokens.filter(public_id=event.target_id).first()
    if found is None:
        raise Conflict("R5", f"{event.target_name} is no longer here.")
    return found


def group_of(workspace: Workspace, ident: str, name: str) -> Group:
    """Return the group an event names. Raises Conflict when it has gone."""
    group = workspace.groups.filter(public_id=ident).first()
    if group is None:
        raise Conflict("R5", f"The group {name} is no longer here.")
    return group


def people_named(workspace: Workspace, addresses: Sequence[str], since: datetime) -> list[Member]:
    """Return the members of these addresses, all of them.

    Raises Conflict when one has left, or left and came back: adding somebody again starts
    from minimal access (R8).
    """
    found: list[Member] = []
    for names in _chunks(addresses):
        rows = workspace.members.select_related("user").filter(user__email__in=names)
        found += rows.order_by("pk")
    missing = set(addresses) - {member.user.email for member in found}
    if missing:
        raise Conflict("R5", f"{min(missing)} is no longer here.")
    for member in found:
        if member.joined_at > since:
            raise Conflict("R8", f"{member.user.email} left and was added again since.")
    return found


def resource_named(workspace: Workspace, ref: str, since: Event) -> Resource:
    """Return the resource of this `type/slug`. Raises Conflict unless it is the same one."""
    return resources_named(workspace, [ref], since)[ref]


def resources_named(workspace: Workspace, refs: Sequence[str], since: Event) -> dict[str, Resource]:
    """Return resources by `type/slug`.

    Raises Conflict when one has gone, or a new one bears its name since the event.
    """
    found: dict[str, Resource] = {}
    made_since = set(
        workspace.events.filter(action="resource.created", number__gt=since.number).values_list(
            "target_type", "target_id"
        )
    )
    for names in _chunks(refs):
        slugs = [ref.partition("/")[2] for ref in names]
        for row in workspace.resources.filter(slug__in=slugs):
            found[row.ref] = row
    for ref in refs:
        type_, _, slug = ref.partition("/")
        if ref not in found or (type_, slug) in made_since:
            raise Conflict("R5", f"{ref} was deleted since.")
    return found


def labels_named(workspace: Workspace, names: Sequence[str]) -> dict[str, Label]:
    """Return labels by `key:value` in small letters. Raises Conflict when one has gone."""
    found: dict[str, Label] = {}
    spelled = workspace.labels.annotate(folded=Lower(Concat("key", Value(":"), "value")))
    for some in _chunks([name.lower() for name in names]):
        for label in spelled.filter(folded__in=some):
            found[str(label).lower()] = label
    for name in names:
        if name.lower() not in found:
            raise Conflict("R5", f"The label {name} was deleted since.")
    return found


def grants_written(
    workspace: Workspace, written: Iterable[dict[str, Any]], since: Event
) -> tuple[NewGrant, ...]:
    """Return grants as `trail.described` wrote them, as grants to be given.

    Raises Conflict when a role, label or resource of them has gone. 3 statements for
    policies of any usual size.
    """
    rows = list(written)
    labels = labels_named(workspace, _all(rows, "labels"))
    refs = _all(rows, "resources")
    resources = resources_named(workspace, refs, since) if refs else {}
    return tuple(_grant(row, labels, resources) for row in rows)


def _grant(
    row: dict[str, Any], labels: dict[str, Label], resources: dict[str, Resource]
) -> NewGrant:
    role, scope, ends = row["role"], row["scope"], row.get("expires")
    if role not in ROLES:
        raise Conflict("B4", f"There is no role {role} any more.")
    kind = Scope.ALL
    if "labels" in scope:
        kind = Scope.LABELS
    elif "resources" in scope:
        kind = Scope.RESOURCES
    return NewGrant(
        role,
        kind,
        labels=tuple(labels[name.lower()] for name in scope.get("labels", ())),
        resources=tuple(resources[ref] for ref in scope.get("resources", ())),
        expires_at=datetime.fromisoformat(ends) if ends else None,
    )


def _all(rows: Iterable[dict[str, Any]], kind: str) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row["scope"].get(kind, ())))


def _chunks(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))
