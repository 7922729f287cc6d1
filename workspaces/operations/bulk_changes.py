"""What can be done to many members at once: join a group, get a grant, move ends, go."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db.models import F
from django.utils import timezone

from workspaces import audit
from workspaces.access.decide import Policy
from workspaces.access.dialect import among
from workspaces.audit import Actor, Target
from workspaces.catalogue import ROLES
from workspaces.errors import Conflict, Refused
from workspaces.locks import require_proof
from workspaces.models.grant import Grant, GrantLabel, GrantQuerySet, GrantResource
from workspaces.models.group import Group, GroupMember
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.token import Token, TokenQuerySet
from workspaces.models.workspace import Workspace
from workspaces.operations import comings, grants, groups, members
from workspaces.operations.affected import Transform, gaining, joining
from workspaces.operations.bulk import Change, Number
from workspaces.operations.ends import require_future
from workspaces.operations.grants import NewGrant
from workspaces.operations.orphans import void_orphans
from workspaces.operations.policies import proposed
from workspaces.operations.pushed import require_by_hand
from workspaces.operations.session_rule import follow
from workspaces.operations.trail import described, described_read

T = TypeVar("T")
MOST_LISTED = 200_000  # rows that one grant by name, given to many, may come to
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Join(Change):
    """Put people into a group."""

    group: Group

    def concerned(self, workspace: Workspace, chosen: MemberQuerySet) -> MemberQuerySet:
        return chosen.outside(self.group)

    def transform(self) -> Transform:
        return joining(self.group)

    def refusal(self, workspace: Workspace, people: MemberQuerySet) -> Refused | None:
        try:
            require_by_hand([self.group])
        except Conflict as refused:
            return refused
        return None

    def write(
        self, workspace: Workspace, people: MemberQuerySet, *, by: Actor, reason: str
    ) -> None:
        groups.add_members(self.group, people, by=by, reason=reason)


@dataclass(frozen=True, slots=True)
class Give(Change):
    """Give everybody the same grant; whoever holds just this one already is left out."""

    new: NewGrant

    def concerned(self, workspace: Workspace, chosen: MemberQuerySet) -> MemberQuerySet:
        new = self.new
        same = workspace.grants.filter(member__isnull=False).just(
            new.role, new.scope, new.expires_at, new.labels, new.resources
        )
        return chosen.exclude(pk__in=same.values("member"))

    def transform(self) -> Transform:
        return gaining(proposed([self.new]))

    def refusal(self, workspace: Workspace, people: MemberQuerySet) -> Refused | None:
        try:
            grants.require_valid(workspace, Member(workspace=workspace), self.new)
            if self.new.expires_at is not None:
                require_future(self.new.expires_at)
        except Refused as refused:
            return refused
        if len(self.new.resources) * people.count() > MOST_LISTED:
            return Refused("bulk", "A list this long for so many people belongs in a group.")
        return None

    def write(
        self, workspace: Workspace, people: MemberQuerySet, *, by: Actor, reason: str
    ) -> None:
        labels, resources = grants.own_scope(workspace, self.new)
        newest = Grant.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        Grant.objects.insert_for_each(
            people,
            workspace=workspace,
            member=F("pk"),
            role=self.new.role,
            scope=str(self.new.scope),
            n_labels=len(labels),
            expires_at=self.new.expires_at,
            granted_by=by.user,
        )
        given = workspace.grants.filter(pk__gt=newest, member__in=people)
        for label in labels:
            GrantLabel.objects.insert_for_each(
                given, workspace=workspace, grant=F("pk"), label=label
            )
        for resource in resources:
            GrantResource.objects.insert_for_each(
                given, workspace=workspace, grant=F("pk"), resource=resource
            )
        one = given.first()
        audit.record(
            workspace,
            "grants.given_to_many",
            by=by,
            target=_many(people),
            after={"grant": described(one) if one else None, "members": _addresses(people)},
            reason=reason,
        )


@dataclass(frozen=True, slots=True)
class MoveEnds(Change):
    """Let people's own live grants, all or those of one role, end on one day."""

    expires_at: datetime
    role: str = ""

    def concerned(self, workspace: Workspace, chosen: MemberQuerySet) -> MemberQuerySet:
        return chosen.filter(pk__in=self._grants(workspace).values("member"))

    def _grants(self, workspace: Workspace) -> GrantQuerySet:
        """Return every grant of any member that would end on another day than now."""
        own = workspace.grants.active().filter(member__isnull=False)
        other = own.exclude(expires_at=self.expires_at)
        return other.filter(role=self.role) if self.role else other

    def _of(self, workspace: Workspace, people: MemberQuerySet) -> GrantQuerySet:
        return self._grants(workspace).filter(member__in=people)

    def transform(self) -> Transform:
        return lambda policy: policy

    def numbers(self, workspace: Workspace, people: MemberQuerySet) -> tuple[Number, ...]:
        return (Number("moved", self._of(workspace, people).count()),)

    def basis(self, workspace: Workspace, people: MemberQuerySet) -> object:
        moved = self._of(workspace, people).order_by("pk").values_list("pk", "expires_at")
        return [(pk, str(ends)) for pk, ends in moved.iterator(chunk_size=AT_ONCE)]

    def refusal(self, workspace: Workspace, people: MemberQuerySet) -> Refused | None:
        try:
            require_future(self.expires_at)
        except Refused as refused:
            return refused
        if self.role and self.role not in ROLES:
            return Refused("B4", f"There is no role {self.role}.", field="role")
        return None

    def write(
        self, workspace: Workspace, people: MemberQuerySet, *, by: Actor, reason: str
    ) -> None:
        moved = self._of(workspace, people)
        before = _written(moved)
        pks = list(moved.values_list("pk", flat=True))
        workspace.grants.filter(pk__in=among(pks)).update(
            expires_at=self.expires_at, end_told_at=None
        )
        audit.record(
            workspace,
            "grants.ends_moved",
            by=by,
            target=_many(people),
            before=before,
            after={"expires": self.expires_at.isoformat(), "role": self.role or None},
            reason=reason,
        )


