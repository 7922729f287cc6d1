"""Users in the admin, for support. Passwords are not shown and nobody is made here."""

from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 - registers what is taken out again below
import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts import admin_site
from accounts.models.user import User

security = structlog.get_logger("gatehouse.security")

admin_site.guard(admin.site)
# An address is verified by its mail, a factor set up by its owner; neither is typed in here.
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)
admin.site.unregister(Group)
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class UserForm(forms.ModelForm):
    """What may be mended of a user, and why (K6)."""

    reason = forms.CharField(max_length=500, help_text="Kept in the history and the security log.")

    class Meta:
        model = User
        fields = ("name", *RIGHTS)


class UserAdmin(admin.ModelAdmin):
    """Names may be mended; rights only by superusers (K7); activity only by an operation.

    `workspaces.admin` registers it, with what it knows of memberships.
    """

    form = UserForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
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
class StaffGroupAdmin(GroupAdmin):
    """Groups of staff carry permissions, so only superusers touch them (K7)."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)
