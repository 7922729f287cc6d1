"""What happened to an account: sign-ins and what guards them, chained by keyed hashes (A1)."""

from typing import Any, ClassVar, NoReturn

from django.db import models


class SealedError(RuntimeError):
    """An audit event was about to be changed or deleted."""


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    """Events are only ever added (A2)."""

    def of(self, account: int) -> "AccountEventQuerySet":
        """The chain of one account, by the primary key of its user."""
        return self.filter(account=account)

    def newest_first(self) -> "AccountEventQuerySet":
        return self.order_by("-number")

    def update(self, **values: Any) -> NoReturn:
        raise SealedError("Events of an account are never changed.")

    def delete(self) -> NoReturn:
        raise SealedError("Events of an account are never deleted.")

    def purge_up_to(self, account: int, number: int) -> int:
        """Drop the oldest events for good; only retention does so (A3). Return how many."""
        gone = self.model.objects.filter(account=account, number__lte=number)
        return gone._raw_delete(gone.db)


class AccountEvent(models.Model):
    """One event. It outlives its account, so it names it by number and address as text (XF4).

    `browser` tells one browser of the person from another; nothing can be made of it.
    """

    account = models.BigIntegerField()
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    email = models.CharField(max_length=254)
    action = models.CharField(max_length=64)
    details: Any = models.JSONField(null=True)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=200, blank=True)
    browser = models.CharField(max_length=32, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects: ClassVar[AccountEventQuerySet] = AccountEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("account", "number"), name="account_event_number"),
        )
        indexes = (
            models.Index(fields=("account", "action", "browser"), name="account_event_browser"),
            models.Index(fields=("at",), name="account_event_time"),
        )

    def __str__(self) -> str:
        return f"{self.action} of {self.email}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise SealedError("Events of an account are never changed.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise SealedError("Events of an account are never deleted.")
