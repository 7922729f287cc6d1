"""Changing one's own address, by a link that goes to the new one."""

from http import HTTPStatus

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms.address import AddressForm
from accounts.guards import SAFE, UserRequest, freshly_proved, signed_in
from accounts.operations import addresses
from config.web.http import page
from config.web.limits import too_often
from config.web.toasts import toast


@signed_in("everybody may change their own address", methods=(*SAFE, "POST"))
@freshly_proved
def account_address(request: UserRequest) -> HttpResponseBase:
    """Ask for another address; the answer is the same whether it is taken or not (F2)."""
    form = AddressForm(request.POST or None, user=request.user)
    if form.is_valid():
        refusal = too_often(request, "change_address")
        if refusal is not None:
            return refusal
        new = form.cleaned_data["email"]
        addresses.ask(request.user, new, request=request)
        words = _("We sent a mail to {address}. Follow the link in it within an hour.")
        toast(request, words.format(address=new))
        return redirect("account_address")
    return page(request, "accounts/address.html", {"form": form}, status=form.status)


@signed_in("the link and the session together are the proof", methods=(*SAFE, "POST"))
def account_address_confirm(request: UserRequest, token: str) -> HttpResponse:
    """Take the address that the link went to; looking at the page changes nothing (E9)."""
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
