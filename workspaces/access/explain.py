"""Explain: every path to a yes, and for a no the nearest things that would give it (§9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from workspaces.access.decide import Held, paths, workspace_paths
from workspaces.access.dialect import among
from workspaces.access.engine import Access
from workspaces.access.who import groups_with_grants_for
from workspaces.catalogue import (
    LABELLED,
    PII,
    ROLES,
    VIEW_PII,
    ResourceType,
    Role,
    Scope,
    known,
    roles_giving,
)
from workspaces.models.grant import Grant
from workspaces.models.group import Group
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Path:
    """One way to a yes: a grant row, or a member's own ownership when `grant` is None.

    `beneath` says that the grant covers the destination's source.
    """

    held: Held
    grant: Grant | None
    beneath: bool = False

    @property
    def role(self) -> Role:
        return ROLES[self.held.role]


@dataclass(frozen=True, slots=True)
class Near:
    """Something that would turn a no into a yes.

    Exactly one of `group` (join it), `grant` (a held grant that lacks `labels`) or
    `role` (grant it on this one resource) is set; the smallest come first.
    """

    group: Group | None = None
    people: int = 0
    grant: Grant | None = None
    missing: tuple[str, ...] = ()
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to one question, with its reasons."""

    decision: bool
    paths: tuple[Path, ...] = ()
    nearest: tuple[Near, ...] = field(default=())


def explain(access: Access, action: str, thing: Resource | Workspace) -> Explanation:
    """Answer like `Access.check`, with every path, or the nearest things for a no."""
    if isinstance(thing, Workspace):
        decision = access.check(action, thing)
        held = list(workspace_paths(access.policy, action)) if decision else []
        return Explanation(decision, tuple(_with_grants(held, None)))
    found = list(paths(access.policy, action, access.facts([thing])[thing.pk]))
    if not found:
        return Explanation(decision=False, nearest=tuple(nearest(access, action, thing)))
    return Explanation(decision=True, paths=tuple(_with_grants(found, thing)))


def _with_grants(held: Iterable[Held], thing: Resource | None) -> Iterable[Path]:
    """Join held grants with their rows, groups, labels and givers; 2 statements."""
    held = list(held)
    rows = grants_by_id(h.grant for h in held)
    for h in held:
        through_source = ROLES[h.role].type == ResourceType.SOURCE
        beneath = thing is not None and thing.type == ResourceType.DESTINATION and through_source
        yield Path(h, rows.get(h.grant or 0), beneath)


def grants_by_id(pks: Iterable[int | None]) -> dict[int, Grant]:
    """Return grant rows with what screens say of them; 2 statements for any number."""
    grants = Grant.objects.filter(pk__in=among(pk for pk in pks if pk is not None))
    grants = grants.select_related("group", "granted_by").prefetch_related("label_set__label")
    return {grant.pk: grant for grant in grants}


def nearest(access: Access, action: str, thing: Resource) -> Iterable[Near]:
    """Suggest what would give the action: joining a group, a label, or a small new grant."""
    if thing.workspace_id != access.policy.workspace or not known(thing.type, action):
        return
    yield from _groups_that_give(action, thing)
    yield from _labels_that_lack(access, action, thing)
    smallest = smallest_role(action, thing.type)
    if smallest:
        yield Near(role=smallest)


def smallest_role(action: str, type_: str) -> Role | None:
    """Return the role with the fewest rights that gives the action."""
    if action == VIEW_PII:
        return ROLES[PII]
    roles = [ROLES[slug] for slug in roles_giving(type_, action)]
    return min(roles, key=lambda role: len(role.gives), default=None)


def _groups_that_give(action: str, thing: Resource) -> Iterable[Near]:
    """Return the smallest groups whose policy gives the action on the resource."""
    groups = (
        groups_with_grants_for(action, thing)
        .annotate(n_people=Count("memberships"))
        .order_by("n_people", "name")
    )
    for group in groups[:NEAREST]:
        yield Near(group=group, people=group.n_people)  # type: ignore[attr-defined]


def _labels_that_lack(access: Access, action: str, thing: Resource) -> Iterable[Near]:
    """Return held grants by label that miss the resource by the fewest labels."""
    if thing.type not in LABELLED:
        return
    giving = roles_giving(thing.type, action)
    carried = access.facts([thing])[thing.pk].labels
    close = sorted(
        (h for h in access.policy.held if h.scope == Scope.LABELS and h.role in giving),
        key=lambda h: len(h.labels - carried),
    )[:NEAREST]
    rows = grants_by_id(h.grant for h in close)
    for held in close:
        grant = rows[held.grant or 0]
        lacking = (gl.label for gl in grant.label_set.all() if gl.label_id not in carried)
        yield Near(grant=grant, missing=tuple(sorted(str(label) for label in lacking)))
