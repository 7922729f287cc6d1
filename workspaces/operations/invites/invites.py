"""Sending, resending, changing and withdrawing invites (I1)."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from config.web.values.public_ids import ALPHABET, LENGTH
from workspaces.access.dialect import among
from workspaces.change import Actor, Target, audit, lock_workspace, naming, reread, target, token_of
from workspaces.errors import Conflict, Refused, TooOften
from workspaces.models import Group, Invite, InviteGroup, TokenKind, Workspace
from workspaces.models.directory import pushed_group
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.operations.directory.pushed_groups import require_by_hand
from workspaces.operations.grants.grants import write_pairs
from workspaces.operations.grants.policies import require_span_of
from workspaces.operations.invites import withdrawal
from workspaces.operations.invites.addresses import PAUSE, Kind, Verdict, judge, require_measure
from workspaces.operations.invites.contents import Offer, gifts, offer_of
from workspaces.operations.invites.links import link_hash, new_secret
from workspaces.spans import ALWAYS, require_span

NOTHING = Offer()


@dataclass(frozen=True, slots=True)
class Sent:
    """The invites that went out, and the addresses that were left, each with its reason."""

    invites: list[Invite]
    left: list[Verdict]


def send(
    workspace: Workspace, typed: Sequence[str], offer: Offer, *, by: Actor, ident: str
) -> Sent:
    """Offer the same to every address that can be invited, as `send_each` does."""
    return send_each(workspace, dict.fromkeys(typed, offer), by=by, ident=ident)


def send_each(
    workspace: Workspace,
    offers: Mapping[str, Offer],
    *,
    by: Actor,
    ident: str,
    replacing: bool = True,
) -> Sent:
    """Invite every address that can be invited; an open invite to one of them is replaced, or
    left where not `replacing`.

    `offers` says what each gets, by the address as it was typed. `ident` names this send: sent
    again, it answers with what it made the first time (XI7). Raises Conflict when the review that
    was looked at no longer fits, TooOften when the workspace has mailed too many people within
    the hour (XE12), and Refused when nobody can be invited or a grant is not valid.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        verdicts = judge(locked, offers)
        names = {_derived(ident, verdict.email): verdict for verdict in verdicts}
        made = list(locked.invites.filter(public_id__in=list(names)).by_address())
        if made:
            done = {invite.email for invite in made}
            return Sent(made, [verdict for verdict in verdicts if verdict.email not in done])
        require_seen(by, lambda: digest_each(locked, [(v, offers[v.typed]) for v in verdicts]))
        good = [v for v in verdicts if v.good and (replacing or v.kind == Kind.NEW)]
        if not good:
            raise Refused("XE8", "There is nobody to invite here.", field="addresses")
        wanted = {verdict.email: offers[verdict.typed] for verdict in good}
        groups = list({group.pk: group for o in wanted.values() for group in o.groups}.values())
        require_by_hand(groups)
        require_measure(locked, len(good))
        now = timezone.now()
        open_ones = [verdict.invite.pk for verdict in good if verdict.invite]
        replaced = withdrawal.replace_open(locked, locked.invites.filter(pk__in=open_ones))
        links = {_derived(ident, verdict.email): new_secret() for verdict in good}
        rows = Invite.objects.bulk_create(
            Invite(
                workspace=locked,
                public_id=public_id,
                email=(email := names[public_id].email),
                link_hash=link_hash(secret),
                owner=wanted[email].owner,
                message=wanted[email].message,
                sent_by=by.user,
                sent_by_token=token_of(by),
                mail_at=(mail_at := names[public_id].mail_at or now),
                expires_at=mail_at + (wanted[email].life or default_life()),
            )
            for public_id, secret in links.items()
        )
        given = [(invite, wanted[invite.email]) for invite in rows]
        _give(locked, given, by)
        gone = [verdict.invite for verdict in good if verdict.invite]
        grants = dict.fromkeys(grant for offer in wanted.values() for grant in offer.grants)
        concerned = [*naming.targets([*rows, *gone, *groups]), *naming.named_in(grants)]
        _record_sent(locked, given, replaced, by, list(dict.fromkeys(concerned)))
        for invite, offer in given:
            mail(invite, offer, links[invite.public_id])
        return Sent(rows, [verdict for verdict in verdicts if verdict not in good])


