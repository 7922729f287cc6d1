"""What can be done to many members at once: join a group, get a grant, move ends, go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from workspaces import models
from workspaces.access import decide, dialect, facts
from workspaces.catalogue import ROLES
from workspaces.change import Actor, Target, audit, described, naming
from workspaces.errors import Conflict, Refused
from workspaces.models.group import GroupMemberQuerySet
from workspaces.operations.changes import affected, consequences
from workspaces.operations.directory.pushed_groups import require_by_hand
from workspaces.operations.grants import grants
from workspaces.operations.grants.kept import AT_ONCE, kept
from workspaces.operations.groups import groups
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.operations.members import joining as comings, members
from workspaces.operations.members.bulk import Change, Number
from workspaces.operations.sign_in.open_sessions import follow
from workspaces.operations.taking_up import eligibility
from workspaces.spans import ALWAYS, Span, require_future, require_span

MOST_LISTED = 200_000  # rows that one grant by name, given to many, may come to


@dataclass(frozen=True, slots=True)
class Join(Change):
    """Put people into a group, for a span (W1)."""

    group: models.Group
    span: Span = ALWAYS

    def concerned(
        self, workspace: models.Workspace, chosen: models.MemberQuerySet
    ) -> models.MemberQuerySet:
        return chosen.outside(self.group)

    def transform(self) -> affected.Transform:
        begun = self.span.holds_at(timezone.now())
        return affected.joining(self.group) if begun else affected.nothing

    def basis(self, workspace: models.Workspace, people: models.MemberQuerySet) -> object:
        return self.span

    def refusal(self, workspace: models.Workspace, people: models.MemberQuerySet) -> Refused | None:
        try:
            require_span(self.span.starts, self.span.ends)
            if self.span.eligible:
                eligibility.require_valid(self.span.eligible)
            require_by_hand([self.group] if people.exists() else [])
        except Refused as refused:
            return refused
        return None

    def write(
        self, workspace: models.Workspace, people: models.MemberQuerySet, *, by: Actor
    ) -> None:
        groups.add_members(self.group, people, span=self.span, by=by)


@dataclass(frozen=True, slots=True)
class Give(Change):
    """Give everybody the same grant; whoever holds just this one already is left out."""

    new: models.GrantTerms

    def concerned(
        self, workspace: models.Workspace, chosen: models.MemberQuerySet
    ) -> models.MemberQuerySet:
        same = workspace.grants.filter(member__isnull=False).just(self.new)
        return chosen.exclude(pk__in=same.values("member"))

    def transform(self) -> affected.Transform:
        return affected.gaining(facts.proposed([self.new]))

    def refusal(self, workspace: models.Workspace, people: models.MemberQuerySet) -> Refused | None:
        try:
            grants.require_valid(workspace, models.Member(workspace=workspace), self.new)
        except Refused as refused:
            return refused
        if len(self.new.resources) * people.count() > MOST_LISTED:
            return Refused("bulk", "A list this long for so many people belongs in a group.")
        return None

    def write(
        self, workspace: models.Workspace, people: models.MemberQuerySet, *, by: Actor
    ) -> None:
        new = grants.read_again(workspace, self.new)
        newest = models.Grant.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        models.Grant.objects.insert_for_each(
            people,
            workspace=workspace,
            member=F("pk"),
            granted_by=by.user,
            **models.Grant.columns(new),
        )
        given = workspace.grants.filter(pk__gt=newest, member__in=people)
        for label in new.labels:
            models.GrantLabel.objects.insert_for_each(
                given, workspace=workspace, grant=F("pk"), label=label
            )
        for resource in new.resources:
            models.GrantResource.objects.insert_for_each(
                given, workspace=workspace, grant=F("pk"), resource=resource
            )
        if new.eligible is not None:
            eligibility.write(workspace, said=new.eligible, grants=given)
        audit.record(
            workspace,
            "grants.given_to_many",
            by=by,
            target=_many(people),
            concerned=[*naming.people(people), *naming.named_in([new])],
            after={"grant": described(new), "members": _addresses(people)},
        )
        consequences.access_changed(workspace, people, consequences.Change.GRANTS, by=by)


@dataclass(frozen=True, slots=True)
class MoveEnds(Change):
    """Let people's own grants that have not ended, all or those of one role, end on one day."""

    expires_at: datetime
    role: str = ""

    def concerned(
        self, workspace: models.Workspace, chosen: models.MemberQuerySet
    ) -> models.MemberQuerySet:
        return chosen.filter(pk__in=self._grants(workspace).values("member"))

    def _grants(self, workspace: models.Workspace) -> models.GrantQuerySet:
        """Return every grant of any member that would end on another day than now.

        What is planned is among them, what has ended is not (W1).
        """
        own = workspace.grants.lasting().filter(member__isnull=False)
        other = own.exclude(expires_at=self.expires_at)
        return other.filter(role=self.role) if self.role else other

    def _of(
        self, workspace: models.Workspace, people: models.MemberQuerySet
    ) -> models.GrantQuerySet:
        return self._grants(workspace).filter(member__in=people)

    def transform(self) -> affected.Transform:
        return lambda policy: policy

    def numbers(
        self, workspace: models.Workspace, people: models.MemberQuerySet
    ) -> tuple[Number, ...]:
        return (Number("moved", self._of(workspace, people).count()),)

    def basis(self, workspace: models.Workspace, people: models.MemberQuerySet) -> object:
        moved = self._of(workspace, people).order_by("pk").values_list("pk", "expires_at")
        return [(pk, str(ends)) for pk, ends in moved.iterator(chunk_size=AT_ONCE)]

    def refusal(self, workspace: models.Workspace, people: models.MemberQuerySet) -> Refused | None:
        try:
            require_future(self.expires_at)
        except Refused as refused:
            return refused
        if self.role and self.role not in ROLES:
            return Refused("XB4", f"There is no role {self.role}.", field="role")
        if self._of(workspace, people).filter(starts_at__gte=self.expires_at).exists():
            return Refused("W1", "A grant of theirs starts later. Name a later end.", field="ends")
        return None

    def write(
        self, workspace: models.Workspace, people: models.MemberQuerySet, *, by: Actor
    ) -> None:
        moved = self._of(workspace, people)
        before, concerned = _written(moved), naming.people(people)
        pks = list(moved.values_list("pk", flat=True))
        workspace.grants.filter(pk__in=dialect.among(pks)).update(
            expires_at=self.expires_at, end_told_at=None
        )
        audit.record(
            workspace,
            "grants.ends_moved",
            by=by,
            target=_many(people),
            concerned=concerned,
            before=before,
            after={"expires": self.expires_at.isoformat(), "role": self.role or None},
        )
        consequences.access_changed(workspace, people, consequences.Change.GRANTS, by=by)


