"""Secrets for programs, with grants of their own (T1)."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from config.web.values.public_ids import public_id
from config.web.values.text import same_key
from config.web.values.text_columns import (
    LineColumn,
    SameColumn,
    SearchColumn,
    SortColumn,
    beginning,
    holding,
)
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.event import ActorKind, Event
from workspaces.models.member import Member

if TYPE_CHECKING:
    from accounts.models.user import User

SOON = timedelta(days=14)
PREFIX = "gth_"  # of secrets, before the public id


class TokenKind(models.TextChoices):
    API = "api"
    SCIM = "scim"


class TokenQuerySet(ClosedQuerySet["Token"]):
    def live(self) -> "TokenQuerySet":
        """Tokens neither revoked nor suspended nor past their end, by the database's clock."""
        return self.filter(revoked_at__isnull=True, suspended_at__isnull=True).filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=Now())
        )

    def suspended(self) -> "TokenQuerySet":
        """Tokens that wait for an owner's word since a backup was restored (XJ10)."""
        return self.filter(revoked_at__isnull=True, suspended_at__isnull=False)

    def of_directories(self) -> "TokenQuerySet":
        """Live tokens that a directory provisions with."""
        return self.live().filter(kind=TokenKind.SCIM)

    def made_by(self, user: "User") -> "TokenQuerySet":
        """What a user made in the open workspaces they still belong to; adds `mine_to_rotate`.

        That says whether they are an owner there by own role.
        """
        membership = models.OuterRef("workspace")
        here = user.memberships.filter(workspace=membership, workspace__closed_at__isnull=True)
        made = self.filter(models.Exists(here), created_by=user)
        return made.annotate(mine_to_rotate=models.Exists(here.filter(owner=True)))

    def never_used(self) -> "TokenQuerySet":
        """Live tokens that nobody ever called with."""
        return self.live().filter(last_used_at__isnull=True)

    def ending(self) -> "TokenQuerySet":
        """Live tokens whose end is near."""
        return self.live().filter(expires_at__lte=timezone.now() + SOON)

    def expired(self) -> "TokenQuerySet":
        """Tokens past their end that nobody revoked."""
        return self.filter(revoked_at__isnull=True, expires_at__lte=Now())

    def revoked(self) -> "TokenQuerySet":
        return self.filter(revoked_at__isnull=False)

    def with_state(self) -> "TokenQuerySet":
        """Add `state`: revoked, suspended, expired, ending, unused or active, the first that holds.

        And `maker_left`: whether who made it is a member no more (T1, R8); of an account that
        is gone the trail still knows the address, `maker_address`.
        """
        near = timezone.now() + SOON
        here = Member.objects.filter(
            workspace=models.OuterRef("workspace"), user=models.OuterRef("created_by")
        )
        made = Event.objects.filter(
            workspace=models.OuterRef("workspace"),
            action="token.created",
            target_type="token",
            target_id=models.OuterRef("public_id"),
            actor_kind=ActorKind.USER,
        )
        gone = models.Q(created_by__isnull=True) & models.Exists(made)
        return self.annotate(
            maker_left=models.Q(created_by__isnull=False) & ~models.Exists(here) | gone,
            maker_address=models.Subquery(made.order_by("number").values("actor_name")[:1]),
            state=models.Case(
                models.When(revoked_at__isnull=False, then=models.Value("revoked")),
                models.When(suspended_at__isnull=False, then=models.Value("suspended")),
                models.When(expires_at__lte=Now(), then=models.Value("expired")),
                models.When(expires_at__lte=near, then=models.Value("ending")),
                models.When(last_used_at__isnull=True, then=models.Value("unused")),
                default=models.Value("active"),
            ),
        )

    def by_last_use(self) -> "TokenQuerySet":
        """Order by last use, the newest first; those never used count as the longest ago."""
        return self.order_by(models.F("last_used_at").desc(nulls_last=True), "pk")

    def by_end(self) -> "TokenQuerySet":
        """Order by end; those without one come last."""
        return self.order_by(models.F("expires_at").asc(nulls_last=True), "pk")

    def by_workspace(self) -> "TokenQuerySet":
        """Order by the workspace they are of, and by name."""
        return self.order_by("workspace__sort_key", "workspace", "sort_key", "pk")

    def by_name(self) -> "TokenQuerySet":
        return self.order_by("sort_key", "pk")

    def called(self, text: str) -> "TokenQuerySet":
        """Tokens of this name (N2), or the one of this id, also as its secret begins."""
        ident = text.removeprefix(PREFIX)
        return self.filter(models.Q(name_key=same_key(text)) | models.Q(public_id=ident))

    def begun(self, text: str) -> "TokenQuerySet":
        """Tokens whose name begins so."""
        return self.filter(beginning(text, "search_key", "sort_key"))

    def matching(self, text: str) -> "TokenQuerySet":
        """Tokens whose name holds all the words (N3)."""
        return self.filter(holding(text, "search_key"))


class Token(ClosedModel):
    """Found by its public id; the secret is kept only as a keyed hash (XH1).

    A rotated token is the same row with the same grants: the hash of its old secret stands
    beside that of the new one, and counts until `old_secret_until`. A revoke ends both. A suspended
    token is good for nothing until an owner confirms it.
    """

    OPEN_FIELDS = frozenset({"last_used_at", "last_used_from"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="tokens", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    kind = models.CharField(max_length=4, choices=TokenKind.choices, default=TokenKind.API)
    name = LineColumn(max_length=150)
    name_key = SameColumn(of=("name",))
    search_key = SearchColumn(of=("name",))
    sort_key = SortColumn(of=("name",))
    secret_hash = models.CharField(max_length=64, editable=False)
    old_secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    address_ranges = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_used_from = models.GenericIPAddressField(null=True, editable=False)

    objects: ClassVar[TokenQuerySet] = TokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=("workspace", "sort_key", "id"), name="token_list"),)

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """What may be shown of the token: enough to recognise it, useless to sign in."""
        return f"{PREFIX}{self.public_id[:6]}…"
