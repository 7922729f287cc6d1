"""Subject + role + scope, as owners think it: one row, never expanded per thing."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone

from workspaces.catalogue import ROLES, Scope, understood
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.eligible import Takable, TakableQuerySet, TakeUp
from workspaces.models.request import AccessRequest
from workspaces.models.spanned import exactly_one, in_order
from workspaces.terms import Fault, Terms, WrittenTerms

if TYPE_CHECKING:
    from labels.models import Label
    from workspaces.models.member import Member
    from workspaces.models.resource import Resource

GrantTerms: TypeAlias = Terms["Label", "Resource"]

SUBJECTS = ("member", "group", "token", "invite")
# Whose policy a program can word.
WORDED = ("member", "group", "invite")


class GrantQuerySet(TakableQuerySet["Grant"]):
    def understood(self) -> "GrantQuerySet":
        """Grants that this version knows; see `catalogue.understood`."""
        return self.filter(role__in=list(ROLES), scope__in=list(Scope))

    def held_by(self, member: "Member") -> "GrantQuerySet":
        """A member's own grants and those of groups they are in now, ended ones too (R1)."""
        groups = member.joined_groups.active().values("group")
        return self.filter(Q(member=member) | Q(group__in=groups))

    def just(self, terms: GrantTerms) -> "GrantQuerySet":
        """Grants of exactly these terms: what giving them again would double."""
        n_labels, n_listed = len(terms.labels), len(terms.resources)
        rows = self.filter(**Grant.columns(terms))
        if n_labels:
            same = models.Count("label_set", filter=Q(label_set__label__in=terms.labels))
            rows = rows.annotate(n_same=same).filter(n_same=n_labels)
        if n_listed:
            same = models.Count("listed", filter=Q(listed__resource__in=terms.resources))
            rows = rows.annotate(n_same=same, n_listed=models.Count("listed")).filter(
                n_same=n_listed, n_listed=n_listed
            )
        return rows

    def with_terms(self) -> "GrantQuerySet":
        """Bring along what `terms` names: labels and resources, and how it is taken up.

        2 statements, one more where somebody has to agree.
        """
        return self.with_eligibility().prefetch_related(
            Prefetch("label_set", GrantLabel.objects.select_related("label")),
            Prefetch("listed", GrantResource.objects.select_related("resource")),
        )

    def with_followers(self) -> "GrantQuerySet":
        """Tell of each whether it was ever taken up, and whether somebody asked to keep it."""
        about = {"grant": models.OuterRef("pk")}
        return self.annotate(
            taken_up=models.Exists(TakeUp.objects.filter(**about)),
            asked_about=models.Exists(AccessRequest.objects.filter(**about).order_by()),
        )

    def terms(self) -> tuple[GrantTerms, ...]:
        """What these grants give, in the order in which they were given; 3 statements."""
        return tuple(grant.terms for grant in self.order_by("pk").with_terms())

    def drop(self, rows: Sequence["Grant"]) -> None:
        """Delete grants read `with_terms` and `with_followers`, with what belongs to them.

        1 statement for standing ones that nobody ever took up, 1 more each where they list
        resources, have labels, or somebody asked to keep them.
        """
        pks = [grant.pk for grant in rows]
        if not pks:
            return
        gone = self.filter(pk__in=pks)
        if any(grant.eligible or grant.taken_up for grant in rows):  # type: ignore[attr-defined]
            gone.delete()
            return
        if any(grant.label_set.all() for grant in rows):
            GrantLabel.objects.filter(grant__in=pks).delete_alone()
        if any(grant.listed.all() for grant in rows):
            GrantResource.objects.filter(grant__in=pks).delete_alone()
        if any(grant.asked_about for grant in rows):  # type: ignore[attr-defined]
            AccessRequest.objects.filter(grant__in=pks).update(grant=None)
        gone.delete_alone()

    def drop_all(self) -> None:
        """Delete grants, however many, with what belongs to them; 5 statements for standing ones
        that nobody ever took up."""
        taken = TakeUp.objects.filter(grant=models.OuterRef("pk"))
        self.filter(models.Q(eligible=True) | models.Q(models.Exists(taken))).delete()
        pks = self.order_by().values("pk")
        GrantLabel.objects.filter(grant__in=pks).delete_alone()
        GrantResource.objects.filter(grant__in=pks).delete_alone()
        AccessRequest.objects.filter(grant__in=pks).update(grant=None)
        self.delete_alone()

    def with_details(self, listed: int) -> "GrantQuerySet":
        """Bring along what a card shows: labels, group, giver, the first listed resources.

        `planned` and `expired` are by the database's clock (R6, W1), `first_listed` at most
        `listed` rows.
        """
        first = GrantResource.objects.select_related("resource").order_by(
            "resource__sort_key", "pk"
        )
        return (
            self.with_state()
            .select_related("group__directory", "granted_by")
            .prefetch_related(
                "label_set__label", Prefetch("listed", first[:listed], to_attr="first_listed")
            )
        )


