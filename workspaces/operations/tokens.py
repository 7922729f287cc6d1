"""Making and revoking tokens (T1)."""

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models.user import User
from workspaces import audit
from workspaces.audit import Actor
from workspaces.errors import Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.ids import ALPHABET, public_id
from workspaces.models.token import Token, TokenKind
from workspaces.models.workspace import Workspace
from workspaces.operations import grants
from workspaces.operations.grants import NewGrant
from workspaces.operations.trail import described, target

SECRET_LENGTH = 32  # base58 characters: 187 random bits (H1 asks for 128)
CHECKSUM_LENGTH = 8


def create(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    kind: TokenKind = TokenKind.API,
    policy: Iterable[NewGrant] = (),
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """Make a token with its grants; return it with its secret, which is never seen again.

    Raises Refused when it would have ended already, or a grant is not valid.

    The secret reads `gth_<public id>_<secret>_<checksum>`, so that secret scanners can
    find one that leaked; stored is only its keyed hash.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        if expires_at is not None and expires_at <= timezone.now():
            raise Refused("T1", "A token ends in the future, or never.")
        ident = public_id()
        body = f"gth_{ident}_{''.join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))}"
        secret = f"{body}_{zlib.crc32(body.encode()):0{CHECKSUM_LENGTH}x}"
        token = Token.objects.create(
            workspace=locked,
            public_id=ident,
            kind=kind,
            name=name,
            secret_hash=keyed_hash(secret),
            created_by=by.user,
            expires_at=expires_at,
        )
        given = [grants.write(locked, token, grant, by) for grant in policy]
        audit.record(
            locked,
            "token.created",
            by=by,
            target=target(token),
            after={
                "kind": kind,
                "expires": expires_at.isoformat() if expires_at else None,
                "grants": [described(grant) for grant in given],
            },
        )
        return token, secret


def keyed_hash(secret: str) -> str:
    """Return what is stored of a secret: HMAC-SHA-256 (hex) under a key outside the database."""
    key = hashlib.sha256(b"token secrets" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()


def revoke(token: Token, *, by: Actor, reason: str = "") -> Token:
    """End a token at once; a revoked token holds no grants, so no label either (L4)."""
    with lock_workspace(token.workspace_id, by=by) as workspace:
        token = reread(workspace.tokens.all(), token)
        if token.revoked_at is None:
            before = [described(grant) for grant in token.grants.order_by("pk")]
            token.grants.all().delete()
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            audit.record(
                workspace,
                "token.revoked",
                by=by,
                target=target(token),
                before=before,
                reason=reason,
            )
        return token


def revoke_made_by(
    workspace: Workspace, user: User, *, by: Actor, keep: Collection[str] = ()
) -> None:
    """Revoke the tokens somebody made in the workspace, when they leave it (R8).

    `keep` are the public ids of those that go on.
    """
    made = workspace.tokens.filter(created_by=user, revoked_at__isnull=True)
    for token in made.exclude(public_id__in=keep):
        revoke(token, by=by, reason="its maker was removed")
