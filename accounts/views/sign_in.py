"""Views of signing in that allauth does not bring, and forms of it that were open too long."""

from urllib.parse import urlencode

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.account.views import PasswordResetFromKeyView, PasswordResetView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sign_in.links import user_of
from config.web import errors

SIGNING_IN = ("account_login", "mfa_login_webauthn", "mfa_authenticate")
METHODS = ("GET", "HEAD", "POST")


def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign somebody in by a link from the command line; it works once (410 afterwards).

    GET only shows a button, so that a link that is looked at is not used up. It stands for
    the password: whoever has a second factor shows that too.
    """
    if settings.PRODUCTION:
        raise Http404
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    with transaction.atomic():
        user = user_of(token)
        if user is None:
            return render(request, "accounts/sign_in_link_spent.html", status=410)
        if request.method != "POST":
            return render(request, "accounts/sign_in_link.html", {"person": user})
        # The row is locked and asked again: two clicks at once sign in one of them.
        User.objects.select_for_update().get(pk=user.pk)
        if user_of(token) is None:
            return render(request, "accounts/sign_in_link_spent.html", status=410)
        logout(request)  # whoever was signed in before: nothing of theirs is taken over (XG1)
        answer: HttpResponse = perform_login(request, user)
    return answer


sign_in_link.needs = "public: the link itself is the proof, in development only"  # type: ignore[attr-defined]
sign_in_link.methods = METHODS  # type: ignore[attr-defined]


class PasswordReset(PasswordResetView):  # type: ignore[misc]
    """Ask for a link that sets a password; where one wanted to go stays in it."""

    def get_success_url(self) -> str:
        return str(self.passthrough_next_url(reverse("account_reset_password_done")))


class PasswordResetFromKey(PasswordResetFromKeyView):  # type: ignore[misc]
    """Set a password by the link, then sign in with it and go on."""

    def get_success_url(self) -> str:
        return str(self.passthrough_next_url(reverse("account_reset_password_from_key_done")))


password_reset = PasswordReset.as_view()
password_reset.needs = "public: who forgot their password begins here"
password_reset.methods = METHODS
password_reset_from_key = PasswordResetFromKey.as_view()
password_reset_from_key.needs = "public: the link itself is the proof"
password_reset_from_key.methods = METHODS


def confirm_email(request: HttpRequest) -> HttpResponse:
    """Ask for the code that went to the address; whoever is signed in has no code to enter."""
    if request.user.is_authenticated:
        return redirect("home")
    answer: HttpResponse = allauth.email_verification_sent(request)
    return answer


confirm_email.needs = "public: a code is entered before one is signed in"  # type: ignore[attr-defined]
confirm_email.methods = METHODS  # type: ignore[attr-defined]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Go on to where a stale form of signing in would have led; nothing of it is done.

    Whoever is signed in meanwhile is there; anybody else gets the form afresh. Whose browser
    keeps no cookies would go in circles, and reads so. Signing out asks for its proof as long
    as there is somebody to sign out (XI2).
    """
    if reason == REASON_NO_CSRF_COOKIE:
        return errors.csrf_failure(request, reason)
    if request.path == reverse("account_logout") and not request.user.is_authenticated:
        return redirect("account_login")
    if request.path not in map(reverse, SIGNING_IN):
        return errors.csrf_failure(request, reason)
    wanted = get_next_redirect_url(request)
    if request.user.is_authenticated:
        return redirect(wanted or get_adapter().get_login_redirect_url(request))
    messages.error(request, _("This page was open too long. Sign in again."))
    query = f"?{urlencode({REDIRECT_FIELD_NAME: wanted})}" if wanted else ""
    return redirect(f"{reverse('account_login')}{query}")