@dataclass(frozen=True, slots=True)
class Remove(Change):
    """Take people out of the workspace (R8); `oneself` is never among them, one leaves.

    `revoking` says whether the tokens they made are revoked.
    """

    oneself: int
    revoking: bool = True

    def concerned(self, workspace: Workspace, chosen: MemberQuerySet) -> MemberQuerySet:
        return chosen.exclude(user=self.oneself)

    def transform(self) -> Transform:
        return lambda policy: Policy(policy.workspace, present=False)

    def numbers(self, workspace: Workspace, people: MemberQuerySet) -> tuple[Number, ...]:
        users = _users(people)
        return (
            Number("grants", workspace.grants.filter(member__in=people).count()),
            Number("memberships", GroupMember.objects.filter(member__in=people).count()),
            Number("tokens", self._tokens(workspace, users).count() if self.revoking else 0),
            Number("invites", members.invites_sent_by(workspace, users).count()),
        )

    def basis(self, workspace: Workspace, people: MemberQuerySet) -> object:
        made = self._tokens(workspace, _users(people)).order_by("pk")
        return (self.numbers(workspace, people), list(made.values_list("pk", flat=True)))

    def _tokens(self, workspace: Workspace, users: Iterable[int]) -> TokenQuerySet:
        return workspace.tokens.filter(created_by__in=among(users), revoked_at__isnull=True)

    def refusal(self, workspace: Workspace, people: MemberQuerySet) -> Refused | None:
        """Refuse the lot when no owner would be left, and name those who are among them (R7)."""
        owners = workspace.members.owners().select_related("user")
        if not people.exists() or owners.exclude(pk__in=people.values("pk")).exists():
            return None
        names = ", ".join(owner.user.email for owner in owners.by_name()[:3])
        return Conflict(
            "R7",
            f"{workspace.name} would be left without an owner: {names}. Leave one of them out.",
        )

    def write(
        self, workspace: Workspace, people: MemberQuerySet, *, by: Actor, reason: str
    ) -> None:
        users = _users(people)
        target = _many(people)
        before = {
            "members": _addresses(people),
            "owners": _addresses(people.filter(owner=True)),
            "grants": _written(workspace.grants.filter(member__in=people)),
            "groups": _memberships(people),
            "tokens": [],
        }
        if before["owners"]:
            require_proof(by)
        if self.revoking:
            tokens = list(self._tokens(workspace, users).order_by("name"))
            before["tokens"] = [f"{token.name} {token.prefix}" for token in tokens]
            pks = [token.pk for token in tokens]
            workspace.grants.filter(token__in=among(pks)).delete()
            Token.objects.filter(pk__in=among(pks)).update(revoked_at=timezone.now())
        comings.note_going(workspace, people)
        people.delete()
        follow(users)
        audit.record(
            workspace, "members.removed", by=by, target=target, before=before, reason=reason
        )
        void_orphans(workspace, by=by)


def _many(people: MemberQuerySet) -> Target:
    """Return how the trail calls a number of people."""
    count = people.count()
    return Target("members", str(count), f"{count} people" if count != 1 else "1 person")


def _users(people: MemberQuerySet) -> list[int]:
    return list(people.values_list("user", flat=True))


def _addresses(people: MemberQuerySet) -> list[str]:
    return list(people.order_by("user__email").values_list("user__email", flat=True))


def _memberships(people: MemberQuerySet) -> dict[str, list[str]]:
    """Return the addresses by the group they are in."""
    found: dict[str, list[str]] = {}
    joined = GroupMember.objects.filter(member__in=people).order_by("group__name", "member")
    for group, email in joined.values_list("group__name", "member__user__email"):
        found.setdefault(group, []).append(email)
    return found


def _written(rows: GrantQuerySet) -> dict[str, list[dict[str, object]]]:
    """Return members' grants as the trail keeps them, by address; some statements a thousand."""
    found: dict[str, list[dict[str, object]]] = {}
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for some in _batches(pks):
        batch = Grant.objects.filter(pk__in=among(some)).select_related("member__user")
        for grant in batch.order_by("pk").prefetch_related("label_set__label", "listed__resource"):
            if grant.member is not None:
                found.setdefault(grant.member.user.email, []).append(described_read(grant))
    return found


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = iter(items)
    while batch := list(islice(items, AT_ONCE)):
        yield batch
