"""The audit trail: one event per change, chained by keyed hashes (A1, A2)."""

from typing import Any, ClassVar, NoReturn

from django.db import models

from accounts.models.account_event import SealedError
from workspaces.models.closed import ClosedModel, ClosedQuerySet, require_lock

READS = ("resource.read", "support.page_read")


class EventQuerySet(ClosedQuerySet["Event"]):
    """Events are only ever added (A2)."""

    def update(self, **values: Any) -> NoReturn:
        raise SealedError("Audit events are never changed.")

    def delete(self) -> NoReturn:
        raise SealedError("Audit events are never deleted.")

    def purge_up_to(self, workspace_id: int, number: int) -> int:
        """Drop the oldest events for good; only retention does so (A3). Return how many."""
        require_lock(self.model, workspace_id)
        gone = self.model.objects.filter(workspace_id=workspace_id, number__lte=number)
        return gone._raw_delete(gone.db)

    def changes(self) -> "EventQuerySet":
        """Events that say what was changed, not what was looked at."""
        return self.exclude(action__in=READS)

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-number")


class ActorKind(models.TextChoices):
    USER = "user"
    TOKEN = "token"
    SCIM = "scim"
    SYSTEM = "system"
    SUPPORT = "support"


class Event(ClosedModel):
    """One change. Names are kept as text, so that they outlive whom they name."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.PROTECT, related_name="events", db_index=False
    )
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=7, choices=ActorKind.choices)
    actor_name = models.CharField(max_length=254)
    action = models.CharField(max_length=64)
    target_type = models.CharField(max_length=16)
    target_id = models.CharField(max_length=64)
    target_name = models.CharField(max_length=254)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    undoes = models.PositiveBigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        permissions = (("view_event", "Can see the audit trail in the admin"),)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "number"), name="event_number_unique"),
        )
        indexes = (
            models.Index(fields=("workspace", "at"), name="event_time"),
            models.Index(fields=("workspace", "action", "number"), name="event_action"),
            models.Index(fields=("workspace", "actor_name", "number"), name="event_actor"),
            models.Index(fields=("workspace", "target_type", "target_id"), name="event_target"),
            models.Index(
                fields=("workspace", "undoes"),
                name="event_undoes",
                condition=models.Q(undoes__isnull=False),
            ),
        )

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise SealedError("Audit events are never changed.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise SealedError("Audit events are never deleted.")
