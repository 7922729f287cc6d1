"""What follows when a second factor comes or goes (G8, A1)."""

from django.db import transaction
from django.http import HttpRequest

from accounts import audit, sessions
from accounts.models.user import User
from accounts.second_factor import FACTORS


def note_added(user: User, kind: str, request: HttpRequest | None) -> None:
    """Note a new factor on the account's chain; `kind` as allauth names it."""
    audit.record(user, "factor.added", request, details={"kind": kind})


@transaction.atomic
def note_removed(user: User, kind: str, request: HttpRequest | None) -> int:
    """Note that a factor went and end every other session; return how many ended.

    Recovery codes alone are no factor: making new ones ends nothing.
    """
    details = {"kind": kind}
    ended = 0
    if kind in FACTORS:
        ended = sessions.end_others(user, sessions.own_key(request, user))
        details["sessions_ended"] = str(ended)
    audit.record(user, "factor.removed", request, details=details)
    return ended
