"""Proving who one is without a password and without a second factor (S8)."""

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.forms.reset import ResetPasswordForm
from accounts.guards import SAFE, UserRequest, signed_in, way_to_prove
from config.web.http import page
from config.web.limits import too_often
from config.web.toasts import toast


@signed_in("who has nothing to prove it with gets a link by mail", methods=(*SAFE, "POST"))
def account_prove(request: UserRequest) -> HttpResponseBase:
    """Say what is missing, and mail a link that sets a password."""
    way = way_to_prove(request)
    if way != reverse("account_prove"):
        asked = request.GET.urlencode() if REDIRECT_FIELD_NAME in request.GET else ""
        return redirect(f"{way}?{asked}" if asked else way)
    if request.method == "POST":
        refusal = too_often(request, "prove_by_link")
        if refusal is not None:
            return refusal
        form = ResetPasswordForm({"email": request.user.email})
        if form.is_valid():
            form.save(request)
        toast(request, _("We sent a mail to {address}.").format(address=request.user.email))
        return redirect("account_prove")
    return page(request, "accounts/prove.html", {})
