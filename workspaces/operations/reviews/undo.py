"""How what a review changed is taken back, all of it or nothing (V4, U6)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

from django.utils import timezone

from workspaces.access import decide, facts
from workspaces.access.dialect import among, among_texts
from workspaces.catalogue import OWNER, Scope
from workspaces.change import Actor, Target, audit, lock_workspace, naming, targets
from workspaces.errors import Conflict
from workspaces.models import (
    Event,
    GrantTerms,
    Group,
    GroupMember,
    Member,
    MemberQuerySet,
    Token,
    Workspace,
)
from workspaces.models.grant import GrantQuerySet
from workspaces.models.group import GroupMemberQuerySet
from workspaces.operations.changes import affected, consequences
from workspaces.operations.directory.pushed_groups import require_by_hand
from workspaces.operations.grants import grants
from workspaces.operations.groups import membership
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.operations.members import joining
from workspaces.operations.trail.inverse import Inverse, moved_on
from workspaces.operations.trail.reading_back import (
    grants_written,
    group_of,
    people_named,
    require_names_kept,
)
from workspaces.spans import Span

Holder: TypeAlias = Member | Token
Ends = Mapping[int, datetime | None]  # by the primary key of the row


@dataclass(frozen=True, slots=True)
class ReviewBack(Inverse):
    """Owners, grants and places that a review took away come back, ends are as they were."""

    about: Target
    owners: tuple[Member, ...]
    given: tuple[tuple[Holder, tuple[GrantTerms, ...]], ...]
    places: tuple[tuple[Group, Mapping[Member, Span]], ...]
    grant_ends: Ends
    place_ends: Ends
    workspace: Workspace

    def apply(self, *, by: Actor) -> None:
        with lock_workspace(self.workspace.pk, by=by) as workspace:
            require_by_hand(group for group, _ in self.places)
            joining.write_owner(consequences.those(self.owners), owner=True)
            for terms, holders in _alike(self.given).items():
                for kind in (Member, Token):
                    some = [holder for holder in holders if isinstance(holder, kind)]
                    if some:
                        grants.write(workspace, some, terms, by, stood=True)
            for group, spans in self.places:
                by_address = {member.user.email: span for member, span in spans.items()}
                membership.put_in_each_with(workspace, group, spans, by_address)
            _move(workspace.grants.all(), self.grant_ends)
            _move(GroupMember.objects.filter(workspace=workspace), self.place_ends)
            people = self._people(workspace)
            audit.record(
                workspace,
                "review.taken_back",
                by=by,
                target=self.about,
                concerned=[*naming.people(people), *targets(group for group, _ in self.places)],
            )
            consequences.access_changed(workspace, people, consequences.Change.GRANTS, by=by)
            void_orphans(workspace, by=by)

    def review(self) -> affected.PeopleReview:
        people = self._people(self.workspace)
        return affected.affected(
            self.workspace, people, affected.nothing, unlike=self._transforms()
        )

    def _people(self, workspace: Workspace) -> MemberQuerySet:
        found = {one.pk for one in self.owners}
        found |= {holder.pk for holder, _ in self.given if isinstance(holder, Member)}
        found |= {member.pk for _, spans in self.places for member in spans}
        return workspace.members.filter(pk__in=among(found))

    def _transforms(self) -> dict[int, affected.Transform]:
        """Return what comes back to each member's policy, as far as it holds now."""
        now = timezone.now()
        back: dict[int, list[decide.Held]] = defaultdict(list)
        for holder, terms in self.given:
            if isinstance(holder, Member):
                back[holder.pk] += facts.proposed(terms)
        for group, spans in self.places:
            gives = facts.load_policy(group).held
            for member, span in spans.items():
                if span.holds_at(now):
                    back[member.pk] += (replace(held, group=group.pk) for held in gives)
        for member in self.owners:
            back[member.pk].append(decide.Held(OWNER, Scope.ALL))
        return {pk: affected.gaining(held) for pk, held in back.items()}


