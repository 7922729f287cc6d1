"""One's own account: its address, its preferences, and proving who one is without a password (S8).

Another address is taken by a link that goes to it."""

from http import HTTPStatus
from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.forms.account import PREFERENCES, AddressForm, PreferencesForm
from accounts.forms.sign_in import ResetPasswordForm
from accounts.guards import SAFE, UserRequest, freshly_proved, signed_in, way_to_prove
from accounts.kept import drop
from accounts.operations import addresses
from accounts.operations.preferences import save_preferences
from config.web.http import page, toast
from config.web.limits import HOUR, Limit, count, limited


@signed_in("everybody may change their own address", methods=(*SAFE, "POST"))
@freshly_proved
@limited(Limit("changes of address", 5, HOUR))
def account_address(request: UserRequest) -> HttpResponseBase:
    """Ask for another address; the answer is the same whether it is taken or not (XF2)."""
    form = AddressForm(request.POST or None, user=request.user)
    if form.is_valid():
        count(request)
        new = form.cleaned_data["email"]
        addresses.ask(request.user, new, request=request)
        words = _("We sent a mail to {address}. Follow the link in it within an hour.")
        toast(request, words.format(address=new))
        return redirect("account_address")
    return page(request, "accounts/address.html", {"form": form}, status=form.status)


@signed_in("the link and the session together are the proof", methods=(*SAFE, "POST"))
def account_address_confirm(request: UserRequest, token: str) -> HttpResponse:
    """Take the address that the link went to; looking at the page changes nothing (XE9)."""
    wanted = addresses.wanted_by(token)
    if wanted is not None and wanted.account != request.user.pk:
        return render(request, "accounts/address_other.html", status=HTTPStatus.FORBIDDEN)
    if wanted is None or wanted.old != request.user.email:
        return render(request, "accounts/address_spent.html", status=HTTPStatus.GONE)
    if request.method != "POST":
        return render(request, "accounts/address_confirm.html", {"new": wanted.new})
    if not addresses.change(request.user, wanted, request=request):
        return render(request, "accounts/address_spent.html", status=HTTPStatus.GONE)
    toast(request, _("Your address is {address} now.").format(address=wanted.new))
    return redirect("account_address")


@signed_in("who has nothing to prove it with gets a link by mail", methods=(*SAFE, "POST"))
@limited(Limit("links to prove who one is", 5, HOUR))
def account_prove(request: UserRequest) -> HttpResponseBase:
    """Say what is missing, and mail a link that sets a password."""
    way, way_on = way_to_prove(request), get_next_redirect_url(request)
    if way != reverse("account_prove"):
        asked = request.GET.urlencode() if REDIRECT_FIELD_NAME in request.GET else ""
        return redirect(f"{way}?{asked}" if asked else way)
    if request.method == "POST":
        count(request)
        form = ResetPasswordForm({"email": request.user.email})
        if form.is_valid():
            form.save(request)
        toast(request, _("We sent a mail to {address}.").format(address=request.user.email))
        asked = urlencode({REDIRECT_FIELD_NAME: way_on}) if way_on else ""
        return redirect(f"{way}?{asked}" if asked else way)
    return page(
        request,
        "accounts/prove.html",
        {
            "redirect_field_name": REDIRECT_FIELD_NAME,
            "redirect_field_value": way_on,
            "mails_shown": not settings.PRODUCTION,
        },
    )


@signed_in("gives up a form of one's own", methods=("POST",), asks_reach=True)
def account_prove_give_up(request: UserRequest) -> HttpResponse:
    """Let go of what waits for a proof, and lead back to where it was sent from."""
    drop(request)
    return redirect(get_next_redirect_url(request) or "home")


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
