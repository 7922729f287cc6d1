"""Grants as screens show them: as cards, as bars of what is reached, as paths to one thing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config.web.lists.listing import Drawn, RowsPage, paged
from workspaces.access.counts.coverage import coverage
from workspaces.access.counts.extent import Extent, extents, extents_of
from workspaces.access.decide import Held, Policy
from workspaces.access.dialect import fetch, ids, moment
from workspaces.catalogue import OWNER, ROLES, UNKNOWN, Scope, role_of
from workspaces.models import Grant, GrantQuerySet, GrantTerms, Member, Resource, Workspace
from workspaces.views.console.wording import ICONS, noun, plural
from workspaces.views.grants.highest import Highest

SOON = timedelta(days=14)
SHOWN = 20
# Each grant of everybody on a page is looked at, so these are worked out once.
BY_LEVEL = {role.slug: ("view", "edit", "owner").index(role.level) for role in ROLES.values()}
BY_SCOPE: dict[str, int] = {Scope.RESOURCES: 0, Scope.LABELS: 1, Scope.ALL: 2}


# Rows: grant, end, how many it lists, and a label's key and value: one per label, or one without.
IN_SHORT = """
SELECT g.id, g.expires_at, (SELECT COUNT(*) FROM workspaces_grantresource WHERE grant_id = g.id),
  l.key, l.value FROM workspaces_grant g
  LEFT JOIN workspaces_grantlabel gl ON gl.grant_id = g.id
  LEFT JOIN labels_label l ON l.id = gl.label_id
 WHERE g.id {one_of} ORDER BY g.id
"""


@dataclass(frozen=True, slots=True)
class GrantCard(Drawn):
    """One grant; `count` is how many resources of its role's type it covers today.

    One that is `planned`, `expired` or `eligible` gives nothing now by itself (W1, W2).
    """

    role_name: str
    level: str
    scope_kind: str
    count: int = 0
    noun: str = ""
    labels: list[str] = field(default_factory=list)
    origin_kind: str = "direct"
    group_name: str = ""
    group_url: str = ""
    group_pushed: bool = False
    granted_by: str = ""
    granted_at: datetime | None = None
    expires_at: datetime | None = None
    ends_soon: bool = False
    expired: bool = False
    starts_at: datetime | None = None
    planned: bool = False
    eligible: bool = False
    resources: list[Resource] = field(default_factory=list)
    more: int = 0
    grant_id: int = 0
    longer_url: str = ""
    what_if_url: str = ""
    counted: bool = False
    role_help: str = ""

    @property
    def empty(self) -> bool:
        """Whether it is by labels that nothing of its type carries today."""
        return self.scope_kind == Scope.LABELS and self.counted and not self.count

    @property
    def idle(self) -> bool:
        """Whether it must not look like one that gives something."""
        return self.planned or self.expired or self.eligible


def owner_card() -> GrantCard:
    """Show a member's own ownership like a grant (R7)."""
    role = ROLES[OWNER]
    return GrantCard(role.name, role.level, Scope.ALL, role_help=role.description)


def grant_cards(workspace: Workspace, grants: Iterable[Grant]) -> list[GrantCard]:
    """Show grants of one workspace, read with `with_details`; at most 2 statements more."""
    grants = list(grants)
    covered = coverage(grants)
    return [_card(workspace, grant, covered[grant.pk]) for grant in grants]


def cards_page(
    request: HttpRequest,
    workspace: Workspace,
    grants: GrantQuerySet,
    *,
    listed: int = SHOWN,
    key: str = "grants",
) -> tuple[RowsPage[Grant], list[GrantCard]]:
    """Return a page of what somebody holds, and its cards; 5 statements at most."""
    shown = paged(request, grants.with_details(listed=listed), key=key)
    return shown, grant_cards(workspace, shown.rows)


def held_page(
    request: HttpRequest, member: Member, *, listed: int = SHOWN, key: str = "grants"
) -> tuple[RowsPage[Grant], list[GrantCard]]:
    """Return a page of what a member holds, themselves and by their groups, and its cards.

    What an owner may comes first.
    """
    workspace = member.workspace
    grants = workspace.grants.held_by(member).order_by("group__sort_key", "role", "pk")
    shown, cards = cards_page(request, workspace, grants, listed=listed, key=key)
    return shown, [*([owner_card()] if member.owner else []), *cards]


def proposed_cards(grants: Iterable[GrantTerms]) -> list[GrantCard]:
    """Show grants that are not given yet; no statement."""
    return [_proposed_card(grant) for grant in grants]


def _proposed_card(grant: GrantTerms) -> GrantCard:
    role, count = ROLES[grant.role], len(grant.resources)
    return GrantCard(
        role.name,
        role.level,
        grant.scope,
        count=count,
        noun=noun(role.type, count),
        labels=sorted(str(label) for label in grant.labels),
        expires_at=grant.ends,
        starts_at=grant.starts,
        planned=not grant.begun_by(timezone.now()),
        eligible=grant.eligible is not None,
        resources=list(grant.resources[:SHOWN]),
        role_help=role.description,
        more=max(count - SHOWN, 0),
    )


