"""Setting a password: the other sessions end with the old one, and the person is told (G8)."""

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit, outbox, sessions
from accounts.models.user import User


@transaction.atomic
def set_password(user: User, password: str, *, request: HttpRequest) -> int:
    """Write the password and end every other session at once; return how many ended.

    The session that asks goes on when it is the person's own; after a reset allauth's
    signal ends that one too.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    ended = sessions.end_others(user, sessions.own_key(request, user))
    audit.record(user, "password.changed", request, details={"sessions_ended": ended})
    outbox.queue(
        user.email,
        "password_changed",
        {
            "when": timezone.now(),
            "address": request.META.get("REMOTE_ADDR", ""),
            "reset_url": outbox.absolute(reverse("account_reset_password")),
            "tokens_url": outbox.absolute(reverse("my_tokens")),
        },
    )
    return ended
