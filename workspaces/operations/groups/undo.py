"""How changes of groups, and of who is in them, are taken back (U6)."""

from dataclasses import dataclass, field

from django.utils import timezone

from workspaces.change import Actor
from workspaces.errors import Conflict
from workspaces.models import Event, Group, Member, Workspace
from workspaces.operations.changes import affected, seen
from workspaces.operations.grants.undo import policy_changed
from workspaces.operations.groups import groups, managers, offers, places, reviews, rolls
from workspaces.operations.groups.people import NOBODY, People, people_listed, put_back
from workspaces.operations.groups.rolls import Roll
from workspaces.operations.trail.inverse import Inverse, moved_on
from workspaces.operations.trail.reading_back import crowd_named, group_of, people_named
from workspaces.spans import ALWAYS
from workspaces.terms import Offered


@dataclass(frozen=True, slots=True)
class PeopleBack(Inverse):
    """People who joined a group leave it, or those who left join again; invited ones alike.

    `spans` says by address from when until when they had their places (W1).
    """

    group: Group
    people: People
    join: bool
    spans: Roll = field(default_factory=dict)

    def apply(self, *, by: Actor) -> None:
        put_back(self.group, self.people, inside=self.join, by=by, spans=self.spans)

    def review(self) -> affected.PeopleReview:
        if not self.join:
            return reviews.of_leaving(self.group, self.people.members)
        spans = {one.pk: self.spans.get(one.user.email, ALWAYS) for one in self.people.members}
        return reviews.of_returning(self.group, spans)

    def digest(self, workspace: Workspace) -> str:
        invited = seen.digest_of(workspace.pk, [invite.pk for invite in self.people.invites])
        return seen.both(self.review().digest, invited)


@dataclass(frozen=True, slots=True)
class PlacesBack(Inverse):
    """Places in a group start and end as they did; `spans` by the primary keys of members."""

    group: Group
    spans: places.Spans

    def apply(self, *, by: Actor) -> None:
        places.restore(self.group, self.spans, by=by)

    def review(self) -> affected.PeopleReview:
        return reviews.of_places(self.group, self.spans)


@dataclass(frozen=True, slots=True)
class MoveBack(Inverse):
    """People who went from one group into another one go back."""

    group: Group
    to: Group
    people: tuple[Member, ...]

    def apply(self, *, by: Actor) -> None:
        groups.move_members(self.group, self.people, self.to, by=by)

    def review(self) -> affected.PeopleReview:
        return reviews.of_moving(self.group, self.people, self.to)


@dataclass(frozen=True, slots=True)
class GroupWordsBack(Inverse):
    group: Group
    name: str
    description: str

    def apply(self, *, by: Actor) -> None:
        groups.describe(self.group, self.name, self.description, by=by)


@dataclass(frozen=True, slots=True)
class ManagersBack(Inverse):
    """Just those manage a group who did."""

    group: Group
    people: tuple[Member, ...]

    def apply(self, *, by: Actor) -> None:
        managers.set_managers(self.group, self.people, by=by)

    def digest(self, workspace: Workspace) -> str:
        return managers.digest(self.group, self.people)


@dataclass(frozen=True, slots=True)
class OfferBack(Inverse):
    """A group is offered as it was, or no longer."""

    group: Group
    said: Offered | None

    def apply(self, *, by: Actor) -> None:
        offers.set_offer(self.group, self.said, by=by)

    def digest(self, workspace: Workspace) -> str:
        return offers.digest(self.group, self.said)


def request_approved(workspace: Workspace, event: Event) -> Inverse:
    """What a request was given: a group that was joined, or grants (Q1)."""
    joined = event.after.get("group")
    if joined is None:
        return policy_changed(workspace, event)
    group = group_of(workspace, joined["id"], joined["name"])
    people = people_named(workspace, [event.target_name], event.at)
    if not workspace.members.listed_in(group).among(people).exists():
        raise moved_on(workspace, event)
    return PeopleBack(group, People(tuple(people)), join=False)


def members_added(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    came = rolls.read(event.after)
    people = crowd_named(workspace, list(came), event)
    stand = rolls.roll_of(group, people.members)
    moved = any(stand[email] != came[email] for email in stand)
    if moved or people.without(people_listed(group)) != NOBODY:
        raise moved_on(workspace, event)
    if event.before:
        names = ", ".join(rolls.read(event.before))
        text = f"The places of {names} were planned before, or eligible. Change them by hand."
        raise Conflict("undo", text)
    return PeopleBack(group, people, join=False)


def members_removed(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    left = rolls.read(event.before)
    people = crowd_named(workspace, list(left), event)
    if people.without(people_listed(group)) != people:
        raise moved_on(workspace, event)
    over = [email for email, span in left.items() if span.ends and span.ends <= timezone.now()]
    if over:
        text = f"The place of {over[0]} in {group} has ended. Add people again with a later end."
        raise Conflict("W1", text)
    return PeopleBack(group, people, join=True, spans=left)


def memberships_moved(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    were, became = (rolls.spans_read(kept) for kept in (event.before, event.after))
    people = people_named(workspace, list(were), event.at)
    if rolls.roll_of(group, people) != became:
        raise moved_on(workspace, event)
    return PlacesBack(group, {one.pk: were[one.user.email] for one in people})


def members_moved(workspace: Workspace, event: Event) -> Inverse:
    old = group_of(workspace, event.target_id, event.target_name)
    new = group_of(workspace, event.after["group"]["id"], event.after["group"]["name"])
    if event.after["joined"] != event.before:
        raise Conflict("undo", "Some of them were in both groups. Move people back by hand.")
    people = people_named(workspace, list(rolls.read(event.before)), event.at)
    inside = workspace.members.among(people)
    if inside.listed_in(old).exists() or inside.in_group(new).count() != len(people):
        raise moved_on(workspace, event)
    return MoveBack(new, old, tuple(people))


def described(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    if {"name": group.name, "description": group.description} != event.after:
        raise moved_on(workspace, event)
    return GroupWordsBack(group, event.before["name"], event.before["description"])


def managers_changed(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    people = workspace.members.filter(manages__group=group).values_list("user__email", flat=True)
    if sorted(people) != event.after["managers"]:
        raise moved_on(workspace, event)
    before = people_named(workspace, event.before["managers"], event.at)
    return ManagersBack(group, tuple(before))


def offer_changed(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    now = offers.offers_of(workspace).filter(group=group).first()
    if (now and now.said.as_json()) != event.after["offer"]:
        raise moved_on(workspace, event)
    before = event.before["offer"]
    return OfferBack(group, before and Offered.from_json(before))
