"""What follows in workspaces from what accounts report; accounts cannot import upwards."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit, sessions
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from workspaces.change import lock_workspace
from workspaces.models import Member
from workspaces.operations.sign_in.session_limits import limits_of
from workspaces.operations.sso.sessions import vouching, vouching_again


@receiver(user_logged_in)
@transaction.atomic
def begin_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Begin a session by the limits that hold for the user now (S1, S2), and as far as what
    opened it reaches (P2).
    """
    vouched = vouching(request)
    limits = limits_of([user.pk])[user.pk]
    if vouched is None:
        vouching_again(request, sessions.begin(request, user, limits))
        return
    session, proved_at = vouched
    session.sign_in = sessions.begin(request, user, limits, own=False, proved_at=proved_at)
    session.save(force_insert=True)


@receiver(user_logged_out)
@transaction.atomic
def end_session(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """End the session on the server too, so that the cookie is worth nothing (XG10)."""
    key = request.session.get(sessions.IN_SESSION, "")
    if sessions.end(SignIn.objects.filter(key=key, user=user)) and user is not None:
        audit.record(user, "signed_out", request)


@receiver(pre_delete, sender=Authenticator)
def way_back_is_asked_first(instance: Authenticator, origin: Any, **kwargs: Any) -> None:
    """Take the locks of all the person's workspaces before the first row is written.

    They hold until the deletion is over, so that nobody requires providers meanwhile, and are
    taken in the order in which every operation on many workspaces takes them.
    """
    if not isinstance(origin, User):
        _enter_and_leave(instance)


@receiver(post_delete, sender=Authenticator)
def way_back_is_kept(instance: Authenticator, origin: Any, **kwargs: Any) -> None:
    """Keep the last factor of the last owner who enters without a provider (P5).

    Raises Conflict, which undoes the deletion. A whole account that goes asks by itself.
    """
    if not isinstance(origin, User):
        _enter_and_leave(instance)


def _enter_and_leave(instance: Authenticator) -> None:
    """Lock each open workspace of somebody; leaving the lock asks for the way back."""
    theirs = Member.objects.present().filter(user=instance.user_id).order_by("workspace_id")
    for pk in list(theirs.values_list("workspace_id", flat=True)):
        with lock_workspace(pk):
            pass
