"""The rule of access (R1–R6) as pure functions over what a subject holds and what a thing is.

No database here. `facts.py` loads a `Policy` and `Facts`; every answer – check, explain,
the rights of a page, the diff of a proposal – is a walk over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from workspaces.catalogue import (
    ACTIONS,
    DECISION_READER,
    OWNER,
    PII,
    READ,
    ROLES,
    VIEW_PII,
    WORKSPACE,
    Scope,
    given_on,
    known,
    roles_giving,
    roles_giving_beneath,
)

_ALL, _LABELS, _RESOURCES = (str(scope) for scope in Scope)  # names of an enum cost a look-up


# Never changed once made, though not frozen: a check makes a few of them, a page hundreds,
# and making frozen ones takes three times as long.
@dataclass(slots=True, unsafe_hash=True)
class Held:
    """One live grant as a subject holds it: its own, or through `group`.

    `grant` is None for a member's own ownership (a flag, R7) and for proposals, which
    name the resources of their scope in `listed` instead.
    """

    role: str
    scope: str
    grant: int | None = None
    group: int | None = None
    labels: frozenset[int] = frozenset()
    listed: frozenset[int] = frozenset()


@dataclass(slots=True, unsafe_hash=True)
class Facts:
    """What the rules need to know of one resource; `source` for destinations only.

    `labels` are label ids, `listed_in` ids of grants that name the resource.
    """

    workspace: int
    type: str
    id: int
    labels: frozenset[int] = frozenset()
    listed_in: frozenset[int] = frozenset()
    source: "Facts | None" = None


Bearing = tuple[Held, frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a subject holds in one workspace: own grants and its groups' (R1).

    `present` is False for a subject that is gone, deactivated, revoked or expired, and for
    everybody in a closed workspace.
    `enrolled` is True for members and groups, who may read the workspace as such;
    a token reads it only by a live grant.
    `looks_only` is True for a support visit: what it holds says what it sees, and it may
    change nothing at all (XK7).
    `holder` is whose it is, as kind and id, where it was read for somebody; it decides nothing.
    """

    workspace: int
    held: tuple[Held, ...] = ()
    present: bool = True
    enrolled: bool = True
    looks_only: bool = False
    holder: tuple[str, int] | None = field(default=None, compare=False)
    everywhere: frozenset[str] = field(init=False)
    _about: dict[str, tuple[Bearing, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        roles = frozenset(h.role for h in self.held if h.scope == Scope.ALL)
        object.__setattr__(self, "everywhere", roles)

    def about(self, type_: str) -> tuple[Bearing, ...]:
        """Return what is held that gives anything on things of the type, and what it gives.

        That is actions on what a grant covers, and on the destinations beneath it.
        """
        if type_ not in self._about:
            bearing = ((held, *given_on(held.role, type_)) for held in self.held)
            self._about[type_] = tuple(row for row in bearing if row[1] or row[2])
        return self._about[type_]

    @property
    def is_owner(self) -> bool:
        """Owner by own role or through a group (R3)."""
        return OWNER in self.everywhere

    def covers_all(self, action: str, type_: str) -> bool:
        """Whether the action is allowed on every current and future resource of the type."""
        if not known(type_, action):
            return False
        if self.is_owner:
            return True
        if action == VIEW_PII:
            return PII in self.everywhere and self.covers_all(READ, type_)
        roles = roles_giving(type_, action) | roles_giving_beneath(type_, action)
        return not roles.isdisjoint(self.everywhere)


def allows(policy: Policy, action: str, facts: Facts) -> bool:
    """Whether the policy's subject may do the action on the resource; unknown is no (R5)."""
    return next(paths(policy, action, facts), None) is not None


@cache
def bearing_on(type_: str, action: str) -> frozenset[str]:
    """Return the roles that can matter to a question: without all others `allows`, and for a
    workspace `allows_on_workspace`, give the same answer."""
    if not known(type_, action):
        return frozenset()
    if type_ == WORKSPACE:
        return frozenset(ROLES) if action == READ else roles_giving(WORKSPACE, action)
    roles = roles_giving(type_, action) | {OWNER} | roles_giving_beneath(type_, action)
    return roles | bearing_on(type_, READ) | {PII} if action == VIEW_PII else roles


def paths(policy: Policy, action: str, facts: Facts) -> Iterator[Held]:
    """Yield every held grant that gives the action on the resource.

    For `view_pii` these are ownership and, where the resource can be read by any other
    grant, the `pii-access` grants (XB8).
    """
    if facts.workspace != policy.workspace or not known(facts.type, action):
        return
    readable = action == VIEW_PII and any(held.role != OWNER for held in paths(policy, READ, facts))
    direct = roles_giving(facts.type, action)
    beneath = roles_giving_beneath(facts.type, action)
    for held in policy.held:
        if (
            (held.role == OWNER and held.scope == Scope.ALL)
            or (held.role == PII and held.scope == Scope.ALL and readable)
            or (held.role in direct and covers(held, facts))
            or (held.role in beneath and facts.source and covers(held, facts.source))
        ):
            yield held


def covers(held: Held, facts: Facts) -> bool:
    """Whether the grant's scope takes in the resource (R11)."""
    scope = held.scope
    if scope == _LABELS:
        return bool(held.labels) and held.labels <= facts.labels
    if scope == _RESOURCES:
        return held.grant in facts.listed_in or facts.id in held.listed
    return scope == _ALL


def allows_on_workspace(policy: Policy, action: str) -> bool:
    """Whether the subject may do the action on the workspace itself."""
    return next(workspace_paths(policy, action), None) is not None or (
        action == READ and policy.present and policy.enrolled
    )


def workspace_paths(policy: Policy, action: str) -> Iterator[Held]:
    """Yield every held grant that gives an action on the workspace itself."""
    if not known(WORKSPACE, action):
        return
    giving = roles_giving(WORKSPACE, action)
    for held in policy.held:
        gives = held.scope == Scope.ALL and held.role in giving
        if gives or (action == READ and held.role != DECISION_READER):
            yield held


def rights(policy: Policy, facts: Facts) -> frozenset[str]:
    """Return every action the subject may do on the resource: `allows` of each, in one walk."""
    if facts.workspace != policy.workspace:
        return frozenset()
    if policy.is_owner:
        return frozenset(ACTIONS[facts.type])
    given: frozenset[str] = frozenset()
    for held, direct, beneath in policy.about(facts.type):
        if not direct <= given and covers(held, facts):
            given |= direct
        if not beneath <= given and facts.source and covers(held, facts.source):
            given |= beneath
    if READ in given and PII in policy.everywhere and known(facts.type, VIEW_PII):
        return given | {VIEW_PII}
    return given
