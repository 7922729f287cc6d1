"""The tenant. Everything below it carries its id; nothing is visible across."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.user import User

RESERVED_SLUGS = frozenset(
    {"admin", "api", "scim", "static", "new", "accounts", "me", "invites", "w"}
)

REOPENABLE_FOR = timedelta(days=30)


class Plan(models.TextChoices):
    FREE = "free", _("Free")
    TEAM = "team", _("Team")
    BUSINESS = "business", _("Business")


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def of_user(self, user: "User") -> "WorkspaceQuerySet":
        return self.filter(members__user=user)

    def open(self) -> "WorkspaceQuerySet":
        """Workspaces that are not closed; a closed one is there for support alone."""
        return self.filter(closed_at__isnull=True)

    def closed_before(self, when: datetime) -> "WorkspaceQuerySet":
        return self.filter(closed_at__lt=when)

    def erased(self) -> "WorkspaceQuerySet":
        """Closed workspaces of which only the audit trail is left: not even an owner is there."""
        return self.filter(closed_at__isnull=False, members__isnull=True)

    def by_name(self) -> "WorkspaceQuerySet":
        return self.order_by("name", "pk")


class Workspace(models.Model):
    """A tenant; its slug is unique on the site. Made and changed by operations and the admin."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=150)
    plan = models.CharField(max_length=16, choices=Plan.choices, default=Plan.BUSINESS)
    hipaa_eligible = models.BooleanField(
        _("HIPAA-eligible"),
        default=False,
        help_text=_("Members are signed out after 15 idle minutes, in all their workspaces."),
    )
    relabel_reserved = models.BooleanField(
        null=True,
        help_text=_("Relabelling that widens anyone's access is for owners (L6)."),
    )
    token_max_days = models.PositiveSmallIntegerField(null=True)
    idle_minutes = models.PositiveSmallIntegerField(null=True)
    session_hours = models.PositiveSmallIntegerField(null=True)
    mfa_required_from = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[WorkspaceQuerySet] = WorkspaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        permissions = (
            ("view_workspace", "Can see workspaces in the admin"),
            ("change_workspace", "Can change flag and plan in the admin"),
            ("support_workspace", "May visit this workspace for support"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(slug__in=sorted(RESERVED_SLUGS)),
                name="workspace_slug_not_reserved",
            ),
            models.CheckConstraint(
                condition=models.Q(plan__in=Plan.values), name="workspace_plan_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def reopenable_until(self) -> datetime | None:
        """Until when support can reopen it; None while it is open."""
        return self.closed_at + REOPENABLE_FOR if self.closed_at else None

    @property
    def relabelling_is_reserved(self) -> bool:
        """Whether only owners may relabel so that somebody gains access (L6).

        Until an owner decides it, this is so where the workspace is HIPAA-eligible.
        """
        return self.hipaa_eligible if self.relabel_reserved is None else self.relabel_reserved
