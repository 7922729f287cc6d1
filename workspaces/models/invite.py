"""An offer of membership to one e-mail address (I1)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.addresses import in_letters, sought
from config.web.values.public_ids import public_id
from config.web.values.text_columns import SearchColumn, SortColumn, TextColumn, beginning, holding
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.spanned import Spanned, SpannedQuerySet, in_order


class InviteQuerySet(ClosedQuerySet["Invite"]):
    def pending(self) -> "InviteQuerySet":
        """Neither used nor void; its link may have ended."""
        return self.filter(accepted_at__isnull=True, voided_at__isnull=True)

    def open(self) -> "InviteQuerySet":
        """Those that can still be accepted, by the database's clock."""
        return self.pending().filter(suspended_at__isnull=True, expires_at__gt=Now())

    def suspended(self) -> "InviteQuerySet":
        """Those that wait for an owner's word since a backup was restored (XJ10)."""
        return self.pending().filter(suspended_at__isnull=False)

    def with_end(self) -> "InviteQuerySet":
        """Bring along `ended`: whether the link has, by the database's clock."""
        return self.annotate(ended=models.Q(expires_at__lte=Now()))

    def with_senders(self) -> "InviteQuerySet":
        """Bring along who sent them, a user or a token."""
        return self.select_related("sent_by", "sent_by_token")

    def called(self, text: str) -> "InviteQuerySet":
        """Invites of this address, or the one of this id."""
        address = sought(text)
        return self.filter(email=address) if address else self.filter(public_id=text)

    def begun(self, text: str) -> "InviteQuerySet":
        """Invites of addresses that begin so."""
        return self.filter(beginning(text, "search_key", "sort_key"))

    def matching(self, text: str) -> "InviteQuerySet":
        """Invites whose address holds all the words (N3)."""
        return self.filter(holding(sought(text) or text, "search_key"))

    def by_address(self) -> "InviteQuerySet":
        return self.order_by("sort_key", "pk")

    def by_end(self) -> "InviteQuerySet":
        """Order by when their links end, those that ended first."""
        return self.order_by("expires_at", "pk")


class Invite(ClosedModel):
    """Carries grants and groups for one address; the link is kept only as a hash (XE10).

    It is good as long as whoever sent it is an owner: a user, or a token (I1). `mail_at` is
    when its mail left, or may leave: one mail per address and hour (XE12).
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="invites", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    email = models.EmailField(max_length=254)
    search_key = SearchColumn(of=("email", "email_in_letters"))
    sort_key = SortColumn(of=("email",))
    link_hash = models.CharField(max_length=64, unique=True, editable=False)
    owner = models.BooleanField(default=False)
    message = TextColumn(max_length=500, blank=True)
    groups: "models.ManyToManyField[models.Model, models.Model]" = models.ManyToManyField(
        "workspaces.Group", related_name="invites", through="workspaces.InviteGroup"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    sent_by_token = models.ForeignKey(
        "workspaces.Token", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    mail_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[InviteQuerySet] = InviteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "email"),
                condition=models.Q(accepted_at__isnull=True, voided_at__isnull=True),
                name="one_open_invite_per_address",
            ),
        )
        indexes = (
            models.Index(
                fields=("workspace", "sort_key", "id"),
                condition=models.Q(accepted_at__isnull=True, voided_at__isnull=True),
                name="invite_list",
            ),
            models.Index(
                fields=("workspace", "expires_at", "id"),
                condition=models.Q(accepted_at__isnull=True, voided_at__isnull=True),
                name="invite_by_end",
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def email_in_letters(self) -> str:
        """The address as people write it, where that is not how it is stored."""
        return in_letters(self.email)


class InviteGroup(Spanned):
    """A group that whoever accepts the invite joins, perhaps from a start until an end (W1)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    invite = models.ForeignKey(Invite, models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey("workspaces.Group", models.CASCADE, related_name="+")

    objects: ClassVar[SpannedQuerySet["InviteGroup"]] = SpannedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("invite", "group"), name="group_once_in_invite"),
            in_order("offered_group_starts_before_it_ends"),
        )
