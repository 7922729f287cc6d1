"""How often a token may call: counted for each token and operation, in windows of a minute.

Counts lie in the cache that all workers share. Changes of who may do what are limited more
than everything else.
"""

import time
from dataclasses import dataclass
from email.utils import formatdate

from django.http import HttpRequest

from config.web import cache
from workspaces.errors import TooOften
from workspaces.models.token import Token

WINDOW = 60  # seconds
WRITES, ALL = 60, 200  # calls in a window
# Operations by name that change access; the limit of each is its own.
LIMITED = frozenset(
    {
        "add_permissions_to_user", "replace_permissions_for_user", "create_invites",
        "delete_invites", "delete_users", "create_user_group", "update_user_group",
        "delete_user_group", "add_users_to_user_group", "replace_users_in_user_group",
        "remove_users_from_user_group", "add_permissions_to_user_group",
        "replace_permissions_for_user_group", "create_label", "delete_label",
        "add_labels_to_source", "replace_labels_in_source",
        "add_labels_to_space", "replace_labels_in_space",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Used:
    """What a token has used of a limit in this window; `ends` is in seconds since 1970."""

    consumed: int
    limit: int
    ends: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Consumed": str(self.consumed),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.consumed)),
            "X-RateLimit-Reset": formatdate(self.ends, usegmt=True),
        }


def count(token: Token, operation: str) -> Used:
    """Count a call. Raises Overdrawn when it is one too many."""
    now = int(time.time())
    window, limit = now // WINDOW, WRITES if operation in LIMITED else ALL
    key = f"api-calls:{token.pk}:{operation if operation in LIMITED else 'all'}:{window}"
    consumed = cache.count(key, 2 * WINDOW)
    used = Used(consumed, limit, (window + 1) * WINDOW)
    if consumed > limit:
        raise Overdrawn(used, now)
    return used


class Overdrawn(TooOften):
    """One call too many; `used` says until when."""

    def __init__(self, used: Used, now: int) -> None:
        super().__init__("E12", "Too many requests", wait=max(1, used.ends - now))
        self.used = used


def used_by(request: HttpRequest) -> Used | None:
    """Return what this request's token has used, where it was counted."""
    return getattr(request, "used", None)
