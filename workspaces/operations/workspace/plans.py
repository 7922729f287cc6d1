"""What a plan allows (L7). Limits bind new things; what is there stays."""

from collections.abc import Iterable

from labels.models import Label
from labels.syntax import LabelName
from workspaces.catalogue import OWNER, Role, Scope
from workspaces.errors import Refused
from workspaces.models import Plan, Workspace

SMALL_PLANS = frozenset({Plan.FREE, Plan.TEAM})
SMALL_PLAN_ROLES = frozenset({OWNER, "source-admin"})
SMALL_PLAN_SCOPES = frozenset({Scope.ALL, Scope.RESOURCES})
SMALL_PLAN_LABELS = 5
DEFAULT_LABELS = (LabelName("environment", "dev"), LabelName("environment", "prod"))
ENVIRONMENT = "environment"


def require_role_in_plan(workspace: Workspace, role: Role) -> None:
    """Raise Refused when the workspace's plan lacks the role."""
    if workspace.plan in SMALL_PLANS and role.slug not in SMALL_PLAN_ROLES:
        raise Refused("L7", f"{role.name} is not part of the {workspace.plan} plan.")


def takes_scope(workspace: Workspace, scope: str) -> bool:
    """Whether the workspace's plan gives roles by such a scope."""
    return workspace.plan not in SMALL_PLANS or scope in SMALL_PLAN_SCOPES


def require_scope_in_plan(workspace: Workspace, scope: str) -> None:
    """Raise Refused when the workspace's plan gives no role by such a scope."""
    if not takes_scope(workspace, scope):
        raise Refused("L7", f"Access by label is not part of the {workspace.plan} plan.")


def takes(workspace: Workspace, role: Role, scope: str) -> bool:
    """Whether the workspace's plan gives the role by such a scope (L7)."""
    try:
        require_role_in_plan(workspace, role)
        require_scope_in_plan(workspace, scope)
    except Refused:
        return False
    return True


def require_labels_in_plan(plan: str, names: Iterable[LabelName]) -> None:
    """Raise Refused when so many labels of one kind are more than a plan takes.

    A small plan takes five environment values beside `dev` and `prod`, and five other labels.
    """
    if plan not in SMALL_PLANS:
        return
    own = {name.folded for name in names} - set(DEFAULT_LABELS)
    environments = sum(map(_is_environment, own))
    for what, number in (
        ("environment values of your own", environments),
        ("other labels", len(own) - environments),
    ):
        if number > SMALL_PLAN_LABELS:
            raise Refused("L7", f"The {plan} plan takes {SMALL_PLAN_LABELS} {what}.", field="name")


def require_label_in_plan(
    workspace: Workspace, name: LabelName, *, besides: Label | None = None
) -> None:
    """Raise Refused when one more label of this kind would pass the plan's limit; 1 statement.

    `besides` is a label that goes in the same step and does not count. What a workspace has
    beyond the limit, since its plan was larger once, stays; only more of it is refused.
    """
    if workspace.plan not in SMALL_PLANS or name.folded in DEFAULT_LABELS:
        return
    labels = workspace.labels.exclude(pk=besides.pk) if besides else workspace.labels.all()
    there = [LabelName(*pair) for pair in labels.order_by().values_list("key", "value")]
    alike = [one for one in there if _is_environment(one) == _is_environment(name)]
    require_labels_in_plan(workspace.plan, [*alike, name])


def _is_environment(name: LabelName) -> bool:
    return name.folded.key == ENVIRONMENT
