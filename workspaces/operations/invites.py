"""Sending, resending, changing and withdrawing invites (I1)."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces import audit
from workspaces.audit import Actor, token_of
from workspaces.errors import Conflict, Refused, TooOften
from workspaces.locks import lock_workspace, require_proof, reread
from workspaces.models.group import Group
from workspaces.models.ids import ALPHABET, LENGTH
from workspaces.models.invite import Invite, InviteGroup, InviteQuerySet
from workspaces.models.token import TokenKind
from workspaces.models.workspace import Workspace
from workspaces.operations import orphans
from workspaces.operations.grants import write_alike
from workspaces.operations.offers import Offer, gifts, offer_of, state_of
from workspaces.operations.pushed import require_by_hand
from workspaces.operations.reviews import digest_of, require_seen
from workspaces.operations.trail import target
from workspaces.operations.verdicts import MOST, PAUSE, Verdict, judge

SECRET_BYTES = 32  # 256 random bits (E10 asks for 128)


@dataclass(frozen=True, slots=True)
class Sent:
    """The invites that went out, and the addresses that were left, each with its reason."""

    invites: list[Invite]
    left: list[Verdict]


def send(
    workspace: Workspace,
    typed: Sequence[str],
    offer: Offer,
    *,
    by: Actor,
    ident: str,
    seen: str = "",
) -> Sent:
    """Invite every address that can be invited; an open invite to one of them is replaced.

    `ident` names this send: sent again, it answers with what it made the first time (I7).
    `seen` is the digest of the review. Raises Conflict when that no longer fits, TooOften
    when the workspace has mailed too many people within the hour (E12), and Refused when
    nobody can be invited or a grant is not valid.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        verdicts = judge(locked, typed)
        names = {_derived(ident, verdict.email): verdict for verdict in verdicts}
        made = list(locked.invites.filter(public_id__in=list(names)).by_address())
        if made:
            done = {invite.email for invite in made}
            return Sent(made, [verdict for verdict in verdicts if verdict.email not in done])
        if seen:
            require_seen(seen, digest(locked, verdicts, offer))
        good = [verdict for verdict in verdicts if verdict.good]
        if not good:
            raise Refused("E8", "There is nobody to invite here.", field="addresses")
        if offer.owner:
            require_proof(by)
        require_by_hand(offer.groups)
        require_measure(locked, len(good))
        expires_at = timezone.now() + (offer.life or default_life())
        open_ones = [verdict.invite.pk for verdict in good if verdict.invite]
        replaced = replace_open(locked, locked.invites.filter(pk__in=open_ones))
        links = {_derived(ident, verdict.email): new_secret() for verdict in good}
        rows = Invite.objects.bulk_create(
            Invite(
                workspace=locked,
                public_id=public_id,
                email=names[public_id].email,
                link_hash=link_hash(secret),
                owner=offer.owner,
                message=offer.message,
                sent_by=by.user,
                sent_by_token=token_of(by),
                expires_at=expires_at,
            )
            for public_id, secret in links.items()
        )
        _give(locked, rows, offer, by)
        _record_sent(locked, rows, replaced, by)
        for invite in rows:
            mail(invite, offer, links[invite.public_id])
        return Sent(rows, [verdict for verdict in verdicts if not verdict.good])


def digest(workspace: Workspace, verdicts: Iterable[Verdict], offer: Offer) -> str:
    """Return the digest of a review that shows these verdicts on this offer."""
    shown = [(v.typed, v.kind, v.invite.pk if v.invite else None) for v in verdicts]
    groups = [group.pk for group in offer.groups]
    what = (offer.owner, gifts(offer.grants), groups, offer.message, offer.life)
    return digest_of(workspace.pk, (shown, what))


def resend(invite: Invite, *, by: Actor) -> Invite:
    """Send a new link and kill the old one; whoever resends becomes the sender (I1).

    The new link lives as long as the old one did; a held invite is confirmed by it. Raises
    Conflict when the invite is over, and TooOften within an hour of the last mail (E12).
    """
    with lock_workspace(invite.workspace_id, by=by) as workspace:
        invite = reread(workspace.invites.pending(), invite)
        now = timezone.now()
        if now - invite.sent_at < PAUSE:
            raise TooOften(
                "E12",
                f"{invite.email} was mailed less than an hour ago.",
                wait=int((PAUSE - (now - invite.sent_at)).total_seconds()) + 1,
            )
        secret = new_secret()
        invite.expires_at = now + max(invite.expires_at - invite.sent_at, default_life())
        invite.link_hash, invite.sent_at = link_hash(secret), now
        invite.sent_by, invite.sent_by_token, invite.held_at = by.user, token_of(by), None
        sender = ["sent_by", "sent_by_token", "held_at"]
        invite.save(update_fields=["link_hash", *sender, "sent_at", "expires_at"])
        expires = {"expires": invite.expires_at.isoformat()}
        audit.record(workspace, "invite.resent", by=by, target=target(invite), after=expires)
        mail(invite, offer_of(invite), secret)
        return invite


