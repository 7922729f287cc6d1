"""One sign-in: who, since when, last active when, and when it ends (S1–S3, S7)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class SignInQuerySet(models.QuerySet["SignIn"]):
    def run_out(self) -> "SignInQuerySet":
        """Sign-ins past their end, by the database's clock."""
        return self.filter(ends_at__lte=Now())

    def this_first(self, key: str) -> "SignInQuerySet":
        """Order by activity, the one of this key before all others."""
        this = models.Case(models.When(key=key, then=0), default=1)
        return self.order_by(this, "-last_active_at", "pk")


class SignIn(models.Model):
    """A living session. The row ends with it: a session whose row has gone is dead (XG10).

    `ends_at` is what the rule said at the last activity or change of the rule; a session
    past it stays ended, whatever the rule says by now (S3, XG6). `proved_at` is when the person
    last proved who they are, by password, passkey or code (S8). `own` is set where it was opened
    by own credentials; else somebody else vouches, and it reaches only as far as that (P2). Every
    time here is the database's, so that nodes whose clocks differ agree (XG11).
    """

    key = models.CharField(max_length=22, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", db_index=False
    )
    signed_in_at = models.DateTimeField(editable=False)
    last_active_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)
    proved_at = models.DateTimeField(editable=False)
    address = models.GenericIPAddressField(null=True, editable=False)
    device = models.CharField(max_length=200, blank=True, editable=False)
    own = models.BooleanField(default=True, db_default=True, editable=False)

    objects: ClassVar[SignInQuerySet] = SignInQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=("user", "ends_at"), name="sign_in_of_user"),
            models.Index(fields=("ends_at",), name="sign_in_end"),
        )

    def __str__(self) -> str:
        return f"{self.user} since {self.signed_in_at:%Y-%m-%d %H:%M}"
