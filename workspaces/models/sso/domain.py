"""The domains a workspace says are its own, and how it proves that (P1)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.values import public_ids
from config.web.values.public_ids import LENGTH
from workspaces.models.closed import ClosedModel, ClosedQuerySet

NAME_LENGTH = 253  # characters of a domain name
WORD_LASTS = timedelta(days=14)  # until it is proved; then for as long as it stands there
MISSED_FOR = timedelta(days=14)  # that long a proof may be gone before the domain lapses


class DomainState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    CLAIMED = "claimed", _("Claimed elsewhere")
    OUT_OF_DATE = "out_of_date", _("Word out of date")
    PROVED = "proved", _("Proved")
    LAPSING = "lapsing", _("Lapsing")
    LAPSED = "lapsed", _("Lapsed")


class DomainProof(models.TextChoices):
    DNS = "dns", _("TXT record")
    PAGE = "page", _("Meta tag")
    OPERATOR = "operator", _("Operator")


class Sight(models.TextChoices):
    """What a look at one of the two places found there."""

    SEEN = "seen", _("the word is there")
    OTHER = "other", _("another word is there")
    NOTHING = "nothing", _("no word is there")
    SILENT = "silent", _("no answer in time")
    NOWHERE = "nowhere", _("it has no address")
    INSIDE = "inside", _("its address is not a public one")
    UNTRUSTED = "untrusted", _("its certificate is not trusted")
    AWAY = "away", _("it leads on to another domain")
    REFUSED = "refused", _("it is not shown")


class DomainQuerySet(ClosedQuerySet["Domain"]):
    def proved(self) -> "DomainQuerySet":
        """Proved and not lapsed: their addresses may be let in, by the database's clock."""
        there = models.Q(missing_since=None) | models.Q(missing_since__gt=Now() - MISSED_FOR)
        return self.claiming().filter(there)

    def claiming(self) -> "DomainQuerySet":
        """Those whose names nobody else can prove: until they are given up, or found lapsed."""
        return self.filter(proved_at__isnull=False, lapsed_at=None)

    def of_address(self, email: str) -> "DomainQuerySet":
        """The domain an address in its one form belongs to; a domain beneath is another one."""
        _local, at, name = email.rpartition("@")
        return self.filter(name=name) if at else self.none()

    def due(self, before: datetime) -> "DomainQuerySet":
        """Those proved by what may go again, and not looked at since."""
        seen = self.claiming().exclude(proved_by=DomainProof.OPERATOR)
        return seen.filter(looked_at__lt=before, workspace__closed_at=None)

    def by_name(self) -> "DomainQuerySet":
        return self.order_by("name", "pk")


class Domain(ClosedModel):
    """A domain in a workspace's list, under the word that proves it.

    Two workspaces may both list one; that only one of them holds it is a constraint. Whether
    another one does is kept (`contested_at`) and told only once the word was seen: so nobody
    learns whose domains are here by listing them.
    """

    # What proving it wrote; a new word begins with none of it.
    PROVING: ClassVar[tuple[str, ...]] = (
        "word", "word_ends", "looked_at", "record_sight", "page_sight", "proved_at", "proved_by",
        "contested_at", "missing_since", "told_at", "lapsed_at",
    )  # fmt: skip

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="domains", db_index=False
    )
    public_id = models.CharField(
        max_length=LENGTH, default=public_ids.public_id, unique=True, editable=False
    )
    name = models.CharField(max_length=NAME_LENGTH)
    word = models.CharField(max_length=LENGTH, default=public_ids.public_id, editable=False)
    word_ends = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    record_sight = models.CharField(max_length=16, choices=Sight.choices, blank=True)
    page_sight = models.CharField(max_length=16, choices=Sight.choices, blank=True)
    proved_at = models.DateTimeField(null=True)
    proved_by = models.CharField(max_length=16, choices=DomainProof.choices, blank=True)
    contested_at = models.DateTimeField(null=True)
    missing_since = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)

    objects: ClassVar[DomainQuerySet] = DomainQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("workspace", "name"), name="domain_once"),
            models.UniqueConstraint(
                fields=("name",),
                condition=models.Q(proved_at__isnull=False, lapsed_at__isnull=True),
                name="domain_proved_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def lapses_at(self) -> datetime | None:
        """When it lapses, unless its proof is back by then."""
        return self.missing_since + MISSED_FOR if self.missing_since else None

    @property
    def state(self) -> DomainState:
        now = timezone.now()
        if self.lapsed_at or (self.lapses_at and self.lapses_at <= now):
            return DomainState.LAPSED
        if self.proved_at:
            return DomainState.LAPSING if self.missing_since else DomainState.PROVED
        if self.word_ends <= now:
            return DomainState.OUT_OF_DATE
        return DomainState.CLAIMED if self.contested_at else DomainState.WAITING
