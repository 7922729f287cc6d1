"""Workspaces and their audit trail in the admin, for support. Nothing here writes access.

Support looks into a workspace only on a visit that begins here, while its owners let them (K7).
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from guardian.admin import (
    AdminGroupObjectPermissionsForm,
    AdminUserObjectPermissionsForm,
    GuardedModelAdmin,
)

from accounts.permissions import SUPPORT, assigned_to
from workspaces.access.visiting import is_assigned
from workspaces.admin.asking import ask, support_actor
from workspaces.forms.support import VisitForm
from workspaces.models.event import Event
from workspaces.models.workspace import Plan, Workspace
from workspaces.operations import support, workspaces


class WorkspaceForm(forms.ModelForm):
    """Plan and HIPAA flag, with the reason that the trail keeps (S5, K6)."""

    reason = forms.CharField(max_length=500, help_text="Kept in the workspace's audit trail.")
    reopen = forms.BooleanField(
        required=False, help_text="Opens a closed workspace again, within 30 days, as it was."
    )

    class Meta:
        model = Workspace
        fields = ("plan", "hipaa_eligible")

    def clean_reopen(self) -> bool:
        reopen: bool = self.cleaned_data["reopen"]
        if reopen:
            workspaces.require_reopenable(self.instance)
        elif self.instance.closed_at:
            raise forms.ValidationError("This workspace is closed; nothing else changes in it.")
        return reopen


class _SupportAlone:
    """Guardian holds rows about who may visit for support, and about nothing else (arch. §2)."""

    def get_obj_perms_field_choices(self) -> list[tuple[str, str]]:
        offered: Any = super()
        return [row for row in offered.get_obj_perms_field_choices() if row[0] == SUPPORT]


class AssignUserForm(_SupportAlone, AdminUserObjectPermissionsForm):
    pass


class AssignGroupForm(_SupportAlone, AdminGroupObjectPermissionsForm):
    pass


@admin.register(Workspace)
class WorkspaceAdmin(GuardedModelAdmin):
    """Support sees the workspaces assigned to them, superusers all; closed ones too."""

    form = WorkspaceForm
    fields = (
        "slug", "name", "plan", "hipaa_eligible", "reopen", "reason", "created_at", "closed_at"
    )  # fmt: skip
    readonly_fields = ("slug", "name", "created_at", "closed_at")
    list_display = ("name", "slug", "plan", "hipaa_eligible", "closed_at")
    list_filter = ("plan", "hipaa_eligible", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "slug")
    ordering = ("name",)
    actions = None
    change_form_template = "admin/workspaces/workspace/change_form.html"  # type: ignore[misc]

    def get_queryset(self, request: Any) -> QuerySet[Workspace]:
        return assigned_to(request.user, super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        visit = self.admin_site.admin_view(self.visit_view)
        urls: list[URLPattern] = super().get_urls()
        return [path("<int:pk>/visit/", visit, name="workspaces_workspace_visit"), *urls]

    def visit_view(self, request: Any, pk: int) -> HttpResponse:
        """Begin a visit, for a reason; being superuser opens none (K7)."""
        workspace = self.get_queryset(request).filter(pk=pk).first()
        if workspace is None:
            raise Http404
        if not is_assigned(request.user, workspace):
            raise PermissionDenied
        form = VisitForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            with form.refusals():
                support.begin_visit(
                    workspace,
                    request.user,
                    by=support_actor(request),
                    reason=form.cleaned_data["reason"],
                )
                return redirect("workspaces:start", workspace.slug)
        title = f"Visit {workspace.name}?"
        return ask(request, self, form, about=workspace, title=title, verb="Begin visit")

    def save_model(
        self,
        request: Any,
        obj: Workspace,
        form: WorkspaceForm,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Go through the operation: same lock, same audit event as everywhere (K6)."""
        by = support_actor(request)
        reason = form.cleaned_data["reason"]
        if form.cleaned_data["reopen"]:
            workspaces.reopen(obj, by=by, reason=reason)
        workspaces.set_plan_and_flag(
            obj,
            plan=Plan(form.cleaned_data["plan"]),
            hipaa_eligible=form.cleaned_data["hipaa_eligible"],
            by=by,
            reason=reason,
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def obj_perms_manage_view(self, request: Any, object_pk: Any) -> Any:
        """Who may visit which workspace is for superusers to say."""
        self._require_superuser(request)
        return super().obj_perms_manage_view(request, object_pk)

    def obj_perms_manage_user_view(self, request: Any, object_pk: Any, user_id: Any) -> Any:
        self._require_superuser(request)
        return super().obj_perms_manage_user_view(request, object_pk, user_id)

    def obj_perms_manage_group_view(self, request: Any, object_pk: Any, group_id: Any) -> Any:
        self._require_superuser(request)
        return super().obj_perms_manage_group_view(request, object_pk, group_id)

    def get_obj_perms_manage_user_form(self, request: Any) -> type[forms.Form]:
        return AssignUserForm

    def get_obj_perms_manage_group_form(self, request: Any) -> type[forms.Form]:
        return AssignGroupForm

    def _require_superuser(self, request: Any) -> None:
        if not request.user.is_superuser:
            raise PermissionDenied


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """The audit trail, to be read (A2)."""

    list_display = ("at", "workspace", "actor_name", "action", "target_name")
    list_filter = ("action", "actor_kind")
    search_fields = ("actor_name", "target_name")
    ordering = ("-at",)
    actions = None

    def get_queryset(self, request: Any) -> QuerySet[Event]:
        rows = super().get_queryset(request).select_related("workspace")
        return rows.filter(workspace__in=assigned_to(request.user, Workspace.objects.all()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False
