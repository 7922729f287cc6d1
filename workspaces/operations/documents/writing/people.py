"""Members and groups of a document: written, and taken out again."""

from collections.abc import Iterator
from operator import itemgetter

from accounts.models.user import User
from workspaces.access.dialect import among
from workspaces.models import Group
from workspaces.operations.changes.consequences import those
from workspaces.operations.documents.writing.rows import Rows, batches
from workspaces.operations.groups import membership
from workspaces.operations.invites.withdrawal import end_emptied, losing
from workspaces.operations.members import joining
from workspaces.operations.tokens import tokens
from workspaces.spans import Span


def write_members(at: Rows) -> None:
    missing = [email for email in at.new.members if email not in at.members]
    users = _users(at, missing)
    coming = ((users[email], at.new.members[email].owner) for email in missing)
    pk_of_user: dict[int, int] = {}
    for batch in batches(coming):
        pk_of_user |= joining.enter_all(at.workspace, batch, by=at.by)
        at.progress(len(batch))
    at.members |= {email: pk_of_user[users[email]] for email in missing}
    for owner in (True, False):
        if turned := list(_turned(at, owner=owner)):
            joining.write_owner(at.workspace.members.filter(pk__in=among(turned)), owner=owner)


def _turned(at: Rows, *, owner: bool) -> Iterator[int]:
    """Yield who was an owner or was none, and is the other one now."""
    for email, member in at.new.members.items():
        before = at.old.members.get(email)
        if before and before.owner != owner and member.owner == owner:
            yield at.members[email]


def _users(at: Rows, emails: list[str]) -> dict[str, int]:
    """Return the ids of users by address, making those there are none of."""
    found: dict[str, int] = {}
    for batch in batches(emails):
        rows = User.objects.filter(email__in=batch)
        found |= dict(rows.values_list("email", "pk"))
    new = (
        User.objects.without_password(email, at.new.members[email].name)
        for email in emails
        if email not in found
    )
    for user in at.create(User, new):
        found[user.email] = user.pk
    return found


def write_groups(at: Rows) -> None:
    rows = (
        Group(workspace=at.workspace, name=group.name, description=group.description)
        for key, group in at.new.groups.items()
        if key not in at.groups
    )
    for row in at.create(Group, rows):
        at.groups[row.name_key] = row.pk
    for key, group in at.new.groups.items():
        before = at.old.groups.get(key)
        if before and (before.name, before.description) != (group.name, group.description):
            Group.objects.filter(pk=at.groups[key]).update(
                name=group.name, description=group.description
            )
        kept = group.members.items()
        there = _places_before(at, key).items()
        if gone := [at.members[email] for email, span in there if (email, span) not in kept]:
            membership.take_out(at.groups[key], gone)
    coming = (
        (at.groups[key], at.members[email], span)
        for key, group in at.new.groups.items()
        for email, span in sorted(group.members.items(), key=itemgetter(0))
        if _places_before(at, key).get(email) != span
    )
    for batch in batches(coming):
        membership.put_in_new(at.workspace, batch)
        at.progress(len(batch))


def _places_before(at: Rows, key: str) -> dict[str, Span]:
    before = at.old.groups.get(key)
    return before.members if before else {}


def remove_members(at: Rows) -> None:
    """Remove members with their tokens (R8)."""
    for email in sorted(at.old.members.keys() - at.new.members.keys()):
        member = at.workspace.members.select_related("user").get(pk=at.members[email])
        tokens.revoke_made_by(at.workspace, member.user, by=at.by)
        joining.take_out(at.workspace, those([member]), by=at.by)


def remove_groups(at: Rows) -> None:
    """Delete groups, and end the invites that then offer nothing."""
    gone = [at.groups[key] for key in at.old.groups.keys() - at.new.groups.keys()]
    groups = at.workspace.groups.filter(pk__in=among(gone))
    invited = losing(at.workspace, groups=list(groups))
    groups.delete()
    end_emptied(at.workspace, invited, by=at.by)
