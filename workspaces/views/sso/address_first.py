"""Signing in begins with an address: then by a provider, or by a password (P8)."""

from typing import Any

from allauth.account.views import LoginView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from accounts.forms.sign_in import AddressField
from workspaces.operations.sso import connections

METHODS = ("GET", "HEAD", "POST")


class AddressForm(Form):
    """The address alone; whose account it is, and whether there is one, is not asked."""

    login = AddressField(label=gettext_lazy("E-mail address"))


class AddressFirst(LoginView):  # type: ignore[misc]
    """Ask for the address, and then for the password unless a provider is there for its domain.

    The domain alone decides: the answer is the same whether there is an account or not (S14).
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "password" in request.GET:
            answer: HttpResponseBase = super().get(request, *args, **kwargs)
            return answer
        return self._ask(request, AddressForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "password" in request.POST:
            answer: HttpResponseBase = super().post(request, *args, **kwargs)
            return answer
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self._ask(request, form, status=422)
        email = form.cleaned_data["login"]
        found = list(connections.of_address(email))
        if found:
            return self._draw(
                request, "workspaces/sso/go_on.html", {"found": found, "email": email}
            )
        asking = self.get_form_class()(initial={"login": email}, request=request)
        return self._draw(request, "account/login.html", {"form": asking})

    def _ask(self, request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
        return self._draw(request, "account/address.html", {"form": form}, status=status)

    def _draw(
        self, request: HttpRequest, template: str, more: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        context = self.get_context_data(**{"form": None, **more})
        return render(request, template, context, status=status)


address_first = AddressFirst.as_view()
address_first.needs = "public: whoever signs in begins here"
address_first.methods = METHODS
