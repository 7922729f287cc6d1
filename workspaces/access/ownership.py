"""Who owns a workspace, by whatever way, and who will once they come in (R3, R7, S8)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Cast, Concat

from workspaces.catalogue import OWNER
from workspaces.models import GroupMember, Workspace

MEMBER, PLACE, INVITE, GROUP = "member", "place", "invite", "group"
ELIGIBLE = " eligible"
# From when until when a row holds, and whether it is eligible, as text that compares.
HELD = Concat(
    Cast("starts_at", CharField(default="")),
    Value("/"),
    Cast("expires_at", CharField(default="")),
    Case(When(eligible=True, then=Value(ELIGIBLE)), default=Value("")),
)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Addresses of owners and of those invited to be one; groups that hold ownership.

    Who could take ownership up stands among owners under another name than who has it (W7).
    Groups, and places in them, come with how they hold it.
    """

    owners: frozenset[str]
    invited: frozenset[str]
    groups: frozenset[tuple[str, str]]
    places: dict[str, str]

    def differs_from(self, before: "Ownership") -> bool:
        """Whether somebody became or will become owner who was not, or stopped being one.

        Whoever accepts an invite becomes what an owner had decided; to be invited no longer
        takes nothing from anybody.
        """
        come = (self.owners | self.invited) - (before.owners | before.invited)
        if come or before.owners - self.owners or before.groups != self.groups:
            return True
        stayed = self.places.keys() & before.places.keys()
        return any(self.places[place] != before.places[place] for place in stayed)


def ownership_of(workspace: Workspace) -> Ownership:
    """Read it, and what is only planned yet (W1); 1 statement.

    Its rows are as many as owners, invites to be one, and groups.
    """
    live = workspace.grants.lasting().filter(role=OWNER).order_by()
    through = live.filter(group__isnull=False)
    groups = through.values("group")
    members = workspace.members.filter(owner=True)
    places = GroupMember.objects.lasting().filter(group__in=groups)
    invites = workspace.invites.open().filter(
        Q(owner=True) | Q(groups__in=groups) | Q(pk__in=live.values("invite"))
    )
    group = Cast("group", CharField())
    place = Concat(group, Value(" "), F("member__user__email"), output_field=CharField())
    rows = _rows(through, GROUP, group, HELD).union(
        _rows(members.order_by(), MEMBER, F("user__email"), Value("")),
        _rows(places.order_by(), PLACE, place, HELD),
        _rows(invites.order_by(), INVITE, F("email"), Value("")),
    )
    found: dict[str, set[tuple[str, str]]] = {k: set() for k in (MEMBER, PLACE, INVITE, GROUP)}
    for kind, who, held in rows:
        found[kind].add((who, held or ""))
    standing = {who for who, held in found[GROUP] if not held.endswith(ELIGIBLE)}
    inside = set()
    for who, held in found[PLACE]:
        group_id, _space, email = who.partition(" ")
        taken_up = held.endswith(ELIGIBLE) or group_id not in standing
        inside.add(email + ELIGIBLE if taken_up else email)
    return Ownership(
        frozenset({who for who, _ in found[MEMBER]} | inside),
        frozenset(who for who, _ in found[INVITE]),
        frozenset(found[GROUP]),
        dict(found[PLACE]),
    )


def _rows(rows: Any, kind: str, who: Any, held: Any) -> Any:
    return rows.annotate(kind=Value(kind), who=who, held=held).values_list("kind", "who", "held")
