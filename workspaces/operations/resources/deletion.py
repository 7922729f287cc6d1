"""What goes with a resource when it is deleted: destinations, listings, whole grants (R11)."""

import hashlib
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from workspaces.catalogue import Scope
from workspaces.change import Actor, described
from workspaces.errors import Conflict
from workspaces.models import Grant, GrantQuerySet, GrantResource, Resource, ResourceQuerySet
from workspaces.operations.invites.withdrawal import Losing, losing


@dataclass(frozen=True, slots=True)
class Deletion:
    """The rows concerned, as QuerySets: a source may have any number of destinations."""

    resource: Resource

    @property
    def destinations(self) -> ResourceQuerySet:
        return Resource.objects.filter(source=self.resource)

    @property
    def shrinking(self) -> GrantQuerySet:
        """Grants that name other resources too, and go on with those."""
        return self._naming.filter(self._names_more)

    @property
    def emptied(self) -> GrantQuerySet:
        """Grants that name nothing else; they go."""
        return self._naming.filter(~self._names_more)

    @property
    def going(self) -> ResourceQuerySet:
        """The resource and its destinations."""
        return Resource.objects.filter(Q(pk=self.resource.pk) | Q(source=self.resource))

    @property
    def _naming(self) -> GrantQuerySet:
        listed = GrantResource.objects.filter(resource__in=self.going.values("pk"))
        return Grant.objects.filter(
            workspace=self.resource.workspace_id,
            scope=Scope.RESOURCES,
            pk__in=listed.values("grant"),
        ).order_by("pk")

    @property
    def _names_more(self) -> Exists:
        others = GrantResource.objects.filter(grant=OuterRef("pk"))
        return Exists(others.exclude(resource__in=self.going.values("pk")))

    def losing(self) -> Losing:
        """Return the open invites whose grants are among those that go."""
        return losing(self.resource.workspace, grants=self.emptied)

    def digest(self) -> str:
        """Return a hash of everything that would go, to be seen before and checked after."""
        found = [
            sorted(rows.values_list("pk", flat=True))
            for rows in (self.destinations, self.shrinking, self.emptied)
        ]
        found.append(sorted(invite.pk for invite in self.losing().void))
        return hashlib.sha256(repr(found).encode()).hexdigest()

    def require_seen(self, by: Actor) -> None:
        """Raise Conflict when what the actor looked at no longer fits; nothing always does."""
        if by.seen and by.seen != self.digest():
            raise Conflict("stale", "Somebody changed this meanwhile. Look again, then delete.")

    def told(self) -> list[dict[str, object]]:
        """Return the grants that go as the trail keeps them, with who held them; 3 statements."""
        going = with_holders(self.emptied).with_terms()
        return [{"of": holder_name(grant), **described(grant.terms)} for grant in going]


def with_holders(grants: GrantQuerySet) -> GrantQuerySet:
    """Bring along who holds each grant."""
    return grants.select_related("member__user", "group", "token", "invite")


def holder_name(grant: Grant) -> str:
    """Return the address or name of whoever holds the grant."""
    if grant.member:
        return grant.member.user.email
    if grant.invite:
        return grant.invite.email
    holder = grant.group or grant.token
    return holder.name if holder else ""