def closed(workspace: Workspace, event: Event) -> Inverse:
    """Work out what takes the closing of a review back.

    Raises Conflict where what came of it is no longer so: somebody left, holds a place again or
    is an owner, an end was moved, or what is named has gone.
    """
    before, after = event.before, event.after
    grant_ends = _ends(workspace.grants.all(), before, after, "grant_ends")
    places = GroupMember.objects.filter(workspace=workspace)
    place_ends = _ends(places, before, after, "place_ends")
    if grant_ends is None or place_ends is None:
        raise moved_on(workspace, event)
    owners = tuple(people_named(workspace, before["owners"], event.at))
    if any(member.owner for member in owners):
        raise moved_on(workspace, event)
    return ReviewBack(
        Target("review", event.target_id, event.target_name),
        owners,
        tuple(_given(workspace, event)),
        tuple(_places(workspace, event)),
        grant_ends,
        place_ends,
        workspace,
    )


def _given(workspace: Workspace, event: Event) -> Iterator[tuple[Holder, tuple[GrantTerms, ...]]]:
    """Yield who gets which grants back; the statements grow with the names, not the grants."""
    rows = event.before["grants"]
    require_names_kept(workspace, [grant for row in rows for grant in row["grants"]], event)
    emails = [row["name"] for row in rows if row["type"] == "member"]
    people = {m.user.email: m for m in people_named(workspace, emails, event.at)}
    idents = [row["id"] for row in rows if row["type"] == "token"]
    live = workspace.tokens.filter(revoked_at__isnull=True, public_id__in=among_texts(idents))
    tokens = {token.public_id: token for token in live}
    flat = [grant for row in rows for grant in row["grants"]]
    terms = iter(grants_written(workspace, flat, event))
    for row in rows:
        token = tokens.get(row["id"])
        holder = people[row["name"]] if row["type"] == "member" else token
        if holder is None:
            raise Conflict("T1", f"The token {row['name']} was revoked since.")
        yield holder, tuple(islice(terms, len(row["grants"])))


def _places(workspace: Workspace, event: Event) -> Iterator[tuple[Group, dict[Member, Span]]]:
    """Yield who comes back into which group, for which span."""
    for row in event.before["places"]:
        group = group_of(workspace, row["id"], row["name"])
        people = people_named(workspace, list(row["members"]), event.at)
        if workspace.members.among(people).listed_in(group).exists():
            raise Conflict("undo", f"Some are in {group.name} again since.")
        yield group, {m: Span.read(row["members"][m.user.email]) for m in people}


def _ends(
    rows: "GrantQuerySet | GroupMemberQuerySet",
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    key: str,
) -> dict[int, datetime | None] | None:
    """Return the former ends by row; None where one of them has gone, or was moved since."""
    became = {pk: ends for ends, pks in after[key].items() for pk in pks}
    there = rows.filter(pk__in=among(became)).values_list("pk", "expires_at")
    if {pk: ends.isoformat() for pk, ends in there if ends} != became:
        return None
    return {pk: datetime.fromisoformat(ends) if ends else None for pk, ends in before[key]}


def _move(rows: "GrantQuerySet | GroupMemberQuerySet", ends: Ends) -> None:
    by_end: dict[datetime | None, list[int]] = defaultdict(list)
    for pk, moment in ends.items():
        by_end[moment].append(pk)
    for moment, pks in by_end.items():
        rows.filter(pk__in=among(pks)).update(expires_at=moment, end_told_at=None)


def _alike(
    given: Iterable[tuple[Holder, tuple[GrantTerms, ...]]],
) -> dict[GrantTerms, list[Holder]]:
    """Return who holds each grant: those of the same terms are written together."""
    found: dict[GrantTerms, list[Holder]] = defaultdict(list)
    for holder, terms in given:
        for one in terms:
            found[one].append(holder)
    return found
