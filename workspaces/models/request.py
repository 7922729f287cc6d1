"""A member's plea for access (Q1)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.ids import public_id


class Outcome(models.TextChoices):
    """How a plea ended; blank while it is open."""

    APPROVED = "approved"
    CHANGED = "changed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class AccessRequest(ClosedModel):
    """What a member asks for: an action on a resource, or that a grant of theirs be extended.

    `asked_for` keeps what was named as it was typed: a locked door does not tell whether
    there is such a thing (R5), so a plea may name what does not exist. It is empty when the
    whole workspace is meant.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="requests", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    member = models.ForeignKey("workspaces.Member", models.CASCADE, related_name="requests")
    resource = models.ForeignKey("workspaces.Resource", models.CASCADE, null=True, related_name="+")
    asked_for = models.CharField(max_length=100, blank=True)
    action = models.CharField(max_length=32)
    grant = models.ForeignKey("workspaces.Grant", models.CASCADE, null=True, related_name="+")
    message = models.CharField(max_length=2000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects: ClassVar[ClosedQuerySet["AccessRequest"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=("workspace", "asked_at"),
                name="request_open",
                condition=Q(closed_at__isnull=True),
            ),
        )
