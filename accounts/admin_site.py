"""The door of the admin: the sign-in everybody has, and a second factor (K8).

The admin has no sign-in and no passwords of its own: same pages, same limits as everywhere.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.guards import UserRequest
from accounts.models.user import User
from accounts.second_factor import BACK, has_second_factor, proved_by_factor

may_open_admin = admin.site.has_permission
sign_in_to_admin = admin.site.login


def may_open_by_factor(request: HttpRequest) -> bool:
    """Whether somebody is staff, and this session was proved by a second factor (K8)."""
    user = request.user
    return may_open_admin(request) and isinstance(user, User) and proved_by_factor(request, user)


def by_factor_first(request: UserRequest, extra_context: Any = None) -> HttpResponse:
    """Lead staff to the second factor that the admin waits for: to set one up, or to show it."""
    if may_open_by_factor(request):
        return sign_in_to_admin(request, extra_context)
    wanted = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    back = wanted if here else reverse("admin:index")
    if has_second_factor(request.user):
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")
    request.session[BACK] = back
    return redirect("mfa_index")


def change_own_password(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Send staff to the page where everybody changes their password, with what follows (G8)."""
    return redirect("account_change_password")


def guard(site: admin.AdminSite) -> None:
    """Put these doors in front of an admin site."""
    site.has_permission = may_open_by_factor  # type: ignore[method-assign]
    site.login = secure_admin_login(by_factor_first)  # type: ignore[method-assign]
    site.password_change = change_own_password  # type: ignore[assignment,method-assign]
