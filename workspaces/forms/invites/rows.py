"""A file of people to invite: a line for each, with what it offers them, or why it offers nothing.

A line is read as the form of invites reads its fields: addresses, names of groups, labels and
resources, days. What is not understood stands beside the line with its column; such a line
offers nothing (N4). Names are looked up for all lines together.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.addresses import sought
from config.web.lists.csv_import import Line, Table, Unreadable, readings, table_in
from config.web.values.dates import DayField, end_of
from config.web.values.text import same_key
from labels.models import Label
from workspaces.access.naming import Asked, labels_named, meaning, things_named
from workspaces.catalogue import OWNER, ROLES, Role, Scope
from workspaces.errors import Refused
from workspaces.forms.console.names import EXPLAINED, GroupsField
from workspaces.forms.invites.pasted import addresses_in
from workspaces.models import GrantTerms, Group, Invite, Resource, Workspace
from workspaces.models.directory import pushed_group
from workspaces.operations.grants.grants import require_valid
from workspaces.operations.invites.addresses import MOST
from workspaces.operations.invites.contents import Offer
from workspaces.spans import ALWAYS, Span, require_span
from workspaces.terms import Terms

# What the headings mean; those of the file of members are among them, and what says nothing there
# of what an invite may offer is passed over.
COLUMNS = {
    "Address": "address", "E-mail": "address", "Email": "address", "Role": "role",
    "Roles": "roles", "Own roles": "roles", "Groups": "groups", "Ends": "ends",
}  # fmt: skip
IGNORED = ("Name", "Account", "Highest access", "Last active", "Roles through groups")
CALLED = {same_key(text): role for role in ROLES.values() for text in (role.name, role.slug)}
GIVEN = re.compile(r"(?P<role>.+?)(?:\s+on\s+(?P<on>.+))?", re.IGNORECASE | re.DOTALL)
SEVERAL = re.compile(r"\s+and\s+|,", re.IGNORECASE)
COUNTED = re.compile(r"\d[\d.,\s]*[a-z][a-z ]*", re.IGNORECASE)  # "3 sources", as in our own file
ALL = frozenset({"all", "all current & future"})
SHOWN = 60  # characters of what is not understood


@dataclass(slots=True)
class Row:
    """One line: whom it is about, what it offers, and what is wrong with it, by column.

    `twice` are all lines of the same address, where there are several.
    """

    line: int
    address: str = ""
    offer: Offer = field(default_factory=Offer)
    faults: list[tuple[str, str]] = field(default_factory=list)
    twice: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all of it is understood, and it is clear that this line is meant."""
        return not self.faults and not self.twice


