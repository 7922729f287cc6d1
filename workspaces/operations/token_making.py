"""Making just the token that was looked at (T1, I8).

Apart from `tokens`, which removing a member needs and policies thereby stand on.
"""

from collections.abc import Iterable
from datetime import datetime

from workspaces.audit import Actor
from workspaces.locks import lock_workspace
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.operations import policies, tokens
from workspaces.operations.grants import NewGrant
from workspaces.operations.reviews import require_seen


def make(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    policy: Iterable[NewGrant],
    expires_at: datetime | None = None,
    address_ranges: Iterable[str] = (),
    ident: str = "",
    seen: str = "",
) -> tuple[Token, str]:
    """Make a token as `tokens.create` does, if `seen` is still the digest of its review.

    A second send of one form is answered first: it shows what the first one made (I7).
    """
    policy = tuple(policy)
    with lock_workspace(workspace.pk, by=by) as locked:
        if seen and tokens.made_before(locked, ident) is None:
            require_seen(seen, policies.preview_new(locked, policy, enrolled=False).digest)
        return tokens.create(
            locked,
            name,
            by=by,
            policy=policy,
            expires_at=expires_at,
            address_ranges=address_ranges,
            ident=ident,
        )
