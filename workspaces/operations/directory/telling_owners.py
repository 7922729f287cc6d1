"""Telling owners that a directory wanted to take out the last one of them (XL8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.core.cache import cache
from django.urls import reverse

from accounts import outbox
from workspaces.change import Actor
from workspaces.errors import Conflict
from workspaces.models import DirectoryPerson, Member, Workspace

ONCE_IN = timedelta(days=1)  # a directory tries again and again
security = structlog.get_logger("gatehouse.security")


@contextmanager
def telling_owners(person: Member | DirectoryPerson, *, by: Actor) -> Iterator[None]:
    """Let a refusal for the last owner's sake through, and tell the owners of it.

    To be opened around the lock: what was refused is undone by then, the mail stays.
    """
    try:
        yield
    except Conflict as refusal:
        if refusal.rule == "R7":
            _tell(person.workspace, person.user.email, by=by)
        raise


def _tell(workspace: Workspace, email: str, *, by: Actor) -> None:
    """Write a line to the security log, and at most one mail a day to each owner."""
    security.warning("last_owner_kept", workspace=workspace.slug, person=email, by=by.name)
    key = f"last-owner-told:{workspace.pk}"
    if not cache.add(key, "y", ONCE_IN.total_seconds()):
        return
    context = {
        "workspace": workspace.name,
        "email": email,
        "by": by.name,
        "url": outbox.absolute(reverse("workspaces:members", args=[workspace.slug])),
    }
    owners = workspace.members.owners().values_list("user__email", flat=True)
    outbox.queue_alike(owners, "last_owner", context)
