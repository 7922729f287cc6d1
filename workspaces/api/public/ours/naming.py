"""How people and groups are named where they hold something, or agree to it."""

from typing import Literal

from ninja import Schema

from workspaces.models import Approver, Group, Member


class ApproverOut(Schema):
    """A member, or a group anybody of which may agree."""

    type: Literal["USER", "USER_GROUP"]
    id: str
    name: str


def approver(row: Approver) -> dict[str, str]:
    """Return an approver, read `named`, as the wire has one."""
    if row.group:
        return {"type": "USER_GROUP", **named(row.group)}
    member = row.member
    return {"type": "USER", "id": member.public_id, "name": member.user.name} if member else {}


def named(group: Group) -> dict[str, str]:
    """Return a group by id and name."""
    return {"id": group.public_id, "name": group.name}


def person(member: Member) -> dict[str, str]:
    """Return a member read with their user, as the wire has one."""
    return {"id": member.public_id, "name": member.user.name, "email": member.user.email}
