"""Rows that hold for a while: from a start until an end, by the database's clock (R6, W1)."""

from collections.abc import Sequence
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.spans import Span

M = TypeVar("M", bound=models.Model, covariant=True)


def begun(prefix: str = "") -> Q:
    """Match what has no start, or one that has come; `prefix` leads to the row."""
    return Q(**{f"{prefix}starts_at__isnull": True}) | Q(**{f"{prefix}starts_at__lte": Now()})


def lasting(prefix: str = "") -> Q:
    """Match what has not ended: what holds now, and what will."""
    return Q(**{f"{prefix}expires_at__isnull": True}) | Q(**{f"{prefix}expires_at__gt": Now()})


def active(prefix: str = "") -> Q:
    """Match what holds now."""
    return begun(prefix) & lasting(prefix)


class SpannedQuerySet(ClosedQuerySet[M]):
    """Rows by whether they hold; what a row gives is asked of those that do alone."""

    def active(self) -> Self:
        """Those that hold now."""
        return self.filter(active())

    def lasting(self) -> Self:
        """Those that hold now or will: whoever asks what may follow, asks these."""
        return self.filter(lasting())

    def ended(self) -> Self:
        """Those whose end has come."""
        return self.exclude(lasting())

    def planned(self) -> Self:
        """Those whose start is to come."""
        return self.lasting().filter(starts_at__gt=Now())

    def with_state(self) -> Self:
        """Bring along `planned` and `expired`, by the database's clock; neither holds now."""
        return self.annotate(
            planned=Q(starts_at__isnull=False) & Q(starts_at__gt=Now()),
            expired=Q(expires_at__isnull=False) & Q(expires_at__lte=Now()),
        )


class Spanned(ClosedModel):
    """What may have a start and an end."""

    starts_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def span(self) -> Span:
        """From when until when it holds."""
        return Span(self.starts_at, self.expires_at)


def in_order(name: str) -> models.CheckConstraint:
    """Return the constraint of that name that a start lies before its end."""
    either: Any = Q(starts_at__isnull=True) | Q(expires_at__isnull=True)
    return models.CheckConstraint(
        condition=either | Q(starts_at__lt=models.F("expires_at")), name=name
    )


def exactly_one(of: Sequence[str]) -> Q:
    """That just one of these columns is filled."""
    either = Q()
    for chosen in of:
        either |= Q(*((f"{name}__isnull", name != chosen) for name in of))
    return either
