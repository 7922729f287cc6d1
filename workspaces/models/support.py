"""When support may look: the window an owner opens, and the visits made in it (R17, XK7)."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from config.web.values.public_ids import public_id
from workspaces.models.closed import ClosedModel, ClosedQuerySet

if TYPE_CHECKING:
    from accounts.models.user import User

REASON_LENGTH = 500


class SupportWindowQuerySet(ClosedQuerySet["SupportWindow"]):
    def unsettled(self) -> "SupportWindowQuerySet":
        """Windows nobody closed; their time may be over."""
        return self.filter(ended_at__isnull=True)

    def open(self) -> "SupportWindowQuerySet":
        """Windows in which support may visit now, by the database's clock."""
        return self.unsettled().filter(ends_at__gt=Now())

    def over(self) -> "SupportWindowQuerySet":
        """Windows whose time is over, by the database's clock."""
        return self.filter(ends_at__lte=Now())

    def past(self) -> "SupportWindowQuerySet":
        """Windows that are over, by their time or because somebody closed them."""
        return self.filter(models.Q(ended_at__isnull=False) | models.Q(ends_at__lte=Now()))

    def newest_first(self) -> "SupportWindowQuerySet":
        return self.order_by("-opened_at", "-pk")


class SupportWindow(ClosedModel):
    """A time in which assigned support staff may visit, opened by an owner with a reason.

    One is open at a time. A window past its end is over even while `ended_at` is empty;
    whoever opens the next one settles it.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="support_windows", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    reason = models.CharField(max_length=REASON_LENGTH)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects: ClassVar[SupportWindowQuerySet] = SupportWindowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("workspace",),
                condition=models.Q(ended_at__isnull=True),
                name="one_support_window_at_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("opened_at")),
                name="support_window_has_length",
            ),
        )
        indexes = (models.Index(fields=("workspace", "opened_at"), name="support_window_list"),)

    def __str__(self) -> str:
        return f"support window until {self.ends_at:%Y-%m-%d %H:%M} UTC"


class SupportVisitQuerySet(ClosedQuerySet["SupportVisit"]):
    def unsettled(self) -> "SupportVisitQuerySet":
        """Visits nobody ended; whether one still opens anything is for the engine to say."""
        return self.filter(ended_at__isnull=True)

    def over(self) -> "SupportVisitQuerySet":
        """Visits whose own time is over, by the database's clock."""
        return self.filter(ends_at__lte=Now())

    def of(self, user: "User") -> "SupportVisitQuerySet":
        return self.filter(user=user)

    def with_end(self) -> "SupportVisitQuerySet":
        """Bring along `goes_on`: whether neither it nor its window is over."""
        return self.annotate(goes_on=models.Q(ended_at__isnull=True, ends_at__gt=Now()))

    def going_on(self) -> "SupportVisitQuerySet":
        """Those that go on, by the database's clock."""
        return self.unsettled().filter(ends_at__gt=Now())

    def newest_first(self) -> "SupportVisitQuerySet":
        return self.order_by("-began_at", "-pk")


class SupportVisit(ClosedModel):
    """A support person looking round in a workspace: never a member, never a change.

    It gives sight while neither it nor its window is over (`workspaces.access.facts`).
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="support_visits", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    window = models.ForeignKey(SupportWindow, models.CASCADE, related_name="visits")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="support_visits"
    )
    reason = models.CharField(max_length=REASON_LENGTH)
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[SupportVisitQuerySet] = SupportVisitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "user"),
                condition=models.Q(ended_at__isnull=True),
                name="one_support_visit_at_once",
            ),
        )

    def __str__(self) -> str:
        return f"support visit until {self.ends_at:%Y-%m-%d %H:%M} UTC"