def digest(workspace: Workspace, verdicts: Iterable[Verdict], offer: Offer) -> str:
    """Return the digest of a review that shows these verdicts on this offer."""
    return digest_each(workspace, [(verdict, offer) for verdict in verdicts])


def digest_each(workspace: Workspace, judged: Sequence[tuple[Verdict, Offer]]) -> str:
    """Return the digest of a review that shows these verdicts, each on an offer."""
    shown = [(v.typed, v.kind, v.invite.pk if v.invite else None) for v, _offer in judged]
    offers = {id(offer): offer for _verdict, offer in judged}
    order = {ident: number for number, ident in enumerate(offers)}
    which = [order[id(offer)] for _verdict, offer in judged]
    return digest_of(workspace.pk, (shown, which, [_what(offer) for offer in offers.values()]))


def _what(offer: Offer) -> object:
    """Return what a review shows of an offer, in a form that is compared as text."""
    groups = [(group.pk, offer.span_of(group)) for group in offer.groups]
    listed = [sorted(thing.pk for thing in grant.resources) for grant in offer.grants]
    return offer.owner, gifts(offer.grants), listed, groups, offer.message, offer.life


def resend(invite: Invite, *, by: Actor) -> Invite:
    """Send a new link and kill the old one; whoever resends becomes the sender (I1).

    The new link lives as long as the old one did; a suspended invite is confirmed by it. Raises
    Conflict when the invite is over, and TooOften within an hour of the last mail (XE12).
    """
    with lock_workspace(invite.workspace_id, by=by) as workspace:
        invite = reread(workspace.invites.pending(), invite)
        now = timezone.now()
        if now - invite.mail_at < PAUSE:
            raise TooOften(
                "XE12",
                f"{invite.email} was mailed less than an hour ago.",
                wait=int((PAUSE - (now - invite.mail_at)).total_seconds()) + 1,
            )
        secret = new_secret()
        invite.expires_at = now + max(invite.expires_at - invite.mail_at, default_life())
        invite.link_hash, invite.sent_at, invite.mail_at = link_hash(secret), now, now
        invite.sent_by, invite.sent_by_token, invite.suspended_at = by.user, token_of(by), None
        sender = ["sent_by", "sent_by_token", "suspended_at"]
        moments = ["sent_at", "mail_at", "expires_at"]
        invite.save(update_fields=["link_hash", *sender, *moments])
        expires = {"expires": invite.expires_at.isoformat()}
        audit.record(workspace, "invite.resent", by=by, target=target(invite), after=expires)
        mail(invite, offer_of(invite), secret)
        return invite


