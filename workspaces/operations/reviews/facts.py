"""What reviewers see of items: how each stands now, what is known of its use, and what would
really go with it (V2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from workspaces.access.changes.levels import Move, many_moves, moves, workspace_moves
from workspaces.access.decide import Held, Policy
from workspaces.access.dialect import among
from workspaces.access.facts import load_policies, load_policy
from workspaces.catalogue import PII
from workspaces.models import (
    Grant,
    GroupMember,
    Member,
    ReviewItem,
    TakeUp,
    Token,
    Way,
    Workspace,
)
from workspaces.operations.changes.affected import Transform
from workspaces.operations.reviews.closing import losing
from workspaces.operations.reviews.planning import standing

IDLE = timedelta(days=90)
Pair = tuple[Policy, Policy]  # before and after


@dataclass(frozen=True, slots=True)
class Facts:
    """One item as it stands now.

    `row` is what it is about, None where that has changed or gone since the review opened.
    `holder` holds it, as long as they are there. `gives` is what it gives now by itself,
    whatever else gives the same, `gives_here` the actions on the workspace. `moves` is what
    its holder loses without it, `lost` the actions on the workspace; both are empty where it
    gives nothing now, or other ways give the same. `planned` and `eligible` say why it gives
    nothing now. `last_used` is when its holder was last active here, of what is eligible when
    it was last taken up, None for never as far as known.
    """

    row: Member | Grant | GroupMember | None
    holder: Member | Token | None = None
    gives: tuple[Move, ...] = ()
    gives_here: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    lost: tuple[str, ...] = ()
    planned: bool = False
    eligible: bool = False
    last_used: datetime | None = None

    @property
    def changed(self) -> bool:
        return self.row is None

    @property
    def is_some(self) -> bool:
        """Whether it gives anything now, by itself."""
        return bool(self.gives or self.gives_here or isinstance(self.row, Member))

    @property
    def twice(self) -> bool:
        """Whether other ways give all of it as well."""
        return self.is_some and not self.moves and not self.lost

    @property
    def idle(self) -> bool:
        """Whether it lies idle: not used for 90 days, as far as known."""
        if self.changed or self.planned:
            return False
        return self.last_used is None or self.last_used < timezone.now() - IDLE


def facts_of(workspace: Workspace, items: Sequence[ReviewItem]) -> dict[int, Facts]:
    """Return the facts of a page of items by their numbers; statements do not grow with them."""
    there = standing(workspace, items)
    members, tokens = _subjects(workspace, items)
    policies = {Way.TOKEN: load_policies(list(tokens.values()))}
    own = load_policies(list(members.values()))
    pairs: dict[int, Pair] = {}
    for item in items:
        row = there.of(item)
        policy = (policies[Way.TOKEN] if item.way == Way.TOKEN else own).get(item.subject)
        if row is not None and policy is not None:
            pairs[item.number] = (policy, _without(item, row)(policy))
    apart = {item.number for item in items if item.way == Way.OWNER}
    going = _moves({n: pair for n, pair in pairs.items() if n in apart})
    going |= _moves({n: pair for n, pair in pairs.items() if n not in apart})
    alone = {n: _alone(*pair) for n, pair in pairs.items() if n not in apart}
    gives = _moves(alone)
    taken = _taken_up(there.grants.values(), there.places.values())
    now = timezone.now()
    found = {}
    for item in items:
        row = there.of(item)
        holder = (tokens if item.way == Way.TOKEN else members).get(item.subject)
        starts = getattr(row, "starts_at", None)
        eligible = bool(getattr(row, "eligible", False))
        used = taken.get((item.way, item.row)) if eligible else _last_use(holder)
        lost = workspace_moves(*pairs[item.number])[1] if item.number in pairs else ()
        here = workspace_moves(*alone[item.number])[0] if item.number in alone else ()
        found[item.number] = Facts(
            row,
            holder,
            gives.get(item.number, ()),
            here,
            going.get(item.number, ()),
            lost,
            planned=starts is not None and starts > now,
            eligible=eligible,
            last_used=used,
        )
    return found


def effect_of(workspace: Workspace, item: ReviewItem) -> tuple[Facts, list[Move]]:
    """Return the facts of one item, and its moves with the names of what would go."""
    facts = facts_of(workspace, [item])[item.number]
    if facts.row is None or facts.holder is None or not facts.moves:
        return facts, []
    policy = load_policy(facts.holder)
    return facts, moves(policy, _without(item, facts.row)(policy))


def _alone(before: Policy, after: Policy) -> tuple[Policy, Policy]:
    """Return a policy of nothing, and one of only that which goes between the two given.

    What shows personal data shows that of what is read otherwise: it stands beside the rest.
    """
    kept = set(after.held)
    going = tuple(held for held in before.held if held not in kept)
    rest: tuple[Held, ...] = ()
    if all(held.role == PII for held in going):
        rest = tuple(held for held in after.held if held.role != PII)
    return replace(before, held=rest), replace(before, held=(*rest, *going))


def _moves(pairs: Mapping[int, Pair]) -> dict[int, tuple[Move, ...]]:
    """Return the moves by number; equal pairs are counted once. 3 statements.

    Who loses ownership may lose everything: they are asked apart, so that the others are
    counted among the few resources that theirs are about.
    """
    distinct = dict.fromkeys(pairs.values())
    found = dict(zip(distinct, map(tuple, many_moves(list(distinct))), strict=True))
    return {number: found[pair] for number, pair in pairs.items()}


def _subjects(
    workspace: Workspace, items: Iterable[ReviewItem]
) -> tuple[dict[int, Member], dict[int, Token]]:
    people = {item.subject for item in items if item.way != Way.TOKEN}
    programs = {item.subject for item in items if item.way == Way.TOKEN}
    members = workspace.members.filter(pk__in=among(people)).select_related("user")
    tokens = workspace.tokens.filter(pk__in=among(programs))
    return {m.pk: m for m in members}, {t.pk: t for t in tokens}


def _without(item: ReviewItem, row: Member | Grant | GroupMember) -> Transform:
    match row:
        case Member():
            return losing(frozenset(), frozenset(), owning=True)
        case Grant():
            return losing(frozenset({row.pk}), frozenset())
        case GroupMember():
            return losing(frozenset(), frozenset({row.group_id}))


def _last_use(holder: Member | Token | None) -> datetime | None:
    if isinstance(holder, Token):
        return holder.last_used_at
    return holder.last_active_at if holder else None


def _taken_up(
    grants: Iterable[Grant], places: Iterable[GroupMember]
) -> dict[tuple[str, int | None], datetime]:
    """Return when eligible rows were last taken up; 2 statements."""
    found: dict[tuple[str, int | None], datetime] = {}
    begun = TakeUp.objects.filter(starts_at__isnull=False)
    of_grants = begun.filter(grant__in=among(row.pk for row in grants if row.eligible))
    of_places = begun.filter(
        membership__in=among(row.pk for row in places if row.eligible), grant__isnull=True
    )
    for way, rows, name in ((Way.GRANT, of_grants, "grant"), (Way.PLACE, of_places, "membership")):
        latest = rows.order_by().values(name).annotate(at=Max("starts_at"))
        found |= {(str(way), row[name]): row["at"] for row in latest}
    return found
