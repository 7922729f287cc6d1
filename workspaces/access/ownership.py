"""Who owns a workspace, by whatever way, and who will once they come in (R3, R7, S8)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from workspaces.catalogue import OWNER
from workspaces.models import Workspace
from workspaces.models.spanned import lasting

MEMBER, INVITE, GROUP = "member", "invite", "group"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Addresses of owners and of those invited to be one; groups that hold ownership, with
    its start and end."""

    owners: frozenset[str]
    invited: frozenset[str]
    groups: frozenset[tuple[str, str]]

    def differs_from(self, before: "Ownership") -> bool:
        """Whether somebody became or will become owner who was not, or stopped being one.

        Whoever accepts an invite becomes what an owner had decided; to be invited no longer
        takes nothing from anybody.
        """
        come = (self.owners | self.invited) - (before.owners | before.invited)
        return bool(come or before.owners - self.owners or before.groups != self.groups)


def ownership_of(workspace: Workspace) -> Ownership:
    """Read it, and what is only planned yet (W1); 1 statement.

    Its rows are as many as owners, invites to be one, and groups.
    """
    live = workspace.grants.lasting().filter(role=OWNER).order_by()
    through = live.filter(group__isnull=False)
    groups = through.values("group")
    members = workspace.members.filter(
        Q(owner=True) | lasting("joined_groups__") & Q(joined_groups__group__in=groups)
    )
    invites = workspace.invites.open().filter(
        Q(owner=True) | Q(groups__in=groups) | Q(pk__in=live.values("invite"))
    )
    starts, ends = (Cast(name, CharField(default="")) for name in ("starts_at", "expires_at"))
    moments = Concat(starts, Value("/"), ends)
    rows = _rows(through, GROUP, Cast("group", CharField()), moments).union(
        _rows(members.order_by(), MEMBER, F("user__email"), Value("")),
        _rows(invites.order_by(), INVITE, F("email"), Value("")),
    )
    found: dict[str, set[tuple[str, str]]] = {MEMBER: set(), INVITE: set(), GROUP: set()}
    for kind, who, end in rows:
        found[kind].add((who, end or ""))
    return Ownership(
        frozenset(who for who, _ in found[MEMBER]),
        frozenset(who for who, _ in found[INVITE]),
        frozenset(found[GROUP]),
    )


def _rows(rows: Any, kind: str, who: Any, end: Any) -> Any:
    return rows.annotate(kind=Value(kind), who=who, until=end).values_list("kind", "who", "until")
