"""What a plan allows (L7). Limits bind new things; what is there stays."""

from labels.models import Label
from workspaces.catalogue import OWNER, Role
from workspaces.errors import Refused
from workspaces.models.workspace import Plan, Workspace

SMALL_PLANS = frozenset({Plan.FREE, Plan.TEAM})
SMALL_PLAN_ROLES = frozenset({OWNER, "source-admin"})
SMALL_PLAN_LABELS = 5
DEFAULT_LABELS = (("environment", "dev"), ("environment", "prod"))


def require_role_in_plan(workspace: Workspace, role: Role) -> None:
    """Raise Refused when the workspace's plan lacks the role."""
    if workspace.plan in SMALL_PLANS and role.slug not in SMALL_PLAN_ROLES:
        raise Refused("L7", f"{role.name} is not part of the {workspace.plan} plan.")


def require_label_in_plan(
    workspace: Workspace, key: str, value: str, *, besides: Label | None = None
) -> None:
    """Raise Refused when one more label of this kind would pass the plan's limit.

    A small plan takes five environment values in all and five custom labels. `besides` is
    a label that goes in the same step and does not count.
    """
    if workspace.plan not in SMALL_PLANS or (key.lower(), value.lower()) in DEFAULT_LABELS:
        return
    environment = key.lower() == "environment"
    labels = workspace.labels.exclude(pk=besides.pk) if besides else workspace.labels.all()
    same_kind = (
        labels.filter(key__iexact="environment")
        if environment
        else labels.exclude(key__iexact="environment")
    )
    if same_kind.count() >= SMALL_PLAN_LABELS:
        what = "environment values" if environment else "custom labels"
        raise Refused(
            "L7", f"The {workspace.plan} plan takes {SMALL_PLAN_LABELS} {what}.", field="name"
        )
