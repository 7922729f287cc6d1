"""Making just the token that was looked at (T1, XI8).

Apart from `tokens`, which removing a member needs and policies thereby stand on.
"""

from collections.abc import Iterable
from datetime import datetime

from workspaces.change import Actor, lock_workspace
from workspaces.models import GrantTerms, Token, Workspace
from workspaces.operations.changes.seen import require_seen
from workspaces.operations.grants import policies
from workspaces.operations.tokens import tokens


def make(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    policy: Iterable[GrantTerms],
    expires_at: datetime | None = None,
    address_ranges: Iterable[str] = (),
    ident: str = "",
) -> tuple[Token, str]:
    """Make a token as `tokens.create` does, if the review looked at still fits.

    A second send of one form is answered first: it shows what the first one made (XI7).
    """
    policy = tuple(policy)
    with lock_workspace(workspace.pk, by=by) as locked:
        if by.seen and tokens.made_before(locked, ident) is None:
            require_seen(by, lambda: policies.preview_new(locked, policy, enrolled=False).digest)
        return tokens.create(
            locked,
            name,
            by=by,
            policy=policy,
            expires_at=expires_at,
            address_ranges=address_ranges,
            ident=ident,
        )
