"""Access reviews: what an owner asks reviewers to look at again, and what they said (V1–V5)."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.values.dates import first_day, today
from config.web.values.public_ids import public_id
from config.web.values.text_columns import LineColumn, SearchColumn, SortColumn, holding
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.member import Member

NOTE_LENGTH = 500  # characters
SOON = timedelta(days=7)


class Covers(models.TextChoices):
    """What a review covers (V1)."""

    PEOPLE = "people", _("People")
    GROUPS = "groups", _("Groups")
    LABELS = "labels", _("Labels")
    BROAD = "broad", _("Broad access")
    PII = "pii", _("Personal data")
    OWNERS = "owners", _("Owners")
    TOKENS = "tokens", _("Tokens")
    ELIGIBLE = "eligible", _("What can be taken up")


class Reviewers(models.TextChoices):
    """Who is asked; owners may always answer, and stand in where nobody else is left (V1)."""

    OWNERS = "owners", _("The owners")
    MANAGERS = "managers", _("The group's managers")
    EDITORS = "editors", _("Whoever edits the resource")


class Again(models.TextChoices):
    """Whether a review comes again, and after how long."""

    NEVER = "never", _("Once")
    QUARTERLY = "quarterly", _("Every quarter")
    HALF_YEARLY = "half-yearly", _("Every half year")
    YEARLY = "yearly", _("Every year")

    @property
    def months(self) -> int:
        return {"quarterly": 3, "half-yearly": 6, "yearly": 12}.get(self.value, 0)


class Unanswered(models.TextChoices):
    """What it means at the end that nobody answered."""

    REPORT = "report", _("Nothing changes; the report says so")
    REMOVE = "remove", _("It is taken away")


class Way(models.TextChoices):
    """How somebody holds something (V2)."""

    OWNER = "owner", _("Owner by own role")
    GRANT = "grant", _("Own grant")
    PLACE = "place", _("In a group")
    TOKEN = "token", _("Token's grant")


class Answer(models.TextChoices):
    """What a reviewer said; blank for nothing yet (V4)."""

    KEEP = "keep", _("Keep")
    END = "end", _("End")
    REMOVE = "remove", _("Take away")


class ReviewOutcome(models.TextChoices):
    """What became of an item when its review closed; blank where nothing was to be done."""

    APPLIED = "applied", _("Done")
    CHANGED = "changed", _("Changed meanwhile, not applied")
    TASK = "task", _("To be done in the directory")
    ALONE = "alone", _("Nobody else could review it")
    LAST = "last", _("The last owner stays")


class ReviewQuerySet(ClosedQuerySet["Review"]):
    def open(self) -> "ReviewQuerySet":
        return self.filter(closed_at__isnull=True)

    def overdue(self) -> "ReviewQuerySet":
        """Open ones whose day is over (UTC)."""
        return self.open().filter(due_on__lt=today())

    def open_first(self) -> "ReviewQuerySet":
        """Open ones first, the next due on top; then what was closed last."""
        return self.order_by(models.F("closed_at").desc(nulls_first=True), "due_on", "pk")

    def by_name(self) -> "ReviewQuerySet":
        return self.order_by("sort_key", "pk")

    def matching(self, text: str) -> "ReviewQuerySet":
        """Reviews whose name holds all the words (N3)."""
        return self.filter(holding(text, "search_key"))

    def with_progress(self) -> "ReviewQuerySet":
        """Bring along `n_items`, `n_keep`, `n_end`, `n_remove` in the same statement."""
        said = {
            f"n_{answer}": Count("items", filter=Q(items__answer=answer))
            for answer in Answer.values
        }
        return self.annotate(n_items=Count("items"), **said)


class Review(ClosedModel):
    """One time that access is looked at again, by the day it is due; its items are fixed.

    `filters` say what of `covers` is meant, as the address of a list does: people by the
    filters of the members list, groups and labels by name; empty means all. `digest` is that of
    its report, from its closing on. `follows` is the one before it, where it comes again.
    """

    OPEN_FIELDS = frozenset({"reminded_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="reviews", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    name = LineColumn(max_length=150)
    search_key = SearchColumn(of=("name",))
    sort_key = SortColumn(of=("name",))
    covers = models.CharField(max_length=8, choices=Covers.choices)
    filters: Any = models.JSONField(default=dict)
    reviewers = models.CharField(max_length=8, choices=Reviewers.choices, default=Reviewers.OWNERS)
    due_on = models.DateField()
    again = models.CharField(max_length=11, choices=Again.choices, default=Again.NEVER)
    unanswered = models.CharField(
        max_length=6, choices=Unanswered.choices, default=Unanswered.REPORT
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    opened_name = models.CharField(max_length=254, editable=False)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_name = models.CharField(max_length=254, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    follows = models.OneToOneField(
        "self", models.SET_NULL, null=True, related_name="followed_by", editable=False
    )

    objects: ClassVar[ReviewQuerySet] = ReviewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=("workspace", "closed_at", "due_on"), name="review_list"),
            models.Index(fields=("workspace", "sort_key", "id"), name="review_by_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_overdue(self) -> bool:
        """Whether it is open though its day is over (UTC)."""
        return self.is_open and self.due_on < today()

    @property
    def is_due_soon(self) -> bool:
        """Whether it is open and due within a week (UTC)."""
        day = today()
        return self.is_open and day <= self.due_on <= day + SOON

    @property
    def lasts(self) -> timedelta:
        """How long it was given: from its opening to the day it is due."""
        opened: datetime = self.opened_at
        due: date = self.due_on
        return due - first_day(opened)


class ReviewItemQuerySet(ClosedQuerySet["ReviewItem"]):
    def in_order(self) -> "ReviewItemQuerySet":
        return self.order_by("number")

    def unanswered(self) -> "ReviewItemQuerySet":
        return self.filter(answer="")

    def not_of(self, member: Member) -> "ReviewItemQuerySet":
        """Those that are not the member's own, nor a token's that they made (V3)."""
        return self.exclude(own=member.user_id)

    def matching(self, text: str) -> "ReviewItemQuerySet":
        """Items whose holder, or what they hold, has all the words (N3)."""
        return self.filter(holding(text, "search_key"))


class ReviewItem(ClosedModel):
    """One way somebody holds something, as it was when its review opened (V2).

    `row` is the primary key of the grant or membership, `subject` that of the member or token:
    numbers, not links, so that what they name goes without asking here. `holder` and `what`
    outlive them; `what` is the grant as the trail keeps it, or the place in a group. `about` is
    the digest of it: what has another one by now has changed. `own` is whose it is: the member's
    user, or who made the token (V3).
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    review = models.ForeignKey(Review, models.CASCADE, related_name="items", db_index=False)
    number = models.PositiveIntegerField()
    way = models.CharField(max_length=5, choices=Way.choices)
    row = models.BigIntegerField(null=True)
    subject = models.BigIntegerField()
    group = models.BigIntegerField(null=True)
    own = models.BigIntegerField(null=True)
    holder = LineColumn(max_length=254)
    holder_id = models.CharField(max_length=22)
    search_key = SearchColumn(of=("holder", "called"))
    called = LineColumn(max_length=150)
    what: Any = models.JSONField()
    about = models.CharField(max_length=64)
    since = models.DateTimeField(null=True)
    given_by = models.CharField(max_length=254, blank=True)
    answer = models.CharField(max_length=6, choices=Answer.choices, blank=True, default="")
    ends_at = models.DateTimeField(null=True)
    note = LineColumn(max_length=NOTE_LENGTH, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    answered_name = models.CharField(max_length=254, blank=True)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, choices=ReviewOutcome.choices, blank=True, default="")

    objects: ClassVar[ReviewItemQuerySet] = ReviewItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("review", "number"), name="review_item_number"),
            models.CheckConstraint(
                condition=Q(answer="end", ends_at__isnull=False)
                | (~Q(answer="end") & Q(ends_at__isnull=True)),
                name="review_item_end_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(way="owner", answer="end"), name="own_ownership_does_not_end"
            ),
        )
        indexes = (models.Index(fields=("review", "answer", "number"), name="review_item_sheet"),)
