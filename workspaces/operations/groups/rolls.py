"""Whose place in a group came, went or moved, as events keep it: by address, and with the span
of each who has one (W1). Where nobody has one it is just the addresses, as older events have it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.utils import timezone

from workspaces.access.dialect import among
from workspaces.models import Group, Invite, Member
from workspaces.spans import ALWAYS, Span

Roll = Mapping[str, Span]
P = TypeVar("P", Member, Invite)


def roll_of(group: Group, members: Iterable[Member]) -> dict[str, Span]:
    """Return what places the group lists of these members; 1 statement."""
    chosen = group.memberships.filter(member__in=among(member.pk for member in members))
    rows = chosen.with_eligibility().select_related("member__user").order_by("member__user__email")
    return {row.member.user.email: row.span for row in rows}


def planned(group: Group, members: Iterable[Member]) -> dict[str, Span]:
    """Return the places of these members that only begin one day, or are eligible; 1 statement."""
    return to_come(roll_of(group, members))


def to_come(listed: Roll) -> dict[str, Span]:
    """Return those of a roll that only begin one day, or are eligible."""
    now = timezone.now()
    return {
        email: span
        for email, span in listed.items()
        if span.eligible or (span.starts and span.starts > now)
    }


def living(group: Group, members: Iterable[Member]) -> list[Member]:
    """Return which of these members are in the group now; 1 statement."""
    inside = group.memberships.active().values_list("member", flat=True)
    pks = set(inside.filter(member__in=among(member.pk for member in members)))
    return [member for member in members if member.pk in pks]


def grouped(people: Iterable[P], span_of: Callable[[P], Span]) -> dict[Span, list[P]]:
    """Return people by the span each has."""
    found: dict[Span, list[P]] = {}
    for one in people:
        found.setdefault(span_of(one), []).append(one)
    return found


def alike(addresses: Iterable[str], span: Span) -> dict[str, Span]:
    """Return a roll of people who come for the same span."""
    return dict.fromkeys(sorted(addresses), span)


def written(roll: Roll) -> list[str] | dict[str, Any]:
    """Return a roll as an event keeps it."""
    spans = {email: span.told() for email, span in roll.items() if span != ALWAYS}
    return {"members": sorted(roll), "spans": spans} if spans else sorted(roll)


def read(kept: Sequence[str] | Mapping[str, Any]) -> dict[str, Span]:
    """Read what `written` wrote, and what older events keep."""
    if not isinstance(kept, Mapping):
        return dict.fromkeys(kept, ALWAYS)
    spans = {email: Span.read(told) for email, told in kept["spans"].items()}
    return {email: spans.get(email, ALWAYS) for email in kept["members"]}


def spans_written(roll: Roll) -> dict[str, dict[str, Any]]:
    """Return by address how places stood, or stand, whose spans move."""
    return {email: roll[email].told() for email in sorted(roll)}


def spans_read(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Span]:
    """Read what `spans_written` wrote."""
    return {email: Span.read(told) for email, told in kept.items()}
