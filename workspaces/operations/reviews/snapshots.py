"""What each item of a review keeps of the way it is about, and whether that is as it was (V2)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workspaces.access.dialect import among
from workspaces.catalogue import OWNER, role_of
from workspaces.change.naming import written
from workspaces.models import (
    Event,
    Grant,
    GrantLabel,
    GrantResource,
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
from workspaces.spans import Span
from workspaces.terms import Eligible, Terms, WrittenTerms

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
READ = (
    *("pk", "role", "scope", "starts_at", "expires_at", "granted_at", "granted_by__email"),
    *("member", "member__user", "member__user__email", "member__public_id"),
    *("token", "token__created_by", "token__name", "token__public_id"),
)
Shot = dict[str, Any]  # columns of an item
Named = dict[int, list[tuple[int, str]]]  # by grant: primary keys and names


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
        *_of_grants(ways.grants),
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
    labels = [row.label_id for row in grant.label_set.all()]
    listed = [row.resource_id for row in grant.listed.all()]
    return _about(grant.role, grant.scope, labels, listed, grant.span)


def _about(
    role: str, scope: str, labels: Iterable[int], resources: Iterable[int], span: Span
) -> str:
    return _digest(role, scope, sorted(labels), sorted(resources), *_told(span))


def about_place(place: GroupMember) -> str:
    """Return the digest of a place in a group, read `with_group`."""
    return _digest(place.group_id, *_told(place.span))


def abouts_of_grants(grants: GrantQuerySet) -> dict[int, str]:
    """Return what `about_grant` says of each, by primary key, without what it is called.

    5 statements at most. A review has thousands of items, most of which nobody touched.
    """
    wanted = grants.order_by().values("pk")
    labels: dict[int, list[int]] = defaultdict(list)
    for grant, label in GrantLabel.objects.filter(grant__in=wanted).values_list("grant", "label"):
        labels[grant].append(label)
    listed: dict[int, list[int]] = defaultdict(list)
    things = GrantResource.objects.filter(grant__in=wanted)
    for grant, resource in things.values_list("grant", "resource"):
        listed[grant].append(resource)
    eligible = _eligible(grants)
    rows = grants.order_by().values_list("pk", "role", "scope", "starts_at", "expires_at")
    return {
        pk: _about(role, scope, labels[pk], listed[pk], Span(starts, ends, eligible.get(pk)))
        for pk, role, scope, starts, ends in rows
    }


def abouts_of_places(places: GroupMemberQuerySet) -> dict[int, str]:
    """Return what `about_place` says of each, by primary key; 3 statements at most."""
    eligible = _eligible(places)
    rows = places.order_by().values_list("pk", "group", "starts_at", "expires_at")
    return {
        pk: _digest(group, *_told(Span(starts, ends, eligible.get(pk))))
        for pk, group, starts, ends in rows
    }


def _eligible(rows: GrantQuerySet | GroupMemberQuerySet) -> dict[int, Eligible | None]:
    """Return how those that are eligible are taken up; 2 statements at most."""
    some = rows.filter(eligible=True).order_by().with_eligibility()
    return {row.pk: row.span.eligible for row in some}


ABOUT_OWNING = hashlib.sha256(b"owner").hexdigest()


def _told(span: Span) -> tuple[object, ...]:
    moments = (moment.isoformat() if moment else "" for moment in (span.starts, span.ends))
    return (*moments, span.eligible and span.eligible.as_json())


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


def _of_grants(grants: GrantQuerySet) -> Iterator[Shot]:
    """Yield what is kept of grants; 3 statements for any number, 2 more where any is eligible."""
    wanted = grants.order_by().values("pk")
    labels: Named = defaultdict(list)
    carried = GrantLabel.objects.filter(grant__in=wanted)
    for grant, pk, key, value in carried.values_list(
        "grant", "label", "label__key", "label__value"
    ):
        labels[grant].append((pk, f"{key}:{value}"))
    listed: Named = defaultdict(list)
    things = GrantResource.objects.filter(grant__in=wanted)
    for grant, pk, type_, slug in things.values_list(
        "grant", "resource", "resource__type", "resource__slug"
    ):
        listed[grant].append((pk, f"{type_}/{slug}"))
    eligible = _eligible(grants)
    for row in grants.order_by().values(*READ).iterator(chunk_size=AT_ONCE):
        pk = row["pk"]
        span = Span(row["starts_at"], row["expires_at"], eligible.get(pk))
        yield _of_grant(row, sorted(labels[pk]), sorted(listed[pk]), span)


def _of_grant(
    row: dict[str, Any], labels: list[tuple[int, str]], listed: list[tuple[int, str]], span: Span
) -> Shot:
    terms: WrittenTerms = Terms(
        row["role"],
        row["scope"],
        tuple(sorted(name for _, name in labels)),
        tuple(sorted(ref for _, ref in listed)),
        span.ends,
        span.starts,
        span.eligible,
    )
    shot = {
        "row": row["pk"],
        "called": role_of(terms.role).name,
        "what": _cut(written(terms)),
        "about": _about(terms.role, terms.scope, dict(labels), dict(listed), span),
        "since": row["granted_at"],
        "given_by": row["granted_by__email"] or "",
    }
    if row["member"]:
        return {
            "way": Way.GRANT,
            "subject": row["member"],
            "own": row["member__user"],
            "holder": row["member__user__email"],
            "holder_id": row["member__public_id"],
            **shot,
        }
    return {
        "way": Way.TOKEN,
        "subject": row["token"],
        "own": row["token__created_by"],
        "holder": row["token__name"],
        "holder_id": row["token__public_id"],
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
    at = {
        e.number: e
        for e in joined.only("number", "workspace_id", "at", "actor_name").order_by("number")
    }
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
