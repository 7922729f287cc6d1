"""Subject + role + scope, as owners think it: one row, never expanded per thing."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from workspaces.catalogue import ROLES, Scope
from workspaces.models.closed import ClosedModel, ClosedQuerySet

if TYPE_CHECKING:
    from workspaces.models.member import Member

SUBJECTS = ("member", "group", "token", "invite")


def _exactly_one_subject() -> Q:
    either = Q()
    for chosen in SUBJECTS:
        either |= Q(*((f"{name}__isnull", name != chosen) for name in SUBJECTS))
    return either


class GrantQuerySet(ClosedQuerySet["Grant"]):
    def active(self) -> "GrantQuerySet":
        """Grants that have not ended, by the database's clock (R6)."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))

    def held_by(self, member: "Member") -> "GrantQuerySet":
        """A member's own grants and those of their groups, ended ones too (R1)."""
        return self.filter(Q(member=member) | Q(group__in=member.joined_groups.values("group")))

    def just(
        self,
        role: str,
        scope: str,
        expires_at: datetime | None,
        labels: Collection[Any],
        resources: Collection[Any],
    ) -> "GrantQuerySet":
        """Grants of exactly this role, scope and end: what giving it again would double."""
        rows = self.filter(role=role, scope=scope, expires_at=expires_at, n_labels=len(labels))
        if labels:
            same = models.Count("label_set", filter=Q(label_set__label__in=labels))
            rows = rows.annotate(n_same=same).filter(n_same=len(labels))
        if resources:
            same = models.Count("listed", filter=Q(listed__resource__in=resources))
            rows = rows.annotate(n_same=same, n_listed=models.Count("listed")).filter(
                n_same=len(resources), n_listed=len(resources)
            )
        return rows

    def in_short(self) -> "models.QuerySet[Grant, tuple[Any, ...]]":
        """What a list says of grants: id, end, how many listed, and a label's key and value.

        A row per label of the grant, or one without; the rows of a grant stand together.
        """
        listed = GrantResource.objects.filter(grant=models.OuterRef("pk")).order_by()
        counted = listed.values("grant").annotate(n=models.Count("pk")).values("n")
        rows = self.order_by("pk").annotate(n_listed=Coalesce(models.Subquery(counted), 0))
        return rows.values_list(
            "pk", "expires_at", "n_listed", "label_set__label__key", "label_set__label__value"
        )

    def with_details(self, listed: int) -> "GrantQuerySet":
        """Bring along what a card shows: labels, group, giver, the first listed resources.

        `expired` is by the database's clock (R6), `first_listed` at most `listed` rows.
        """
        first = GrantResource.objects.select_related("resource").order_by("resource__name", "pk")
        return (
            self.annotate(expired=Q(expires_at__isnull=False) & Q(expires_at__lte=Now()))
            .select_related("group__directory", "granted_by")
            .prefetch_related(
                "label_set__label", Prefetch("listed", first[:listed], to_attr="first_listed")
            )
        )


class Grant(ClosedModel):
    """One line of a subject's policy. `n_labels` is the size of its label set."""

    OPEN_FIELDS = frozenset({"end_told_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="grants", db_index=False
    )
    member = models.ForeignKey(
        "workspaces.Member", models.CASCADE, null=True, blank=True, related_name="grants"
    )
    group = models.ForeignKey(
        "workspaces.Group", models.CASCADE, null=True, blank=True, related_name="grants"
    )
    token = models.ForeignKey(
        "workspaces.Token", models.CASCADE, null=True, blank=True, related_name="grants"
    )
    invite = models.ForeignKey(
        "workspaces.Invite", models.CASCADE, null=True, blank=True, related_name="grants"
    )
    role = models.CharField(max_length=32)
    scope = models.CharField(max_length=9)
    n_labels = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    end_told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=_exactly_one_subject(), name="grant_one_subject"),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="grant_role_known"),
            models.CheckConstraint(
                condition=Q(scope=Scope.LABELS, n_labels__gt=0)
                | Q(scope__in=(Scope.ALL, Scope.RESOURCES), n_labels=0),
                name="grant_scope_known",
            ),
            models.CheckConstraint(
                condition=~Q(member__isnull=False, role="workspace-owner"),
                name="owning_is_a_flag_on_members",
            ),
        )
        indexes = (
            models.Index(
                fields=("workspace", "role", "scope", "member", "group"), name="grant_who"
            ),
            models.Index(
                fields=("workspace", "expires_at"),
                name="grant_ending",
                condition=Q(expires_at__isnull=False),
            ),
        )


class GrantLabel(ClosedModel):
    """One label of a grant's label set; all of them must be carried (R2)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="label_set", db_index=False)
    label = models.ForeignKey(
        "labels.Label", models.PROTECT, related_name="grant_uses", db_index=False
    )

    objects: ClassVar[ClosedQuerySet["GrantLabel"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("grant", "label"), name="label_once_in_grant"),
        )
        indexes = (models.Index(fields=("label", "grant"), name="grants_of_label"),)


class GrantResource(ClosedModel):
    """One resource a grant lists."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="listed", db_index=False)
    resource = models.ForeignKey(
        "workspaces.Resource", models.CASCADE, related_name="listed_in", db_index=False
    )

    objects: ClassVar[ClosedQuerySet["GrantResource"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("grant", "resource"), name="resource_once_in_grant"),
        )
        indexes = (models.Index(fields=("resource", "grant"), name="grants_of_resource"),)
