"""How far somebody's access goes, as a sentence and as bars."""

from dataclasses import dataclass

from workspaces.access.decide import Policy
from workspaces.access.extent import Extent, extents
from workspaces.views.words import ICONS, plural


@dataclass(frozen=True, slots=True)
class Bar:
    """One type of resource: numbers, and widths in percent of all there are."""

    label: str
    icon: str
    edit: int
    view: int
    total: int
    edit_pct: float
    view_pct: float


@dataclass(frozen=True, slots=True)
class Reach:
    """The bars and their sums; `pii` says whether any personal data is seen in clear."""

    bars: list[Bar]
    edit: int
    view: int
    total: int
    pii: bool


def reach_of(policy: Policy) -> Reach:
    """Count what a policy reaches; 1 statement."""
    rows = extents(policy)
    return Reach(
        [_bar(extent) for extent in rows],
        edit=sum(extent.edit for extent in rows),
        view=sum(extent.view for extent in rows),
        total=sum(extent.total for extent in rows),
        pii=any(extent.clear for extent in rows),
    )


def _bar(extent: Extent) -> Bar:
    return Bar(
        plural(extent.type),
        ICONS[extent.type],
        extent.edit,
        extent.view,
        extent.total,
        edit_pct=round(100 * extent.edit / extent.total, 1),
        view_pct=round(100 * extent.view / extent.total, 1),
    )
