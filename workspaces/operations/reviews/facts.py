"""What reviewers see of items: how each stands now, what is known of its use, and what would
really go with it (V2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from workspaces.access.changes.levels import Move, moves, workspace_moves
from workspaces.access.changes.without import Ways, without
from workspaces.access.counts.coverage import coverage
from workspaces.access.decide import Held, Policy
from workspaces.access.dialect import among
from workspaces.access.facts import load_policies, load_policy
from workspaces.catalogue import OWNER, PII, Scope, role_of
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
from workspaces.operations.reviews.planning import standing

IDLE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Given:
    """A grant that gives something now, and how many resources of its type it covers today."""

    grant: Grant
    count: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One item as it stands now, as a sheet tells it: quickly, however large the workspace is.

    `row` is what it is about, None where that has changed or gone since the review opened.
    `holder` holds it, as long as they are there. `given` is what it gives now by itself, whatever
    else gives the same. `twice` says that another grant of the holder gives each of them as well
    by its terms; what several give together, `effect_of` tells. `planned` and `eligible` say why
    it gives nothing now. `last_used` is when its holder was last active here, of what is eligible
    when it was last taken up, None for never as far as known.
    """

    row: Member | Grant | GroupMember | None
    holder: Member | Token | None = None
    given: tuple[Given, ...] = ()
    twice: bool = False
    planned: bool = False
    eligible: bool = False
    last_used: datetime | None = None

    @property
    def changed(self) -> bool:
        return self.row is None

    @property
    def is_some(self) -> bool:
        """Whether it gives anything now, by itself."""
        counting = (one.count or role_of(one.grant.role).on_workspace for one in self.given)
        shows = any(one.grant.role in {OWNER, PII} for one in self.given)
        return isinstance(self.row, Member) or shows or any(counting)

    @property
    def idle(self) -> bool:
        """Whether it lies idle: not used for 90 days, as far as known."""
        if self.changed or self.planned:
            return False
        return self.last_used is None or self.last_used < timezone.now() - IDLE


@dataclass(frozen=True, slots=True)
class Effect:
    """What really goes with an item, by the engine: moves with names, actions on the workspace.

    Both are empty where it gives nothing now, or other ways give the same.
    """

    moves: tuple[Move, ...] = ()
    lost: tuple[str, ...] = ()


def facts_of(workspace: Workspace, items: Sequence[ReviewItem]) -> dict[int, Facts]:
    """Return the facts of a page of items by their numbers; statements do not grow with them."""
    there = standing(workspace, items)
    members, tokens = _subjects(workspace, items)
    own, programs = (load_policies(list(rows.values())) for rows in (members, tokens))
    given = _given(there.grants.values(), there.places.values())
    taken = _taken_up(there.grants.values(), there.places.values())
    now = timezone.now()
    found = {}
    for item in items:
        row = there.of(item)
        holder = (tokens if item.way == Way.TOKEN else members).get(item.subject)
        policy = (programs if item.way == Way.TOKEN else own).get(item.subject)
        starts = getattr(row, "starts_at", None)
        eligible = bool(getattr(row, "eligible", False))
        planned = starts is not None and starts > now
        gives = policy is not None and policy.present and not (planned or eligible)
        found[item.number] = Facts(
            row,
            holder,
            given.get((item.way, item.row), ()) if row and gives else (),
            bool(row and policy and _twice(policy, without(policy, _way(row)))),
            planned=planned,
            eligible=eligible,
            last_used=taken.get((item.way, item.row)) if eligible else _last_use(holder),
        )
    return found


def effect_of(facts: Facts) -> Effect:
    """Work out what really goes with an item; 3 statements, and one for the names of each move."""
    if facts.row is None or facts.holder is None:
        return Effect()
    before = load_policy(facts.holder)
    after = without(before, _way(facts.row))
    return Effect(tuple(moves(before, after)), workspace_moves(before, after)[1])


def _given(
    grants: Iterable[Grant], places: Iterable[GroupMember]
) -> dict[tuple[str, int | None], tuple[Given, ...]]:
    """Return by way and row what these grants, and the groups of these places, give now."""
    own, inside = list(grants), list(places)
    active = Grant.objects.active().understood().prefetch_related("label_set").order_by("pk")
    of_groups: dict[int | None, list[Grant]] = defaultdict(list)
    for grant in active.filter(group__in=among({place.group_id for place in inside})):
        of_groups[grant.group_id].append(grant)
    covered = coverage([*own, *(grant for some in of_groups.values() for grant in some)])

    def told(some: Iterable[Grant]) -> tuple[Given, ...]:
        return tuple(Given(grant, covered[grant.pk]) for grant in some)

    ways = {(str(Way.TOKEN if grant.token_id else Way.GRANT), grant.pk): grant for grant in own}
    found: dict[tuple[str, int | None], tuple[Given, ...]] = {}
    found |= {key: told([grant]) for key, grant in ways.items()}
    return found | {(str(Way.PLACE), row.pk): told(of_groups[row.group_id]) for row in inside}


def _twice(before: Policy, after: Policy) -> bool:
    """Whether each grant that goes is one that another grant, which stays, gives as well."""
    kept = set(after.held)
    going = [held for held in before.held if held not in kept]
    return bool(going) and all(any(_as_much(other, held) for other in kept) for held in going)


def _as_much(other: Held, held: Held) -> bool:
    """Whether one grant gives by its terms whatever another one gives, now and in future."""
    if other.role == OWNER:
        return True
    theirs, own = role_of(other.role), role_of(held.role)
    by_role = theirs.type == own.type and (
        theirs.gives >= own.gives
        and theirs.beneath >= own.beneath
        and theirs.on_workspace >= own.on_workspace
        and (other.role == PII) == (held.role == PII)
    )
    if other.scope == Scope.ALL:
        return by_role
    narrower = other.scope == held.scope == Scope.LABELS and other.labels <= held.labels
    return by_role and narrower


def _subjects(
    workspace: Workspace, items: Iterable[ReviewItem]
) -> tuple[dict[int, Member], dict[int, Token]]:
    people = {item.subject for item in items if item.way != Way.TOKEN}
    programs = {item.subject for item in items if item.way == Way.TOKEN}
    members = workspace.members.filter(pk__in=among(people)).select_related("user")
    tokens = workspace.tokens.filter(pk__in=among(programs))
    return {m.pk: m for m in members}, {t.pk: t for t in tokens}


def _way(row: Member | Grant | GroupMember) -> Ways:
    match row:
        case Member():
            return Ways(own_role=True)
        case Grant():
            return Ways(grants=frozenset({row.pk}))
        case GroupMember():
            return Ways(groups=frozenset({row.group_id}))


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
