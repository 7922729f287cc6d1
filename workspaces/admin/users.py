"""The users support sees in the admin, and the end of an account there (K6, K7)."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from accounts.admin import UserAdmin
from accounts.models.user import User
from accounts.permissions import assigned_to
from workspaces.admin.asking import ask, support_actor
from workspaces.forms.support import ActivityForm
from workspaces.models.workspace import Workspace
from workspaces.operations import members


@admin.register(User)
class SupportedUserAdmin(UserAdmin):
    """Support sees the people of the workspaces assigned to them; superusers everybody."""

    change_form_template = "admin/accounts/user/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows: QuerySet[User] = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        user: Any = request.user
        there = User.objects.filter(
            memberships__workspace__in=assigned_to(user, Workspace.objects.all())
        )
        return rows.filter(Q(pk=user.pk) | Q(pk__in=there.values("pk")))

    def get_urls(self) -> list[URLPattern]:
        activity = self.admin_site.admin_view(self.activity_view)
        urls: list[URLPattern] = super().get_urls()
        return [path("<int:user_id>/activity/", activity, name="accounts_user_activity"), *urls]

    def activity_view(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Deactivate or reactivate an account: same rules and events as everywhere (R7, K6)."""
        user = self.get_queryset(request).filter(pk=user_id).first()
        if user is None:
            raise Http404
        if not (self.has_change_permission(request, user) and _may_end(request.user, user)):
            raise PermissionDenied
        form = ActivityForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            with form.refusals():
                members.set_user_active(
                    user,
                    active=not user.is_active,
                    by=support_actor(request),
                    reason=form.cleaned_data["reason"],
                )
                self.log_change(request, user, f"is_active: {form.cleaned_data['reason']}")
                messages.success(request, "Done.")
                return redirect("admin:accounts_user_change", user.pk)
        verb = "Deactivate" if user.is_active else "Reactivate"
        return ask(request, self, form, about=user, title=f"{verb} {user.email}?", verb=verb)


def _may_end(staff: Any, user: User) -> bool:
    """Whether a person of staff may change the activity of an account (K7).

    Never one's own. Who is no superuser: nobody of staff, and only people all of whose
    workspaces are assigned to them, since each of them is concerned.
    """
    if staff.pk == user.pk:
        return False
    if staff.is_superuser:
        return True
    theirs = Workspace.objects.open().of_user(user)
    elsewhere = theirs.exclude(pk__in=assigned_to(staff, Workspace.objects.all()).values("pk"))
    return not (user.is_staff or user.is_superuser or elsewhere.exists())
