"""Grants and memberships that are taken up when needed, and the times they were (W2, W3, W5)."""

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from config.web.values.public_ids import public_id
from config.web.values.text_columns import LineColumn
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.spanned import M, Spanned, SpannedQuerySet, active, exactly_one, lasting
from workspaces.spans import Span
from workspaces.terms import LONGEST, SHORTEST, USUAL, Eligible

REASON_LENGTH = 500  # characters
ANSWERED_WITHIN = 24  # hours


class TakableQuerySet(SpannedQuerySet[M]):
    """Rows that are standing or eligible."""

    def live(self) -> Self:
        """Those that have begun and not ended, be they standing or eligible."""
        return super().active()

    def active(self) -> Self:
        """Those that give something now by themselves: standing ones."""
        return self.live().standing()

    def standing(self) -> Self:
        """Those that need not be taken up."""
        return self.filter(eligible=False)

    def eligible(self) -> Self:
        """Those that could be taken up now."""
        return self.live().filter(eligible=True)

    def with_eligibility(self) -> Self:
        """Bring along how eligible rows are taken up; 1 statement where somebody has to agree."""
        approvers = models.Prefetch("eligibility__approvers", Approver.objects.named())
        return self.select_related("eligibility").prefetch_related(approvers)


class Takable(Spanned):
    """What is standing or eligible. An eligible row gives nothing but while it is taken up (W2)."""

    eligible = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True

    @property
    def span(self) -> Span:
        """From when until when it holds, and how it is taken up; read `with_eligibility`."""
        said: Eligible | None = self.eligibility.said if self.eligible else None  # type: ignore[attr-defined]
        return replace(super().span, eligible=said)

    @property
    def span_in_short(self) -> Span:
        """The same, read with `eligibility`: that somebody has to agree, and not who."""
        how: Eligible | None = self.eligibility.in_short if self.eligible else None  # type: ignore[attr-defined]
        return replace(super().span, eligible=how)


class EligibilityQuerySet(ClosedQuerySet["Eligibility"]):
    def lasting(self) -> "EligibilityQuerySet":
        """Those of what can be taken up now, or will be."""
        return self.filter(lasting("grant__"), lasting("membership__"))


class Eligibility(ClosedModel):
    """How a grant or a membership is taken up: for how long, by what proof, with whose leave.

    `longest_minutes` is how long at most; `proof` asks for a fresh proof of identity; `asks` for
    somebody's leave, also when no approver is left; `break_glass` needs none, and tells every
    owner (W5).
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
    asks = models.BooleanField(default=False)
    break_glass = models.BooleanField(default=False)

    objects: ClassVar[EligibilityQuerySet] = EligibilityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=exactly_one(("grant", "membership")),
                name="eligibility_of_one",
            ),
            models.CheckConstraint(
                condition=Q(longest_minutes__gte=SHORTEST, longest_minutes__lte=LONGEST),
                name="eligibility_for_a_while",
            ),
            models.CheckConstraint(
                condition=Q(asks=False) | Q(break_glass=False), name="who_breaks_glass_asks_nobody"
            ),
        )

    @property
    def said(self) -> Eligible:
        """What it says, read with its approvers."""
        approvers = frozenset(approver.said for approver in self.approvers.all())
        return replace(self.in_short, approvers=approvers) if self.asks else self.in_short

    @property
    def in_short(self) -> Eligible:
        """What it says, without who has to agree where somebody has."""
        asked = frozenset[str]() if self.asks else None
        return Eligible(self.proof, self.longest_minutes, asked, self.break_glass)


class ApproverQuerySet(ClosedQuerySet["Approver"]):
    def named(self) -> "ApproverQuerySet":
        """Bring along what `said` reads."""
        return self.select_related("member__user", "group")


class Approver(ClosedModel):
    """Who may agree to a taking up, or to what is offered: a member, or a group (W3, W4)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    eligibility = models.ForeignKey(
        Eligibility, models.CASCADE, null=True, related_name="approvers"
    )
    offer = models.ForeignKey(
        "workspaces.Offer", models.CASCADE, null=True, related_name="approvers"
    )
    member = models.ForeignKey("workspaces.Member", models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey("workspaces.Group", models.CASCADE, null=True, related_name="+")

    objects: ClassVar[ApproverQuerySet] = ApproverQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=exactly_one(("member", "group")),
                name="approver_is_one",
            ),
            models.CheckConstraint(
                condition=exactly_one(("eligibility", "offer")),
                name="approver_of_one",
            ),
        )

    @property
    def said(self) -> str:
        """An address, or `group:<name>`; `group:` alone never names anybody."""
        return self.member.user.email if self.member else f"group:{self.group and self.group.name}"


