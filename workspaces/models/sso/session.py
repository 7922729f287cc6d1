"""Sessions that a connection opened (P2), and answers that are spent (P7)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.models.sso.binding import SsoBinding
from workspaces.models.workspace import Workspace


class VouchedSessionQuerySet(models.QuerySet["VouchedSession"]):
    def of(self, workspace: Workspace) -> "VouchedSessionQuerySet":
        """Sessions opened by the connections of a workspace."""
        return self.filter(binding__workspace=workspace)


class VouchedSession(models.Model):
    """What a connection says of a living session: by which binding it was opened.

    It goes with the session, and with the binding. `session_id` is the provider's own name of
    it, which a logout there names (P10).
    """

    sign_in = models.OneToOneField(
        "accounts.SignIn", models.CASCADE, related_name="vouched", primary_key=True
    )
    binding = models.ForeignKey(SsoBinding, models.CASCADE, related_name="sessions")
    session_id = models.CharField(max_length=255, blank=True)
    vouched_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[VouchedSessionQuerySet] = VouchedSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.binding} since {self.vouched_at:%Y-%m-%d %H:%M}"


class SpentAnswerQuerySet(models.QuerySet["SpentAnswer"]):
    def run_out(self) -> "SpentAnswerQuerySet":
        """Those that no check would let through any more."""
        return self.filter(ends_at__lte=Now())


class SpentAnswer(models.Model):
    """An answer that was believed once and is not again, at whatever node (P7).

    `ident` is a hash (hex) over the connection and the answer's own id.
    """

    ident = models.CharField(max_length=64, primary_key=True)
    ends_at = models.DateTimeField(db_index=True)

    objects: ClassVar[SpentAnswerQuerySet] = SpentAnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.ident
