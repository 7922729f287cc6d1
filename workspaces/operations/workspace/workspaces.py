"""Making, naming and closing workspaces, and setting what support may set (S5, L2)."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models.user import User
from config.web.values.public_ids import public_id
from labels.models import Label
from workspaces.change import Actor, audit, lock_workspace, require_proof, target
from workspaces.change.way_back import ways_back
from workspaces.errors import Conflict, Refused
from workspaces.models import Plan, Workspace
from workspaces.models.workspace import RESERVED_SLUGS
from workspaces.operations.changes.texts import line
from workspaces.operations.members import joining
from workspaces.operations.sign_in.open_sessions import follow, users_of
from workspaces.operations.support import support
from workspaces.operations.workspace.plans import DEFAULT_LABELS


def may_create(user: User) -> bool:
    """Whether the user may make workspaces: everybody, or staff alone where so set (R16)."""
    return user.is_staff or not settings.WORKSPACES_MADE_BY_STAFF_ONLY


def create(
    slug: str,
    name: str,
    owner: User,
    *,
    by: Actor,
    plan: Plan = Plan.BUSINESS,
    ident: str | None = None,
) -> Workspace:
    """Make a workspace with its first owner and the default labels (L2).

    `ident` becomes the public id of the owner's membership: whoever sends the same form
    again gets the workspace they made (XI7). Raises Refused for an address that is taken
    or reserved.
    """
    name = line(name)
    if slug in RESERVED_SLUGS:
        raise Refused("R5", f"The address {slug} is reserved.", field="slug")
    made = _made_as(ident, owner)
    if made is not None:
        return made
    try:
        with transaction.atomic():
            new = Workspace.objects.create(slug=slug, name=name, plan=plan)
            return _furnish(new, owner, by=by, ident=ident or public_id())
    except IntegrityError:  # somebody was quicker, perhaps the first send of this form
        made = _made_as(ident, owner)
        if made is not None:
            return made
        if not Workspace.objects.filter(slug=slug).exists():
            raise
    raise Refused("R5", f"The address {slug} is taken.", field="slug")


def _made_as(ident: str | None, owner: User) -> Workspace | None:
    """Return the workspace whose first membership has this public id, if there is one."""
    return Workspace.objects.filter(members__public_id=ident, members__user=owner).first()


def _furnish(new: Workspace, owner: User, *, by: Actor, ident: str) -> Workspace:
    with lock_workspace(new.pk, by=by) as workspace:
        first = joining.enter(workspace, owner, owner=True, ident=ident, by=by)
        Label.objects.bulk_create(
            Label(workspace=workspace, key=key, value=value) for key, value in DEFAULT_LABELS
        )
        audit.record(
            workspace,
            "workspace.created",
            by=by,
            target=target(workspace),
            concerned=[target(first)],
            after={"owner": owner.email},
        )
        return workspace


GENERAL = ("name", "relabel_reserved", "token_max_days")


def general(workspace: Workspace) -> dict[str, Any]:
    """Return what owners decide about the workspace itself, as the trail keeps it."""
    return {field: getattr(workspace, field) for field in GENERAL}


def set_general(
    workspace: Workspace, wanted: dict[str, Any], *, by: Actor, drawn: dict[str, Any] | None = None
) -> bool:
    """Change name and rules of the workspace; its address stays. Return whether anything did.

    `drawn` is what stood there when the form was drawn; raises Conflict when somebody
    changed it meanwhile (XI8).
    """
    wanted = {**wanted, "name": line(wanted["name"])}
    with lock_workspace(workspace.pk, by=by) as locked:
        before = general(locked)
        if drawn is not None and drawn != before:
            raise Conflict(
                "XI8", "Somebody changed these settings meanwhile. What stands here now is theirs."
            )
        changed = [field for field in GENERAL if wanted[field] != before[field]]
        if not changed:
            return False
        for field in changed:
            setattr(locked, field, wanted[field])
        locked.save(update_fields=changed)
        audit.record(
            locked,
            "workspace.settings_changed",
            by=by,
            target=target(locked),
            before={field: before[field] for field in changed},
            after={field: wanted[field] for field in changed},
        )
        return True


def close(workspace: Workspace, *, by: Actor) -> Workspace:
    """Close a workspace: at once nobody reaches it by any door (R16).

    Support can reopen it for 30 days; then `retention.erase` takes what is in it. An open
    support window ends with it and is not opened again.
    """
    require_proof(by)
    with lock_workspace(workspace.pk, by=by) as locked:
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])
        follow(users_of(locked))
        support.end_all(locked, by=by)
        audit.record(
            locked,
            "workspace.closed",
            by=by,
            target=target(locked),
            before={"people": locked.members.count(), "tokens": locked.tokens.live().count()},
            after={"reopenable_until": _until(locked)},
        )
        return locked


def reopen(workspace: Workspace, *, by: Actor) -> Workspace:
    """Open a closed workspace again, as it was; for support, within 30 days.

    Where no owner is left who enters without its providers, they are required no more (P5).

    Raises Conflict when it is open, when the time is over, or when none of its owners has
    an active account (R7).
    """
    with lock_workspace(workspace.pk, by=by, also_closed=True) as locked:
        require_reopenable(locked)
        before = {"closed_at": locked.closed_at.isoformat() if locked.closed_at else None}
        locked.closed_at = None
        locked.sso_required = locked.sso_required and ways_back(locked).exists()
        locked.save(update_fields=["closed_at", "sso_required"])
        follow(users_of(locked))
        audit.record(
            locked,
            "workspace.reopened",
            by=by,
            target=target(locked),
            before=before,
            after={"closed_at": None, "sso_required": locked.sso_required},
        )
        return locked


def require_reopenable(workspace: Workspace) -> None:
    """Raise Conflict unless support may reopen the workspace now."""
    until = workspace.reopenable_until
    if until is None:
        raise Conflict("R5", "This workspace is open.")
    if until < timezone.now() or not workspace.members.exists():
        raise Conflict("R5", f"It could be reopened until {until:%Y-%m-%d %H:%M} UTC.")
    if not workspace.members.owners().exists():
        raise Conflict("R7", "None of its owners has an active account. Reactivate one first.")


def _until(workspace: Workspace) -> str:
    until = workspace.reopenable_until
    return until.isoformat() if until else ""


def set_plan_and_flag(
    workspace: Workspace, *, plan: Plan, hipaa_eligible: bool, by: Actor
) -> Workspace:
    """Change what only support staff and the operator may change (S5)."""
    with lock_workspace(workspace.pk, by=by) as locked:
        before = {"plan": locked.plan, "hipaa_eligible": locked.hipaa_eligible}
        after = {"plan": plan, "hipaa_eligible": hipaa_eligible}
        if before != after:
            locked.plan, locked.hipaa_eligible = plan, hipaa_eligible
            locked.save(update_fields=["plan", "hipaa_eligible"])
            if before["hipaa_eligible"] != hipaa_eligible:
                follow(users_of(locked))
            audit.record(
                locked,
                "workspace.settings_changed",
                by=by,
                target=target(locked),
                before=before,
                after=after,
            )
        return locked
