"""What each item of a review keeps of the way it is about, and whether that is as it was (V2)."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workspaces.access.dialect import among
from workspaces.catalogue import OWNER, role_of
from workspaces.change import described
from workspaces.models import (
    Event,
    Grant,
    GroupMember,
    Member,
    Mention,
    Review,
    ReviewItem,
    Way,
    Workspace,
)
from workspaces.models.grant import GrantQuerySet
from workspaces.models.group import GroupMemberQuerySet
from workspaces.operations.reviews.covering import Ways

AT_ONCE = 2000  # rows in memory with what they name
LISTED = 20  # resources named of a grant by list; the others are counted
JOINING = (
    "group.created",
    "group.members_added",
    "group.members_replaced",
    "group.members_moved",
    "request.approved",
    "invite.accepted",
)
Shot = dict[str, Any]  # columns of an item


@dataclass(frozen=True, slots=True)
class Coming:
    """When somebody came into a group, and by whose hand, as far as the trail still says."""

    at: datetime
    by: str


def items_of(review: Review, ways: Ways) -> list[ReviewItem]:
    """Return the items of a review that opens now, by holder's name; some statements in all."""
    came = _comings(review.workspace)
    shots = [
        *map(_of_owner, ways.owners.select_related("user")),
        *map(_of_grant, with_holders(ways.grants).iterator(AT_ONCE)),
        *(_of_place(place, came) for place in with_group(ways.places).iterator(AT_ONCE)),
    ]
    shots.sort(key=lambda shot: (shot["way"] == Way.TOKEN, shot["holder"], shot["called"]))
    return [
        ReviewItem(workspace=review.workspace, review=review, number=number, **shot)
        for number, shot in enumerate(shots, 1)
    ]


def with_holders(grants: GrantQuerySet) -> GrantQuerySet:
    """Bring along what a snapshot reads of grants."""
    return grants.select_related("member__user", "token", "granted_by").with_terms()


def with_group(places: GroupMemberQuerySet) -> GroupMemberQuerySet:
    """Bring along what a snapshot reads of places in groups."""
    return places.select_related("member__user", "group").with_eligibility()


def about_grant(grant: Grant) -> str:
    """Return the digest of a grant, read `with_holders`: by what it names, however called."""
    terms = grant.terms
    return _digest(
        terms.role,
        str(terms.scope),
        sorted(label.pk for label in terms.labels),
        sorted(thing.pk for thing in terms.resources),
        *_moments(terms.starts, terms.ends),
        terms.eligible and terms.eligible.as_json(),
    )


def about_place(place: GroupMember) -> str:
    """Return the digest of a place in a group, read `with_group`."""
    span = place.span
    told = span.eligible and span.eligible.as_json()
    return _digest(place.group_id, *_moments(span.starts, span.ends), told)


ABOUT_OWNING = hashlib.sha256(b"owner").hexdigest()


def _moments(*moments: datetime | None) -> list[str]:
    return [moment.isoformat() if moment else "" for moment in moments]


def _digest(*said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _of_owner(member: Member) -> Shot:
    return {
        **_of_member(member),
        "way": Way.OWNER,
        "called": role_of(OWNER).name,
        "what": {"owner": True},
        "about": ABOUT_OWNING,
    }


def _of_grant(grant: Grant) -> Shot:
    giver = grant.granted_by
    shot = {
        "row": grant.pk,
        "called": role_of(grant.role).name,
        "what": _cut(described(grant.terms)),
        "about": about_grant(grant),
        "since": grant.granted_at,
        "given_by": giver.email if giver else "",
    }
    if grant.member is not None:
        return {**_of_member(grant.member), "way": Way.GRANT, **shot}
    token = grant.token
    if token is None:
        raise TypeError("A review is of what members and tokens hold.")
    return {
        "way": Way.TOKEN,
        "subject": token.pk,
        "own": token.created_by_id,
        "holder": token.name,
        "holder_id": token.public_id,
        **shot,
    }


def _of_place(place: GroupMember, came: dict[tuple[str, str], Coming]) -> Shot:
    coming = came.get((place.member.public_id, place.group.public_id))
    told = place.span.told()
    return {
        **_of_member(place.member),
        "way": Way.PLACE,
        "row": place.pk,
        "group": place.group_id,
        "called": place.group.name,
        "what": {"group": place.group.name, "id": place.group.public_id, **told},
        "about": about_place(place),
        "since": coming.at if coming else None,
        "given_by": coming.by if coming else "",
    }


def _of_member(member: Member) -> Shot:
    return {
        "subject": member.pk,
        "own": member.user_id,
        "holder": member.user.email,
        "holder_id": member.public_id,
    }


def _cut(terms: dict[str, Any]) -> dict[str, Any]:
    """Name only the first resources of a long list, and say how many it has."""
    listed = terms["scope"].get("resources", ())
    if len(listed) <= LISTED:
        return terms
    return {**terms, "scope": {"resources": listed[:LISTED], "of": len(listed)}}


def _comings(workspace: Workspace) -> dict[tuple[str, str], Coming]:
    """Return by member and group (public ids) when they last came in; 2 statements."""
    joined = Event.objects.filter(workspace=workspace, action__in=JOINING)
    at = {e.number: e for e in joined.only("number", "at", "actor_name").order_by("number")}
    told = Mention.objects.filter(
        workspace=workspace, kind__in=("member", "group"), number__in=among(at)
    )
    people: dict[int, list[str]] = defaultdict(list)
    groups: dict[int, list[str]] = defaultdict(list)
    for number, kind, ident in told.values_list("number", "kind", "ident"):
        (people if kind == "member" else groups)[number].append(ident)
    return {
        (who, group): Coming(event.at, event.actor_name)
        for number, event in at.items()
        for group in groups[number]
        for who in people[number]
    }
