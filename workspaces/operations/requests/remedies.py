"""What would satisfy a request: the two or three smallest things, each with what it does (Q1)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from labels.models import Label
from workspaces import catalogue
from workspaces.access import decide, engine, explain, facts
from workspaces.access.changes.levels import Move, moves
from workspaces.models import (
    AccessRequest,
    Grant,
    GrantTerms,
    Group,
    Member,
    Offer,
    Resource,
)
from workspaces.models.request import EXTEND, JOIN
from workspaces.operations.changes.seen import digest_of
from workspaces.operations.requests.closing import read_name
from workspaces.operations.workspace import plans
from workspaces.terms import Terms

MOST = 3


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to a yes: grants to be given, a group to join, or a grant that lasts longer.

    `offer` says for how long at most one is in the group that was asked for (W4).

    `moves` and `gained` are what the asker gains by it, from the engine; `digest` changes
    with them.
    """

    key: str
    grants: tuple[GrantTerms, ...] = ()
    group: Group | None = None
    extends: Grant | None = None
    offer: Offer | None = None
    moves: tuple[Move, ...] = ()
    gained: tuple[str, ...] = ()
    digest: str = ""

    @property
    def size(self) -> int:
        """How much more the asker would reach, to tell the smallest."""
        return sum(move.count for move in self.moves) + len(self.gained)


def remedies(request: AccessRequest) -> list[Remedy]:
    """Return what would satisfy a request, the smallest first; nothing where nothing would.

    That is so where it names what is not there, asks to own the workspace, or asks for what
    the asker may do by now.
    """
    before = facts.load_policy(request.member)
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


def wanted(member: Member, public_id: str) -> tuple[GrantTerms, ...]:
    """Return the smallest grants that satisfy a member's open request: the editor begins with them.

    Nothing where there is no such request of theirs, or no new grant would do.
    """
    request = AccessRequest.objects.open().of(member).with_details().filter(public_id=public_id)
    found = request.select_related("workspace").first()
    if found:
        read_name(found)
    giving = [r for r in remedies(found) if r.grants and r.extends is None] if found else []
    return giving[0].grants if giving else ()


def _candidates(request: AccessRequest, policy: decide.Policy) -> Iterator[Remedy]:
    if request.action == EXTEND:
        yield from _extensions(request)
    elif request.action == JOIN:
        offers = Offer.objects.to(request.member).wanting(request.member).with_all()
        for offer in offers.filter(group=request.group_id):
            yield Remedy(JOIN, group=offer.group, offer=offer)
    elif request.resource is not None:
        yield from _on_resource(request, policy, request.resource)
    elif not request.asked_for and not decide.allows_on_workspace(policy, request.action):
        yield from _on_workspace(request)


def _extensions(request: AccessRequest) -> Iterator[Remedy]:
    """Keep one's own grant longer; a group's grant is given to the asker themself instead.

    So nobody else of the group keeps anything by it.
    """
    grant = request.grant
    if grant is None or not grant.understood:
        return
    again = replace(Grant.objects.with_terms().get(pk=grant.pk).terms, ends=None)
    if grant.member_id == request.member_id:
        yield Remedy("extend", (again,), extends=grant)
    elif _in_plan(request, grant.role, grant.scope) and grant.role != catalogue.OWNER:
        yield Remedy("own", (again,))


def _on_resource(
    request: AccessRequest, policy: decide.Policy, thing: Resource
) -> Iterator[Remedy]:
    access, action = engine.Access(policy), request.action
    role = explain.smallest_role(action, thing.type)
    if role is None or access.check(action, thing):
        return
    if action == catalogue.VIEW_PII:
        yield from _clear_view(request, access, thing)
        return
    if _in_plan(request, role.slug):
        yield Remedy("named", (Terms(role.slug, catalogue.Scope.RESOURCES, resources=(thing,)),))
        labels = tuple(Label.objects.filter(uses__resource=thing).order_by("pk"))
        if (
            labels
            and thing.type in catalogue.LABELLED
            and _in_plan(request, role.slug, catalogue.Scope.LABELS)
        ):
            yield Remedy("labels", (Terms(role.slug, catalogue.Scope.LABELS, labels=labels),))
    for near in explain.nearest(access, action, thing):
        if near.group is not None:
            yield Remedy(f"group-{near.group.public_id}", group=near.group)


def _clear_view(request: AccessRequest, access: engine.Access, thing: Resource) -> Iterator[Remedy]:
    """Personal data shows where one can read: PII access, and reading where that lacks (XB8)."""
    giving = explain.smallest_role(catalogue.VIEW_PII, thing.type)
    reading = explain.smallest_role(catalogue.READ, thing.type)
    if giving is None or reading is None or not _in_plan(request, giving.slug):
        return
    grants: list[GrantTerms] = [Terms(giving.slug, catalogue.Scope.ALL)]
    if not access.check(catalogue.READ, thing):
        grants.insert(0, Terms(reading.slug, catalogue.Scope.RESOURCES, resources=(thing,)))
    yield Remedy("named", tuple(grants))


def _on_workspace(request: AccessRequest) -> Iterator[Remedy]:
    roles = catalogue.roles_giving(catalogue.WORKSPACE, request.action) - {catalogue.OWNER}
    role = min(
        (catalogue.ROLES[slug] for slug in roles), key=lambda r: len(r.on_workspace), default=None
    )
    if role is None:
        return
    if _in_plan(request, role.slug):
        yield Remedy("named", (Terms(role.slug, catalogue.Scope.ALL),))
    giving = Grant.objects.active().filter(
        workspace=request.workspace_id,
        group__isnull=False,
        role__in=roles,
        scope=catalogue.Scope.ALL,
    )
    for group in Group.objects.filter(pk__in=giving.values("group")).by_name()[:MOST]:
        yield Remedy(f"group-{group.public_id}", group=group)


def _in_plan(request: AccessRequest, role: str, scope: str = catalogue.Scope.ALL) -> bool:
    return plans.takes(request.workspace, catalogue.ROLES[role], scope)


def _with_effect(request: AccessRequest, before: decide.Policy, remedy: Remedy) -> Remedy:
    added: Iterable[decide.Held] = facts.load_policy(remedy.group).held if remedy.group else ()
    after = replace(before, held=(*before.held, *added, *facts.proposed(remedy.grants)))
    moved = tuple(moves(before, after))
    gained = tuple(
        action
        for action in catalogue.ACTIONS[catalogue.WORKSPACE]
        if decide.allows_on_workspace(after, action)
        and not decide.allows_on_workspace(before, action)
    )
    ends = remedy.extends.expires_at if remedy.extends else None
    steps = [(move.type, move.was, move.becomes, move.count, move.names) for move in moved]
    offer = remedy.offer and remedy.offer.said.as_json()
    digest = digest_of(request.workspace_id, (remedy.key, steps, gained, ends, offer))
    return replace(remedy, moves=moved, gained=gained, digest=digest)