def edit(invite: Invite, offer: Offer, *, by: Actor) -> Invite:
    """Change what an invite offers; the link that went out stays good.

    What was seen is the offer one began with (`state_digest`). Raises Conflict when somebody
    else changed it meanwhile (XI8) or it is over.
    """
    with lock_workspace(invite.workspace_id, by=by) as workspace:
        invite = reread(workspace.invites.pending(), invite)
        if by.seen and by.seen != state_digest(invite):
            raise Conflict("XI8", "Somebody changed this invite meanwhile. Look again, then save.")
        held = set(Group.objects.filter(invites=invite))
        require_by_hand(held.symmetric_difference(offer.groups))
        before, was = {**naming.offered(invite), "message": invite.message}, _named_in(invite)
        stood = offer_of(invite)
        invite.grants.understood().delete()
        InviteGroup.objects.filter(invite=invite).delete()
        invite.owner, invite.message = offer.owner, offer.message
        if offer.life is not None:
            invite.expires_at = timezone.now() + offer.life
        invite.save(update_fields=["owner", "message", "expires_at"])
        _take_on(invite, by)
        _give(workspace, [(invite, offer)], by, stood)
        after = {**naming.offered(invite), "message": invite.message}
        if before != after:
            audit.record(
                workspace,
                "invite.changed",
                by=by,
                target=target(invite),
                concerned=[*was, *naming.targets(offer.groups), *naming.named_in(offer.grants)],
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
    text = repr((naming.offered(invite), invite.message))
    return hashlib.sha256(text.encode()).hexdigest()


def revoke(invite: Invite, *, by: Actor) -> Invite:
    """Withdraw an invite; its link is dead at once and it holds no grant any more (L4)."""
    with lock_workspace(invite.workspace_id, by=by) as workspace:
        invite = reread(workspace.invites.pending(), invite)
        before, concerned = naming.offered(invite), _named_in(invite)
        withdrawal.end(workspace, workspace.invites.filter(pk=invite.pk))
        audit.record(
            workspace,
            "invite.revoked",
            by=by,
            target=target(invite),
            concerned=concerned,
            before=before,
        )
        invite.refresh_from_db()
        return invite


def _named_in(invite: Invite) -> list[Target]:
    """Return the groups, labels and resources an invite holds, for the trail; 4 statements."""
    offer = offer_of(invite)
    return [*naming.targets(offer.groups), *naming.named_in(offer.grants)]


def _derived(ident: str, email: str) -> str:
    """Return the public id of the invite to this address in the send of this name."""
    digest = hmac.new(ident.encode(), email.encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def default_life() -> timedelta:
    """Return how long a link lasts where nobody says otherwise."""
    return timedelta(days=settings.INVITE_DAYS)


def _give(
    workspace: Workspace,
    given: Sequence[tuple[Invite, Offer]],
    by: Actor,
    stood: Offer = NOTHING,
) -> None:
    """Write what is offered; grants and places that `stood` may have begun or ended.

    A place in a group that a directory pushes has no end of ours (W1).
    """
    named = {group.pk for _invite, offer in given for group in offer.groups}
    chosen = workspace.groups.filter(pk__in=among(named)).annotate(pushed=pushed_group())
    pushed = dict(chosen.values_list("pk", "pushed"))
    if pushed.keys() != named:
        raise Conflict("R5", "A group of this invite was removed meanwhile.")
    were = {group.pk: stood.span_of(group) for group in stood.groups}
    places = [
        (invite, group, ALWAYS if pushed[group.pk] else offer.span_of(group))
        for invite, offer in given
        for group in offer.groups
    ]
    for _invite, group, span in places:
        if span != were.get(group.pk):
            require_span(span.starts, span.ends)
    InviteGroup.objects.bulk_create(
        InviteGroup(workspace=workspace, invite=invite, group=group, **span.columns)
        for invite, group, span in places
    )
    pairs = [(grant, invite) for invite, offer in given for grant in offer.grants]
    for grant in dict.fromkeys(grant for grant, _invite in pairs):
        require_span_of(grant, lambda: stood.grants)
    write_pairs(workspace, pairs, by, stood=True)


def _record_sent(
    workspace: Workspace,
    given: Sequence[tuple[Invite, Offer]],
    replaced: dict[str, object],
    by: Actor,
    concerned: Sequence[Target],
) -> None:
    """One event for the whole send (A1): named by the address where there is just one.

    Where not all get the same, it says of each address what that is.
    """
    (first, same), *others = sorted(given, key=lambda pair: pair[0].email)
    action, about, after = "invites.sent", target(workspace), naming.offered(first)
    if not others:
        action, about = "invite.sent", target(first)
    elif all(offer == same for _invite, offer in others):
        after |= {"to": [first.email, *(invite.email for invite, _offer in others)]}
    else:
        after = {"to": [_told(invite, offer) for invite, offer in [(first, same), *others]]}
    audit.record(
        workspace,
        action,
        by=by,
        target=about,
        concerned=concerned,
        before={"replaced": replaced} if replaced else None,
        after=after,
    )


def _told(invite: Invite, offer: Offer) -> dict[str, object]:
    """Return what one address of many gets, as the trail keeps it; no statement."""
    return {
        "address": invite.email,
        "owner": offer.owner,
        "grants": [naming.described(grant) for grant in offer.grants],
        "groups": [naming.placed(group, offer.span_of(group)) for group in offer.groups],
        "expires": invite.expires_at.isoformat(),
    }


def mail(invite: Invite, offer: Offer, secret: str, *, directory: bool = False) -> None:
    """Queue the mail with the link; the only time the link is written down (XE10)."""
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
            "places": offer.places,
            "message": offer.message,
            "expires_at": invite.expires_at,
            "url": outbox.absolute(reverse("offer", args=[secret])),
        },
        about=withdrawal.mail_about(invite.public_id),
        not_before=invite.mail_at,
    )
