"""Grants as screens show them: what they give, on how much, from where, until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from config.web.listing import Drawn
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
# Each grant of everybody on a page is looked at, so these are worked out once.
BY_LEVEL = {role.slug: ("view", "edit", "owner").index(role.level) for role in ROLES.values()}
BY_SCOPE: dict[str, int] = {Scope.RESOURCES: 0, Scope.LABELS: 1, Scope.ALL: 2}


@dataclass(frozen=True, slots=True)
class GrantCard(Drawn):
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
    group_pushed: bool = False
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
    """Show grants of one workspace, read with `with_details`; at most 2 statements more."""
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
class Highest(Drawn):
    """The strongest grant of a subject (None: minimal access), and how many more it holds."""

    card: GrantCard | None
    more: int

    @property
    def more_words(self) -> str:
        return ngettext("{n} more grant", "{n} more grants", self.more).format(n=self.more)


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


def _cards_in_short(shown: Mapping[int, Held]) -> dict[int, GrantCard]:
    """Return cards of held grants, as far as a list shows them; 1 statement."""
    if not shown:
        return {}
    rows = Grant.objects.filter(pk__in=shown).in_short()
    return {
        pk: _card_in_short(shown[pk], list(lines)) for pk, lines in groupby(rows, itemgetter(0))
    }


def _card_in_short(held: Held, lines: Sequence[tuple[Any, ...]]) -> GrantCard:
    role, (_pk, ends, count, *_label) = ROLES[held.role], lines[0]
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
        group_pushed=group is not None and hasattr(group, "directory"),
        granted_by=grant.granted_by.get_full_name() if grant.granted_by else "",
        granted_at=grant.granted_at,
        expires_at=ends,
        ends_soon=ends is not None and not expired and ends <= timezone.now() + SOON,
        expired=expired,
        resources=resources,
        more=count - len(resources) if resources else 0,
        grant_id=grant.pk,
    )
