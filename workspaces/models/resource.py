"""What access is granted to: sources, destinations, warehouses, spaces, plans, functions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils import timezone

from config.web.values.public_ids import public_id
from config.web.values.text import same_key
from config.web.values.text_columns import (
    LineColumn,
    SameColumn,
    SearchColumn,
    SortColumn,
    beginning,
    holding,
)
from workspaces.catalogue import ACTIONS, WORKSPACE, ResourceType
from workspaces.models.closed import ClosedModel, ClosedQuerySet

if TYPE_CHECKING:
    from workspaces.models.workspace import Workspace


class ResourceQuerySet(ClosedQuerySet["Resource"]):
    def by_name(self) -> "ResourceQuerySet":
        return self.order_by("sort_key", "pk")

    def by_source(self) -> "ResourceQuerySet":
        """Order destinations by the source they belong to, and by name."""
        return self.order_by("source__sort_key", "source", "sort_key", "pk")

    def understood(self) -> "ResourceQuerySet":
        """Resources of types that this version knows; a newer one may have written others."""
        return self.filter(type__in=list(ResourceType))

    def of_type(self, type_: str) -> "ResourceQuerySet":
        return self.filter(type=type_)

    def among(self, resources: Iterable["Resource"]) -> "ResourceQuerySet":
        return self.filter(pk__in=[resource.pk for resource in resources])

    def begun(self, text: str) -> "ResourceQuerySet":
        """Resources whose name begins so."""
        return self.filter(beginning(text, "search_key", "sort_key"))

    def matching(self, text: str) -> "ResourceQuerySet":
        """Resources whose name or slug holds all the words (N3)."""
        return self.filter(holding(text, "search_key"))

    def slugged(self, type_: str, slug: str) -> "ResourceQuerySet":
        """The resource of this slug, without regard to case (N2)."""
        return self.filter(type=type_, slug_key=same_key(slug))

    def addressed(self, type_: str, slug: str) -> "ResourceQuerySet":
        """The resource of this slug, or the one that had it last: pages lead on (R13)."""
        key = same_key(slug)
        had = FormerSlug.objects.filter(type=type_, slug_key=key).order_by()
        return self.filter(
            models.Q(type=type_, slug_key=key) | models.Q(pk__in=had.values("resource"))
        )

    def connected_with(self, resource: "Resource") -> "ResourceQuerySet":
        """What a source is connected to, or the sources that something is connected to."""
        joined = Connection.objects.filter(workspace=resource.workspace_id)
        return self.filter(
            models.Q(pk__in=joined.filter(source=resource).values("target"))
            | models.Q(pk__in=joined.filter(target=resource).values("source"))
        )

    def labelled(self, labels: models.QuerySet[Any]) -> "ResourceQuerySet":
        """Resources that carry the label, where there is one."""
        return self.filter(labelled__label__in=labels)


class Resource(ClosedModel):
    """One thing of one type. A destination belongs to one source; nothing else has one.

    `enabled` and `details` say what programs keep of it through the Public API; neither
    means access. `once` is the id that the form which made it carried: sent again, it finds
    this row (XI7).
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="resources", db_index=False
    )
    type = models.CharField(max_length=16)
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    slug = models.CharField(max_length=63)
    slug_key = SameColumn(of=("slug",))
    name = LineColumn(max_length=150)
    name_key = SameColumn(of=("name",))
    search_key = SearchColumn(of=("name", "slug"))
    sort_key = SortColumn(of=("name", "slug"))
    enabled = models.BooleanField(default=True)
    details: Any = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    source = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="destinations"
    )
    once = models.CharField(max_length=22, null=True, editable=False)

    objects: ClassVar[ResourceQuerySet] = ResourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        permissions = tuple(
            (f"{action}_{type_}", f"Can {action} a {type_}")
            for type_ in (*ResourceType, WORKSPACE)
            for action in ACTIONS[type_]
        )
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "type", "slug_key"), name="resource_slug_unique"
            ),
            models.UniqueConstraint(
                fields=("workspace", "once"),
                condition=models.Q(once__isnull=False),
                name="resource_made_once",
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=list(ResourceType)), name="resource_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(type=ResourceType.DESTINATION, source__isnull=False)
                | (~models.Q(type=ResourceType.DESTINATION) & models.Q(source__isnull=True)),
                name="only_destinations_have_a_source",
            ),
        )
        indexes = (
            models.Index(fields=("workspace", "type", "search_key", "id"), name="resource_list"),
            models.Index(fields=("workspace", "type", "sort_key", "id"), name="resource_in_order"),
            models.Index(fields=("workspace", "name_key"), name="resource_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """`type/slug`, the name of a resource in documents and on the command line."""
        return f"{self.type}/{self.slug}"


class FormerSlugQuerySet(ClosedQuerySet["FormerSlug"]):
    def taken(self, workspace: "Workspace") -> "FormerSlugQuerySet":
        """Slugs that another thing has by now: they lead on no more."""
        has = Resource.objects.filter(
            workspace=models.OuterRef("workspace"),
            type=models.OuterRef("type"),
            slug_key=models.OuterRef("slug_key"),
        )
        return self.filter(models.Exists(has), workspace=workspace)


class FormerSlug(ClosedModel):
    """A slug that a resource had; its address leads on until another thing takes it (R13)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="former_slugs")
    type = models.CharField(max_length=16)
    slug = models.CharField(max_length=63)
    slug_key = SameColumn(of=("slug",))

    objects: ClassVar[FormerSlugQuerySet] = FormerSlugQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("slug_key", "type", "workspace"), name="former_slug_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.type}/{self.slug}"


class Connection(ClosedModel):
    """A warehouse, space or tracking plan that is connected to a source."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    source = models.ForeignKey(Resource, models.CASCADE, related_name="connected_to")
    target = models.ForeignKey(
        Resource, models.CASCADE, related_name="connected_from", db_index=False
    )

    objects: ClassVar[ClosedQuerySet["Connection"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("target", "source"), name="connected_once"),)


class PlanRule(ClosedModel):
    """A rule of a tracking plan: what events of a kind should look like, for programs.

    What it says is kept as it was sent. It means no access.

    `keyed` tells a rule without a key from one whose key is empty: both come back as sent.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    plan = models.ForeignKey(Resource, models.CASCADE, related_name="+", db_index=False)
    place = models.PositiveIntegerField()
    type = models.CharField(max_length=16)
    key = models.CharField(max_length=255, blank=True)
    keyed = models.BooleanField(default=True)
    version = models.PositiveIntegerField()
    schema: Any = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[ClosedQuerySet["PlanRule"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "type", "key", "version"), name="plan_rule_unique"
            ),
        )
        indexes = (models.Index(fields=("plan", "place"), name="plan_rule_list"),)

    def __str__(self) -> str:
        return f"{self.type} {self.key}".strip()