RUNNING = Q(starts_at__lte=Now(), ends_at__gt=Now())
WAITING = Q(
    starts_at__isnull=True,
    refused_at__isnull=True,
    asked_at__gt=Now() - timedelta(hours=ANSWERED_WITHIN),
)


class TakeUpQuerySet(ClosedQuerySet["TakeUp"]):
    def with_all(self) -> "TakeUpQuerySet":
        """Bring along who took up what, and how that is taken up; 1 statement, 2 with approvers."""
        return self.select_related(
            "workspace",
            "member__user",
            "grant__eligibility",
            "grant__group",
            "membership__eligibility",
            "membership__group",
        ).prefetch_related(
            *(
                models.Prefetch(f"{what}__eligibility__approvers", Approver.objects.named())
                for what in ("grant", "membership")
            )
        )

    def waiting(self) -> "TakeUpQuerySet":
        """Those that somebody has to agree to yet; unanswered for a day, they are void (W3)."""
        return self.filter(WAITING)

    def going_on(self) -> "TakeUpQuerySet":
        """Those that run, then those that wait, bringing along which: `runs`."""
        found = self.filter(WAITING | RUNNING).annotate(runs=RUNNING)
        return found.order_by(models.F("starts_at").asc(nulls_last=True), "pk")

    def with_state(self) -> "TakeUpQuerySet":
        """Bring along `state`, by the database's clock; what was taken back is refused."""
        return self.annotate(
            state=models.Case(
                models.When(RUNNING, then=models.Value("running")),
                models.When(WAITING, then=models.Value("waiting")),
                models.When(refused_at__isnull=False, then=models.Value("refused")),
                models.When(starts_at__isnull=True, then=models.Value("void")),
                default=models.Value("ended"),
            )
        )

    def broken_glass(self) -> "TakeUpQuerySet":
        """Those without anybody's leave that no owner has looked at yet (W5)."""
        return self.filter(glass=True, looked_at__isnull=True)

    def running(self) -> "TakeUpQuerySet":
        """Those whose time it is now; what they took up may have ended by itself."""
        return self.filter(RUNNING)


class TakeUp(ClosedModel):
    """One time that somebody took up an eligible grant or membership.

    Of a grant of one's own it names the grant; of a membership the membership; of a group's
    grant both, so that it gives nothing once they are not in the group. It goes with what it
    names. It runs from `starts_at` to `ends_at`, which ending it early moves. What somebody has to
    agree to has no start until then; `about` is the digest of what it was asked for. `glass` was
    broken for it: it stays before the owners until one has `looked_at` it, and wrote a line (W5).
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
    about = models.CharField(max_length=64, editable=False)
    refused_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    glass = models.BooleanField(default=False)
    looked_at = models.DateTimeField(null=True, editable=False)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    finding = LineColumn(max_length=REASON_LENGTH, blank=True)

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
            models.Index(fields=("workspace", "ends_at"), name="take_ups_of_workspace"),
        )


def joined_now() -> Q:
    """Match memberships that hold now: standing ones, and eligible ones that are taken up."""
    taken = TakeUp.objects.running().filter(membership=OuterRef("pk"), grant__isnull=True)
    return Q(active(), Q(eligible=False) | Q(Exists(taken)))
