"""Telling people that a grant of theirs is about to end, twice at most (R6, Q1)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces.catalogue import role_of
from workspaces.change import Actor, lock_workspace
from workspaces.models import Grant, GrantQuerySet, Member, Workspace
from workspaces.operations.changes.consequences import MOST_TOLD

EARLY, LATE = timedelta(days=14), timedelta(days=2)
AT_ONCE = 500  # grants told about under one lock


def tell_endings(workspace: Workspace, *, by: Actor) -> int:
    """Mail whoever holds a grant that ends within 14 days, and once more within 2.

    Return how many grants were told about. Somebody whose grants end at the same time gets
    one mail for all of them; nobody hears twice of a grant in one period, however often
    and in how many places this runs. A group's grant is news for everybody in it, unless
    they are more than a mail each makes sense for.
    """
    told = 0
    while True:
        with lock_workspace(workspace.pk, by=by) as locked:
            now = timezone.now()
            grants = list(_due(locked, now)[:AT_ONCE])
            _mail(locked, grants)
            Grant.objects.filter(pk__in=[grant.pk for grant in grants]).update(end_told_at=now)
        told += len(grants)
        if len(grants) < AT_ONCE:
            return told


def _due(workspace: Workspace, now: datetime) -> GrantQuerySet:
    """Return grants of people whose holders have not heard of their end in this period."""
    never = Q(end_told_at__isnull=True)
    late = Q(expires_at__lte=now + LATE, end_told_at__lt=F("expires_at") - LATE)
    return (
        workspace.grants.filter(never | late, expires_at__gt=now, expires_at__lte=now + EARLY)
        .filter(Q(member__isnull=False) | Q(group__isnull=False))
        .select_related("group")
        .order_by("expires_at", "pk")
    )


def _mail(workspace: Workspace, grants: Iterable[Grant]) -> None:
    ends: dict[str, list[dict[str, Any]]] = defaultdict(list)
    people: dict[int | None, list[str]] = {}
    for grant in grants:
        words = {
            "role": role_of(grant.role).name,
            "group": grant.group.name if grant.group else "",
            "ends": grant.expires_at,
        }
        if grant.group_id not in people or grant.group_id is None:
            people[grant.group_id] = _addresses(grant)
        for address in people[grant.group_id]:
            ends[address].append(words)
    url = outbox.absolute(reverse("workspaces:my_access", args=[workspace.slug]))
    for address, told in ends.items():
        outbox.queue(
            address,
            "access_ending",
            {"workspace": workspace.name, "grants": told, "url": url},
        )


def _addresses(grant: Grant) -> list[str]:
    held = Q(joined_groups__group=grant.group_id) if grant.group_id else Q(pk=grant.member_id)
    members = Member.objects.active().filter(held, user__mail_about_access=True).order_by("pk")
    addresses = list(members.values_list("user__email", flat=True)[: MOST_TOLD + 1])
    return addresses if len(addresses) <= MOST_TOLD else []
