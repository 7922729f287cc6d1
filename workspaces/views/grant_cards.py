"""Grants as screens show them: what they give, on how much, from where, until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from workspaces.access.coverage import coverage
from workspaces.access.decide import Held, Policy
from workspaces.catalogue import OWNER, ROLES, Scope
from workspaces.models.grant import Grant
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations.grants import NewGrant
from workspaces.views.words import noun

SOON = timedelta(days=14)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class GrantCard:
    """One grant; `count` is how many resources of its role's type it covers today."""

    role_name: str
    level: str
    scope_kind: str
    count: int = 0
    noun: str = ""
    labels: list[str] = field(default_factory=list)
    origin_kind: str = "direct"
    group_name: str = ""
    group_url: str = ""
    granted_by: str = ""
    granted_at: datetime | None = None
    expires_at: datetime | None = None
    ends_soon: bool = False
    expired: bool = False
    resources: list[Resource] = field(default_factory=list)
    more: int = 0
    grant_id: int = 0
    longer_url: str = ""


def owner_card() -> GrantCard:
    """Show a member's own ownership like a grant (R7)."""
    return GrantCard(ROLES[OWNER].name, ROLES[OWNER].level, Scope.ALL)


def grant_cards(workspace: Workspace, grants: Iterable[Grant]) -> list[GrantCard]:
    """Show grants of one workspace, read with `with_details`; at most 1 statement more."""
    grants = list(grants)
    covered = coverage(grants)
    return [_card(workspace, grant, covered[grant.pk]) for grant in grants]


def proposed_cards(grants: Iterable[NewGrant]) -> list[GrantCard]:
    """Show grants that are not given yet; no statement."""
    return [_proposed_card(grant) for grant in grants]


def _proposed_card(grant: NewGrant) -> GrantCard:
    role, count = ROLES[grant.role], len(grant.resources)
    return GrantCard(
        role.name,
        role.level,
        grant.scope,
        count=count,
        noun=noun(role.type, count),
        labels=sorted(str(label) for label in grant.labels),
        expires_at=grant.expires_at,
        resources=list(grant.resources[:SHOWN]),
        more=max(count - SHOWN, 0),
    )


@dataclass(frozen=True, slots=True)
class Highest:
    """The strongest grant of a subject (None: minimal access), and how many more it holds."""

    card: GrantCard | None
    more: int


def highest_of(workspace: Workspace, policies: Mapping[int, Policy]) -> dict[int, Highest]:
    """Return each policy's strongest grant, for the rows of a list; at most 5 statements."""
    best = {pk: max(policy.held, key=strength, default=None) for pk, policy in policies.items()}
    wanted = {held.grant for held in best.values() if held and held.grant}
    rows = Grant.objects.filter(pk__in=wanted).with_details(listed=0)
    by_id = {grant.pk: card for grant, card in zip(rows, grant_cards(workspace, rows), strict=True)}
    return {
        pk: Highest(
            (by_id[held.grant] if held.grant else owner_card()) if held else None,
            max(len(policies[pk].held) - 1, 0),
        )
        for pk, held in best.items()
    }


def strength(held: Held) -> tuple[int, int, int]:
    """Order held grants: by level, then by how wide the scope is."""
    levels = ("view", "edit", "owner")
    scopes = (Scope.RESOURCES, Scope.LABELS, Scope.ALL)
    return levels.index(ROLES[held.role].level), scopes.index(Scope(held.scope)), held.grant or 0


def _card(workspace: Workspace, grant: Grant, count: int) -> GrantCard:
    role, group, ends = ROLES[grant.role], grant.group, grant.expires_at
    expired: bool = grant.expired  # type: ignore[attr-defined]
    resources = [row.resource for row in grant.first_listed]  # type: ignore[attr-defined]
    return GrantCard(
        role.name,
        role.level,
        grant.scope,
        count=count,
        noun=noun(role.type, count),
        labels=sorted(str(row.label) for row in grant.label_set.all()),
        origin_kind="group" if group else "direct",
        group_name=group.name if group else "",
        group_url=reverse("workspaces:group", args=[workspace.slug, group.public_id])
        if group
        else "",
        granted_by=grant.granted_by.get_full_name() if grant.granted_by else "",
        granted_at=grant.granted_at,
        expires_at=ends,
        ends_soon=ends is not None and not expired and ends <= timezone.now() + SOON,
        expired=expired,
        resources=resources,
        more=count - len(resources) if resources else 0,
        grant_id=grant.pk,
    )
