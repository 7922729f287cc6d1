"""A member's request for access (Q1)."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import sought
from config.web.values.public_ids import public_id
from config.web.values.text_columns import LineColumn, SearchColumn, TextColumn, holding
from workspaces.models.closed import ClosedModel, ClosedQuerySet

if TYPE_CHECKING:
    from workspaces.models.member import Member

LATELY = timedelta(days=14)
EXTEND = "extend"  # beside the actions of the catalogue: keep what I have for longer
JOIN = "join"  # likewise: be in a group that is offered (W4)
ASKED_LENGTH, MESSAGE_LENGTH, ANSWER_LENGTH = 100, 2000, 500  # characters


class Outcome(models.TextChoices):
    """How a request ended; blank while it is open."""

    APPROVED = "approved", _("Approved")
    CHANGED = "changed", _("Access changed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SATISFIED = "satisfied", _("Has it by now")
    GONE = "gone", _("Gone since")


class AccessRequestQuerySet(ClosedQuerySet["AccessRequest"]):
    def open(self) -> "AccessRequestQuerySet":
        """Requests that nobody has answered and nothing has overtaken."""
        return self.filter(closed_at__isnull=True)

    def of(self, member: "Member") -> "AccessRequestQuerySet":
        return self.filter(member=member)

    def lately(self) -> "AccessRequestQuerySet":
        """Open ones, and those that were closed within the last days."""
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=Now() - LATELY))

    def matching(self, text: str) -> "AccessRequestQuerySet":
        """Requests of which the asker, or what was asked for, holds all the words (N3)."""
        return self.filter(holding(sought(text) or text, "search_key", "member__user__search_key"))

    def open_first(self) -> "AccessRequestQuerySet":
        """Open ones first, the longest waiting on top; then what was closed last."""
        return self.order_by(models.F("closed_at").desc(nulls_first=True), "asked_at", "pk")

    def by_asker(self) -> "AccessRequestQuerySet":
        """Order by the name and address of who asks, and by when."""
        return self.order_by("member__user__sort_key", "asked_at", "pk")

    def newest_first(self) -> "AccessRequestQuerySet":
        return self.order_by("-asked_at", "-pk")

    def with_details(self) -> "AccessRequestQuerySet":
        """Bring along asker, thing, grant and group, as rows and banners show them."""
        return self.select_related("member__user", "resource", "grant__group", "group")


class AccessRequest(ClosedModel):
    """What a member asks for: an action on a resource, that a grant of theirs be extended, or to
    be in a group that is offered, `until` when (W4).

    `asked_for` keeps what was named as it was typed: a locked door does not tell whether
    there is such a thing (R5), so a request may name what does not exist. It is empty when the
    whole workspace is meant. `resource` is what it names, for owners to see alone. The row
    stands until the asker leaves; what was asked for may be deleted before, which closes it.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="requests", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    member = models.ForeignKey("workspaces.Member", models.CASCADE, related_name="requests")
    resource = models.ForeignKey(
        "workspaces.Resource", models.SET_NULL, null=True, related_name="+"
    )
    asked_for = LineColumn(max_length=ASKED_LENGTH, blank=True)
    search_key = SearchColumn(of=("asked_for",))
    action = models.CharField(max_length=32)
    grant = models.ForeignKey("workspaces.Grant", models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey("workspaces.Group", models.SET_NULL, null=True, related_name="+")
    until = models.DateTimeField(null=True, editable=False)
    message = TextColumn(max_length=MESSAGE_LENGTH, blank=True)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    answer = TextColumn(max_length=ANSWER_LENGTH, blank=True)

    objects: ClassVar[AccessRequestQuerySet] = AccessRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("member", "asked_for", "action"),
                condition=Q(closed_at__isnull=True) & ~Q(action__in=(EXTEND, JOIN)),
                name="one_open_request_per_thing",
            ),
            models.UniqueConstraint(
                fields=("member", "grant"),
                condition=Q(closed_at__isnull=True),
                name="one_open_request_per_grant",
            ),
            models.UniqueConstraint(
                fields=("member", "group"),
                condition=Q(closed_at__isnull=True),
                name="one_open_request_per_group",
            ),
        )
        indexes = (
            models.Index(
                fields=("workspace", "asked_at"),
                name="request_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=("workspace", "closed_at", "asked_at"), name="request_list"),
        )

    def __str__(self) -> str:
        return self.asked_for or self.workspace.name
