"""Mail that waits to leave: queued in the transaction of the change it tells of."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> "MailQuerySet":
        """Mail not sent yet whose next try has come, oldest first."""
        return self.filter(sent_at__isnull=True, next_try_at__lte=Now()).order_by("pk")

    def waiting_for_its_time(self) -> "MailQuerySet":
        """Mail that waits for a time to come and was never tried."""
        return self.filter(sent_at__isnull=True, tries=0, next_try_at__gt=Now())

    def held_up(self) -> "MailQuerySet":
        """Mail whose sending failed and will be tried again (XJ7)."""
        return self.filter(sent_at__isnull=True).exclude(last_error="")

    def newest_first(self) -> "MailQuerySet":
        return self.order_by("-pk")


class Mail(models.Model):
    """One message to one address, as text and as HTML.

    `about` names what it tells of, where that may go before the mail has left.
    """

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    about = models.CharField(max_length=40, blank=True, db_default="", editable=False)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    next_try_at = models.DateTimeField(default=timezone.now, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=500, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=("next_try_at",), name="mail_due", condition=models.Q(sent_at__isnull=True)
            ),
            models.Index(
                fields=("about",),
                name="mail_about",
                condition=models.Q(sent_at__isnull=True) & ~models.Q(about=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
