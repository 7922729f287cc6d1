"""One change for many tokens: looked at once, written in one step, one event for the lot.

Which tokens it is about is chosen again under the lock, and the review worked out from that.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from workspaces.access.dialect import among
from workspaces.change import Actor, Target, audit, lock_workspace, naming, require_proof
from workspaces.errors import Refused
from workspaces.models import Grant, Token, TokenQuerySet, Workspace
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.operations.grants.kept import kept
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.spans import require_life

Choice = Callable[[Workspace], TokenQuerySet]
SHOWN = 20


@dataclass(frozen=True, slots=True)
class TokensReview:
    """What a change does to tokens: the first by name, and in numbers.

    `grants` are those that go; `longer` is how many of the tokens would work on for longer,
    `used` how many were ever used.
    """

    shown: tuple[Token, ...]
    total: int
    grants: int
    longer: int
    used: int
    digest: str

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


class Change(ABC):
    """Something that can be done to many tokens at once."""

    @abstractmethod
    def concerned(self, chosen: TokenQuerySet) -> TokenQuerySet:
        """Return those of the chosen to which it makes a difference."""

    def require(self, workspace: Workspace) -> None:
        """Raise Refused where it may not happen to any token."""
        return

    def grants(self, tokens: TokenQuerySet) -> int:
        """Count the grants that go."""
        return 0

    def longer(self, tokens: TokenQuerySet) -> int:
        """Count the tokens that work on for longer afterwards."""
        return 0

    @abstractmethod
    def write(self, workspace: Workspace, tokens: TokenQuerySet, *, by: Actor) -> None:
        """Do it, with one event; under the lock."""


@dataclass(frozen=True, slots=True)
class Revoke(Change):
    """End tokens at once; they hold no grants then (L4), and what they sent is void (I1)."""

    def concerned(self, chosen: TokenQuerySet) -> TokenQuerySet:
        return chosen.filter(revoked_at__isnull=True)

    def grants(self, tokens: TokenQuerySet) -> int:
        return Grant.objects.filter(token__in=tokens.values("pk")).count()

    def write(self, workspace: Workspace, tokens: TokenQuerySet, *, by: Actor) -> None:
        rows = list(tokens.by_name())
        held = workspace.grants.filter(token__in=tokens.values("pk"))
        grants = kept(held, "token", lambda grant: _named(grant.token))
        held.drop_all()
        tokens.update(revoked_at=timezone.now())
        audit.record(
            workspace,
            "tokens.revoked",
            by=by,
            target=_many(rows),
            concerned=naming.targets(rows),
            before={"tokens": [_named(token) for token in rows], "grants": grants},
        )
        void_orphans(workspace, by=by)


@dataclass(frozen=True, slots=True)
class MoveEnds(Change):
    """Let live tokens end at one moment; one that is past its end, or revoked, stays dead."""

    ends: datetime

    def concerned(self, chosen: TokenQuerySet) -> TokenQuerySet:
        other = Q(expires_at__isnull=True) | ~Q(expires_at=self.ends)
        return chosen.live().filter(other)

    def require(self, workspace: Workspace) -> None:
        require_life(self.ends, workspace.token_max_days)

    def longer(self, tokens: TokenQuerySet) -> int:
        return tokens.filter(expires_at__lt=self.ends).count()

    def write(self, workspace: Workspace, tokens: TokenQuerySet, *, by: Actor) -> None:
        """Raises Unproved where a token would work on for longer: that is to make one (S8)."""
        if self.longer(tokens):
            require_proof(by)
        rows = list(tokens.by_name())
        tokens.update(expires_at=self.ends)
        audit.record(
            workspace,
            "tokens.ends_moved",
            by=by,
            target=_many(rows),
            concerned=naming.targets(rows),
            before={_named(token): _told(token.expires_at) for token in rows},
            after={"expires": _told(self.ends)},
        )


def review(workspace: Workspace, choose: Choice, change: Change) -> TokensReview:
    """Work out what the change does to what is meant now; 5 statements, nothing is written.

    Raises Refused where it may not happen.
    """
    change.require(workspace)
    return _review(workspace, _frozen(workspace, choose, change), change)


def _review(workspace: Workspace, tokens: TokenQuerySet, change: Change) -> TokensReview:
    everything = list(tokens.order_by("pk").values_list("pk", "expires_at", "last_used_at"))
    grants, longer = change.grants(tokens), change.longer(tokens)
    basis = (change, [(pk, str(ends)) for pk, ends, _used in everything], grants)
    return TokensReview(
        tuple(tokens.by_name()[:SHOWN]),
        len(everything),
        grants,
        longer,
        sum(used is not None for _pk, _ends, used in everything),
        digest_of(workspace.pk, basis),
    )


def _frozen(workspace: Workspace, choose: Choice, change: Change) -> TokenQuerySet:
    """Return the tokens concerned, fixed: the change itself may move them out of a filter."""
    chosen = change.concerned(choose(workspace).filter(workspace=workspace))
    pks = list(chosen.order_by().values_list("pk", flat=True))
    return workspace.tokens.filter(pk__in=among(pks))


def apply(workspace: Workspace, choose: Choice, change: Change, *, by: Actor) -> int:
    """Make the change for all tokens concerned, or for none; return how many they are.

    Raises Conflict when the review that was looked at no longer fits, Refused when it makes no
    difference or may not happen.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        change.require(locked)
        tokens = _frozen(locked, choose, change)
        by = require_seen(by, lambda: _review(locked, tokens, change).digest)
        count = tokens.count()
        if not count:
            raise Refused("bulk", "It makes no difference to any token chosen.")
        change.write(locked, tokens, by=by)
        return count


def _many(tokens: list[Token]) -> Target:
    """Return how the trail calls a number of tokens: one by its own name and id."""
    found = naming.targets(tokens)
    return found[0] if len(found) == 1 else Target("tokens", "", f"{len(found)} tokens")


def _named(token: Token) -> str:
    return f"{token.name} {token.prefix}"


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
