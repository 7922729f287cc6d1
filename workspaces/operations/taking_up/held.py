"""What a member could take up, and what taking it up is about (W2)."""

import hashlib
from dataclasses import dataclass

from django.db.models import Q

from workspaces.change import described
from workspaces.errors import Conflict
from workspaces.models import Eligibility, Grant, GroupMember, Member, TakeUp


@dataclass(frozen=True, slots=True)
class Takable:
    """An eligible grant, of one's own or of a group one is in, or an eligible membership.

    `membership` says by which membership a group's grant is held.
    """

    grant: Grant | None = None
    membership: GroupMember | None = None

    @property
    def name(self) -> str:
        """How an address names it among what one holds: `grant-12`, `group-3`."""
        row = self.grant or self.membership
        return f"{'grant' if self.grant else 'group'}-{row.pk if row else ''}"

    @property
    def key(self) -> tuple[int | None, int | None]:
        """What a `TakeUp` of it names: the grant and the membership."""
        grant, membership = self.grant, self.membership
        return grant.pk if grant else None, membership.pk if membership else None

    @property
    def eligibility(self) -> Eligibility:
        """How it is taken up."""
        row = self.grant or self.membership
        found: Eligibility = row.eligibility  # type: ignore[union-attr]
        return found

    @property
    def columns(self) -> dict[str, Grant | GroupMember | None]:
        """What a `TakeUp` says of it."""
        return {"grant": self.grant, "membership": self.membership}

    @property
    def digest(self) -> str:
        """Return a digest of what it gives and how; another one is another question (W3)."""
        if self.grant is None and self.membership:
            grants = self.membership.group.grants.live().order_by("pk")
        else:
            grants = Grant.objects.filter(pk__in=[self.grant.pk] if self.grant else [])
        shown = [(grant.pk, described(grant.terms)) for grant in grants.with_terms()]
        whole = (self.name, shown, self.eligibility.said.as_json())
        return hashlib.sha256(repr(whole).encode()).hexdigest()


def takable(member: Member) -> list[Takable]:
    """Return what a member could take up now; 2 statements."""
    places = GroupMember.objects.live().filter(member=member).select_related("group", "eligibility")
    inside = list(places.with_joined().order_by("group__sort_key"))
    joined = {row.group_id: row for row in inside if row.joined}  # type: ignore[attr-defined]
    grants = Grant.objects.eligible().filter(
        Q(member=member) | Q(group__in=list(joined)), workspace=member.workspace_id
    )
    own = grants.select_related("group", "eligibility").order_by("role", "pk")
    return [
        *(Takable(grant, joined[grant.group_id] if grant.group_id else None) for grant in own),
        *(Takable(membership=row) for row in inside if row.eligible),
    ]


def named(member: Member, name: str) -> Takable:
    """Return the one of this name. Raises Conflict where it cannot be taken up (any more)."""
    found = {row.name: row for row in takable(member)}.get(name)
    if found is None:
        raise Conflict("W2", "This cannot be taken up any more. What you hold has changed.")
    return found


def taken(take_up: TakeUp) -> Takable:
    """Return what a taking up is about, as it is now. Raises Conflict where it has changed."""
    name = Takable(take_up.grant, take_up.membership).name
    found = named(take_up.member, name)
    if found.digest != take_up.about:
        raise Conflict("W3", "What was asked for has changed meanwhile. It has to be asked anew.")
    return found
