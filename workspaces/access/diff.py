"""Diff: who gains and who loses what by a proposed change, before it is saved (§9)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from workspaces.access.decide import Facts, Policy, rights
from workspaces.access.facts import load_facts, load_policies
from workspaces.access.reach import reachable
from workspaces.catalogue import ACTIONS, ResourceType
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.resource import Resource, ResourceQuerySet
from workspaces.models.token import Token

S = TypeVar("S", Member, Group, Token)


@dataclass(frozen=True, slots=True)
class ReachChange:
    """How one subject's reach of one action on one type of resource changes."""

    type: str
    action: str
    gained: ResourceQuerySet
    lost: ResourceQuerySet


@dataclass(frozen=True, slots=True)
class RightsChange(Generic[S]):
    """One subject's rights on one resource, before and after."""

    subject: S
    had: frozenset[str]
    has: frozenset[str]

    @property
    def gained(self) -> frozenset[str]:
        return self.has - self.had

    @property
    def lost(self) -> frozenset[str]:
        return self.had - self.has


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
    resource: Resource, labels: frozenset[int], subjects: Sequence[S]
) -> Iterator[RightsChange[S]]:
    """Yield who of the subjects gains or loses rights when the resource carries other labels (L6).

    `labels` are the ids of all labels the resource would carry. 2 statements.
    """
    policies = load_policies(subjects)
    now = load_facts([resource], policies.values())[resource.pk]
    then = Facts(now.workspace, now.type, now.id, labels, now.listed_in, now.source)
    for subject in subjects:
        policy = policies[subject.pk]
        had, has = rights(policy, now), rights(policy, then)
        if had != has:
            yield RightsChange(subject, had, has)