@dataclass(frozen=True, slots=True)
class _Given:
    """One role as a cell has it: the role, if it is one, and the text of what it is on."""

    text: str
    role: Role | None
    on: str

    @property
    def names(self) -> list[str]:
        """All that may be a name in what it is on: the whole, and its parts."""
        if not self.on or same_key(self.on) in ALL:
            return []
        return [self.on, *_parts(SEVERAL, self.on)]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the names in all lines mean; what nobody bears, or several do, is missing."""

    groups: Mapping[str, Group]
    pushed: frozenset[int]
    near: Mapping[str, Sequence[Group]]
    labels: Mapping[str, Label]
    things: Mapping[Asked, Resource]


def rows_in(workspace: Workspace, text: str) -> tuple[Table, list[Row]]:
    """Read a file; 6 statements, at most 15 more where groups are named that nobody knows.

    Raises Unreadable for what is no table of ours, or longer than one send (XE12).
    """
    table = table_in(text, COLUMNS, ignored=IGNORED)
    if "address" not in table.columns:
        raise Unreadable(_("There is no column “Address”."))
    if len(table.lines) > MOST:
        raise Unreadable(_("At most {n} addresses at once.").format(n=MOST))
    given = {line.number: _given(line.cells.get("roles", "")) for line in table.lines}
    names = _looked_up(workspace, table.lines, [*chain.from_iterable(given.values())])
    rows = [_Reading(workspace, names, line).row(given[line.number]) for line in table.lines]
    _tell_twice(rows)
    return table, rows


def _tell_twice(rows: Iterable[Row]) -> None:
    """Note who stands in several lines: which of them is meant, nobody knows."""
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.address:
            lines[sought(row.address) or row.address].append(row)
    for same in lines.values():
        for row in same if len(same) > 1 else ():
            row.twice = tuple(other.line for other in same)


def _given(cell: str) -> list[_Given]:
    return [_one_given(text) for text in _parts(";", cell)]


def _one_given(text: str) -> _Given:
    """Read one role, with or without what it is on; no name of a role holds an "on"."""
    found = GIVEN.fullmatch(text)
    role, on = (found["role"], found["on"] or "") if found else (text, "")
    return _Given(text, CALLED.get(same_key(role)), on)


def _parts(separator: str | re.Pattern[str], text: str) -> list[str]:
    parts = text.split(separator) if isinstance(separator, str) else separator.split(text)
    return [part for part in map(str.strip, parts) if part]


def _groups_in(cell: str) -> list[str]:
    """Return all that may be the name of a group in a cell: the whole, and its parts."""
    return [name for text in readings(cell) for name in (text, *_parts(";", text)) if name]


def _looked_up(workspace: Workspace, lines: Iterable[Line], given: Iterable[_Given]) -> _Names:
    """Look up what all lines name together: 1 statement each for groups, their directories and
    labels, 3 at most for resources, and 5 at most for each of the first groups nobody knows."""
    typed = dict.fromkeys(
        name for line in lines for name in _groups_in(line.cells.get("groups", ""))
    )
    groups = GroupsField(workspace).rows_named([*typed]) if typed else {}
    named = workspace.groups.filter(pk__in={group.pk for group in groups.values()})
    pushed = named.filter(pushed_group()).values_list("pk", flat=True) if groups else ()
    unknown = [name for name in typed if ";" not in name and name not in groups][:EXPLAINED]
    near = {name: meaning(name, workspace.groups.by_name()).candidates for name in unknown}
    refs = [(one.role.type, name) for one in given if one.role for name in one.names]
    labels = labels_named(workspace, (name for _type, name in refs))
    things = things_named(workspace.resources.all(), refs)
    return _Names(groups, frozenset(pushed), near, labels, things)


class _Reading:
    """Reads one line; what it cannot understand it notes by column."""

    def __init__(self, workspace: Workspace, names: _Names, line: Line) -> None:
        self.workspace, self.names, self.line = workspace, names, line
        self.faults = [("", line.fault)] if line.fault else []

    def row(self, given: Sequence[_Given]) -> Row:
        """Return the line, read; `given` are the roles in it."""
        address, groups = self._address(), self._groups()
        owner = self._owner(given)
        roles = [one for one in given if one.role is None or one.role.slug != OWNER]
        terms = [found for one in roles if (found := self._terms(one)) is not None]
        span = self._span(owner=owner, anything=bool(groups or given))
        grants = tuple(dict.fromkeys(self._held(found, span) for found in terms))
        for grant in grants:
            self._try("Roles", partial(self._require, grant))
        offer = Offer(owner, grants, groups, span=span)
        return Row(self.line.number, address, offer, self.faults)

    def _cell(self, column: str) -> str:
        return self.line.cells.get(column, "")

    def _try(self, column: str, read: Callable[[], Any]) -> Any:
        """Return what is read, or note why it is not understood."""
        try:
            return read()
        except (Refused, ValidationError) as error:
            self.faults.append((column, error.messages[0]))
            return None

    def _say(self, column: str, words: str) -> None:
        self.faults.append((column, words))

    def _address(self) -> str:
        found = addresses_in(self._cell("address"))
        if len(found) != 1:
            self._say("Address", _("Name one address."))
            return self._cell("address")[:SHOWN]
        return found[0]

    def _owner(self, given: Sequence[_Given]) -> bool:
        """Return whether an owner is invited: as the one column says, or as a role."""
        said = same_key(self._cell("role"))
        by_role = any(one.role is not None and one.role.slug == OWNER for one in given)
        if said not in {"", "owner", "member"}:
            self._say("Role", _("Write Owner or Member; other roles stand under “Roles”."))
        if said == "member" and by_role:
            self._say("Role", _("It says Member here, and Workspace Owner under the roles."))
        return said == "owner" or by_role

    def _groups(self) -> tuple[Group, ...]:
        cell = self._cell("groups")
        texts = [cell] if cell in self.names.groups else _parts(";", cell)
        found = {group.pk: group for text in texts if (group := self._group(text))}
        for group in found.values():
            if group.pk in self.names.pushed:
                words = _("The directory pushes {name}: who is in it is said there.")
                self._say("Groups", words.format(name=group.name))
        return tuple(found.values())

    def _group(self, text: str) -> Group | None:
        known = self.names.groups
        bearing = [known[name] for name in readings(text) if name in known]
        if len(bearing) == 1:
            return bearing[0]
        name = text[:SHOWN]
        if bearing:
            words = _("“{name}” is the name of more than one. Which do you mean?")
            self._say("Groups", words.format(name=name))
        elif near := self.names.near.get(text):
            words = _("There is no “{name}” here. Do you mean {near}?")
            self._say("Groups", words.format(name=name, near=near[0].name))
        else:
            self._say("Groups", _("There is no “{name}” here.").format(name=name))
        return None

    def _terms(self, given: _Given) -> GrantTerms | None:
        """Return what one role gives, until what it is on is one thing after all; None for none."""
        role = given.role
        if role is None:
            self._say("Roles", _("There is no role “{name}”.").format(name=given.text[:SHOWN]))
            return None
        if not given.on and role.scopes != {Scope.ALL}:
            words = _("Say what {role} is on: “{role} on all”, on labels, or on names.")
            self._say("Roles", words.format(role=role.name))
            return None
        if not given.names:
            return Terms(role.slug, Scope.ALL)
        return self._on(role, given)

    def _on(self, role: Role, given: _Given) -> GrantTerms | None:
        """Return a role on labels, or on what is named."""
        whole = self._means(role, given.on)
        parts = [given.on] if len(whole) == 1 else _parts(SEVERAL, given.on)
        meant = [(text, self._means(role, text)) for text in parts]
        for text, found in meant:
            if len(found) != 1:
                self._say("Roles", self._unclear(role, text, found))
                return None
        named = [found[0] for _text, found in meant]
        labels = tuple(one for one in named if isinstance(one, Label))
        things = tuple(one for one in named if isinstance(one, Resource))
        if labels and things:
            self._say("Roles", _("A role is on labels or on names, not on both."))
            return None
        scope = Scope.LABELS if labels else Scope.RESOURCES
        return Terms(role.slug, scope, labels=labels, resources=things)

    def _means(self, role: Role, text: str) -> list[Label | Resource]:
        """Return the label and the resource of that name, as far as the role can be on them."""
        label = self.names.labels.get(text) if Scope.LABELS in role.scopes else None
        thing = self.names.things.get((role.type, text))
        return [one for one in (label, thing) if one is not None]

    def _unclear(self, role: Role, text: str, found: Sequence[object]) -> str:
        if found:
            words = _("“{name}” is the name of more than one. Which do you mean?")
        elif COUNTED.fullmatch(text):
            words = _("“{name}” says how many, not which. Name what {role} is on.")
        else:
            words = _("There is no “{name}” here that {role} could be on.")
        return words.format(name=text[:SHOWN], role=role.name)

    def _span(self, *, owner: bool, anything: bool) -> Span:
        """Return until when what is given holds; the whole column is one day."""
        cell = self._cell("ends")
        day = self._try("Ends", lambda: DayField().clean(cell)) if cell else None
        if day is None:
            return ALWAYS
        if owner:
            self._say("Ends", _("Ownership has no end."))
        elif not anything:
            self._say("Ends", _("There is no role or group that could end."))
        self._try("Ends", lambda: require_span(None, end_of(day)))
        return Span(ends=end_of(day))

    def _held(self, terms: GrantTerms, span: Span) -> GrantTerms:
        return Terms(terms.role, terms.scope, terms.labels, terms.resources, ends=span.ends)

    def _require(self, grant: GrantTerms) -> None:
        require_valid(self.workspace, Invite(workspace=self.workspace), grant, stood=True)
