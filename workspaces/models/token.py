"""Secrets for programs, with grants of their own (T1)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.ids import public_id


class TokenKind(models.TextChoices):
    API = "api"
    SCIM = "scim"


class TokenQuerySet(ClosedQuerySet["Token"]):
    def live(self) -> "TokenQuerySet":
        """Tokens neither revoked nor past their end, by the database's clock."""
        return self.filter(revoked_at__isnull=True).filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=Now())
        )

    def never_used(self) -> "TokenQuerySet":
        """Live tokens that nobody ever called with."""
        return self.live().filter(last_used_at__isnull=True)

    def by_name(self) -> "TokenQuerySet":
        return self.order_by("name", "pk")


class Token(ClosedModel):
    """Found by its public id; the secret is kept only as a keyed hash (H1)."""

    OPEN_FIELDS = frozenset({"last_used_at", "last_used_from"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="tokens", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    kind = models.CharField(max_length=4, choices=TokenKind.choices, default=TokenKind.API)
    name = models.CharField(max_length=150)
    secret_hash = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    address_ranges = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_used_from = models.GenericIPAddressField(null=True, editable=False)

    objects: ClassVar[TokenQuerySet] = TokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=("workspace", "name", "id"), name="token_list"),)

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """What may be shown of the token: enough to recognise it, useless to sign in."""
        return f"gth_{self.public_id[:6]}…"
