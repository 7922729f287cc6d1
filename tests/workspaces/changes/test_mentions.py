"""Each event mentions whom and what it concerned, so that they find it under their name (A1)."""

import pytest

from tests.workspaces.changes.test_one_event import CHANGES
from tests.world import SYSTEM
from workspaces.catalogue import ResourceType
from workspaces.events import KINDS

# Of which kinds each kind of event mentions something at least. One that concerns people, and
# mentions nobody, would be missing from their Activity (A1).
PEOPLE = frozenset({"member", "invite"})
ALONE = frozenset({"workspace"})
NAMES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("group.members_added", "group.members_removed", "group.members_moved",
         "group.memberships_moved",
         "group.members_replaced", "group.members_awaited", "group.deleted",
         "groups.deleted", "groups.members_added"), PEOPLE),
    **dict.fromkeys(
        ("group.managers_changed", "group.offer_changed",
         "group.created", "group.described", "group.linked", "group.opened", "group.closed",
         "group.taken_over"),
        frozenset({"group"})),
    **dict.fromkeys(
        ("member.added", "member.removed", "member.left", "member.owner_changed",
         "member.deactivated", "member.reactivated", "member.recorded", "member.linked",
         "member.forgotten", "members.removed", "grants.given_to_many", "grants.ends_moved",
         "grant.end_moved", "request.made", "request.withdrawn", "request.approved",
         "request.declined", "requests.closed", "alias.asked", "invite.accepted",
         "workspace.created", "take_up.asked", "take_up.begun", "take_up.refused",
         "take_up.ended", "glass.broken", "glass.looked_at"),
        frozenset({"member"})),
    **dict.fromkeys(
        ("invite.sent", "invites.sent", "invite.resent", "invite.changed", "invite.revoked",
         "invites.voided", "invites.overtaken", "invites.emptied"), frozenset({"invite"})),
    **dict.fromkeys(
        ("policy.changed", "policy.extended"),
        PEOPLE | {"group", "token"}),
    **dict.fromkeys(
        ("resource.created", "resource.renamed", "resource.changed", "resource.deleted",
         "resource.relabelled", "resources.relabelled", "resource.connected",
         "resource.disconnected", "resource.read", "support.page_read"),
        frozenset({"workspace", *ResourceType})),
    **dict.fromkeys(("label.created", "label.deleted", "label.replaced"), frozenset({"label"})),
    **dict.fromkeys(
        ("domain.added", "domain.renewed", "domain.proved", "domain.lapsed", "domain.given_up"),
        frozenset({"domain"})),
    **dict.fromkeys(
        ("connection.added", "connection.changed", "connection.tested", "connection.switched",
         "connection.taken_out"),
        frozenset({"connection"})),
    **dict.fromkeys(
        ("review.opened", "review.closed", "review.taken_back", "review.stopped_repeating",
         "review.exported"),
        frozenset({"review"})),
    **dict.fromkeys(
        ("binding.released", "members.exempted", "member.admitted", "member.bound"),
        frozenset({"member"})),
    **dict.fromkeys(
        ("token.created", "token.rotated", "token.confirmed", "token.revoked",
         "tokens.revoked", "tokens.ends_moved"),
        frozenset({"token"})),
}  # fmt: skip
# These concern the workspace as a whole, or are mentioned by what they found.
WHOLE = frozenset(
    action for action in KINDS if action.partition(".")[0] in {"workspace", "support", "audit"}
) | {
    "members.exported",
    "access.exported",
    "tokens.exported",
    "resources.exported",
    "groups.exported",
}


def test_every_kind_of_event_says_whom_or_what_it_mentions_A1():
    assert NAMES.keys() | WHOLE >= KINDS.keys()


@pytest.mark.parametrize("name", CHANGES)
def test_one_operation_mentions_whom_and_what_it_concerned_A1(world, name):
    change = CHANGES[name](world)
    change(by=SYSTEM.because("why"))
    event = world.workspace.events.newest_first().first()
    kinds = set(world.workspace.mentions.filter(number=event.number).values_list("kind", flat=True))
    assert kinds & NAMES.get(event.action, ALONE)
    about = KINDS[event.action].about
    assert not about or event.target_type in about
