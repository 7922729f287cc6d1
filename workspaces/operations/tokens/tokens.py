"""Making, rotating and revoking tokens (T1)."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.models.user import User
from config.web.values.public_ids import public_id
from workspaces.change import Actor, audit, lock_workspace, naming, require_proof, reread, target
from workspaces.errors import Conflict, Refused
from workspaces.models import ActorKind, GrantTerms, Token, TokenKind, Workspace
from workspaces.operations.changes.texts import line
from workspaces.operations.grants import grants
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.operations.tokens.secrets import keyed_hash, new_secret
from workspaces.spans import require_life

OLD_SECRET_LIVES = timedelta(hours=24)
PROGRAMS = frozenset({ActorKind.TOKEN, ActorKind.SCIM})


def create(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    kind: TokenKind = TokenKind.API,
    policy: Iterable[GrantTerms] = (),
    expires_at: datetime | None = None,
    address_ranges: Iterable[str] = (),
    ident: str = "",
) -> tuple[Token, str]:
    """Make a token with its grants; return it with its secret, which is never seen again.

    Where the workspace has a token of this `ident` already, nothing is made and the secret
    is empty: an earlier send of the same form got it (XI7). Raises Refused when the token
    would end at a time the workspace does not allow, a grant is not valid, or a token asks
    (XH4).
    """
    name = line(name)
    with lock_workspace(workspace.pk, by=by) as locked:
        if by.kind in PROGRAMS:
            raise Refused("XH4", "A token makes no tokens.")
        require_proof(by)
        if made := made_before(locked, ident):
            return made, ""
        require_life(expires_at, locked.token_max_days)
        ident = ident or public_id()
        secret = new_secret(ident)
        token = Token.objects.create(
            workspace=locked,
            public_id=ident,
            kind=kind,
            name=name,
            secret_hash=keyed_hash(secret),
            created_by=by.user,
            expires_at=expires_at,
            address_ranges=list(address_ranges),
        )
        policy = tuple(policy)
        given = [grants.write(locked, [token], grant, by) for grant in policy]
        audit.record(
            locked,
            "token.created",
            by=by,
            target=target(token),
            concerned=naming.named_in(given),
            after={
                "kind": kind,
                "expires": expires_at.isoformat() if expires_at else None,
                "addresses": token.address_ranges,
                "grants": [naming.described(grant) for grant in given],
            },
        )
        return token, secret


def made_before(workspace: Workspace, ident: str) -> Token | None:
    """Return the token that an earlier send of the same form made (XI7).

    Raises Conflict when the id was spent in another workspace.
    """
    token = Token.objects.filter(public_id=ident).first()
    if token is not None and token.workspace_id != workspace.pk:
        raise Conflict("XI7", "This form was sent already. Open the page again.")
    return token


def rotate(token: Token, *, by: Actor) -> tuple[Token, str]:
    """Give a token a new secret with the same grants; the old one lives another day (T1).

    A secret that was old already ends at once. What was seen is the mark of the secret
    that was there when the form was drawn (`mark_of`): a second send finds another one.
    Raises Conflict then, and for a token that is revoked or has ended.
    """
    with lock_workspace(token.workspace_id, by=by) as workspace:
        token = reread(workspace.tokens.all(), token)
        if by.kind in PROGRAMS:
            raise Refused("XH4", "A token rotates no tokens.")
        require_proof(by)
        if not workspace.tokens.live().filter(pk=token.pk).exists():
            raise Conflict("T1", f"The token {token.name} has ended. Make a new one.")
        if by.seen and by.seen != mark_of(token):
            raise Conflict("XI7", "It was rotated already; the new secret was shown then.")
        secret = new_secret(token.public_id)
        token.old_secret_hash = token.secret_hash
        token.old_secret_until = timezone.now() + OLD_SECRET_LIVES
        token.secret_hash = keyed_hash(secret)
        token.save(update_fields=["secret_hash", "old_secret_hash", "old_secret_until"])
        audit.record(
            workspace,
            "token.rotated",
            by=by,
            target=target(token),
            after={"old_secret_until": token.old_secret_until.isoformat()},
        )
        return token, secret


def mark_of(token: Token) -> str:
    """Return what tells one secret of a token from the next, and nothing of either."""
    return hashlib.sha256(b"mark" + token.secret_hash.encode()).hexdigest()[:16]


def revoke(token: Token, *, by: Actor) -> Token:
    """End a token at once; a revoked token holds no grants, so no label either (L4).

    Invites that it sent are void (I1).
    """
    with lock_workspace(token.workspace_id, by=by) as workspace:
        token = reread(workspace.tokens.all(), token)
        if token.revoked_at is None:
            held = token.grants.terms()
            token.grants.all().delete()
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            audit.record(
                workspace,
                "token.revoked",
                by=by,
                target=target(token),
                concerned=naming.named_in(held),
                before=[naming.described(grant) for grant in held],
            )
            void_orphans(workspace, by=by)
        return token


def revoke_made_by(
    workspace: Workspace, user: User, *, by: Actor, keep: Collection[str] = ()
) -> None:
    """Revoke the tokens somebody made in the workspace, when they leave it (R8).

    `keep` are the public ids of those that go on. A directory provisions no more without
    its token, which nobody would notice: the owners are told by mail.
    """
    made = workspace.tokens.filter(created_by=user, revoked_at__isnull=True)
    for token in made.exclude(public_id__in=keep):
        revoke(token, by=by.plain().because("its maker was removed"))
        if token.kind == TokenKind.SCIM:
            _tell_owners(workspace, token, user)


def _tell_owners(workspace: Workspace, token: Token, maker: User) -> None:
    context = {
        "workspace": workspace.name,
        "token": token.name,
        "maker": maker.email,
        "url": outbox.absolute(reverse("workspaces:settings_scim", args=[workspace.slug])),
    }
    others = workspace.members.owners().exclude(user=maker)
    addresses = others.values_list("user__email", flat=True)
    outbox.queue_alike(addresses, "directory_stopped", context)
