"""What would satisfy a plea: the two or three smallest things, each with what it does (Q1)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from labels.models import Label
from workspaces.access.decide import Held, Policy, allows_on_workspace
from workspaces.access.engine import Access
from workspaces.access.explain import nearest, smallest_role
from workspaces.access.facts import load_policy
from workspaces.access.levels import Move, moves
from workspaces.catalogue import (
    ACTIONS,
    LABELLED,
    OWNER,
    READ,
    ROLES,
    VIEW_PII,
    WORKSPACE,
    Scope,
    roles_giving,
)
from workspaces.errors import Refused
from workspaces.models.grant import Grant
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.request import EXTEND, AccessRequest
from workspaces.models.resource import Resource
from workspaces.operations.grants import NewGrant
from workspaces.operations.plans import require_role_in_plan
from workspaces.operations.policies import proposed
from workspaces.operations.reviews import digest_of

MOST = 3


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to a yes: grants to be given, a group to join, or a grant that lasts longer.

    `moves` and `gained` are what the asker gains by it, from the engine; `digest` changes
    with them.
    """

    key: str
    grants: tuple[NewGrant, ...] = ()
    group: Group | None = None
    extends: Grant | None = None
    moves: tuple[Move, ...] = ()
    gained: tuple[str, ...] = ()
    digest: str = ""

    @property
    def size(self) -> int:
        """How much more the asker would reach, to tell the smallest."""
        return sum(move.count for move in self.moves) + len(self.gained)


def remedies(request: AccessRequest) -> list[Remedy]:
    """Return what would satisfy a plea, the smallest first; nothing where nothing would.

    That is so where it names what is not there, asks to own the workspace, or asks for what
    the asker may do by now.
    """
    before = load_policy(request.member)
    found = [_with_effect(request, before, remedy) for remedy in _candidates(request, before)]
    groups = sorted(_joinable(found), key=lambda r: r.size)[:1]
    return sorted([*(r for r in found if not r.group), *groups], key=lambda r: r.size)[:MOST]


def _joinable(found: Iterable[Remedy]) -> Iterator[Remedy]:
    """Yield those that put the asker into a group which no directory fills."""
    into = [remedy for remedy in found if remedy.group]
    if into:
        pks = [remedy.group.pk for remedy in into if remedy.group]
        free = set(
            Group.objects.filter(pk__in=pks, directory__isnull=True).values_list("pk", flat=True)
        )
        yield from (remedy for remedy in into if remedy.group and remedy.group.pk in free)


def wanted(member: Member, public_id: str) -> tuple[NewGrant, ...]:
    """Return the smallest grants that satisfy a member's open plea, for the editor to begin with.

    Nothing where there is no such plea of theirs, or no new grant would do.
    """
    plea = AccessRequest.objects.open().of(member).with_details().filter(public_id=public_id)
    found = plea.select_related("workspace").first()
    giving = [r for r in remedies(found) if r.grants and r.extends is None] if found else []
    return giving[0].grants if giving else ()


def is_satisfied(request: AccessRequest) -> bool:
    """Whether the asker may do by now what they asked for."""
    if request.action == EXTEND or (request.asked_for and request.resource is None):
        return False
    return Access.of(request.member).check(request.action, request.resource or request.workspace)


def _candidates(request: AccessRequest, policy: Policy) -> Iterator[Remedy]:
    if request.action == EXTEND:
        yield from _extensions(request)
    elif request.resource is not None:
        yield from _on_resource(request, policy, request.resource)
    elif not request.asked_for and not allows_on_workspace(policy, request.action):
        yield from _on_workspace(request)


def _extensions(request: AccessRequest) -> Iterator[Remedy]:
    """Keep one's own grant longer; a group's grant is given to the asker themself instead.

    So nobody else of the group keeps anything by it.
    """
    grant = request.grant
    if grant is None:
        return
    if grant.member_id == request.member_id:
        yield Remedy("extend", (_again(grant),), extends=grant)
    elif _in_plan(request, grant.role) and grant.role != OWNER:
        yield Remedy("own", (_again(grant),))


def _again(grant: Grant) -> NewGrant:
    labels = grant.label_set.select_related("label").order_by("pk")
    listed = grant.listed.select_related("resource").order_by("pk")
    return NewGrant(
        grant.role,
        Scope(grant.scope),
        labels=tuple(row.label for row in labels),
        resources=tuple(row.resource for row in listed),
    )


def _on_resource(request: AccessRequest, policy: Policy, thing: Resource) -> Iterator[Remedy]:
    access, action = Access(policy), request.action
    role = smallest_role(action, thing.type)
    if role is None or access.check(action, thing):
        return
    if action == VIEW_PII:
        yield from _clear_view(request, access, thing)
        return
    if _in_plan(request, role.slug):
        yield Remedy("named", (NewGrant(role.slug, Scope.RESOURCES, resources=(thing,)),))
        labels = tuple(Label.objects.filter(uses__resource=thing).order_by("pk"))
        if labels and thing.type in LABELLED:
            yield Remedy("labels", (NewGrant(role.slug, Scope.LABELS, labels=labels),))
    for near in nearest(access, action, thing):
        if near.group is not None:
            yield Remedy(f"group-{near.group.public_id}", group=near.group)


def _clear_view(request: AccessRequest, access: Access, thing: Resource) -> Iterator[Remedy]:
    """Personal data shows where one can read: PII access, and reading where that lacks (B8)."""
    giving = smallest_role(VIEW_PII, thing.type)
    reading = smallest_role(READ, thing.type)
    if giving is None or reading is None or not _in_plan(request, giving.slug):
        return
    grants = [NewGrant(giving.slug, Scope.ALL)]
    if not access.check(READ, thing):
        grants.insert(0, NewGrant(reading.slug, Scope.RESOURCES, resources=(thing,)))
    yield Remedy("named", tuple(grants))


def _on_workspace(request: AccessRequest) -> Iterator[Remedy]:
    roles = roles_giving(WORKSPACE, request.action) - {OWNER}
    role = min((ROLES[slug] for slug in roles), key=lambda r: len(r.on_workspace), default=None)
    if role is None:
        return
    if _in_plan(request, role.slug):
        yield Remedy("named", (NewGrant(role.slug, Scope.ALL),))
    giving = Grant.objects.active().filter(
        workspace=request.workspace_id, group__isnull=False, role__in=roles, scope=Scope.ALL
    )
    for group in Group.objects.filter(pk__in=giving.values("group")).by_name()[:MOST]:
        yield Remedy(f"group-{group.public_id}", group=group)


def _in_plan(request: AccessRequest, role: str) -> bool:
    try:
        require_role_in_plan(request.workspace, ROLES[role])
    except Refused:
        return False
    return True


def _with_effect(request: AccessRequest, before: Policy, remedy: Remedy) -> Remedy:
    added: Iterable[Held] = load_policy(remedy.group).held if remedy.group else ()
    after = replace(before, held=(*before.held, *added, *proposed(remedy.grants)))
    moved = tuple(moves(before, after))
    gained = tuple(
        action
        for action in ACTIONS[WORKSPACE]
        if allows_on_workspace(after, action) and not allows_on_workspace(before, action)
    )
    ends = remedy.extends.expires_at if remedy.extends else None
    steps = [(move.type, move.was, move.becomes, move.count, move.names) for move in moved]
    digest = digest_of(request.workspace_id, (remedy.key, steps, gained, ends))
    return replace(remedy, moves=moved, gained=gained, digest=digest)
