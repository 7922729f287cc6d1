"""What access is granted to: sources, destinations, warehouses, spaces, plans, functions."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from workspaces.catalogue import ACTIONS, WORKSPACE, ResourceType
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.ids import public_id

RESOURCE_SLUG = r"[a-z0-9][a-z0-9-]{0,62}"


class ResourceQuerySet(ClosedQuerySet["Resource"]):
    def by_name(self) -> "ResourceQuerySet":
        return self.order_by("name", "pk")

    def of_type(self, type_: str) -> "ResourceQuerySet":
        return self.filter(type=type_)

    def among(self, resources: Iterable["Resource"]) -> "ResourceQuerySet":
        return self.filter(pk__in=[resource.pk for resource in resources])

    def matching(self, text: str) -> "ResourceQuerySet":
        return self.filter(models.Q(name__icontains=text) | models.Q(slug__icontains=text))

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
    this row (I7).
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="resources", db_index=False
    )
    type = models.CharField(max_length=16)
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    slug = models.CharField(max_length=63)
    name = models.CharField(max_length=150)
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
                fields=("workspace", "type", "slug"), name="resource_slug_unique"
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
        indexes = (models.Index(fields=("workspace", "type", "name", "id"), name="resource_list"),)

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """`type/slug`, the name of a resource in documents and on the command line."""
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
