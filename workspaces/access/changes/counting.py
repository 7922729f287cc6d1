"""Counts how access to very many things moves, without asking each of them (R14).

What grants on everything of a type give, all things of it have. What narrower grants take in is
collected once for each role that comes, goes or stays: a thing is told from others by a mask of
roles, and a mask is decided once. All that is in none of them has the mask 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workspaces.access.decide import Facts, Held, Policy, rights
from workspaces.access.dialect import Term, run, sql, union_all
from workspaces.access.reach import scopes_of_held
from workspaces.access.scopes import TERMS
from workspaces.catalogue import ResourceType, Scope, given_on
from workspaces.models import ResourceQuerySet

Pair = tuple[Policy, Policy]
Rights = frozenset[str]
Moved = tuple[int, str, Rights, Rights, int]  # pair, type, before, after, how many
Key = tuple[str, bool, bool]  # a role, and whether it is held before and after
TAKEN = "SELECT taken.resource_id AS thing, {flag} AS flag FROM ({{taken}}) taken"
BENEATH = """SELECT d.id AS thing, {flag} AS flag FROM ({{taken}}) taken
  JOIN workspaces_resource d ON d.source_id = taken.resource_id"""
# Rows: place of the kind, mask, number. A thing comes once for each grant that takes it in. They
# are grouped by a sum: by the column alone SQLite would go through all labels, in its order.
MASKS = """SELECT {place}, masks.mask, COUNT(*) FROM (
  SELECT thing + 0 AS thing, {mask} AS mask FROM ({taken}) flagged GROUP BY 1) masks
 WHERE (masks.mask & {telling}) <> 0
   AND EXISTS (SELECT 1 FROM ({things}) things WHERE things.id = masks.thing)
 GROUP BY masks.mask"""
KEPT = """SELECT {place}, {every}, number FROM workspaces_tally
 WHERE workspace_id = %s AND what = %s"""
THERE = "SELECT {place}, {every}, COUNT(*) FROM ({things}) things"
NOTHING, EVERY = 0, -1  # masks: of what nothing narrow takes in, and of all there is of the type


@dataclass(frozen=True, slots=True)
class _Kind:
    """The things of one type, as one pair of policies tells them apart.

    `narrow` is what is held on less than everything and gives something on the type, by key.
    """

    pair: int
    type: ResourceType
    before: Policy
    after: Policy
    narrow: Mapping[Key, Sequence[Held]]

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(self.narrow)

    def decide(self, mask: int) -> tuple[Rights, Rights]:
        """Return what is allowed on things that grants of the mask's roles take in."""
        here = [key for bit, key in enumerate(self.keys) if mask >> bit & 1]
        had = [role for role, held, _ in here if held]
        has = [role for role, _, held in here if held]
        return self._given(self.before, had), self._given(self.after, has)

    def _given(self, policy: Policy, roles: Sequence[str]) -> Rights:
        everywhere = [held for held in policy.held if held.scope == Scope.ALL]
        held = (*everywhere, *(Held(role, Scope.ALL) for role in roles))
        source = Facts(policy.workspace, ResourceType.SOURCE, NOTHING)
        beneath = source if self.type == ResourceType.DESTINATION else None
        facts = Facts(policy.workspace, self.type, NOTHING, source=beneath)
        return rights(replace(policy, held=held), facts)

    @property
    def telling(self) -> int:
        """The roles of which a thing must be in one, to be counted.

        Where nothing changes that is given on everything, these are what comes and what goes.
        """
        every = (1 << len(self.keys)) - 1
        if self.before.everywhere != self.after.everywhere:
            return every
        return sum(1 << bit for bit, (_, was, is_) in enumerate(self.keys) if was != is_)

    def total(self, place: int, things: ResourceQuerySet, *, whole: bool) -> Term:
        """Return the statement that counts all of these things; kept is how many a type has."""
        if whole:
            kept = [self.before.workspace, str(self.type)]
            return KEPT.format(place=place, every=EVERY), kept
        text, params = things.filter(type=self.type).order_by().values("id").query.sql_with_params()
        return THERE.format(place=place, every=EVERY, things=text), list(params)

    def statement(self, place: int, things: ResourceQuerySet) -> Term:
        """Return the statement that counts these things by their masks."""
        taken, params = union_all(self._taken())
        mask = " + ".join(f"MAX(flag & {1 << bit})" for bit in range(len(self.keys)))
        text, more = things.filter(type=self.type).order_by().values("id").query.sql_with_params()
        told = MASKS.format(place=place, mask=mask, taken=taken, telling=self.telling, things=text)
        return told, [*params, *more]

    def _taken(self) -> Iterator[Term]:
        """Yield statements of what grants of each role take in, with the role's bit."""
        for bit, key in enumerate(self.keys):
            held = self.narrow[key]
            direct, beneath = given_on(key[0], self.type)
            for gives, text, type_ in (
                (direct, TAKEN, self.type),
                (beneath, BENEATH, ResourceType.SOURCE),
            ):
                terms = list(scopes_of_held(held, type_).collected()) if gives else []
                for start in range(0, len(terms), TERMS):
                    taken, params = union_all(terms[start : start + TERMS])
                    yield sql(text.format(flag=1 << bit).format(taken=taken)), params


def count_moved(pairs: Sequence[Pair], things: ResourceQuerySet, *, whole: bool) -> list[Moved]:
    """Return how many things of a type had which rights and get others, for each pair.

    `things` are those that count, `whole` says that these are all of the workspace. 1 statement.
    """
    kinds = [
        kind
        for place, pair in enumerate(pairs)
        for type_ in ResourceType
        if (kind := _kind(place, type_, *pair))
    ]
    if not kinds:
        return []
    parts = [kind.total(place, things, whole=whole) for place, kind in enumerate(kinds)]
    parts += [kind.statement(place, things) for place, kind in enumerate(kinds) if kind.keys]
    masks: list[dict[int, int]] = [{} for _kind in kinds]
    for start in range(0, len(parts), TERMS):
        for place, mask, n in run(*union_all(parts[start : start + TERMS])):
            masks[place][mask] = n
    moved = []
    for kind, counted in zip(kinds, masks, strict=True):
        rest = counted.pop(EVERY, 0) - sum(counted.values())
        for mask, n in ((NOTHING, rest), *counted.items()):
            had, has = kind.decide(mask)
            if had != has and n:
                moved.append((kind.pair, str(kind.type), had, has, n))
    return moved


def _kind(place: int, type_: ResourceType, before: Policy, after: Policy) -> _Kind | None:
    """Return how a pair tells things of a type apart; None where none of them moves."""
    found = _narrow(type_, before, after)
    kind = _Kind(place, type_, before, after, {key: found[key] for key in sorted(found)})
    moving = kind.decide(NOTHING)
    return kind if kind.telling or moving[0] != moving[1] else None


def _narrow(type_: ResourceType, before: Policy, after: Policy) -> dict[Key, list[Held]]:
    """Return what is held on less than everything, before or after, by what tells things apart."""
    had, has = frozenset(before.held), frozenset(after.held)
    found: dict[Key, list[Held]] = {}
    for held in dict.fromkeys((*before.held, *after.held)):
        if held.scope != Scope.ALL and any(given_on(held.role, type_)):
            found.setdefault((held.role, held in had, held in has), []).append(held)
    return found
