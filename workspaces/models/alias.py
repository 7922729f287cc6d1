"""A link that waits for somebody to prove the address of an alias account (S6)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class AliasRequestQuerySet(models.QuerySet["AliasRequest"]):
    def open(self) -> "AliasRequestQuerySet":
        """Those whose link still works, by the database's clock; askers must be active."""
        return self.filter(expires_at__gt=Now(), user__is_active=True)

    def run_out(self) -> "AliasRequestQuerySet":
        return self.filter(expires_at__lte=Now())

    def by_address(self) -> "AliasRequestQuerySet":
        return self.order_by("email", "pk")


class AliasRequest(models.Model):
    """Who wants which alias address, to be invited to which workspaces (by slug).

    The row goes when its link is used, so nothing ties the two accounts together
    afterwards; the link itself is kept only as a hash (XE10).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    email = models.EmailField(max_length=254)
    link_hash = models.CharField(max_length=64, unique=True, editable=False)
    workspaces = models.JSONField()
    expires_at = models.DateTimeField()

    objects: ClassVar[AliasRequestQuerySet] = AliasRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("user", "email"), name="alias_request_once"),
        )
        indexes = (models.Index(fields=("expires_at",), name="alias_request_end"),)

    def __str__(self) -> str:
        return self.email
