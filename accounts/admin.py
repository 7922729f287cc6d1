"""Users in the admin, for support. Passwords are not shown and nobody is made here."""

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


# The admin has no sign-in of its own: same page, same limits as everywhere.
admin.site.has_permission = may_open_by_factor  # type: ignore[method-assign]
admin.site.login = secure_admin_login(by_factor_first)  # type: ignore[method-assign]
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Names may be mended; rights only by superusers (K7); activity only by an operation."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "is_active", "last_login", "date_joined", *RIGHTS)
    filter_horizontal = ("groups", "user_permissions")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fixed = ("email", "is_active", "last_login", "date_joined")
        return fixed if request.user.is_superuser else (*fixed, *RIGHTS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
