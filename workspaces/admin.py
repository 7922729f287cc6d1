"""What support sees and sets in the admin: users, workspaces and their audit trail (XK6, XK7).

Nothing here writes access. What is done asks for a reason first. Support looks into a workspace
only on a visit that begins here, while its owners let them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from guardian.admin import (
    AdminGroupObjectPermissionsForm,
    AdminUserObjectPermissionsForm,
    GuardedModelAdmin,
)

from accounts.admin import TRUTH, NamedLookups, UserAdmin
from accounts.models import User
from accounts.permissions import SUPPORT, assigned_to
from workspaces.change import Actor
from workspaces.events import KINDS
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.support.support import ActivityForm, VisitForm
from workspaces.models import ActorKind, Event, Mention, Plan, Workspace
from workspaces.operations.members import members
from workspaces.operations.support import support
from workspaces.operations.support.visiting import is_assigned
from workspaces.operations.workspace import workspaces


def ask(
    request: HttpRequest, model_admin: Any, form: ChangeForm, *, about: Any, title: str, verb: str
) -> HttpResponse:
    """Draw the question; its form posts to the address of the question itself."""
    context = {
        **admin.site.each_context(request),
        "title": title,
        "verb": verb,
        "form": form,
        "original": about,
        "opts": model_admin.opts,
        "url": request.path,
    }
    return TemplateResponse(request, "admin/ask.html", context, status=form.status)


def support_actor(request: HttpRequest) -> Actor:
    """Return whoever works in the admin as the actor of a change: support, whatever else (XK6)."""
    user: Any = request.user
    return Actor(
        ActorKind.SUPPORT,
        user.email,
        user,
        request.META.get("REMOTE_ADDR"),
        getattr(request, "request_id", ""),
    )


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
        """Deactivate or reactivate an account: same rules and events as everywhere (R7, XK6)."""
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
                    by=form.said_by(support_actor(request)),
                )
                self.log_change(request, user, f"is_active: {form.cleaned_data['reason']}")
                messages.success(request, "Done.")
                return redirect("admin:accounts_user_change", user.pk)
        verb = "Deactivate" if user.is_active else "Reactivate"
        return ask(request, self, form, about=user, title=f"{verb} {user.email}?", verb=verb)


def _may_end(staff: Any, user: User) -> bool:
    """Whether a person of staff may change the activity of an account (XK7).

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


class WorkspaceForm(forms.ModelForm):
    """Plan and HIPAA flag, with the reason that the trail keeps (S5, XK6)."""

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
    """Guardian holds rows about who may visit for support, and about nothing else (R19)."""

    def get_obj_perms_field_choices(self) -> list[tuple[str, str]]:
        offered: Any = super()
        return [row for row in offered.get_obj_perms_field_choices() if row[0] == SUPPORT]


class AssignUserForm(_SupportAlone, AdminUserObjectPermissionsForm):
    pass


class AssignGroupForm(_SupportAlone, AdminGroupObjectPermissionsForm):
    pass


@admin.register(Workspace)
class WorkspaceAdmin(NamedLookups, GuardedModelAdmin):
    """Support sees the workspaces assigned to them, superusers all; closed ones too."""

    form = WorkspaceForm
    fields = (
        "slug", "name", "plan", "hipaa_eligible", "reopen", "reason", "created_at", "closed_at"
    )  # fmt: skip
    readonly_fields = ("slug", "name", "created_at", "closed_at")
    list_display = ("name", "slug", "plan", "hipaa_eligible", "closed_at")
    list_filter = ("plan", "hipaa_eligible", ("closed_at", admin.EmptyFieldListFilter))
    lookups = {
        "plan__exact": Plan.values, "hipaa_eligible__exact": TRUTH, "closed_at__isempty": TRUTH
    }  # fmt: skip
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
        """Begin a visit, for a reason; being superuser opens none (XK7)."""
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
                    by=form.said_by(support_actor(request)),
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
        """Go through the operation: same lock, same audit event as everywhere (XK6)."""
        by = support_actor(request).because(form.cleaned_data["reason"])
        if form.cleaned_data["reopen"]:
            workspaces.reopen(obj, by=by)
        workspaces.set_plan_and_flag(
            obj,
            plan=Plan(form.cleaned_data["plan"]),
            hipaa_eligible=form.cleaned_data["hipaa_eligible"],
            by=by,
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


class ActionFilter(admin.SimpleListFilter):
    """The kinds of events we know. Which of them there are would take reading every event."""

    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind) for kind in sorted(KINDS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        wanted = self.value()
        return queryset if wanted is None else queryset.filter(action=wanted)


@admin.register(Event)
class EventAdmin(NamedLookups, admin.ModelAdmin):
    """The audit trail, to be read (A2)."""

    list_display = ("at", "workspace", "actor_name", "action", "target_name")
    list_filter = (ActionFilter, "actor_kind")
    lookups = {"action": (), "actor_kind__exact": ActorKind.values}
    search_fields = ("actor_name", "target_name")
    ordering = ("-at",)
    actions = None

    def get_queryset(self, request: Any) -> QuerySet[Event]:
        rows = super().get_queryset(request).select_related("workspace")
        return rows.filter(workspace__in=assigned_to(request.user, Workspace.objects.all()))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """Find events by whom and what they mention as well."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        if search_term.strip():
            mentioned = Mention.objects.filter(
                workspace=OuterRef("workspace"),
                number=OuterRef("number"),
                name__icontains=search_term.strip(),
            )
            found = found | queryset.filter(Exists(mentioned))
        return found, doubled

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False
