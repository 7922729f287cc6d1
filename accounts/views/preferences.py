"""One's preferences."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.forms.preferences import PREFERENCES, PreferencesForm
from accounts.guards import SAFE, UserRequest, signed_in
from accounts.preferences import save_preferences
from config.web.http import page
from config.web.toasts import toast


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
