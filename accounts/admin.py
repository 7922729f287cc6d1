"""The admin's door, and users in it, for support.

The door is the sign-in everybody has, and a second factor (XK8): the admin has no sign-in and no
passwords of its own, but the same pages and limits as everywhere. No password is shown in it, and
nobody is made in it."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 - registers what is taken out again below
import structlog
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.guards import UserRequest
from accounts.models import User
from accounts.sign_in.second_factor import BACK, has_second_factor, proved_by_factor

TRUTH = ("0", "1")
may_open_admin = admin.site.has_permission
sign_in_to_admin = admin.site.login


def may_open_by_factor(request: HttpRequest) -> bool:
    """Whether somebody is staff, and this session was proved by a second factor (XK8)."""
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
    """Send staff to the page where everybody changes their password, with what follows (XG8)."""
    return redirect("account_change_password")


def guard(site: admin.AdminSite) -> None:
    """Put these doors in front of an admin site."""
    site.has_permission = may_open_by_factor  # type: ignore[method-assign]
    site.login = secure_admin_login(by_factor_first)  # type: ignore[method-assign]
    site.password_change = change_own_password  # type: ignore[assignment,method-assign]


class NamedLookups:
    """Base of every admin: `lookups` says by what its list narrows, and to which values (N4).

    Django lets whoever sees a list filter it by any column of its own, a password's hash too,
    and reads it letter by letter from what is found. Here a list names its filters.

    An empty collection takes any value, which then finds what it finds. Whatever is not
    named is refused with 400, as Django refuses what `lookup_allowed` denies.
    """

    lookups: ClassVar[Mapping[str, Collection[str]]] = {}
    show_full_result_count = False  # what was found is counted, not the whole table beside it

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        values = self.lookups.get(lookup)
        return values is not None and (not values or value in values)


security = structlog.get_logger("gatehouse.security")

guard(admin.site)
# An address is verified by its mail, a factor set up by its owner; neither is typed in here.
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)
admin.site.unregister(Group)
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class UserForm(forms.ModelForm):
    """What may be mended of a user, and why (XK6)."""

    reason = forms.CharField(max_length=500, help_text="Kept in the history and the security log.")

    class Meta:
        model = User
        fields = ("name", *RIGHTS)


class UserAdmin(NamedLookups, admin.ModelAdmin):
    """Names may be mended; rights only by superusers (XK7); activity only by an operation.

    `workspaces.admin` registers it, with what it knows of memberships.
    """

    form = UserForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    lookups = {"is_active__exact": TRUTH, "is_staff__exact": TRUTH}
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "is_active", "last_login", "date_joined", *RIGHTS, "reason")
    filter_horizontal = ("groups", "user_permissions")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fixed = ("email", "is_active", "last_login", "date_joined")
        return fixed if request.user.is_superuser else (*fixed, *RIGHTS)

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: Any = False,  # noqa: FBT002
    ) -> Any:
        """Keep in the history what was changed and why, and say so to the security log."""
        changed = [name for name in form.changed_data if name != "reason"]
        reason = form.cleaned_data["reason"]
        security.warning(
            "user_changed", by=request.user.pk, user=form.instance.pk, what=changed, reason=reason
        )
        return f"{', '.join(changed) or 'nothing'}: {reason}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(Group)
class StaffGroupAdmin(NamedLookups, GroupAdmin):
    """Groups of staff carry permissions, so only superusers touch them (XK7)."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)
