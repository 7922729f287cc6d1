"""What other labels on things do to access: whom it can touch, and how their policies read then.

A grant by label is about what things carry. Instead of rewriting what they carry, a
proposed relabelling is read as other policies over what they carry now, so that the same
statements count what moves (L5, L6).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from workspaces import models
from workspaces.access import decide, dialect, facts, who
from workspaces.catalogue import ROLES, Scope

Reading = Callable[[decide.Policy], decide.Policy]
S = TypeVar("S", models.Member, models.Group, models.Token)


def asking(workspace_id: int, labels: Iterable[int], types: Iterable[str]) -> models.GrantQuerySet:
    """Return the live grants on things of these types that ask for one of the labels."""
    kinds = frozenset(types)
    return models.Grant.objects.active().filter(
        workspace=workspace_id,
        scope=Scope.LABELS,
        role__in=[role.slug for role in ROLES.values() if role.type in kinds],
        label_set__label__in=dialect.among(labels),
    )


def people_holding(grants: models.GrantQuerySet) -> models.MemberQuerySet:
    """Return the active members who hold one of the grants; owners reach all the same (R3)."""
    return models.Member.objects.active().filter(who.holding(grants), owner=False)


def tokens_holding(grants: models.GrantQuerySet) -> models.TokenQuerySet:
    """Return the live tokens that hold one of the grants."""
    own = grants.filter(token__isnull=False)
    return models.Token.objects.live().filter(pk__in=own.values("token"))


def relabelled(put: frozenset[int], gone: frozenset[int]) -> Reading:
    """Return how a policy reads on things that will carry `put` and no longer `gone`.

    There, a grant that asks for a label that is put on asks for one label less, and one
    that asks for a label that goes gives nothing. It holds for these things alone: a grant
    that asks for nothing else becomes one for *all* of them.
    """

    def reading(policy: decide.Policy) -> decide.Policy:
        return replace(policy, held=tuple(_held(policy)))

    def _held(policy: decide.Policy) -> Iterator[decide.Held]:
        for held in policy.held:
            if held.scope != Scope.LABELS or held.labels.isdisjoint(put | gone):
                yield held
            elif held.labels.isdisjoint(gone):
                left = held.labels - put
                scope = Scope.LABELS if left else Scope.ALL
                yield replace(held, scope=scope, labels=left)

    return reading


def merged(old: int, new: int) -> Reading:
    """Return how a policy reads once `new` stands wherever `old` does, on things and in grants.

    A grant that asks for either then takes in what carries either.
    """

    def reading(policy: decide.Policy) -> decide.Policy:
        return replace(policy, held=tuple(_held(policy)))

    def _held(policy: decide.Policy) -> Iterator[decide.Held]:
        for held in policy.held:
            if held.scope != Scope.LABELS or held.labels.isdisjoint({old, new}):
                yield held
            else:
                rest = held.labels - {old, new}
                yield replace(held, labels=rest | {old})
                yield replace(held, labels=rest | {new})

    return reading


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


def label_diff(
    resource: models.Resource, labels: frozenset[int], subjects: Sequence[S]
) -> Iterator[RightsChange[S]]:
    """Yield who of the subjects gains or loses rights when the resource carries other labels (L6).

    `labels` are the ids of all labels the resource would carry. 2 statements.
    """
    policies = facts.load_policies(subjects)
    now = facts.load_facts([resource], policies.values())[resource.pk]
    then = decide.Facts(now.workspace, now.type, now.id, labels, now.listed_in, now.source)
    for subject in subjects:
        policy = policies[subject.pk]
        had, has = decide.rights(policy, now), decide.rights(policy, then)
        if had != has:
            yield RightsChange(subject, had, has)
