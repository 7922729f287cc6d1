"""How changes of groups, and of who is in them, are taken back (U6)."""

from dataclasses import dataclass

from workspaces.change import Actor
from workspaces.errors import Conflict
from workspaces.models import Event, Group, Member, Workspace
from workspaces.operations.changes import affected, seen
from workspaces.operations.grants.undo import policy_changed
from workspaces.operations.groups import groups, reviews
from workspaces.operations.groups.people import NOBODY, People, people_in, put_back
from workspaces.operations.trail.inverse import Inverse, moved_on
from workspaces.operations.trail.reading_back import crowd_named, group_of, people_named


@dataclass(frozen=True, slots=True)
class PeopleBack(Inverse):
    """People who joined a group leave it, or those who left join again; invited ones alike."""

    group: Group
    people: People
    join: bool

    def apply(self, *, by: Actor) -> None:
        put_back(self.group, self.people, inside=self.join, by=by)

    def review(self) -> affected.PeopleReview:
        of = reviews.of_joining if self.join else reviews.of_leaving
        return of(self.group, self.people.members)

    def digest(self, workspace: Workspace) -> str:
        invited = seen.digest_of(workspace.pk, [invite.pk for invite in self.people.invites])
        return seen.both(self.review().digest, invited)


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


def request_approved(workspace: Workspace, event: Event) -> Inverse:
    """What a request was given: a group that was joined, or grants (Q1)."""
    joined = event.after.get("group")
    if joined is None:
        return policy_changed(workspace, event)
    group = group_of(workspace, joined["id"], joined["name"])
    people = people_named(workspace, [event.target_name], event.at)
    if not workspace.members.in_group(group).among(people).exists():
        raise moved_on(workspace, event)
    return PeopleBack(group, People(tuple(people)), join=False)


def members_added(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    people = crowd_named(workspace, event.after, event)
    if people.without(people_in(group)) != NOBODY:
        raise moved_on(workspace, event)
    return PeopleBack(group, people, join=False)


def members_removed(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    people = crowd_named(workspace, event.before, event)
    if people.without(people_in(group)) != people:
        raise moved_on(workspace, event)
    return PeopleBack(group, people, join=True)


def members_moved(workspace: Workspace, event: Event) -> Inverse:
    old = group_of(workspace, event.target_id, event.target_name)
    new = group_of(workspace, event.after["group"]["id"], event.after["group"]["name"])
    if event.after["joined"] != event.before:
        raise Conflict("undo", "Some of them were in both groups. Move people back by hand.")
    people = people_named(workspace, event.before, event.at)
    inside = workspace.members.among(people)
    if inside.in_group(old).exists() or inside.in_group(new).count() != len(people):
        raise moved_on(workspace, event)
    return MoveBack(new, old, tuple(people))


def described(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    if {"name": group.name, "description": group.description} != event.after:
        raise moved_on(workspace, event)
    return GroupWordsBack(group, event.before["name"], event.before["description"])
