"""Explain: every path to a yes, and for a no the nearest things that would give it (R14).

For one question, for a page of people at once, and in a line per reason for programs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now

from workspaces import catalogue
from workspaces.access.decide import Held, Policy, allows, paths, workspace_paths
from workspaces.access.dialect import among
from workspaces.access.engine import Access
from workspaces.access.facts import (
    load_facts,
    load_policies,
    load_policies_at_most,
    load_policy_at_most,
    proposed,
)
from workspaces.access.who import groups_with_grants_for
from workspaces.models import Grant, Group, GroupMember, Invite, Member, Resource, Token, Workspace
from workspaces.models.grant import SUBJECTS
from workspaces.spans import Span

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
    def role(self) -> catalogue.Role:
        return catalogue.ROLES[self.held.role]


@dataclass(frozen=True, slots=True)
class Near:
    """Something that would turn a no into a yes.

    Exactly one of `group` (join it), `grant` or `role` (grant it on this one resource) is set.
    The grant is held: `eligible` to be taken up (W8), giving it from `starts` on (W1), or lacking
    the `missing` labels. What can be taken up comes first, then what is planned, then the smallest.
    """

    group: Group | None = None
    people: int = 0
    grant: Grant | None = None
    starts: datetime | None = None
    eligible: bool = False
    missing: tuple[str, ...] = ()
    role: catalogue.Role | None = None

    @property
    def role_name(self) -> str:
        """The name of the role that gives it, where one does by itself."""
        role = catalogue.role_of(self.grant.role) if self.grant else self.role
        return role.name if role else ""


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
        if not decision:
            held = (*could_take_up(access, action, thing), *_planned(access, action, thing))
            return Explanation(decision, nearest=held)
        return Explanation(
            decision, tuple(_with_grants(workspace_paths(access.policy, action), None))
        )
    found = list(paths(access.policy, action, access.facts([thing])[thing.pk]))
    if not found:
        return Explanation(decision=False, nearest=tuple(nearest(access, action, thing)))
    return Explanation(decision=True, paths=tuple(_with_grants(found, thing)))


def _with_grants(held: Iterable[Held], thing: Resource | None) -> Iterable[Path]:
    """Join held grants with their rows, groups, labels and givers; 2 statements."""
    held = list(held)
    rows = grants_by_id(h.grant for h in held)
    for h in held:
        through_source = catalogue.ROLES[h.role].type == catalogue.ResourceType.SOURCE
        beneath = (
            thing is not None
            and thing.type == catalogue.ResourceType.DESTINATION
            and through_source
        )
        yield Path(h, rows.get(h.grant or 0), beneath)


def grants_by_id(pks: Iterable[int | None]) -> dict[int, Grant]:
    """Return grant rows with what screens say of them; 2 statements for any number."""
    grants = Grant.objects.filter(pk__in=among(pk for pk in pks if pk is not None))
    grants = grants.select_related("group__directory", "granted_by")
    grants = grants.prefetch_related("label_set__label")
    return {grant.pk: grant for grant in grants}


def nearest(access: Access, action: str, thing: Resource) -> Iterable[Near]:
    """Suggest what would give the action: joining a group, a label, or a small new grant."""
    if thing.workspace_id != access.policy.workspace or not catalogue.known(thing.type, action):
        return
    yield from could_take_up(access, action, thing)
    yield from _planned(access, action, thing)
    yield from _groups_that_give(action, thing)
    yield from _labels_that_lack(access, action, thing)
    smallest = smallest_role(action, thing.type)
    if smallest:
        yield Near(role=smallest)


def smallest_role(action: str, type_: str) -> catalogue.Role | None:
    """Return the role with the fewest rights that gives the action."""
    if action == catalogue.VIEW_PII:
        return catalogue.ROLES[catalogue.PII]
    roles = [catalogue.ROLES[slug] for slug in catalogue.roles_giving(type_, action)]
    return min(roles, key=lambda role: len(role.gives), default=None)


def could_take_up(access: Access, action: str, thing: Resource | Workspace) -> Iterator[Near]:
    """Yield grants that give the action as soon as their holder takes them up (W8).

    A group's one may be held by a membership that is eligible itself.
    """
    kind, pk = access.policy.holder or ("", 0)
    if kind != "member" or not access.policy.present:
        return
    policy = load_policy_at_most(Member(pk=pk, workspace_id=access.policy.workspace))
    if isinstance(thing, Workspace):
        found = list(workspace_paths(policy, action)) if thing.pk == policy.workspace else []
    else:
        found = list(paths(policy, action, Access(policy).facts([thing])[thing.pk]))
    rows = grants_by_id(held.grant for held in found)
    yield from (Near(grant=rows[held.grant], eligible=True) for held in found if held.grant)


def _planned(access: Access, action: str, thing: Resource | Workspace) -> Iterator[Near]:
    """Yield grants that give the action once they start, the soonest first (W1).

    They are one's own, or a group's: of one that one is in, or will be.
    """
    if access.policy.holder is None or not access.policy.present:
        return
    kind, pk = access.policy.holder
    if kind not in SUBJECTS or _workspace_of(thing) != access.policy.workspace:
        return
    to_come = _to_come_to(pk) if kind == "member" else _own_to_come(kind, pk)
    for starts, grant in sorted(to_come, key=lambda found: (found[0], found[1].pk)):
        later = (*access.policy.held, *proposed([replace(grant.terms, starts=None)]))
        policy = replace(access.policy, held=later)
        if Access(policy).check(action, thing):
            yield Near(grant=grant, starts=starts)


def _own_to_come(kind: str, pk: int) -> Iterator[tuple[datetime, Grant]]:
    """Yield planned grants with their starts; 2 statements where there are any."""
    for grant in Grant.objects.planned().understood().filter(**{kind: pk}).with_terms():
        if grant.starts_at:
            yield grant.starts_at, grant


def _to_come_to(member: int) -> Iterator[tuple[datetime, Grant]]:
    """Yield what a member will hold, also through groups, with when that starts; 2 statements.

    A group's grant starts with it or with the place in the group, whichever is later.
    """
    places = GroupMember.objects.lasting().filter(member=member, eligible=False)
    here = places.filter(group=OuterRef("group"))
    rows = Grant.objects.lasting().understood().filter(eligible=False)
    coming = rows.filter(
        Q(starts_at__gt=Now()) & (Q(member=member) | Q(group__in=places.values("group")))
        | Q(group__in=places.planned().values("group"))
    ).annotate(
        place_starts=Subquery(here.values("starts_at")),
        place_ends=Subquery(here.values("expires_at")),
    )
    for grant in coming.with_terms():
        place = Span(grant.place_starts, grant.place_ends)  # type: ignore[attr-defined]
        spans = (grant.span, place)
        starts = max(span.starts for span in spans if span.starts)
        if all(span.ends is None or span.ends > starts for span in spans):
            yield starts, grant


def _workspace_of(thing: Resource | Workspace) -> int:
    return thing.pk if isinstance(thing, Workspace) else thing.workspace_id


def _groups_that_give(action: str, thing: Resource) -> Iterable[Near]:
    """Return the smallest groups whose policy gives the action on the resource."""
    groups = groups_with_grants_for(action, thing).with_people().order_by("people", "sort_key")
    for group in groups[:NEAREST]:
        yield Near(group=group, people=group.people)  # type: ignore[attr-defined]


def _labels_that_lack(access: Access, action: str, thing: Resource) -> Iterable[Near]:
    """Return held grants by label that miss the resource by the fewest labels."""
    if thing.type not in catalogue.LABELLED:
        return
    giving = catalogue.roles_giving(thing.type, action)
    carried = access.facts([thing])[thing.pk].labels
    close = sorted(
        (h for h in access.policy.held if h.scope == catalogue.Scope.LABELS and h.role in giving),
        key=lambda h: len(h.labels - carried),
    )[:NEAREST]
    rows = grants_by_id(h.grant for h in close)
    for held in close:
        grant = rows[held.grant or 0]
        lacking = (gl.label for gl in grant.label_set.all() if gl.label_id not in carried)
        yield Near(grant=grant, missing=tuple(sorted(str(label) for label in lacking)))


@dataclass(frozen=True, slots=True)
class PersonPaths:
    """A member who reaches the resource, or could.

    `held` are the grants that let them read it, `eligible` those that would once they are taken
    up (W8).
    """

    member: Member
    can_edit: bool
    could_edit: bool
    held: tuple[Held, ...]
    eligible: tuple[Held, ...]


def people_paths(resource: Resource, members: Sequence[Member]) -> list[PersonPaths]:
    """Explain a page of members at once; 3 statements."""
    policies, at_most = load_policies(members), load_policies_at_most(members)
    facts = load_facts([resource], [*policies.values(), *at_most.values()])[resource.pk]

    def of(member: Member) -> PersonPaths:
        now, most = policies[member.pk], at_most[member.pk]
        held = tuple(paths(now, catalogue.READ, facts))
        more = (path for path in paths(most, catalogue.READ, facts) if path not in held)
        edits, could = (allows(policy, catalogue.EDIT, facts) for policy in (now, most))
        return PersonPaths(member, edits, could, held, tuple(more))

    return [of(member) for member in members]


@dataclass(frozen=True, slots=True)
class HolderPaths:
    """A token that reaches the resource, or an invite by which somebody will; `held` says how."""

    holder: Token | Invite
    can_edit: bool
    held: tuple[Held, ...]


def holder_paths(resource: Resource, *kinds: Sequence[Token | Invite]) -> list[list[HolderPaths]]:
    """Explain pages of tokens and invites at once; 1 statement for each kind, and 1 for all."""
    policies = [load_policies(holders) for holders in kinds]
    every = [policy for found in policies for policy in found.values()]
    facts = load_facts([resource], every)[resource.pk]

    def of(holder: Token | Invite, policy: Policy) -> HolderPaths:
        held = tuple(paths(policy, catalogue.READ, facts))
        return HolderPaths(holder, allows(policy, catalogue.EDIT, facts), held)

    return [
        [of(holder, found[holder.pk]) for holder in holders]
        for holders, found in zip(kinds, policies, strict=True)
    ]


def reasons_of(answer: Explanation) -> list[str]:
    """Return every path to a yes, or what is nearest to one."""
    return [_told(path) for path in answer.paths] or [_near(n) for n in answer.nearest]


def _told(path: Path) -> str:
    """Write one path to a yes: role, through what, by which scope."""
    if path.grant is None:
        return f"{path.role.name}, own role"
    through = f"through group {path.grant.group.name}" if path.grant.group else "direct"
    labels = " + ".join(sorted(str(row.label) for row in path.grant.label_set.all()))
    scope = {"all": "all current and future", "labels": f"labels {labels}"}
    beneath = ", of its source" if path.beneath else ""
    return f"{path.role.name} {through}, {scope.get(path.grant.scope, 'listed by name')}{beneath}"


def _near(nearest: Near) -> str:
    """Write one thing that would turn the no into a yes."""
    if nearest.group:
        return f"would: joining the group {nearest.group.name}"
    if nearest.grant and nearest.eligible:
        held = Held(nearest.grant.role, nearest.grant.scope, nearest.grant.pk)
        return f"would: taking up {_told(Path(held, nearest.grant))}"
    if nearest.grant and nearest.starts:
        held = Held(nearest.grant.role, nearest.grant.scope, nearest.grant.pk)
        starts = nearest.starts.astimezone(UTC)
        return f"would: from {starts:%Y-%m-%dT%H:%M:%SZ} on, {_told(Path(held, nearest.grant))}"
    if nearest.grant:
        return f"would: the labels {' + '.join(nearest.missing)} on it"
    return f"would: the role {nearest.role_name} on it"
