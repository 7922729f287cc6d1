"""How what is eligible is taken up, written beside the row that is (W2, W3)."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models.functions import Now

from accounts.addresses import sought
from workspaces.errors import Refused
from workspaces.models import Approver, Eligibility, Grant, Group, GroupMember, Member, Workspace
from workspaces.terms import GROUP, LONGEST, SHORTEST, Eligible

EMPTY: Mapping[Any, Eligible] = MappingProxyType({})


def write(
    workspace: Workspace,
    *,
    said: Eligible,
    grants: Iterable[Grant] = (),
    memberships: Iterable[GroupMember] = (),
) -> None:
    """Write how these rows are taken up; under the lock.

    2 statements for all rows, one more for each approver. Raises Refused that names the field
    where it cannot be so.
    """
    require_valid(said)
    approvers = approver_columns(workspace, said.approvers or ())
    how = {
        "workspace": workspace,
        "longest_minutes": said.longest_minutes,
        "proof": said.proof,
        "asks": said.approvers is not None,
        "break_glass": said.break_glass,
    }
    rows = Eligibility.objects.bulk_create(
        [
            *(Eligibility(grant=grant, **how) for grant in grants),
            *(Eligibility(membership=membership, **how) for membership in memberships),
        ]
    )
    Approver.objects.bulk_create(
        Approver(workspace=workspace, eligibility=row, **one) for row in rows for one in approvers
    )


def replace(
    workspace: Workspace, *, said: Eligible | None, memberships: Sequence[GroupMember]
) -> None:
    """Let memberships be taken up in another way, or be standing; what was taken up ends (W2)."""
    if not memberships:
        return
    Eligibility.objects.filter(membership__in=memberships).delete()
    taken = workspace.take_ups.filter(membership__in=memberships)
    taken.running().update(ends_at=Now())
    taken.waiting().update(refused_at=Now())
    if said is not None:
        write(workspace, said=said, memberships=memberships)


def write_each(
    workspace: Workspace,
    *,
    grants: Mapping[Grant, Eligible] = EMPTY,
    memberships: Mapping[GroupMember, Eligible] = EMPTY,
) -> None:
    """Write how each of many rows is taken up; 4 statements for all that say the same."""
    for said in {*grants.values(), *memberships.values()}:
        write(
            workspace,
            said=said,
            grants=[row for row, how in grants.items() if how == said],
            memberships=[row for row, how in memberships.items() if how == said],
        )


def require_valid(said: Eligible) -> None:
    """Raise Refused unless something may be taken up like this."""
    if not SHORTEST <= said.longest_minutes <= LONGEST:
        words = f"Between {SHORTEST} minutes and {LONGEST // 60} hours."
        raise Refused("W2", words, field="longest_minutes")
    if said.break_glass and said.approvers is not None:
        words = "Who breaks glass asks nobody: name approvers, or let glass be broken."
        raise Refused("W5", words, field="break_glass")


def approver_columns(workspace: Workspace, names: Iterable[str]) -> list[dict[str, Member | Group]]:
    """Return what the rows of approvers say of who they are; 1 statement for each.

    Raises Refused for who is neither a member nor a group here.
    """
    found = [_approver(workspace, name) for name in sorted(names)]
    return [{"group" if isinstance(one, Group) else "member": one} for one in found]


def approver_named(workspace: Workspace, typed: str) -> str:
    """Return how `Eligible` names the member or group that is meant (N2).

    Raises Refused where there is none.
    """
    found = _approver(workspace, typed)
    return GROUP + found.name if isinstance(found, Group) else found.user.email


def _approver(workspace: Workspace, name: str) -> Member | Group:
    """Return the member or group of this name. Raises Refused where there is none."""
    if name.startswith(GROUP):
        group = workspace.groups.named(name.removeprefix(GROUP)).first()
        if group is not None:
            return group
    elif (
        member := workspace.members.select_related("user").filter(user__email=sought(name)).first()
    ):
        return member
    raise Refused("W3", f"{name} is neither a member nor a group here.", field="approvers")
