"""Writing grants: whether they may be given, and the rows of them (R10, R11, R6, L7)."""

from collections.abc import Sequence
from dataclasses import replace

from workspaces import models
from workspaces.access.dialect import among
from workspaces.catalogue import OWNER, ROLES
from workspaces.change import Actor, require_proof
from workspaces.errors import Conflict, Refused
from workspaces.operations.taking_up import eligibility
from workspaces.operations.workspace.plans import require_role_in_plan, require_scope_in_plan
from workspaces.spans import require_span
from workspaces.terms import Fault

Holder = models.Member | models.Group | models.Token | models.Invite
WRONG = {
    Fault.SCOPE: ("XB5", "{name} cannot be given by {scope}."),
    Fault.LABELS: ("XB6", "A grant by label names one label or more, any other names none."),
    Fault.RESOURCES: ("XB6", "A grant by list names one resource or more, any other names none."),
    Fault.TWO_VALUES: ("XD8", "Two values of one key in a label set can never match."),
    Fault.TYPE: ("XB5", "{name} can be given on each {type} only."),
    Fault.TWICE: ("XB6", "A grant by list names each resource once."),
}


def write(
    workspace: models.Workspace,
    holders: Sequence[Holder],
    new: models.GrantTerms,
    by: Actor,
    *,
    stood: bool = False,
) -> models.GrantTerms:
    """Write a grant without an event, for an operation that records it itself.

    The same for several holders of one kind, with 5 statements for any number. Returns what
    was written, as it is named now. Raises Refused when role or scope do not fit (XB5, XB6, XD8),
    it ends too early (W1), the plan lacks the role (L7), or a label or resource is not the
    workspace's own (XA2); Unproved for ownership of a token (S8); of people the lock asks.
    With `stood`, its start and end stood before and may have passed.
    """
    require_valid(workspace, holders[0], new, stood=stood)
    if new.role == OWNER and isinstance(holders[0], models.Token):
        require_proof(by)
    new = read_again(workspace, new)
    rows = models.Grant.objects.bulk_create(
        models.Grant(
            workspace=workspace,
            granted_by=by.user,
            **models.Grant.columns(new),
            **{str(holder._meta.model_name): holder},
        )
        for holder in holders
    )
    if new.eligible is not None:
        eligibility.write(workspace, grants=rows, said=new.eligible)
    models.GrantLabel.objects.bulk_create(
        models.GrantLabel(workspace=workspace, grant=row, label=label)
        for row in rows
        for label in new.labels
    )
    models.GrantResource.objects.bulk_create(
        models.GrantResource(workspace=workspace, grant=row, resource=resource)
        for row in rows
        for resource in new.resources
    )
    return new


def read_again(workspace: models.Workspace, new: models.GrantTerms) -> models.GrantTerms:
    """Return the same terms, their labels and resources read under the lock; 2 statements.

    Raises Refused when one of them is not the workspace's own, or has gone.
    """
    labels = tuple(workspace.labels.filter(pk__in=among(label.pk for label in new.labels)))
    things = tuple(workspace.resources.filter(pk__in=among(thing.pk for thing in new.resources)))
    if len(labels) != len(new.labels) or len(things) != len(new.resources):
        raise Refused("R5", "A label or resource of this grant is not in the workspace.")
    return replace(new, labels=labels, resources=things)


def require_valid(
    workspace: models.Workspace, holder: Holder, new: models.GrantTerms, *, stood: bool = False
) -> None:
    """Raise Refused unless the role takes the scope, the scope is whole, and it may hold then."""
    fault, _at = next(models.Grant.faults(new), (None, 0))
    if fault is Fault.NO_ROLE:
        raise Refused("XB4", f"There is no role {new.role}.")
    role = ROLES[new.role]
    if new.role == OWNER and isinstance(holder, models.Member | models.Invite):
        raise Refused("R7", "A member's own ownership is set on the member, not granted.")
    if isinstance(holder, models.Token) and holder.revoked_at is not None:
        raise Conflict("T1", f"The token {holder.name} is revoked; it can hold no grants.")
    if isinstance(holder, models.Token) and holder.kind == models.TokenKind.SCIM:
        raise Refused("T1", "A directory's token holds no grants.")
    if not stood:
        require_span(new.starts, new.ends)
    if new.eligible is not None and isinstance(holder, models.Token):
        words = "A token takes nothing up; what it holds is standing."
        raise Refused("W2", words, field="eligible")
    require_role_in_plan(workspace, role)
    require_scope_in_plan(workspace, new.scope)
    if fault is not None:
        rule, words = WRONG[fault]
        raise Refused(rule, words.format(name=role.name, scope=new.scope, type=role.type))
