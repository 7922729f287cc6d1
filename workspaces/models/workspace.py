"""The tenant. Everything below it carries its id; nothing is visible across."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.values.text_columns import (
    LineColumn,
    SearchColumn,
    SortColumn,
    Worded,
    WordedQuerySet,
)
from workspaces.errors import Refused

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


class WorkspaceQuerySet(WordedQuerySet["Workspace"]):
    def of_user(self, user: "User") -> "WorkspaceQuerySet":
        return self.filter(members__user=user)

    def open(self) -> "WorkspaceQuerySet":
        """Workspaces that are not closed; a closed one is there for support alone."""
        return self.filter(closed_at__isnull=True)

    def having(self, *rows: models.QuerySet[Any]) -> "WorkspaceQuerySet":
        """Workspaces to which some of these rows belong, in the order of their making."""
        found = models.Q()
        for some in rows:
            found |= models.Q(pk__in=some.order_by().values("workspace"))
        return self.filter(found).order_by("pk")

    def closed_before(self, when: datetime) -> "WorkspaceQuerySet":
        return self.filter(closed_at__lt=when)

    def erased(self) -> "WorkspaceQuerySet":
        """Closed workspaces of which only the audit trail is left: not even an owner is there."""
        return self.filter(closed_at__isnull=False, members__isnull=True)

    def by_name(self) -> "WorkspaceQuerySet":
        return self.order_by("sort_key", "pk")


class Workspace(Worded):
    """A tenant; its slug is unique on the site. Made and changed by operations and the admin."""

    slug = models.SlugField(max_length=63, unique=True)
    name = LineColumn(max_length=150)
    search_key = SearchColumn(of=("name", "slug"))
    sort_key = SortColumn(of=("name", "slug"))
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
    sso_required = models.BooleanField(default=False, db_default=False)
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

    @classmethod
    def unclean(cls, column: str, sentence: str) -> ValidationError:
        return Refused("N1", sentence, field=column)

    def url(self, route: str, *path: object) -> str:
        """Return the address of a page in it, by the route's name and what its path names."""
        return reverse(f"workspaces:{route}", args=[self.slug, *path])

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
