"""What follows from what allauth reports."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, password_reset
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import sessions
from accounts.models import User
from accounts.operations import sign_in
from accounts.sign_in import attempts, second_factor


@receiver(password_reset)
def address_is_proved(user: User, **kwargs: Any) -> None:
    """Note that the address is verified: the link that was used went there by e-mail.

    Every session ends, also one in the browser that followed the link (XG8).
    """
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    sessions.end_all(user)


@receiver(authentication_step_completed)
def identity_is_proved(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Keep when somebody who is signed in proved again who they are (S8)."""
    if kwargs.get("reauthenticated"):
        sessions.note_proof(request, user)


@receiver(post_save, sender=Authenticator)
def factor_is_there(instance: Authenticator, *, created: bool, **kwargs: Any) -> None:
    """Note a second factor, or recovery codes, on the chain of the account (A1)."""
    if created:
        sign_in.note_added(instance.user, instance.type, context.request)


@receiver(post_delete, sender=Authenticator)
def factor_is_gone(instance: Authenticator, origin: Any, **kwargs: Any) -> None:
    """End the other sessions of whoever takes a second factor off (XG8).

    By whatever door, in the transaction that deletes it. With its whole account it goes
    without a word.
    """
    if not isinstance(origin, User):
        sign_in.note_removed(instance.user, instance.type, context.request)


@receiver(authenticator_added)
def factor_is_proved(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Note that the session was proved by the factor that was just set up in it (XK8).

    Setting one up takes a code of the app or a signature of the key, and a fresh proof of
    identity before: whoever did that need not show the same factor again at once.
    """
    if authenticator.type in second_factor.FACTORS:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )


@receiver(password_reset)
def tries_begin_anew(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Let whoever set a new password by mail sign in with it, however often others failed (XG3)."""
    attempts.renew(user.email, get_adapter(request).get_client_ip(request))
