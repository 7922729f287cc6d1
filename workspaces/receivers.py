"""What follows in workspaces from what accounts report; accounts cannot import upwards."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit, sessions
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from workspaces.operations.sign_in.session_limits import limits_of


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Begin a session by the limits that hold for the user now (S1, S2)."""
    sessions.begin(request, user, limits_of([user.pk])[user.pk])


@receiver(user_logged_out)
@transaction.atomic
def end_session(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """End the session on the server too, so that the cookie is worth nothing (XG10)."""
    key = request.session.get(sessions.IN_SESSION, "")
    if sessions.end(SignIn.objects.filter(key=key, user=user)) and user is not None:
        audit.record(user, "signed_out", request)
