"""Making workspaces and setting what support may set (S5, L2)."""

from django.db import transaction

from accounts.models.user import User
from labels.models import Label
from workspaces import audit
from workspaces.audit import Actor
from workspaces.errors import Refused
from workspaces.locks import lock_workspace
from workspaces.models.member import Member
from workspaces.models.workspace import Plan, Workspace
from workspaces.operations.plans import DEFAULT_LABELS
from workspaces.operations.trail import target


def create(
    slug: str, name: str, owner: User, *, by: Actor, plan: Plan = Plan.BUSINESS
) -> Workspace:
    """Make a workspace with its first owner and the default labels (L2)."""
    if Workspace.objects.filter(slug=slug).exists():
        raise Refused("R5", f"The address {slug} is taken.")
    with transaction.atomic():
        new = Workspace.objects.create(slug=slug, name=name, plan=plan)
        return _furnish(new, owner, by=by)


def _furnish(new: Workspace, owner: User, *, by: Actor) -> Workspace:
    with lock_workspace(new.pk, by=by) as workspace:
        Member.objects.create(workspace=workspace, user=owner, owner=True)
        Label.objects.bulk_create(
            Label(workspace=workspace, key=key, value=value) for key, value in DEFAULT_LABELS
        )
        audit.record(
            workspace,
            "workspace.created",
            by=by,
            target=target(workspace),
            after={"owner": owner.email},
        )
        return workspace


def set_plan_and_flag(
    workspace: Workspace, *, plan: Plan, hipaa_eligible: bool, by: Actor, reason: str
) -> Workspace:
    """Change what only support staff and the operator may change (S5)."""
    with lock_workspace(workspace.pk, by=by) as locked:
        before = {"plan": locked.plan, "hipaa_eligible": locked.hipaa_eligible}
        after = {"plan": plan, "hipaa_eligible": hipaa_eligible}
        if before != after:
            locked.plan, locked.hipaa_eligible = plan, hipaa_eligible
            locked.save(update_fields=["plan", "hipaa_eligible"])
            audit.record(
                locked,
                "workspace.settings_changed",
                by=by,
                target=target(locked),
                before=before,
                after=after,
                reason=reason,
            )
        return locked
