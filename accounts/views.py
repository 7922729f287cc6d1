"""Views of signing in that allauth does not bring, of one's preferences, and of the mail
previews of development.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.forms import PREFERENCES, PreferencesForm
from accounts.guards import SAFE, UserRequest, signed_in
from accounts.models.mail import Mail
from accounts.models.user import User
from accounts.preferences import save_preferences
from accounts.sign_in_links import user_of
from config.web.http import page
from config.web.listing import paged
from config.web.toasts import toast

SIGN_IN_BACKEND = "accounts.backends.SignInBackend"
METHODS = ("GET", "HEAD", "POST")


def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign somebody in by a link from the command line; it works once (410 afterwards).

    GET only shows a button, so that a link that is looked at is not used up.
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
        login(request, user, backend=SIGN_IN_BACKEND)
    return redirect("home")


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


def in_development(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page that only development has; in production there is nothing there."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if settings.PRODUCTION:
            raise Http404
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return view(request, **kwargs)

    guarded.needs = "public: mail previews, in development only"  # type: ignore[attr-defined]
    guarded.methods = ("GET", "HEAD")  # type: ignore[attr-defined]
    return guarded


@in_development
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail that waits or left, newest first."""
    found = paged(request, Mail.objects.newest_first())
    return render(request, "accounts/mails.html", {"page": found, "frame": None})


@in_development
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail as text, and the way to its HTML."""
    found = get_object_or_404(Mail, pk=mail_id)
    return render(request, "accounts/mail.html", {"mail": found, "frame": None})


@in_development
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The HTML of one mail as a page of its own, under the policy every page is under."""
    return HttpResponse(get_object_or_404(Mail, pk=mail_id).html)


@signed_in("everybody has preferences of their own", methods=(*SAFE, "POST"))
def preferences(request: UserRequest) -> HttpResponse:
    """Theme, rows, time zone, keys and mail; with script each is saved as it is chosen."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if form.is_valid():
        save_preferences(form.instance, PREFERENCES)
        toast(request, _("Saved."))
        return redirect("preferences")
    return page(
        request,
        "accounts/preferences.html",
        {"form": form},
        fragments=("toasts",),
        status=422 if form.is_bound else 200,
    )