def highest_of(policies: Mapping[int, Policy]) -> dict[int, Highest]:
    """Return each policy's strongest grant, for the rows of a list; 1 statement.

    A list names labels and *all* in words: only what a grant lists one by one is counted.
    """
    best = {pk: max(policy.held, key=strength, default=None) for pk, policy in policies.items()}
    cards = _cards_in_short({held.grant: held for held in best.values() if held and held.grant})
    return {
        pk: Highest(
            (cards.get(held.grant) if held.grant else owner_card()) if held else None,
            max(len(policies[pk].held) - 1, 0),
        )
        for pk, held in best.items()
    }


def cards_of(policies: Mapping[int, Policy]) -> dict[int, list[tuple[GrantCard, bool]]]:
    """Return all that each policy holds, the strongest first, as a list shows it; 1 statement.

    Beside each card stands whether a group gives it. A grant that went meanwhile has none.
    """
    held = {pk: sorted(policy.held, key=strength, reverse=True) for pk, policy in policies.items()}
    cards = _cards_in_short({h.grant: h for some in held.values() for h in some if h.grant})
    return {
        pk: [
            (cards[h.grant] if h.grant else owner_card(), h.group is not None)
            for h in some
            if not h.grant or h.grant in cards
        ]
        for pk, some in held.items()
    }


def _cards_in_short(shown: Mapping[int, Held]) -> dict[int, GrantCard]:
    """Return cards of held grants, as far as a list shows them; 1 statement."""
    if not shown:
        return {}
    rows = fetch(IN_SHORT, [ids(shown)])
    return {
        pk: _card_in_short(shown[pk], list(lines)) for pk, lines in groupby(rows, itemgetter(0))
    }


def _card_in_short(held: Held, lines: Sequence[tuple[Any, ...]]) -> GrantCard:
    role, (_pk, until, count, *_label) = ROLES[held.role], lines[0]
    ends = moment(until) if until else None
    return GrantCard(
        role.name,
        role.level,
        held.scope,
        count=count,
        noun=noun(role.type, count),
        labels=sorted(f"{key}:{value}" for *_, key, value in lines if key),
        expires_at=ends,
        ends_soon=ends is not None and ends <= timezone.now() + SOON,
    )


def strength(held: Held) -> tuple[int, int, int]:
    """Order held grants: by level, then by how wide the scope is."""
    return BY_LEVEL[held.role], BY_SCOPE[held.scope], held.grant or 0


def _card(workspace: Workspace, grant: Grant, count: int) -> GrantCard:
    role, group, ends = role_of(grant.role), grant.group, grant.expires_at
    expired: bool = grant.expired  # type: ignore[attr-defined]
    planned: bool = grant.planned and not expired  # type: ignore[attr-defined]
    resources = [row.resource for row in grant.first_listed]  # type: ignore[attr-defined]
    return GrantCard(
        role.name,
        role.level if grant.understood else UNKNOWN,
        grant.scope,
        count=count if grant.understood else 0,
        noun=noun(role.type, count),
        labels=sorted(str(row.label) for row in grant.label_set.all()),
        origin_kind="group" if group else "direct",
        group_name=group.name if group else "",
        group_url=reverse("workspaces:group", args=[workspace.slug, group.public_id])
        if group
        else "",
        group_pushed=group is not None and hasattr(group, "directory"),
        granted_by=grant.granted_by.get_full_name() if grant.granted_by else "",
        granted_at=grant.granted_at,
        expires_at=ends,
        ends_soon=ends is not None and not expired and ends <= timezone.now() + SOON,
        expired=expired,
        starts_at=grant.starts_at,
        planned=planned,
        eligible=grant.eligible,
        resources=resources,
        more=count - len(resources) if resources else 0,
        grant_id=grant.pk,
        counted=grant.understood,
        role_help=role.description,
    )


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
    """The bars and their sums; `pii` says whether any personal data is seen in clear.

    `could` is what it would be if all that is eligible were taken up, where that is more (W8).
    """

    bars: list[Bar]
    edit: int
    view: int
    total: int
    pii: bool
    could: "Reach | None" = None


def reach_with_twin(policy: Policy, at_most: Policy) -> Reach:
    """Count what a policy reaches, and what it could at most where that is more; 1 statement."""
    if not set(at_most.held) > set(policy.held):
        return reach_of(policy)
    now, most = (_summed(rows) for rows in extents_of([policy, at_most]))
    return replace(now, could=most) if most != now else now


def reach_of(policy: Policy) -> Reach:
    """Count what a policy reaches; 1 statement."""
    return _summed(extents(policy))


def _summed(rows: Sequence[Extent]) -> Reach:
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