def edit(invite: Invite, offer: Offer, *, by: Actor, seen: str = "") -> Invite:
    """Change what an invite offers; the link that went out stays good.

    `seen` is the digest of the offer one began with. Raises Conflict when somebody else
    changed it meanwhile (I8) or it is over.
    """
    with lock_workspace(invite.workspace_id, by=by) as workspace:
        invite = reread(workspace.invites.pending(), invite)
        if seen and seen != state_digest(invite):
            raise Conflict("I8", "Somebody changed this invite meanwhile. Look again, then save.")
        if offer.owner != invite.owner:
            require_proof(by)
        held = set(Group.objects.filter(invites=invite))
        require_by_hand(held.symmetric_difference(offer.groups))
        before = {**state_of(invite), "message": invite.message}
        orphans.release(workspace, [invite.pk])
        invite.owner, invite.message = offer.owner, offer.message
        if offer.life is not None:
            invite.expires_at = timezone.now() + offer.life
        invite.save(update_fields=["owner", "message", "expires_at"])
        _take_on(invite, by)
        _give(workspace, [invite], offer, by)
        after = {**state_of(invite), "message": invite.message}
        if before != after:
            audit.record(
                workspace,
                "invite.changed",
                by=by,
                target=target(invite),
                before=before,
                after=after,
            )
        return invite


def _take_on(invite: Invite, by: Actor) -> None:
    """Let whoever puts something into what a directory asked for be its sender (I1).

    A directory holds no ownership, so nothing that it may not give depends on it.
    """
    sender = invite.sent_by_token
    if sender is not None and sender.kind == TokenKind.SCIM:
        invite.sent_by, invite.sent_by_token = by.user, token_of(by)
        invite.save(update_fields=["sent_by", "sent_by_token"])


def state_digest(invite: Invite) -> str:
    """Return a hash of everything an owner can change about an invite."""
    text = repr((state_of(invite), invite.message))
    return hashlib.sha256(text.encode()).hexdigest()


def revoke(invite: Invite, *, by: Actor) -> Invite:
    """Withdraw an invite; its link is dead at once and it holds no grant any more (L4)."""
    with lock_workspace(invite.workspace_id, by=by) as workspace:
        invite = reread(workspace.invites.pending(), invite)
        before = state_of(invite)
        orphans.end(workspace, workspace.invites.filter(pk=invite.pk))
        audit.record(workspace, "invite.revoked", by=by, target=target(invite), before=before)
        invite.refresh_from_db()
        return invite


def link_hash(secret: str) -> str:
    """Return what is stored of a link: HMAC-SHA-256 (hex) under a key outside the database."""
    key = hashlib.sha256(b"invite links" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _derived(ident: str, email: str) -> str:
    """Return the public id of the invite to this address in the send of this name."""
    digest = hmac.new(ident.encode(), email.encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def default_life() -> timedelta:
    """Return how long a link lasts where nobody says otherwise."""
    return timedelta(days=settings.INVITE_DAYS)


def require_measure(workspace: Workspace, more: int) -> None:
    """Raise TooOften when the mails of the last hour and these are too many (E12)."""
    since = timezone.now() - PAUSE
    lately = workspace.invites.filter(sent_at__gt=since).order_by("sent_at")
    if lately.count() + more > MOST:
        raise TooOften(
            "E12",
            f"At most {MOST} people can be invited within an hour.",
            wait=int(PAUSE.total_seconds()),
        )


def replace_open(workspace: Workspace, invites: InviteQuerySet) -> dict[str, object]:
    """Void open invites to make room for others; return what they offered, by address (E8)."""
    offered: dict[str, object] = {invite.email: state_of(invite) for invite in invites}
    if offered:
        orphans.end(workspace, invites)
    return offered


def _give(workspace: Workspace, rows: Sequence[Invite], offer: Offer, by: Actor) -> None:
    groups = list(workspace.groups.filter(pk__in=[group.pk for group in offer.groups]))
    if len(groups) != len(offer.groups):
        raise Conflict("R5", "A group of this invite was removed meanwhile.")
    InviteGroup.objects.bulk_create(
        InviteGroup(workspace=workspace, invite=invite, group=group)
        for invite in rows
        for group in groups
    )
    for grant in offer.grants:
        write_alike(workspace, rows, grant, by)


def _record_sent(
    workspace: Workspace, rows: Sequence[Invite], replaced: dict[str, object], by: Actor
) -> None:
    """One event for the whole send (A1): named by the address where there is just one."""
    offered = state_of(rows[0])
    if len(rows) == 1:
        action, about, after = "invite.sent", target(rows[0]), offered
    else:
        addresses = sorted(invite.email for invite in rows)
        action, about, after = "invites.sent", target(workspace), {**offered, "to": addresses}
    audit.record(
        workspace,
        action,
        by=by,
        target=about,
        before={"replaced": replaced} if replaced else None,
        after=after,
    )


def mail(invite: Invite, offer: Offer, secret: str, *, directory: bool = False) -> None:
    """Queue the mail with the link; the only time the link is written down (E10)."""
    sender = invite.sent_by
    outbox.queue(
        invite.email,
        "invite",
        {
            "workspace": invite.workspace.name,
            "sender": sender.get_full_name() if sender else "",
            "sender_email": sender.email if sender else "",
            "directory": directory,
            "owner": offer.owner,
            "gifts": gifts(offer.grants),
            "groups": [group.name for group in offer.groups],
            "message": offer.message,
            "expires_at": invite.expires_at,
            "url": outbox.absolute(reverse("invite", args=[secret])),
        },
    )
