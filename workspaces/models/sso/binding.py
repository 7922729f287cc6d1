"""Which account a provider's own id of a person belongs to (P3)."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from config.web.values import public_ids
from config.web.values.public_ids import LENGTH
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.member import Member
from workspaces.models.sso.connection import SsoConnection

ISSUER_LENGTH, SUBJECT_LENGTH = 500, 600  # characters; a SAML subject carries its qualifiers


class SsoBindingQuerySet(ClosedQuerySet["SsoBinding"]):
    def in_force(self) -> "SsoBindingQuerySet":
        """Those of the issuer that the connection trusts now; a former one's say nothing more."""
        return self.filter(issuer=KeyTextTransform("issuer", "connection__trusted"))

    def with_members(self) -> "SsoBindingQuerySet":
        """Annotate the public id of the member each is of; none where they left since."""
        mine = Member.objects.filter(workspace=OuterRef("workspace"))
        of_user = mine.filter(user=OuterRef("user")).values("public_id")
        return self.annotate(member_id=models.Subquery(of_user))

    def newest_first(self) -> "SsoBindingQuerySet":
        return self.order_by("-pk")

    def by_name(self) -> "SsoBindingQuerySet":
        """Order by the name and address of whose it is."""
        return self.order_by("user__sort_key", "pk")

    def by_last_use(self) -> "SsoBindingQuerySet":
        """Order by last use, the newest first; those never used count as the longest ago."""
        return self.order_by(models.F("last_used_at").desc(nulls_last=True), "pk")


class SsoBinding(ClosedModel):
    """Made at the first sign-in, by the provider's issuer and subject; an owner may release it."""

    OPEN_FIELDS = frozenset({"last_used_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="sso_bindings", db_index=False
    )
    connection = models.ForeignKey(SsoConnection, models.CASCADE, related_name="bindings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sso_bindings")
    public_id = models.CharField(
        max_length=LENGTH, default=public_ids.public_id, unique=True, editable=False
    )
    issuer = models.CharField(max_length=ISSUER_LENGTH)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    bound_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )

    objects: ClassVar[SsoBindingQuerySet] = SsoBindingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "issuer", "subject"), name="binding_of_subject_once"
            ),
            models.UniqueConstraint(
                fields=("connection", "issuer", "user"), name="binding_of_user_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} by {self.connection}"


def bound_person() -> Exists:
    """Return the condition on members that a connection of their workspace knows them."""
    known = SsoBinding.objects.in_force().filter(
        workspace=OuterRef("workspace"), user=OuterRef("user")
    )
    return Exists(known)
