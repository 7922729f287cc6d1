"""Workspaces and their audit trail in the admin, for support. Nothing here writes access."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from guardian.admin import GuardedModelAdmin
from guardian.shortcuts import get_objects_for_user

from workspaces.audit import Actor
from workspaces.models.event import ActorKind, Event
from workspaces.models.workspace import Plan, Workspace
from workspaces.operations import workspaces

SUPPORT = "workspaces.support_workspace"


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workspace]:
        rows: QuerySet[Workspace] = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        found: QuerySet[Workspace] = get_objects_for_user(request.user, SUPPORT, klass=rows)
        return found

    def save_model(
        self,
        request: Any,
        obj: Workspace,
        form: WorkspaceForm,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Go through the operation: same lock, same audit event as everywhere (K6)."""
        user = request.user
        by = Actor(ActorKind.SUPPORT, user.email, user, request.META.get("REMOTE_ADDR"))
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        rows = super().get_queryset(request).select_related("workspace")
        if request.user.is_superuser:
            return rows
        mine = get_objects_for_user(request.user, SUPPORT, klass=Workspace)
        return rows.filter(workspace__in=mine)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False
