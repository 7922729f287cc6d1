"""What if somebody's ways were taken away: what they lose, what stays, who else is left, in words.

Nothing is written here. From the answer one goes on to the ordinary reviews of taking it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.formats import number_format
from django.utils.translation import gettext as _, ngettext

from workspaces.access.changes.levels import NONE, VIEW
from workspaces.access.changes.without import Left, OnThing, Without, what_if
from workspaces.access.decide import Held
from workspaces.access.explain import grants_by_id
from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER, EDIT, ENGAGE, READ, VIEW_PII
from workspaces.forms.grants.ways import TickedWay, WaysTicked
from workspaces.models import Event, Grant, Member, Resource, Workspace
from workspaces.views.console.review_words import DROP, LOSS, Line, joined, line_of, losses_of
from workspaces.views.console.wording import action_words
from workspaces.views.grants.paths import PathChips, chips_in
from workspaces.views.grants.steps import Pairs, Step, first_url, steps_of

NAMED = 3


@dataclass(frozen=True, slots=True)
class Alone:
    """What one way by itself would do: `level` is what stays then, by `through`."""

    name: str
    is_group: bool
    level: str
    through: str


@dataclass(frozen=True, slots=True)
class PersonLoss:
    """One person's part of the answer. `was` and `becomes` are levels; both may be empty."""

    member: Member
    sentence: str
    was: str
    becomes: str
    lines: tuple[Line, ...]
    stays: str
    stays_by: tuple[PathChips, ...]
    leaves: str
    elsewhere: tuple[Line, ...]
    alone: tuple[Alone, ...]
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class Others:
    """Who can still do it: the first by name, how many in all, and how many of them are owners."""

    members: tuple[Member, ...]
    names: str
    total: int
    owners: int
    edits: bool

    @property
    def only_owners(self) -> bool:
        return self.total == self.owners


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The whole answer, ready to draw; `thing` is what it was asked about, None for everything.

    `first_url` is where the change begins: the first of the reviews, whence one goes on.
    """

    title: str
    thing: Resource | None
    people: tuple[PersonLoss, ...]
    others: Others | None
    steps: tuple[Step, ...]
    first_url: str
    changes: bool
    n_ways: int

    @property
    def several(self) -> bool:
        """Whether it was asked about several people."""
        return len(self.people) > 1

    @property
    def said(self) -> str:
        return " ".join(person.sentence for person in self.people)


def answer_of(
    workspace: Workspace, ticked: WaysTicked, home: Pairs, thing: Resource | None = None
) -> WhatIf | None:
    """Answer for the ticked ways; None where there are none. At most 21 statements, and one more
    for each kind of move where one person is asked about. `home` is where the reviews lead at last
    (`steps`)."""
    if not ticked.ways:
        return None
    found = what_if(ticked.asked, thing)
    ways = ticked.by_member
    steps = tuple(steps_of(workspace, ticked.ways))
    told = _Told(workspace, thing, found)
    return WhatIf(
        _title(found, len(ticked.ways)),
        thing,
        tuple(told.person(one, ways[one.asked.member.pk]) for one in found),
        _others(thing, found) if thing else None,
        steps,
        first_url(steps, home),
        changes=any(one.changes for one in found),
        n_ways=len(ticked.ways),
    )


def _title(found: Sequence[Without], n: int) -> str:
    if len(found) == 1:
        text = ngettext("What if {name} loses this way?", "What if {name} loses these {n} ways?", n)
        return text.format(name=found[0].asked.member.user.get_short_name(), n=n)
    return _("What if {people} people lose these {n} ways?").format(people=len(found), n=n)


class _Told:
    """Puts what people lose into words; what all need is read once, 4 statements."""

    def __init__(
        self, workspace: Workspace, thing: Resource | None, found: Sequence[Without]
    ) -> None:
        self._workspace, self._thing = workspace, thing
        held = [h for one in found if one.on for h in self._held_in(one.on)]
        self._rows = grants_by_id(h.grant for h in held)
        self._used = _last_used(thing, found) if thing else {}

    @staticmethod
    def _held_in(on: OnThing) -> Iterator[Held]:
        for left in (on.becomes, *on.alone):
            yield from left.by

    def person(self, one: Without, ways: Sequence[TickedWay]) -> PersonLoss:
        member, on = one.asked.member, one.on
        keeps = on is not None and NONE != on.becomes.level != on.was.level
        return PersonLoss(
            member,
            self._sentence(one),
            _shown(on.was) if on else "",
            _shown(on.becomes) if on else "",
            tuple(_lost_here(on, self._thing)) if on and self._thing else (),
            _stays(on, self._through(on.becomes)) if on and keeps else "",
            tuple(chips_in(self._workspace, on.becomes.by, self._rows)) if on and keeps else (),
            joined(way.group.name for way in ways if way.group),
            (
                *(line_of(move) for move in one.elsewhere),
                *(
                    Line(
                        LOSS,
                        _("May no longer {action} this workspace").format(
                            action=action_words(action)
                        ),
                    )
                    for action in one.lost
                ),
            ),
            tuple(self._alone(way, left) for way, left in zip(ways, on.alone, strict=True))
            if on and len(ways) > 1
            else (),
            self._used.get(member.public_id),
        )

    def _sentence(self, one: Without) -> str:
        name, on = one.asked.member.user.get_short_name(), one.on
        if on is None or self._thing is None:
            lost = joined(losses_of(one.elsewhere))
            text = _("{name} {loses}.") if lost else _("{name} keeps all that they reach.")
            return text.format(name=name, loses=lost)
        return _sentences(on).format(
            name=name, thing=self._thing.name, through=self._through(on.becomes)
        )

    def _through(self, left: Left) -> str:
        """Name what gives a level: groups, a grant of one's own, one's own role."""
        return joined(self._by(held) for held in left.by)

    def _by(self, held: Held) -> str:
        grant: Grant | None = self._rows.get(held.grant or 0)
        if grant is None:
            return _("their own role")
        return grant.group.name if held.group and grant.group else _("their own grant")

    def _alone(self, way: TickedWay, left: Left) -> Alone:
        name = way.group.name if way.group else _("Direct")
        level = "" if left.level == NONE else left.level
        return Alone(name, way.group is not None, level, self._through(left))


def _shown(left: Left) -> str:
    return "" if left.level == NONE else left.level


def _sentences(on: OnThing) -> str:
    """Return the sentence for what becomes of a thing."""
    texts = {
        (EDIT, VIEW): _("{name} loses edit on {thing} and keeps view."),
        (EDIT, NONE): _("{name} can no longer edit or see {thing}."),
        (VIEW, NONE): _("{name} can no longer see {thing}."),
        (EDIT, EDIT): _("{name} keeps edit on {thing}, by {through}."),
        (VIEW, VIEW): _("{name} keeps view of {thing}, by {through}."),
        (NONE, NONE): _("{name} does not reach {thing} now."),
    }
    said = texts[on.was.level, on.becomes.level]
    had, has = on.could
    if had not in {has, on.was.level}:
        could = {
            EDIT: _("{name} can no longer take up edit on it."),
            VIEW: _("{name} can no longer take up view of it."),
        }
        return f"{said} {could[had]}"
    return said


def _lost_here(on: OnThing, thing: Resource) -> Iterator[Line]:
    """Say what goes on the thing itself, and beneath it."""
    lost = on.was.rights - on.becomes.rights
    if on.was.level != on.becomes.level:
        tone = DROP if on.becomes.level == VIEW else LOSS
        text = _("Edit {thing}") if on.was.level == EDIT else _("View {thing}")
        yield Line(tone, text.format(thing=thing.name), names=joined(_actions(lost)))
    aside = {
        ENGAGE: _("No more engaging with {thing}"),
        VIEW_PII: _("Personal data of {thing} is masked"),
    }
    yield from (Line(LOSS, text.format(thing=thing.name)) for a, text in aside.items() if a in lost)
    yield from (line_of(move) for move in on.beneath)


def _actions(lost: Iterable[str]) -> list[str]:
    """Name the actions that go besides the level."""
    return [action_words(action) for action in sorted(set(lost) - {EDIT, READ, ENGAGE, VIEW_PII})]


def _stays(on: OnThing, through: str) -> str:
    edit = on.becomes.level == EDIT
    text = _("Edit stays, by {through}") if edit else _("View stays, by {through}")
    return text.format(through=through)


def _last_used(thing: Resource, found: Sequence[Without]) -> dict[str, datetime]:
    """Return when each last changed the thing, as far as the trail goes; 1 statement."""
    people = [one.asked.member.public_id for one in found]
    rows = Event.objects.about_resource(thing).filter(actor_id__in=people).order_by()
    return dict(rows.values_list("actor_id").annotate(at=Max("at")))


def _others(thing: Resource, found: Sequence[Without]) -> Others:
    """Return who can still edit the thing, or read it where nobody asked about edits; 4
    statements."""
    edits = any(one.on and one.on.was.level == EDIT for one in found)
    action = EDIT if edits else READ
    losing = [
        one.asked.member.pk for one in found if one.on and action not in one.on.becomes.rights
    ]
    left = who(action, thing).exclude(pk__in=losing)
    owners = who(ADMINISTER, thing.workspace).filter(pk__in=left.order_by().values("pk"))
    asked = [one.asked.member.pk for one in found]
    shown = tuple(left.exclude(pk__in=asked).select_related("user").by_name()[:NAMED])
    names = [member.user.get_full_name() for member in shown]
    others = left.exclude(pk__in=asked)
    total = others.count()
    n_owners = owners.exclude(pk__in=asked).count()
    more = total - len(shown)
    if more:
        names.append(_("{n} more").format(n=number_format(more, force_grouping=True)))
    return Others(shown, joined(names), total, n_owners, edits=edits)
