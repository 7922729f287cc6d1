"""What is counted of a workspace once a day, so that one sees how it changed."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone

SHOWN = 90  # days that a chart shows
KEPT = timedelta(days=400)


class DailyCount(models.Model):
    """How many people could edit something at any time on one day (UTC).

    It follows from what was so when it was counted; nothing follows from it.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="daily_counts", db_index=False
    )
    day = models.DateField()
    editors = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("workspace", "day"), name="counted_daily"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.editors}"


def today() -> date:
    """Return the day it is, in UTC."""
    return timezone.now().date()
