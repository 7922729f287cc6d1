"""What a member loses who is taken out, or owns no more: by name, as *What if* says it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _, ngettext

from workspaces.access.changes.levels import moves
from workspaces.access.changes.without import Ways, every_way_of, left_to_owners, without
from workspaces.access.decide import Policy
from workspaces.access.explain import grants_by_id
from workspaces.access.facts import load_policy
from workspaces.models import Member
from workspaces.views.console.review_words import joined, line_of

NAMED = 3


def of_removal(member: Member) -> Iterator[str]:
    """Say what goes with somebody who is taken out."""
    before = load_policy(member)
    yield from _lost(member, before, without(before, every_way_of(before)))


def of_owning(member: Member) -> Iterator[str]:
    """Say what goes with one's own ownership, and by which ways the rest stays."""
    before = load_policy(member)
    after = without(before, Ways(own_role=True))
    yield from _lost(member, before, after)
    rows = grants_by_id(held.grant for held in after.held)
    groups = joined(grant.group.name for grant in rows.values() if grant.group)
    if groups:
        yield _("Keeps what comes by {groups}.").format(groups=groups)


def _lost(member: Member, before: Policy, after: Policy) -> Iterator[str]:
    found = moves(before, after)
    for line in map(line_of, found):
        yield f"{line.text}: {line.names}."
    if before.is_owner:
        return  # what they alone edited, owners alone edit as before
    alone = left_to_owners(member, before, after, found)
    if alone:
        names = [thing.name for thing in alone[:NAMED]]
        more = len(alone) - NAMED
        if more > 0:
            names.append(ngettext("{n} more", "{n} more", more).format(n=more))
        yield _("Nobody but owners could edit then: {names}.").format(names=joined(names))