@dataclass(frozen=True, slots=True)
class Remove(Change):
    """Take people out of the workspace (R8); `oneself` is never among them, one leaves.

    `revoking` says whether the tokens they made are revoked.
    """

    oneself: int
    revoking: bool = True

    def concerned(
        self, workspace: models.Workspace, chosen: models.MemberQuerySet
    ) -> models.MemberQuerySet:
        return chosen.exclude(user=self.oneself)

    def transform(self) -> affected.Transform:
        return lambda policy: decide.Policy(policy.workspace, present=False)

    def numbers(
        self, workspace: models.Workspace, people: models.MemberQuerySet
    ) -> tuple[Number, ...]:
        users = _users(people)
        return (
            Number("grants", workspace.grants.filter(member__in=people).count()),
            Number("memberships", _places(people).count()),
            Number("tokens", self._tokens(workspace, users).count() if self.revoking else 0),
            Number("invites", members.invites_sent_by(workspace, users).count()),
        )

    def basis(self, workspace: models.Workspace, people: models.MemberQuerySet) -> object:
        made = self._tokens(workspace, _users(people)).order_by("pk")
        return (self.numbers(workspace, people), list(made.values_list("pk", flat=True)))

    def _tokens(self, workspace: models.Workspace, users: Iterable[int]) -> models.TokenQuerySet:
        return workspace.tokens.filter(created_by__in=dialect.among(users), revoked_at__isnull=True)

    def refusal(self, workspace: models.Workspace, people: models.MemberQuerySet) -> Refused | None:
        """Refuse the lot when no owner would be left, and name those who are among them (R7)."""
        last = people.last_owners().select_related("user").by_name()
        names = ", ".join(owner.user.email for owner in last[:3])
        text = f"{workspace.name} would be left without an owner: {names}. Leave one of them out."
        return Conflict("R7", text) if names else None

    def write(
        self, workspace: models.Workspace, people: models.MemberQuerySet, *, by: Actor
    ) -> None:
        users = _users(people)
        target, concerned = _many(people), _going(people)
        before = {
            "members": _addresses(people),
            "owners": _addresses(people.filter(owner=True)),
            "grants": _written(workspace.grants.filter(member__in=people)),
            "groups": _memberships(people),
            "tokens": [],
        }
        if self.revoking:
            tokens = list(self._tokens(workspace, users).by_name())
            before["tokens"] = [f"{token.name} {token.prefix}" for token in tokens]
            concerned += naming.targets(tokens)
            pks = [token.pk for token in tokens]
            workspace.grants.filter(token__in=dialect.among(pks)).delete()
            models.Token.objects.filter(pk__in=dialect.among(pks)).update(revoked_at=timezone.now())
        comings.take_out(workspace, people, by=by)
        follow(users)
        audit.record(
            workspace, "members.removed", by=by, target=target, concerned=concerned, before=before
        )
        void_orphans(workspace, by=by)


def _many(people: models.MemberQuerySet) -> Target:
    """Return how the trail calls a number of people: one by their own name and id."""
    found = naming.people(people)
    return found[0] if len(found) == 1 else Target("members", "", f"{len(found)} people")


def _going(people: models.MemberQuerySet) -> list[Target]:
    """Return who goes, and the groups they go out of."""
    joined = models.Group.objects.filter(pk__in=_places(people).values("group"))
    return [*naming.people(people), *naming.targets(joined.by_name())]


def _users(people: models.MemberQuerySet) -> list[int]:
    return list(people.values_list("user", flat=True))


def _addresses(people: models.MemberQuerySet) -> list[str]:
    return list(people.order_by("user__email").values_list("user__email", flat=True))


def _places(people: models.MemberQuerySet) -> GroupMemberQuerySet:
    """Return the places in groups that people have, or will have (W1)."""
    return models.GroupMember.objects.lasting().filter(member__in=people)


def _memberships(people: models.MemberQuerySet) -> dict[str, list[str]]:
    """Return the addresses by the group they are in, or will be."""
    found: dict[str, list[str]] = {}
    joined = _places(people).order_by("group__sort_key", "member")
    for group, email in joined.values_list("group__name", "member__user__email"):
        found.setdefault(group, []).append(email)
    return found


def _written(rows: models.GrantQuerySet) -> dict[str, list[dict[str, object]]]:
    """Return members' grants as the trail keeps them, by address."""
    return kept(rows, "member__user", lambda grant: grant.member.user.email)
