"""Who hears of a taking up: approvers, whoever asked, and all owners of a broken glass (W3, W5)."""

from typing import Any

from django.urls import reverse

from accounts import outbox
from config.web.values.dates import length_words
from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER, role_of
from workspaces.change import Actor
from workspaces.models import MemberQuerySet, TakeUp
from workspaces.operations.taking_up.held import Takable


def name_of(row: TakeUp | Takable) -> str:
    """Return what is taken up, or could be, in a few words: its role, or the group."""
    if row.grant is not None:
        return role_of(row.grant.role).name
    return row.membership.group.name if row.membership else ""


def asked(row: TakeUp, people: MemberQuerySet) -> None:
    """Ask whoever may agree; the mail leads to the page where they do."""
    addresses = people.order_by("pk").values_list("user__email", flat=True)
    outbox.queue_alike(list(addresses), "take_up_asked", _words(row))


def answered(row: TakeUp, *, agreed: bool, by: Actor) -> None:
    """Tell whoever asked."""
    words = {**_words(row), "agreed": agreed, "by": by.name}
    outbox.queue(row.member.user.email, "take_up_answered", words)


def glass_broken(row: TakeUp) -> None:
    """Tell every owner at once (W5), also who takes no mail about access."""
    owners = who(ADMINISTER, row.workspace).order_by("pk").values_list("user__email", flat=True)
    outbox.queue_alike(list(owners), "glass_broken", _words(row))


def _words(row: TakeUp) -> dict[str, Any]:
    return {
        "workspace": row.workspace.name,
        "who": row.member.user.get_full_name(),
        "what": name_of(row),
        "length": length_words(row.minutes),
        "reason": row.reason,
        "url": outbox.absolute(
            reverse("workspaces:take_up", args=[row.workspace.slug, row.public_id])
        ),
        "mine_url": outbox.absolute(reverse("workspaces:my_access", args=[row.workspace.slug])),
    }
