"""Changes of policies: giving and revoking grants (semantics §2–3, R6, L7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from labels.models import Label
from workspaces import audit
from workspaces.access.dialect import among
from workspaces.audit import Actor
from workspaces.catalogue import OWNER, ROLES, Scope
from workspaces.errors import Conflict, Refused
from workspaces.locks import lock_workspace, require_proof, reread
from workspaces.models.grant import Grant, GrantLabel, GrantResource
from workspaces.models.group import Group
from workspaces.models.invite import Invite
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.token import Token, TokenKind
from workspaces.models.workspace import Workspace
from workspaces.operations.aftermath import policy_changed
from workspaces.operations.orphans import void_orphans
from workspaces.operations.plans import require_role_in_plan
from workspaces.operations.trail import described, target

Holder = Member | Group | Token | Invite


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A grant to be given: a role and exactly one scope, until `expires_at` if set."""

    role: str
    scope: Scope
    labels: tuple[Label, ...] = ()
    resources: tuple[Resource, ...] = ()
    expires_at: datetime | None = None


def give(holder: Holder, new: Iterable[NewGrant], *, by: Actor, reason: str = "") -> list[Grant]:
    """Give grants to a member, group or token; one audit event for the lot (A1).

    Raises Refused when a role or scope does not fit (B5, B6, D8), the plan lacks the
    role (L7), or a label or resource is not the workspace's own (A2).
    """
    with lock_workspace(holder.workspace_id, by=by) as workspace:
        holder = reread(type(holder)._default_manager.filter(workspace=workspace), holder)
        given = [write(workspace, holder, grant, by) for grant in new]
        if given:
            audit.record(
                workspace,
                "grants.given",
                by=by,
                target=target(holder),
                after=[described(grant) for grant in given],
                reason=reason,
            )
            policy_changed(workspace, holder, by=by)
        return given


def write(workspace: Workspace, holder: Holder, new: NewGrant, by: Actor) -> Grant:
    """Write one grant without an event, for an operation that records it itself."""
    return write_alike(workspace, [holder], new, by)[0]


def write_alike(
    workspace: Workspace, holders: Sequence[Holder], new: NewGrant, by: Actor
) -> list[Grant]:
    """Write the same grant for several holders of one kind; 5 statements for any number.

    Raises Unproved where it makes owners – through a group, or of a token (S8).
    """
    require_valid(workspace, holders[0], new)
    if new.role == OWNER:
        require_proof(by)
    labels, resources = own_scope(workspace, new)
    grants = Grant.objects.bulk_create(
        Grant(
            workspace=workspace,
            role=new.role,
            scope=new.scope,
            n_labels=len(labels),
            expires_at=new.expires_at,
            granted_by=by.user,
            **{str(holder._meta.model_name): holder},
        )
        for holder in holders
    )
    GrantLabel.objects.bulk_create(
        GrantLabel(workspace=workspace, grant=grant, label=label)
        for grant in grants
        for label in labels
    )
    GrantResource.objects.bulk_create(
        GrantResource(workspace=workspace, grant=grant, resource=resource)
        for grant in grants
        for resource in resources
    )
    return grants


def own_scope(workspace: Workspace, new: NewGrant) -> tuple[list[Label], list[Resource]]:
    """Read the labels and resources of a scope again; 2 statements.

    Raises Refused when one of them is not the workspace's own, or has gone.
    """
    labels = list(workspace.labels.filter(pk__in=among(label.pk for label in new.labels)))
    things = list(workspace.resources.filter(pk__in=among(thing.pk for thing in new.resources)))
    if len(labels) != len(new.labels) or len(things) != len(new.resources):
        raise Refused("R5", "A label or resource of this grant is not in the workspace.")
    return labels, things


def require_valid(workspace: Workspace, holder: Holder, new: NewGrant) -> None:
    """Raise Refused unless the role takes the scope and the scope is whole."""
    role = ROLES.get(new.role)
    if role is None:
        raise Refused("B4", f"There is no role {new.role}.")
    if new.role == OWNER and isinstance(holder, Member | Invite):
        raise Refused("R7", "A member's own ownership is set on the member, not granted.")
    if isinstance(holder, Token) and holder.revoked_at is not None:
        raise Conflict("T1", f"The token {holder.name} is revoked; it can hold no grants.")
    if isinstance(holder, Token) and holder.kind == TokenKind.SCIM:
        raise Refused("L7", "A directory's token holds no grants.")
    require_role_in_plan(workspace, role)
    if new.scope not in role.scopes:
        raise Refused("B5", f"{role.name} cannot be given by {new.scope}.")
    if bool(new.labels) != (new.scope == Scope.LABELS):
        raise Refused("B6", "A grant by label names one label or more, any other names none.")
    if bool(new.resources) != (new.scope == Scope.RESOURCES):
        raise Refused("B6", "A grant by list names one resource or more, any other names none.")
    if len({label.key.lower() for label in new.labels}) != len(new.labels):
        raise Refused("D8", "Two values of one key in a label set can never match.")
    if any(resource.type != role.type for resource in new.resources):
        raise Refused("B5", f"{role.name} can be given on each {role.type} only.")


def revoke(holder: Holder, gone: Iterable[Grant], *, by: Actor, reason: str = "") -> int:
    """Take grants from their holder; return how many there still were (A1: one event)."""
    with lock_workspace(holder.workspace_id, by=by) as workspace:
        holder = reread(type(holder)._default_manager.filter(workspace=workspace), holder)
        rows = holder.grants.filter(pk__in=[grant.pk for grant in gone]).order_by("pk")
        before = [described(grant) for grant in rows]
        rows.delete()
        if before:
            audit.record(
                workspace,
                "grants.revoked",
                by=by,
                target=target(holder),
                before=before,
                reason=reason,
            )
            void_orphans(workspace, by=by)
            policy_changed(workspace, holder, by=by)
        return len(before)
