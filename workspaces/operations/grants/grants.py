"""Writing grants: whether they may be given, and the rows of them (R10, R11, R6, L7)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from django.db.models import Model, QuerySet

from workspaces import models
from workspaces.access.dialect import among
from workspaces.catalogue import OWNER, ROLES
from workspaces.change import Actor, require_proof
from workspaces.errors import Conflict, Refused
from workspaces.operations.taking_up import eligibility
from workspaces.operations.workspace.plans import require_role_in_plan, require_scope_in_plan
from workspaces.spans import require_span
from workspaces.terms import Fault

M = TypeVar("M", bound=Model)
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
    """Write a grant without an event, as `write_all` does; return it as it is named now."""
    return write_all(workspace, holders, [new], by, stood=stood)[0]


def write_all(
    workspace: models.Workspace,
    holders: Sequence[Holder],
    given: Sequence[models.GrantTerms],
    by: Actor,
    *,
    stood: bool = False,
) -> list[models.GrantTerms]:
    """Write grants, each for several holders, as `write_pairs` does; return them as named now."""
    pairs = [(new, holder) for new in given for holder in holders]
    return write_pairs(workspace, pairs, by, stood=stood)[:: len(holders)]


def write_pairs(
    workspace: models.Workspace,
    given: Sequence[tuple[models.GrantTerms, Holder]],
    by: Actor,
    *,
    stood: bool = False,
) -> list[models.GrantTerms]:
    """Write grants without an event, for an operation that records it itself.

    Each for a holder, all of one kind, with 5 statements for any number. Returns what
    was written, as it is named now. Raises Refused when role or scope do not fit (XB5, XB6, XD8),
    it ends too early (W1), the plan lacks the role (L7), or a label or resource is not the
    workspace's own (XA2); Unproved for ownership of a token (S8); of people the lock asks.
    With `stood`, its start and end stood before and may have passed.
    """
    holders = [holder for _new, holder in given]
    for new in dict.fromkeys(new for new, _holder in given):
        require_valid(workspace, holders[0], new, stood=stood)
        if new.role == OWNER and isinstance(holders[0], models.Token):
            require_proof(by)
    said = read_all_again(workspace, [new for new, _holder in given])
    pairs = list(zip(said, holders, strict=True))
    rows = models.Grant.objects.bulk_create(
        models.Grant(
            workspace=workspace,
            granted_by=by.user,
            **models.Grant.columns(new),
            **{str(holder._meta.model_name): holder},
        )
        for new, holder in pairs
    )
    written = [(new, row) for (new, _holder), row in zip(pairs, rows, strict=True)]
    eligible = {row: new.eligible for new, row in written if new.eligible is not None}
    eligibility.write_each(workspace, grants=eligible)
    models.GrantLabel.objects.bulk_create(
        models.GrantLabel(workspace=workspace, grant=row, label=label)
        for new, row in written
        for label in new.labels
    )
    models.GrantResource.objects.bulk_create(
        models.GrantResource(workspace=workspace, grant=row, resource=resource)
        for new, row in written
        for resource in new.resources
    )
    return said


def read_again(workspace: models.Workspace, new: models.GrantTerms) -> models.GrantTerms:
    """Return the same terms, their labels and resources read under the lock; 2 statements.

    Raises Refused when one of them is not the workspace's own, or has gone.
    """
    return read_all_again(workspace, [new])[0]


def read_all_again(
    workspace: models.Workspace, given: Sequence[models.GrantTerms]
) -> list[models.GrantTerms]:
    """Return the same terms, what they name read under the lock: 1 statement for labels, 1 for
    resources, none where none is named.

    Raises Refused when one of them is not the workspace's own, or has gone.
    """
    labels = _own(workspace.labels.all(), [label.pk for new in given for label in new.labels])
    things = _own(workspace.resources.all(), [r.pk for new in given for r in new.resources])
    return [
        replace(
            new,
            labels=tuple(labels[label.pk] for label in new.labels),
            resources=tuple(things[thing.pk] for thing in new.resources),
        )
        for new in given
    ]


def _own(rows: QuerySet[M], pks: Collection[int]) -> dict[int, M]:
    found = {row.pk: row for row in rows.filter(pk__in=among(pks))} if pks else {}
    if not found.keys() >= set(pks):
        raise Refused("R5", "A label or resource of this grant is not in the workspace.")
    return found


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
