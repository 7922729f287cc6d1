"""Views of signing in that allauth does not bring."""

from allauth.account import views as allauth
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render

from accounts.models.user import User
from accounts.sign_in_links import user_of

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
        logout(request)  # whoever was signed in before: nothing of theirs is taken over (G1)
        answer: HttpResponse = perform_login(request, user)
    return answer


sign_in_link.needs = "public: the link itself is the proof, in development only"  # type: ignore[attr-defined]
sign_in_link.methods = METHODS  # type: ignore[attr-defined]


def confirm_email(request: HttpRequest) -> HttpResponse:
    """Ask for the code that went to the address; whoever is signed in has no code to enter."""
    if request.user.is_authenticated:
        return redirect("home")
    answer: HttpResponse = allauth.email_verification_sent(request)
    return answer


confirm_email.needs = "public: a code is entered before one is signed in"  # type: ignore[attr-defined]
confirm_email.methods = METHODS  # type: ignore[attr-defined]
