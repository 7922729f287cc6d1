"""Diff: who gains and who loses what by a proposed change, before it is saved (§9)."""

from collections.abc import Iterator
from dataclasses import dataclass

from workspaces.access.decide import Facts, Policy, rights
from workspaces.access.facts import load_facts, load_policies
from workspaces.access.reach import reachable
from workspaces.catalogue import ACTIONS, ResourceType
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.resource import Resource, ResourceQuerySet


@dataclass(frozen=True, slots=True)
class ReachChange:
    """How one subject's reach of one action on one type of resource changes."""

    type: str
    action: str
    gained: ResourceQuerySet
    lost: ResourceQuerySet


@dataclass(frozen=True, slots=True)
class RightsChange:
    """How one member's rights on one resource change."""

    member: Member
    gained: frozenset[str]
    lost: frozenset[str]


def policy_diff(before: Policy, after: Policy) -> Iterator[ReachChange]:
    """Yield what a subject gains and loses when its policy becomes another one.

    `after` may hold proposals: grants without a row that name their resources. The
    QuerySets count and page in SQL; none of them is run here.
    """
    for type_ in ResourceType:
        for action in ACTIONS[type_]:
            now, then = (reachable(policy, action, [type_]) for policy in (before, after))
            yield ReachChange(
                type_,
                action,
                gained=then.exclude(pk__in=now.values("pk")),
                lost=now.exclude(pk__in=then.values("pk")),
            )


def label_diff(
    resource: Resource, labels: frozenset[int], people: MemberQuerySet
) -> Iterator[RightsChange]:
    """Yield who of `people` gains or loses rights when the resource carries other labels (L6).

    `labels` are the ids of all labels the resource would carry.
    """
    members = list(people.filter(workspace_id=resource.workspace_id))
    policies = load_policies(members)
    now = load_facts([resource], policies.values())[resource.pk]
    then = Facts(now.workspace, now.type, now.id, labels, now.listed_in, now.source)
    for member in members:
        policy = policies[member.pk]
        had, has = rights(policy, now), rights(policy, then)
        if had != has:
            yield RightsChange(member, gained=has - had, lost=had - has)
