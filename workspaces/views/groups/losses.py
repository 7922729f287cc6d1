"""What people lose who leave a group: by name, and what of it stays by which other way."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from workspaces.access.changes.levels import with_names
from workspaces.access.changes.without import Kept, Ways, kept_without, without
from workspaces.access.decide import Held
from workspaces.access.explain import grants_by_id
from workspaces.access.facts import load_policies
from workspaces.catalogue import ROLES
from workspaces.models import Grant, Group
from workspaces.operations.changes.affected import FIRST, Affected
from workspaces.views.console.review_words import joined, line_of

NAMED = 3  # things that stay, of each person


def of_leaving(group: Group, people: Sequence[Affected]) -> dict[int, tuple[str, ...]]:
    """Say it of the first three of whom anything is said, by primary key; the rest is counted.

    3 statements, and of each of them 1 more for each kind of move, and 2 for what stays.
    """
    first = sorted(people, key=lambda one: not one.moves)[:FIRST]
    policies, ways = (
        load_policies([one.member for one in first]),
        Ways(groups=frozenset({group.pk})),
    )
    lost, stays = dict[int, list[str]](), dict[int, Kept]()
    for one in first:
        before = policies[one.member.pk]
        moves = with_names(before, without(before, ways), one.moves)
        lost[one.member.pk] = [f"{line.text}: {line.names}." for line in map(line_of, moves)]
        stays[one.member.pk] = kept_without(before, ways, NAMED)
    rows = grants_by_id(held.grant for kept in stays.values() for held in kept.by)
    return {pk: (*lost[pk], *_stay_words(kept, rows)) for pk, kept in stays.items()}


def _stay_words(kept: Kept, rows: dict[int, Grant]) -> Sequence[str]:
    if not kept.things:
        return ()
    names = [thing.name for thing in kept.things]
    things = joined([*names, _("more")] if kept.more else names)
    by = joined(_way(held, rows) for held in kept.by)
    return (_("Keeps {things}, by {ways}.").format(things=things, ways=by),)


def _way(held: Held, rows: dict[int, Grant]) -> str:
    if held.grant is None:
        return _("owning the workspace")
    group = rows[held.grant].group
    if group is not None:
        return _("the group {name}").format(name=group.name)
    return _("their own {role}").format(role=ROLES[held.role].name)
