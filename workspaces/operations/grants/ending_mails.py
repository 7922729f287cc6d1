"""Telling people that a grant, or a place in a group, ends soon, twice at most (R6, W1, Q1)."""

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
from workspaces.models import Grant, GrantQuerySet, GroupMember, Member, Workspace
from workspaces.models.group import GroupMemberQuerySet
from workspaces.models.spanned import active
from workspaces.models.workspace import WorkspaceQuerySet
from workspaces.operations.changes.consequences import MOST_TOLD

EARLY, LATE = timedelta(days=14), timedelta(days=2)
AT_ONCE = 500  # grants, and as many places in groups, told about under one lock
Told = dict[str, list[dict[str, Any]]]  # by address


def tell_endings(workspace: Workspace, *, by: Actor) -> int:
    """Mail whoever holds what ends within 14 days, and once more within 2.

    Return how many grants and places in groups were told about. Somebody whose grants end at
    the same time gets one mail for all of them; nobody hears twice of a grant in one period,
    however often and in how many places this runs. A group's grant is news for everybody in
    it, unless they are more than a mail each makes sense for. What is planned yet is told of
    once it holds.
    """
    told = 0
    while True:
        with lock_workspace(workspace.pk, by=by) as locked:
            now = timezone.now()
            due = _grants(now).filter(workspace=locked).select_related("group")
            grants = list(due[:AT_ONCE])
            listed = _places(now).filter(workspace=locked)
            places = list(listed.select_related("group", "member__user")[:AT_ONCE])
            _mail(locked, _ends_of_grants(grants), _ends_of_places(places))
            Grant.objects.filter(pk__in=[grant.pk for grant in grants]).update(end_told_at=now)
            GroupMember.objects.filter(pk__in=[p.pk for p in places]).update(end_told_at=now)
        told += len(grants) + len(places)
        if max(len(grants), len(places)) < AT_ONCE:
            return told


def with_endings() -> WorkspaceQuerySet:
    """Return the open workspaces in which somebody is to be told of an end."""
    now = timezone.now()
    return Workspace.objects.open().having(_grants(now), _places(now))


def _due(now: datetime) -> Q:
    """Match what holds, ends soon, and was not told of in this period."""
    never = Q(end_told_at__isnull=True)
    late = Q(expires_at__lte=now + LATE, end_told_at__lt=F("expires_at") - LATE)
    return (never | late) & Q(expires_at__gt=now, expires_at__lte=now + EARLY) & active()


def _grants(now: datetime) -> GrantQuerySet:
    """Return grants of people whose holders have not heard of their end in this period."""
    held = Q(member__isnull=False) | Q(group__isnull=False)
    return Grant.objects.filter(_due(now)).filter(held).order_by("expires_at", "pk")


def _places(now: datetime) -> GroupMemberQuerySet:
    """Return places in groups of whose end the people have not heard in this period."""
    return GroupMember.objects.filter(_due(now)).order_by("expires_at", "pk")


def _ends_of_grants(grants: Iterable[Grant]) -> Told:
    ends: Told = defaultdict(list)
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
    return ends


def _ends_of_places(places: Iterable[GroupMember]) -> Told:
    ends: Told = defaultdict(list)
    for place in places:
        user = place.member.user
        if user.is_active and user.mail_about_access:
            ends[user.email].append({"group": place.group.name, "ends": place.expires_at})
    return ends


def _mail(workspace: Workspace, grants: Told, places: Told) -> None:
    url = outbox.absolute(reverse("workspaces:my_access", args=[workspace.slug]))
    for address in dict.fromkeys([*grants, *places]):
        told = {"grants": grants.get(address, []), "places": places.get(address, [])}
        outbox.queue(address, "access_ending", {"workspace": workspace.name, **told, "url": url})


def _addresses(grant: Grant) -> list[str]:
    people = Member.objects.active()
    held = people.in_group(grant.group) if grant.group else people.filter(grants=grant)
    members = held.filter(user__mail_about_access=True).order_by("pk")
    addresses = list(members.values_list("user__email", flat=True)[: MOST_TOLD + 1])
    return addresses if len(addresses) <= MOST_TOLD else []
