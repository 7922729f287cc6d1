"""By which way somebody holds something: paths as chips, and the ways that can be ticked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.lists.listing import Drawn
from workspaces.access.decide import Held
from workspaces.access.explain import PersonPaths, grants_by_id
from workspaces.catalogue import ROLES, Scope
from workspaces.forms.grants.ways import ON, WAY, value_of
from workspaces.models import Grant, Member, Resource, Workspace


@dataclass(frozen=True, slots=True)
class PathChips(Drawn):
    """One path, ready to draw.

    `since` is when its grant was made, or begins to hold if that is later; `by` who made it, of
    what a group grants nobody: they need not be who put somebody in.
    """

    role_name: str
    level: str
    scope_kind: str
    labels: list[str]
    group_name: str
    group_url: str
    own_flag: bool
    could: bool = False
    what_if_url: str = ""
    since: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class WayRow(Drawn):
    """One way by which somebody holds something, and its paths: of a group, all that it grants.

    `value` names it in an address; `locked` says why it cannot be taken from here.
    """

    value: str
    paths: list[PathChips]
    ticked: bool = False
    locked: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow(Drawn):
    """A member with every way by which they reach a resource, or could.

    `level` is what they have, `could` what they would by taking it up; either may be empty (W8).
    `then` is what stays without the ways that are ticked, "none" where nothing does; empty where
    the level stays. `every` is the page with all ways ticked, where there are several.
    """

    member: Member
    url: str
    level: str
    could: str
    ways: list[WayRow]
    then: str = ""
    every: str = ""

    @property
    def asked(self) -> bool:
        """Whether any of the ways is ticked."""
        return any(way.ticked for way in self.ways)


def what_if_url(member: Member, ways: Iterable[str], thing: Resource | None = None) -> str:
    """Return the page that answers what a member would lose without these ways."""
    said = [*((WAY, value) for value in ways), *([(ON, thing.ref)] if thing else ())]
    return f"{member.workspace.url('member_what_if', member.public_id)}?{urlencode(said)}"


def chips_in(
    workspace: Workspace, held: Iterable[Held], rows: Mapping[int, Grant]
) -> list[PathChips]:
    """Draw held grants whose rows were read; no statement."""
    return [_chips(workspace, h, rows.get(h.grant or 0)) for h in held]


def ways_of(
    workspace: Workspace,
    member: Member,
    held: Iterable[Held],
    rows: Mapping[int, Grant],
    *,
    eligible: Collection[Held] = (),
    ticked: Collection[str] = (),
) -> list[WayRow]:
    """Draw what a member holds, way by way; `rows` are the grants, no statement."""

    def grant_of(one: Held) -> Grant | None:
        return rows.get(one.grant or 0)

    def key(one: Held) -> tuple[bool, str, int]:
        grant = grant_of(one)
        group = grant.group if grant and one.group else None
        return group is None, group.sort_key if group else "", 0 if group else one.grant or 0

    found = []
    for _key, some in groupby(sorted([*held, *eligible], key=key), key):
        grants = list(some)
        value = value_of(member, grant_of(grants[0]))
        paths = [
            replace(_chips(workspace, one, grant_of(one)), could=one in eligible) for one in grants
        ]
        locked = _locked(grants[0], grant_of(grants[0]))
        found.append(WayRow(value, paths, ticked=value in ticked, locked=locked))
    return found


def _locked(held: Held, grant: Grant | None) -> str:
    if grant is None:
        return _("By own role, not changed from here")
    if held.group is not None and grant.group and hasattr(grant.group, "directory"):
        return _("The directory decides who is in it")
    return ""


def people_rows(
    workspace: Workspace,
    people: Sequence[PersonPaths],
    *,
    address: str,
    ticked: Collection[str] = (),
    then: Mapping[int, str] = MappingProxyType({}),
) -> list[PersonRow]:
    """Draw a page of people with their ways; 2 statements for all of them.

    `address` is the page, to which ticks are added; `then` says, by member, what would stay.
    """
    rows = grants_by_id(h.grant for person in people for h in (*person.held, *person.eligible))

    def row(person: PersonPaths) -> PersonRow:
        member = person.member
        url = reverse("workspaces:member", args=[workspace.slug, member.public_id])
        ways = ways_of(
            workspace, member, person.held, rows, eligible=person.eligible, ticked=ticked
        )
        open_ones = [(WAY, way.value) for way in ways if not way.locked]
        every = f"{address}{'&' if '?' in address else '?'}{urlencode(open_ones)}"
        return PersonRow(
            member,
            url,
            *_levels(person),
            ways,
            then.get(member.pk, ""),
            every if len(open_ones) > 1 else "",
        )

    return [row(person) for person in people]


def _levels(person: PersonPaths) -> tuple[str, str]:
    """Return the level somebody has, and the higher one they could take up."""
    level = ("edit" if person.can_edit else "view") if person.held else ""
    if person.could_edit and not person.can_edit:
        return level, "edit"
    return level, "" if level else "view"


def _chips(workspace: Workspace, held: Held, grant: Grant | None) -> PathChips:
    group = grant.group if grant else None
    labels = grant.label_set.all() if grant and held.scope == Scope.LABELS else ()
    return PathChips(
        ROLES[held.role].name,
        ROLES[held.role].level,
        held.scope,
        sorted(str(row.label) for row in labels),
        group.name if group else "",
        reverse("workspaces:group", args=[workspace.slug, group.public_id]) if group else "",
        own_flag=grant is None,
        since=max(grant.granted_at, grant.starts_at or grant.granted_at) if grant else None,
        by=grant.granted_by.get_full_name() if grant and not group and grant.granted_by else "",
    )