class Grant(Takable):
    """One line of a subject's policy. `n_labels` is the size of its label set.

    `end_told_at` is when its holder last heard of its end.
    """

    OPEN_FIELDS = frozenset({"end_told_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="grants", db_index=False
    )
    member = models.ForeignKey(
        "workspaces.Member",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        db_index=False,
    )
    group = models.ForeignKey(
        "workspaces.Group",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        db_index=False,
    )
    token = models.ForeignKey(
        "workspaces.Token",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        db_index=False,
    )
    invite = models.ForeignKey(
        "workspaces.Invite",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        db_index=False,
    )
    role = models.CharField(max_length=32)
    scope = models.CharField(max_length=9)
    n_labels = models.PositiveSmallIntegerField(default=0)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    end_told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=exactly_one(SUBJECTS), name="grant_one_subject"),
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
            in_order("grant_starts_before_it_ends"),
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
            # Each grant has one subject. An index that held the empty columns too would look to
            # a planner as if one value of it meant every grant of the site.
            *(
                models.Index(
                    fields=(subject,),
                    name=f"grants_of_{subject}",
                    condition=Q(**{f"{subject}__isnull": False}),
                )
                for subject in SUBJECTS
            ),
        )

    @property
    def understood(self) -> bool:
        """Whether this version knows what it says; see `catalogue.understood`."""
        return understood(self.role, self.scope)

    @property
    def terms(self) -> GrantTerms:
        """What the row gives, read `with_terms`."""
        return Terms(
            self.role,
            self.scope,
            tuple(row.label for row in self.label_set.all()),
            tuple(row.resource for row in self.listed.all()),
            self.expires_at,
            self.starts_at,
            self.eligibility.said if self.eligible else None,
        )

    @staticmethod
    def faults(terms: GrantTerms) -> Iterator[tuple[Fault, int]]:
        """Yield why a row of these terms cannot be, each with its place; see `Terms.faults`."""
        return terms.faults(lambda label: label.key.lower(), lambda resource: resource.type)

    @staticmethod
    def columns(terms: GrantTerms | WrittenTerms) -> dict[str, Any]:
        """Return what a row of these terms says by itself, without the rows it names by."""
        return {
            "role": terms.role,
            "scope": str(terms.scope),
            "n_labels": len(terms.labels),
            "starts_at": terms.starts,
            "expires_at": terms.ends,
            "eligible": terms.eligible is not None,
        }


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


class PolicyWording(ClosedModel):
    """How a program worded a policy; it gives nothing.

    The permissions of one subject in the order and grouping they were sent in.

    `permissions` is a list of `{"role": …, "places": […]}`, a place one of `["all"]`,
    `["labels", id, …]` and `["thing", id]`. What of it no grant gives any more is not shown.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    member = models.OneToOneField(
        "workspaces.Member", models.CASCADE, null=True, related_name="wording"
    )
    group = models.OneToOneField(
        "workspaces.Group", models.CASCADE, null=True, related_name="wording"
    )
    invite = models.OneToOneField(
        "workspaces.Invite", models.CASCADE, null=True, related_name="wording"
    )
    permissions: Any = models.JSONField(default=list)

    objects: ClassVar[ClosedQuerySet["PolicyWording"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=exactly_one(WORDED), name="wording_one_holder"),
        )
