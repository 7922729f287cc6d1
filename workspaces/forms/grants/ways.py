"""Ways by which people hold things, as an address names them: what if they were taken away?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import QueryDict

from workspaces.access.changes.without import Asked, Ways
from workspaces.models import Grant, Group, GroupMember, Member, Workspace

WAY, ON = "way", "on"
MOST = 40
OWN, PLACE = "grant", "group"
_FORM = re.compile(rf"[0-9A-Za-z]+\.({OWN}|{PLACE})\.[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class TickedWay:
    """One way of a member: a grant of their own, or their place in a group."""

    member: Member
    grant: Grant | None
    group: Group | None

    @property
    def value(self) -> str:
        """What names it in an address."""
        return (
            value_in(self.member, self.group) if self.group else value_of(self.member, self.grant)
        )

    @property
    def ways(self) -> Ways:
        if self.group is not None:
            return Ways(groups=frozenset({self.group.pk}))
        return Ways(grants=frozenset({self.grant.pk} if self.grant else ()))


def value_of(member: Member, grant: Grant | None) -> str:
    """Return what names the way by which a member holds a grant, in an address.

    "" for own ownership, which nobody takes away like that (R7).
    """
    if grant is None:
        return ""
    return value_in(member, grant.group) if grant.group else f"{member.public_id}.{OWN}.{grant.pk}"


def value_in(member: Member, group: Group) -> str:
    """Return what names a member's place in a group, in an address."""
    return f"{member.public_id}.{PLACE}.{group.public_id}"


class WaysTicked:
    """The ways that an address names, in its order; 3 statements where it names any.

    What names nobody's way here is counted as `unknown`, and answers nothing (N4); so is what
    stands beyond the first 40. `malformed` is what could never have named one, and what is beyond.
    """

    def __init__(self, said: QueryDict, *, workspace: Workspace) -> None:
        self.values = tuple(dict.fromkeys(said.getlist(WAY)))
        formed = [value for value in self.values[:MOST] if _FORM.fullmatch(value)]
        self.malformed = tuple(value for value in self.values if value not in formed)
        parts = [tuple(value.split(".")) for value in formed]
        known = dict(_known(workspace, parts)) if parts else {}
        self.ways = tuple(known[key] for key in parts if key in known)
        self.unknown = len(self.values) - len(self.ways)

    @property
    def asked(self) -> list[Asked]:
        """Whom it is asked about, each with their ways; in the order of the address."""
        return [
            Asked(found[0].member, tuple(way.ways for way in found))
            for found in self.by_member.values()
        ]

    @property
    def by_member(self) -> dict[int, list[TickedWay]]:
        found: dict[int, list[TickedWay]] = {}
        for way in self.ways:
            found.setdefault(way.member.pk, []).append(way)
        return found


def _known(
    workspace: Workspace, parts: Iterable[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], TickedWay]]:
    """Yield what each key names: members of the workspace, their grants, their places."""
    people = {member for member, _kind, _id in parts}
    groups = {ident for _member, kind, ident in parts if kind == PLACE}
    rows = workspace.members.filter(public_id__in=people).select_related("user")
    members = {member.pk: member for member in rows}
    for grant in workspace.grants.filter(member__in=members).order_by("pk"):
        member = members[grant.member_id or 0]
        yield (member.public_id, OWN, str(grant.pk)), TickedWay(member, grant, None)
    places = GroupMember.objects.filter(member__in=members, group__public_id__in=groups)
    for place in places.select_related("group__directory"):
        member = members[place.member_id]
        yield (member.public_id, PLACE, place.group.public_id), TickedWay(member, None, place.group)
