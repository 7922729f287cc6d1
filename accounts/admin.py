"""Users in the admin, for support. Passwords are not shown and nobody is made here."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

from accounts.models.user import User

# The admin has no sign-in of its own: same page, same limits as everywhere.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
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
