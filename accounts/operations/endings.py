"""Ending one's own sessions, from the list of them (S7)."""

from django.db import transaction
from django.http import HttpRequest

from accounts import audit, sessions
from accounts.devices import words_of
from accounts.models.sign_in import SignIn
from accounts.models.user import User


@transaction.atomic
def end_session(user: User, sign_in: SignIn, request: HttpRequest) -> bool:
    """End one session at once; return whether it still was there."""
    if not sessions.end([sign_in]):
        return False
    details = {"device": words_of(sign_in.device), "address": sign_in.address}
    audit.record(user, "session.ended", request, details=details)
    return True


@transaction.atomic
def end_other_sessions(user: User, request: HttpRequest) -> int:
    """End every session but the one that asks; return how many ended."""
    ended = sessions.end_others(user, sessions.own_key(request, user))
    if ended:
        audit.record(user, "sessions.ended", request, details={"sessions_ended": ended})
    return ended
