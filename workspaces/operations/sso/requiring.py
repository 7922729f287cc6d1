"""Whether a workspace is entered by its connections alone, and who is exempt from that (P5)."""

from collections.abc import Iterable

from django.db.models import Q

from workspaces.access.dialect import among_texts
from workspaces.change import Actor, audit, lock_workspace, require_proof, target, targets
from workspaces.errors import Conflict, Refused
from workspaces.models import MemberQuerySet, Workspace
from workspaces.operations.changes.consequences import those

BY_CONNECTION = "Sign in by one of the connections first: so it is sure that they work."


def require(workspace: Workspace, *, on: bool, vouched: bool, by: Actor) -> Workspace:
    """Let members in by connections alone, or by either way; one event, none for nothing.

    `vouched` says that a connection of the workspace opened the session that asks, which
    switching it on takes. Raises Conflict without that, without an active connection, and
    unless an exempt owner with a second factor is left.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        require_proof(by)
        if locked.sso_required == on:
            return locked
        if on and not locked.sso_connections.active().exists():
            raise Conflict("P5", "There is no active connection.")
        if on and not vouched:
            raise Conflict("P5", BY_CONNECTION)
        locked.sso_required = on
        locked.save(update_fields=["sso_required"])
        audit.record(
            locked, "workspace.sso_required", by=by, target=target(locked),
            before={"required": not on}, after={"required": on},
        )  # fmt: skip
        return locked


def exempt(workspace: Workspace, idents: Iterable[str], *, exempt: bool, by: Actor) -> int:
    """Let members (public ids) in by own credentials too, or no more; return how many changed.

    One event. Raises Refused where one is no member.
    """
    wanted = set(idents)
    with lock_workspace(workspace.pk, by=by) as locked:
        require_proof(by)
        chosen = locked.members.filter(public_id__in=among_texts(sorted(wanted)))
        if chosen.count() != len(wanted):
            raise Refused("P5", "Somebody chosen is no member any more.", field="members")
        changed = list(chosen.exclude(sso_exempt=exempt).select_related("user").by_name())
        if not changed:
            return 0
        those(changed).update(sso_exempt=exempt)
        audit.record(
            locked,
            "members.exempted",
            by=by,
            target=target(changed[0]) if len(changed) == 1 else target(locked),
            concerned=targets(changed),
            after={"exempt": exempt, "members": [member.user.email for member in changed]},
        )
        return len(changed)


def moved(workspace: Workspace) -> MemberQuerySet:
    """Return the active members who are to come by a connection once it is required."""
    return workspace.members.active().filter(sso_exempt=False)


def shut_out(workspace: Workspace) -> MemberQuerySet:
    """Return those of them whom no connection can let in: no proved domain has their address."""
    admitted = Q(pk=None)
    for name in workspace.domains.proved().values_list("name", flat=True):
        admitted |= Q(user__email__endswith=f"@{name}")
    return moved(workspace).exclude(admitted)
