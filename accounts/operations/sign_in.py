"""Changes of what one signs in with, and the sessions that end with them (XG8, S7)."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit, outbox, sessions
from accounts.models import SignIn, User
from accounts.sign_in import devices, links, second_factor


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


@transaction.atomic
def note_added(user: User, kind: str, request: HttpRequest | None) -> None:
    """Note a new factor on the account's chain; `kind` as allauth names it. Open links end."""
    links.end_all(user)
    audit.record(user, "factor.added", request, details={"kind": kind})


@transaction.atomic
def note_removed(user: User, kind: str, request: HttpRequest | None) -> int:
    """Note that a factor went; end open links, every other session, and return how many.

    Recovery codes alone are no factor: making new ones ends nothing.
    """
    details = {"kind": kind}
    ended = 0
    if kind in second_factor.FACTORS:
        ended = sessions.end_others(user, sessions.own_key(request, user))
        details["sessions_ended"] = str(ended)
        links.end_all(user)
    audit.record(user, "factor.removed", request, details=details)
    return ended


@transaction.atomic
def end_session(user: User, sign_in: SignIn, request: HttpRequest) -> bool:
    """End one session at once; return whether it still was there."""
    if not sessions.end([sign_in]):
        return False
    details = {"device": devices.words_of(sign_in.device), "address": sign_in.address}
    audit.record(user, "session.ended", request, details=details)
    return True


@transaction.atomic
def end_other_sessions(user: User, request: HttpRequest) -> int:
    """End every session but the one that asks; return how many ended."""
    ended = sessions.end_others(user, sessions.own_key(request, user))
    if ended:
        audit.record(user, "sessions.ended", request, details={"sessions_ended": ended})
    return ended


@transaction.atomic
def end_every_session() -> int:
    """End every session of everybody; return how many sign-ins there were."""
    Session.objects.all().delete()
    return SignIn.objects.all().delete()[0]
