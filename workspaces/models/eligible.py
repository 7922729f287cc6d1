"""Grants and memberships that are taken up when needed, and the times they were (W2, W3, W5)."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from config.web.values.public_ids import public_id
from config.web.values.text_columns import LineColumn
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.spanned import M, Spanned, SpannedQuerySet, active

SHORTEST, LONGEST, USUAL = 15, 24 * 60, 4 * 60  # minutes somebody takes something up for
REASON_LENGTH = 500  # characters


class TakableQuerySet(SpannedQuerySet[M]):
    """Rows that are standing or eligible."""

    def live(self) -> Self:
        """Those that have begun and not ended, be they standing or eligible."""
        return super().active()

    def active(self) -> Self:
        """Those that give something now by themselves: standing ones."""
        return self.live().filter(eligible=False)

    def eligible(self) -> Self:
        """Those that could be taken up now."""
        return self.live().filter(eligible=True)


class Takable(Spanned):
    """What is standing or eligible. An eligible row gives nothing but while it is taken up (W2)."""

    eligible = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True


class Eligibility(ClosedModel):
    """How a grant or a membership is taken up: for how long, by what proof, with whose leave.

    `longest_minutes` is how long at most; `proof` asks for a fresh proof of identity;
    `break_glass` needs nobody's leave and tells every owner (W5).
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    grant = models.OneToOneField(
        "workspaces.Grant", models.CASCADE, null=True, related_name="eligibility"
    )
    membership = models.OneToOneField(
        "workspaces.GroupMember", models.CASCADE, null=True, related_name="eligibility"
    )
    longest_minutes = models.PositiveSmallIntegerField(default=USUAL)
    proof = models.BooleanField(default=True)
    break_glass = models.BooleanField(default=False)

    objects: ClassVar[ClosedQuerySet["Eligibility"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(grant__isnull=False, membership__isnull=True)
                | Q(grant__isnull=True, membership__isnull=False),
                name="eligibility_of_one",
            ),
            models.CheckConstraint(
                condition=Q(longest_minutes__gte=SHORTEST, longest_minutes__lte=LONGEST),
                name="eligibility_for_a_while",
            ),
        )


class Approver(ClosedModel):
    """Who may agree to a taking up: a member, or anybody in a group (W3)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    eligibility = models.ForeignKey(Eligibility, models.CASCADE, related_name="approvers")
    member = models.ForeignKey("workspaces.Member", models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey("workspaces.Group", models.CASCADE, null=True, related_name="+")

    objects: ClassVar[ClosedQuerySet["Approver"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(member__isnull=False, group__isnull=True)
                | Q(member__isnull=True, group__isnull=False),
                name="approver_is_one",
            ),
        )


class TakeUpQuerySet(ClosedQuerySet["TakeUp"]):
    def running(self) -> "TakeUpQuerySet":
        """Those whose time it is now; what they took up may have ended by itself."""
        return self.filter(starts_at__lte=Now(), ends_at__gt=Now())


class TakeUp(ClosedModel):
    """One time that somebody took up an eligible grant or membership.

    Of a grant of one's own it names the grant; of a membership the membership; of a group's
    grant both, so that it gives nothing once they are not in the group. It goes with what it
    names. It runs from `starts_at` to `ends_at`, which ending it early moves.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="take_ups", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    member = models.ForeignKey("workspaces.Member", models.CASCADE, related_name="take_ups")
    grant = models.ForeignKey(
        "workspaces.Grant", models.CASCADE, null=True, related_name="take_ups", db_index=False
    )
    membership = models.ForeignKey(
        "workspaces.GroupMember", models.CASCADE, null=True, related_name="take_ups", db_index=False
    )
    reason = LineColumn(max_length=REASON_LENGTH)
    minutes = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    starts_at = models.DateTimeField(null=True, editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects: ClassVar[TakeUpQuerySet] = TakeUpQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(grant__isnull=False) | Q(membership__isnull=False),
                name="take_up_of_something",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__lte=models.F("ends_at")),
                name="take_up_starts_before_it_ends",
            ),
        )
        indexes = (
            models.Index(fields=("grant", "ends_at"), name="take_ups_of_grant"),
            models.Index(fields=("membership", "ends_at"), name="take_ups_of_membership"),
        )


def joined_now() -> Q:
    """Match memberships that hold now: standing ones, and eligible ones that are taken up."""
    taken = TakeUp.objects.running().filter(membership=OuterRef("pk"), grant__isnull=True)
    return Q(active(), Q(eligible=False) | Q(Exists(taken)))
