"""Accepting an invite: once, by a signed-in user whose proved address is exactly it (I1)."""

from dataclasses import replace
from enum import StrEnum

from allauth.account.models import EmailAddress

from accounts.models.user import User
from workspaces.change import Actor, audit, lock_workspace, named_in, naming, target, targets
from workspaces.errors import Conflict, Denied, Spent
from workspaces.models import Invite, Member, PolicyWording
from workspaces.operations.groups import membership
from workspaces.operations.invites import withdrawal
from workspaces.operations.invites.contents import offer_of
from workspaces.operations.members import joining
from workspaces.operations.sign_in.open_sessions import follow


class Standing(StrEnum):
    """Whether an invite can be accepted now, and if not, why."""

    OPEN = "open"
    UNKNOWN = "unknown"
    USED = "used"
    VOID = "void"
    EXPIRED = "expired"
    SUSPENDED = "suspended"


WHY = {
    Standing.UNKNOWN: "This link was replaced by a newer one, or there never was such an invite.",
    Standing.USED: "This invite was used.",
    Standing.VOID: "This invite was withdrawn.",
    Standing.EXPIRED: "This invite has ended.",
    Standing.SUSPENDED: "This invite waits for an owner, who has to confirm it first.",
}


def invite_by_hash(hashed: str) -> Invite | None:
    """Return the invite whose link has this keyed hash, with what its page needs."""
    invites = Invite.objects.with_end().with_senders().select_related("workspace")
    return invites.filter(link_hash=hashed).first()


def standing(invite: Invite | None) -> Standing:
    """Judge an invite read with its end; 3 statements at most.

    The sender is asked about now, not when they sent it: an ownership may have ended by
    its date, which no operation sees (XE6).
    """
    if invite is None:
        return Standing.UNKNOWN
    if invite.accepted_at is not None:
        return Standing.USED
    if invite.voided_at is not None or invite.workspace.closed_at is not None:
        return Standing.VOID
    if invite.suspended_at is not None:
        return Standing.SUSPENDED
    if withdrawal.orphans(invite.workspace).filter(pk=invite.pk).exists():
        return Standing.VOID
    return Standing.EXPIRED if invite.ended else Standing.OPEN  # type: ignore[attr-defined]


def has_proved(user: User, email: str) -> bool:
    """Whether this is the user's own address, and a mail to it was answered (XF3)."""
    own = user.email == email
    return own and EmailAddress.objects.filter(user=user, email=email, verified=True).exists()


def accept(invite: Invite, user: User, *, by: Actor) -> Member:
    """Make the user a member with what the invite holds; one event (XE7).

    Raises Spent when it cannot be accepted any more, Denied when the user's address is
    not exactly the invited one or not proved, and Conflict for who is a member already:
    nothing is merged silently (XE8). A group in which the place has ended by now is not joined,
    and the event says so (W1). An invite whose sender is no longer an owner becomes
    void and the owners are told (XE6).
    """
    withdrawal.void_orphans(invite.workspace, by=Actor.system())
    with lock_workspace(invite.workspace_id, by=by) as workspace:
        found = invite_by_hash(invite.link_hash)
        state = standing(found)
        if found is None or state is not Standing.OPEN:
            raise Spent("I1", WHY[state])
        if not has_proved(user, found.email):
            raise Denied("I1", "This invite is for another address.")
        if workspace.members.filter(user=user).exists():
            raise Conflict("XE8", f"You belong to {workspace.name} already.")
        member = joining.enter(workspace, user, owner=found.owner, by=by, invite=found)
        offer = offer_of(found)
        over = [place.name for place in offer.places if place.over]
        after = {
            **naming.offered(found),
            "invited_by": found.sent_by.email if found.sent_by else "",
            **({"not_joined": over} if over else {}),
        }
        _hand_over(found, member)
        follow([user.pk])
        audit.record(
            workspace,
            "invite.accepted",
            by=replace(by, member=member.public_id),
            target=target(member),
            concerned=[target(found), *targets(offer.groups), *named_in(offer.grants)],
            after=after,
        )
        return member


def _hand_over(invite: Invite, member: Member) -> None:
    """Make the invite's grants and groups the member's own; then the invite holds nothing."""
    workspace = member.workspace
    invite.grants.update(invite=None, member=member)
    PolicyWording.objects.filter(invite=invite).update(invite=None, member=member)
    membership.take_up(invite, member)
    withdrawal.release(workspace, [invite.pk])
    invite.accepted_at = member.joined_at
    invite.save(update_fields=["accepted_at"])
