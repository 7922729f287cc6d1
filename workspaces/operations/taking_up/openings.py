"""What somebody could take up that would open a door they stand before (W2, W8)."""

from dataclasses import dataclass

from workspaces.access.engine import Access
from workspaces.access.explain import could_take_up
from workspaces.models import Member, Resource, TakeUp, Workspace
from workspaces.operations.taking_up.held import Takable, takable
from workspaces.operations.taking_up.telling import name_of


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing to take up, ready to draw: for how long at most, and what it asks for."""

    name: str
    group: str
    url: str
    minutes: int
    asks: bool
    proof: bool
    glass: bool


def openings(
    member: Member, access: Access, action: str, thing: Resource | Workspace
) -> list[Opening]:
    """Return what of theirs would give a member the action, the nearest first.

    Nearest is what nobody has to agree to, then what somebody has to, then broken glass. What runs
    or waits already is left out. 2 statements where nothing is eligible.
    """
    held = takable(member)
    if not held:
        return []
    busy = set(TakeUp.objects.filter(member=member).going_on().values_list("grant", "membership"))
    offered = {row.name: row for row in held if row.key not in busy}
    places = {row.membership.group_id: row for row in offered.values() if not row.grant}  # type: ignore[union-attr]
    found: dict[str, Takable] = {}
    for near in could_take_up(access, action, thing):
        if near.grant is None:
            continue
        row = offered.get(Takable(near.grant).name) or places.get(near.grant.group_id)
        if row is not None:
            found[row.name] = row
    return [_opening(member.workspace, row) for row in sorted(found.values(), key=_distance)]


def _distance(row: Takable) -> tuple[bool, bool, bool]:
    how = row.eligibility
    return how.break_glass, how.asks, how.proof


def _opening(workspace: Workspace, row: Takable) -> Opening:
    how = row.eligibility
    group = row.membership.group.name if row.grant and row.membership else ""
    url = workspace.url("my_take_up", row.name)
    return Opening(
        name_of(row), group, url, how.longest_minutes, how.asks, how.proof, how.break_glass
    )
