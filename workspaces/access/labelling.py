"""What other labels on things do to access: whom it can touch, and how their policies read then.

A grant by label is about what things carry. Instead of rewriting what they carry, a
proposed relabelling is read as other policies over what they carry now, so that the same
statements count what moves (L5, L6).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from workspaces.access.decide import Held, Policy
from workspaces.access.dialect import among
from workspaces.access.holders import holding
from workspaces.catalogue import ROLES, Scope
from workspaces.models.grant import Grant, GrantQuerySet
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.token import Token, TokenQuerySet

Reading = Callable[[Policy], Policy]


def asking(workspace_id: int, labels: Iterable[int], types: Iterable[str]) -> GrantQuerySet:
    """Return the live grants on things of these types that ask for one of the labels."""
    kinds = frozenset(types)
    return Grant.objects.active().filter(
        workspace=workspace_id,
        scope=Scope.LABELS,
        role__in=[role.slug for role in ROLES.values() if role.type in kinds],
        label_set__label__in=among(labels),
    )


def people_holding(grants: GrantQuerySet) -> MemberQuerySet:
    """Return the active members who hold one of the grants; owners reach all the same (R3)."""
    return Member.objects.active().filter(holding(grants), owner=False)


def tokens_holding(grants: GrantQuerySet) -> TokenQuerySet:
    """Return the live tokens that hold one of the grants."""
    own = grants.filter(token__isnull=False)
    return Token.objects.live().filter(pk__in=own.values("token"))


def relabelled(put: frozenset[int], gone: frozenset[int]) -> Reading:
    """Return how a policy reads on things that will carry `put` and no longer `gone`.

    There, a grant that asks for a label that is put on asks for one label less, and one
    that asks for a label that goes gives nothing. It holds for these things alone: a grant
    that asks for nothing else becomes one for *all* of them.
    """

    def reading(policy: Policy) -> Policy:
        return replace(policy, held=tuple(_held(policy)))

    def _held(policy: Policy) -> Iterator[Held]:
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

    def reading(policy: Policy) -> Policy:
        return replace(policy, held=tuple(_held(policy)))

    def _held(policy: Policy) -> Iterator[Held]:
        for held in policy.held:
            if held.scope != Scope.LABELS or held.labels.isdisjoint({old, new}):
                yield held
            else:
                rest = held.labels - {old, new}
                yield replace(held, labels=rest | {old})
                yield replace(held, labels=rest | {new})

    return reading
