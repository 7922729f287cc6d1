"""A connection: one workspace, one identity provider, and what of it is trusted (P6)."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.values import public_ids
from config.web.values.public_ids import LENGTH
from config.web.values.text_columns import LineColumn, SameColumn
from workspaces.models.closed import ClosedModel, ClosedQuerySet

NAME_LENGTH = 60  # characters


class ConnectionKind(models.TextChoices):
    SAML = "saml", _("SAML 2.0")
    OPENID = "oidc", _("OpenID Connect")


class ConnectionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    OFF = "off", _("Off")


class SsoConnectionQuerySet(ClosedQuerySet["SsoConnection"]):
    def active(self) -> "SsoConnectionQuerySet":
        """Those one signs in by: active ones of open workspaces."""
        return self.filter(state=ConnectionState.ACTIVE, workspace__closed_at=None)

    def by_name(self) -> "SsoConnectionQuerySet":
        return self.order_by("name_key", "pk")


class SsoConnection(ClosedModel):
    """A provider by which people enter one workspace.

    `trusted` is in force: a test, or an operator's word, stands behind it. `wanted` was written
    since and waits for its test; until then the old values hold (P6). Both are what `trust`
    reads; a client's secret in them is sealed. `told_days` is how many days before the end of a
    certificate the owners were last told of it.
    """

    OPEN_FIELDS = frozenset({"last_used_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="sso_connections", db_index=False
    )
    public_id = models.CharField(
        max_length=LENGTH, default=public_ids.public_id, unique=True, editable=False
    )
    name = LineColumn(max_length=NAME_LENGTH)
    name_key = SameColumn(of=("name",))
    kind = models.CharField(max_length=8, choices=ConnectionKind.choices)
    state = models.CharField(
        max_length=8, choices=ConnectionState.choices, default=ConnectionState.DRAFT
    )
    trusted: Any = models.JSONField(null=True)
    wanted: Any = models.JSONField(null=True)
    makes_members = models.BooleanField(default=True)
    unasked = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    tested_at = models.DateTimeField(null=True)
    last_used_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    told_days = models.PositiveSmallIntegerField(null=True)

    objects: ClassVar[SsoConnectionQuerySet] = SsoConnectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "name_key"), name="connection_called_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ConnectionState.ACTIVE) | models.Q(trusted__isnull=False),
                name="connection_active_once_tested",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == ConnectionState.ACTIVE

    @property
    def latest(self) -> Any:
        """What was written last of its provider: what waits for a test, or else is in force."""
        return self.wanted if self.wanted is not None else self.trusted

    def url(self, door: str) -> str:
        """Return the path of one of its doors: `start`, `acs`, `callback`, `metadata`, `logout`."""
        return reverse(f"sso_{door}", args=[self.public_id])
