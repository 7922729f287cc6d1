"""Changes of who belongs to a workspace, and who owns it (R7, R8)."""

from collections.abc import Collection, Iterable
from contextlib import ExitStack

from django.db import transaction

from accounts import sessions
from accounts.addresses import normalise
from accounts.models.user import User
from accounts.sign_in import links
from workspaces.access.dialect import among
from workspaces.change import Actor, audit, lock_workspace, naming, reread, target, targets
from workspaces.errors import Conflict, Refused
from workspaces.models import InviteQuerySet, Member, Workspace
from workspaces.operations.changes import consequences
from workspaces.operations.invites import withdrawal
from workspaces.operations.members import joining
from workspaces.operations.sign_in.open_sessions import follow
from workspaces.operations.tokens import tokens


def add(workspace: Workspace, user: User, *, by: Actor, owner: bool = False) -> Member:
    """Make a user a member with minimal access. Raises Refused when they are one already."""
    with lock_workspace(workspace.pk, by=by) as locked:
        if locked.members.filter(user=user).exists():
            raise Refused("R8", f"{user.email} is already a member.")
        member = joining.enter(locked, user, owner=owner, by=by)
        follow([user.pk])
        audit.record(locked, "member.added", by=by, target=target(member), after={"owner": owner})
        return member


def appoint_owner(workspace: Workspace, email: str, *, by: Actor) -> Member:
    """Make the holder of an address an owner, whether they are there yet or not (XC6).

    Raises Refused for a deactivated account, which would not count as an owner (R7), and
    ValueError for what is no address.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        user = User.objects.filter(email=normalise(email)).first()
        if user is None:
            user = User.objects.without_password(email, "")
            user.save()
        if not user.is_active:
            raise Refused("R7", f"The account {user.email} is deactivated.")
        member = locked.members.filter(user=user).first()
        if member is None:
            return add(locked, user, by=by, owner=True)
        return set_owner(member, owner=True, by=by)


def set_owner(member: Member, *, owner: bool, by: Actor) -> Member:
    """Make a member an owner, or an owner a member.

    Raises Conflict for the last active owner (R7).
    """
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        if member.owner == owner:
            return member
        write_owner(workspace, member, owner=owner, by=by)
        audit.record(
            workspace,
            "member.owner_changed",
            by=by,
            target=target(member),
            before={"owner": not owner},
            after={"owner": owner},
        )
        withdrawal.void_orphans(workspace, by=by)
        consequences.owner_changed(workspace, member, by=by)
        return member


def write_owner(workspace: Workspace, member: Member, *, owner: bool, by: Actor) -> None:
    """Write the flag without an event, for an operation that records it itself (R7)."""
    if not owner:
        require_another_owner(workspace, member)
    joining.write_owner(consequences.those([member]), owner=owner)
    member.owner = owner


def remove(member: Member, *, by: Actor, keep: Collection[str] = ()) -> None:
    """Take a member out with their grants, groups, invites sent and tokens made (R8).

    `keep` are the public ids of tokens of theirs that go on; every other one is revoked,
    also one that was made since somebody looked. Raises Conflict for the last active
    owner (R7).
    """
    _take_out(member, "member.removed", by=by, keep=keep)


def leave(member: Member, *, by: Actor) -> None:
    """Take oneself out, as `remove` does. Raises Conflict for the last active owner (R7)."""
    _take_out(member, "member.left", by=by)


def depart(member: Member, *, by: Actor) -> None:
    """Take out somebody whose account is about to go; also of a closed workspace.

    The caller has asked about the last owner of all their workspaces at once (R7).
    """
    _take_out(member, "member.left", by=by.because("the account was deleted"), last=True)


def _take_out(
    member: Member, action: str, *, by: Actor, keep: Collection[str] = (), last: bool = False
) -> None:
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        if not last:
            require_another_owner(workspace, member)
        held = member.grants.terms()
        places = member.joined_groups.lasting().select_related("group").order_by("group__sort_key")
        left = [place.group for place in places]
        before = {
            "owner": member.owner,
            "grants": [naming.described(grant) for grant in held],
            "groups": [naming.placed(place.group, place.span) for place in places],
        }
        tokens.revoke_made_by(workspace, member.user, by=by, keep=keep)
        removed, concerned = target(member), [*targets(left), *naming.named_in(held)]
        told = consequences.people_to_tell(consequences.those([member]), by)
        by_themselves = action == "member.left"
        joining.take_out(
            workspace, consequences.those([member]), by=by, by_themselves=by_themselves
        )
        follow([member.user_id])
        consequences.tell(workspace, told, consequences.Change.REMOVED, by=by)
        audit.record(workspace, action, by=by, target=removed, concerned=concerned, before=before)
        withdrawal.void_orphans(workspace, by=by)


def invites_sent_by(workspace: Workspace, users: Iterable[int]) -> InviteQuerySet:
    """Return the pending invites that go when these users do (R8)."""
    return workspace.invites.pending().filter(sent_by__in=among(users))


def require_another_owner(workspace: Workspace, member: Member) -> None:
    """Raise Conflict when the member is the last active owner (R7); asked under the lock."""
    if member.owner and consequences.those([member]).last_owners().exists():
        raise Conflict(
            "R7",
            f"{member.user.email} is the last owner of {workspace.name}. "
            "Make somebody else an owner first.",
        )


def set_user_active(user: User, *, active: bool, by: Actor) -> User:
    """Deactivate or reactivate an account, in every workspace it belongs to.

    Raises Conflict when it is the last active owner of one of them (R7); then nothing
    changes anywhere. Each workspace's trail says so; the sessions of a deactivated account
    end for good (XG8), and links that were mailed for it. Closed workspaces do not hold an
    account back: whoever reopens one looks for its owner then.
    """
    with transaction.atomic(), ExitStack() as locks:
        mine = user.memberships.filter(workspace__closed_at__isnull=True)
        ids = mine.order_by("workspace_id").values_list("workspace_id", flat=True)
        held = [locks.enter_context(lock_workspace(pk, by=by)) for pk in ids]
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_active == active:
            return user
        for workspace in held:
            member = workspace.members.select_related("user").get(user=user)
            if not active:
                require_another_owner(workspace, member)
                withdrawal.overtake(workspace, [user.pk], by=by)
            audit.record(
                workspace,
                "member.reactivated" if active else "member.deactivated",
                by=by,
                target=target(member),
            )
        user.is_active = active
        user.save(update_fields=["is_active"])
        links.end_all(user)
        sessions.end_all(user)  # a deactivated person is out, and stays out (XG8)
        for workspace in held:
            withdrawal.void_orphans(workspace, by=by)
        return user
