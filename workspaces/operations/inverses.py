"""How each kind of change is taken back, or why it is not (screens §3, rule 7).

`INVERSES` has one function per action: given an event, it works out from how things stand
*now* what would take it back, and raises Conflict where the event's outcome is no longer
there. `WHY_NOT` has a sentence for actions that are never taken back.
"""

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from labels import operations as labels
from labels.models import Label
from labels.syntax import LabelName, parse_label
from workspaces.audit import Actor
from workspaces.errors import Conflict
from workspaces.models.event import Event
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations import group_reviews, groups, policies, resources, sign_in_rules
from workspaces.operations.affected import PeopleReview
from workspaces.operations.grants import Holder
from workspaces.operations.group_reviews import AccessReview
from workspaces.operations.policies import Proposal, Review
from workspaces.operations.reviews import digest_of
from workspaces.operations.sign_in_rules import SignInRules
from workspaces.operations.trail import described
from workspaces.operations.written import (
    grants_written,
    group_of,
    holder_of,
    labels_named,
    people_named,
    resource_named,
    resources_named,
)

AnyReview = Review | PeopleReview | AccessReview


@dataclass(frozen=True, slots=True)
class Inverse(ABC):
    """What would take an event back. `kind` names it for whoever puts it into words."""

    @abstractmethod
    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        """Do it, by the operation that a person would use; one event."""

    def review(self) -> AnyReview | None:
        """Return whose access would move, where the change is about access."""
        return None

    def digest(self, workspace: Workspace) -> str:
        """Return the digest of what is shown before it is done (see `reviews`)."""
        review = self.review()
        return review.digest if review else digest_of(workspace.pk, self)


@dataclass(frozen=True, slots=True)
class PolicyBack(Inverse):
    holder: Holder
    proposal: Proposal

    @property
    def name(self) -> str:
        """Whose access it is, as a person knows them."""
        return str(self.holder)

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        policies.change(self.holder, self.proposal, by=by, reason=reason, undoes=undoes)

    def review(self) -> Review | AccessReview:
        if isinstance(self.holder, Group):
            return group_reviews.of_access(self.holder, self.proposal.grants)
        return policies.preview(self.holder, self.proposal)


@dataclass(frozen=True, slots=True)
class PeopleBack(Inverse):
    """People who joined a group leave it, or those who left join again."""

    group: Group
    people: tuple[Member, ...]
    join: bool

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        move = groups.add_members if self.join else groups.remove_members
        move(self.group, self.people, by=by, reason=reason, undoes=undoes)

    def review(self) -> PeopleReview:
        of = group_reviews.of_joining if self.join else group_reviews.of_leaving
        return of(self.group, self.people)


@dataclass(frozen=True, slots=True)
class MoveBack(Inverse):
    """People who went from one group into another one go back."""

    group: Group
    to: Group
    people: tuple[Member, ...]

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        groups.move_members(self.group, self.people, self.to, by=by, reason=reason, undoes=undoes)

    def review(self) -> PeopleReview:
        return group_reviews.of_moving(self.group, self.people, self.to)


@dataclass(frozen=True, slots=True)
class GroupWordsBack(Inverse):
    group: Group
    name: str
    description: str

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        groups.describe(
            self.group, self.name, self.description, by=by, reason=reason, undoes=undoes
        )


@dataclass(frozen=True, slots=True)
class NameBack(Inverse):
    resource: Resource
    name: str

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        resources.rename(self.resource, self.name, by=by, reason=reason, undoes=undoes)


@dataclass(frozen=True, slots=True)
class LabelsBack(Inverse):
    resource: Resource
    put: tuple[Label, ...]
    take: tuple[Label, ...]

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        labels.relabel(
            self.resource,
            put=self.put,
            take=self.take,
            replace=True,
            by=by,
            reason=reason,
            undoes=undoes,
        )


@dataclass(frozen=True, slots=True)
class ConnectionBack(Inverse):
    resource: Resource
    others: tuple[Resource, ...]
    connect: bool

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        change = resources.connect if self.connect else resources.disconnect
        change(self.resource, self.others, by=by, reason=reason, undoes=undoes)


@dataclass(frozen=True, slots=True)
class LabelBack(Inverse):
    label: Label

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        labels.delete(self.label, by=by, reason=reason, undoes=undoes)


@dataclass(frozen=True, slots=True)
class ReplaceBack(Inverse):
    """The label that was made takes its old name back, wherever it is by now."""

    label: Label
    name: LabelName

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        labels.replace(self.label, self.name, by=by, reason=reason, undoes=undoes)


@dataclass(frozen=True, slots=True)
class SignInRulesBack(Inverse):
    """The rules of sign-in that an event changed become what they were."""

    workspace: Workspace
    rules: SignInRules

    def apply(self, *, by: Actor, reason: str, undoes: int) -> None:
        sign_in_rules.change(self.workspace, self.rules, by=by, reason=reason, undoes=undoes)

    def digest(self, workspace: Workspace) -> str:
        return digest_of(workspace.pk, self.rules)


def _policy(workspace: Workspace, event: Event) -> Inverse:
    holder = holder_of(workspace, event)
    now = policies.state_of(holder)
    if now.get("owner") != event.after.get("owner") or not _equal(now, event.after):
        raise _moved_on(workspace, event)
    before = event.before
    given = grants_written(workspace, before["grants"], event)
    return PolicyBack(holder, Proposal(given, owner=before.get("owner")))


def _approved(workspace: Workspace, event: Event) -> Inverse:
    """What a request was given: a group that was joined, or grants (Q1)."""
    joined = event.after.get("group")
    if joined is None:
        return _policy(workspace, event)
    group = group_of(workspace, joined["id"], joined["name"])
    people = people_named(workspace, [event.target_name], event.at)
    if not workspace.members.in_group(group).among(people).exists():
        raise _moved_on(workspace, event)
    return PeopleBack(group, tuple(people), join=False)


def _given(workspace: Workspace, event: Event) -> Inverse:
    holder = holder_of(workspace, event)
    going = _counted(event.after)
    kept = []
    for text, new in _held(holder):
        if going[text]:
            going[text] -= 1
        else:
            kept.append(new)
    if +going:
        raise _moved_on(workspace, event)
    return PolicyBack(holder, Proposal(tuple(kept)))


def _revoked(workspace: Workspace, event: Event) -> Inverse:
    holder = holder_of(workspace, event)
    newer = holder.grants.filter(granted_at__gt=event.at)
    if _counted(event.before) & _counted(described(grant) for grant in newer):
        raise _moved_on(workspace, event)  # given again by hand; twice would be too much
    kept = policies.as_proposed(holder)
    return PolicyBack(holder, Proposal((*kept, *grants_written(workspace, event.before, event))))


def _owner(workspace: Workspace, event: Event) -> Inverse:
    holder = holder_of(workspace, event)
    if not isinstance(holder, Member) or holder.owner != event.after["owner"]:
        raise _moved_on(workspace, event)
    kept = policies.as_proposed(holder)
    return PolicyBack(holder, Proposal(kept, owner=event.before["owner"]))


def _joined(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    people = people_named(workspace, event.after, event.at)
    inside = workspace.members.in_group(group).among(people).count()
    if inside != len(people):
        raise _moved_on(workspace, event)
    return PeopleBack(group, tuple(people), join=False)


def _left(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    people = people_named(workspace, event.before, event.at)
    if workspace.members.in_group(group).among(people).exists():
        raise _moved_on(workspace, event)
    return PeopleBack(group, tuple(people), join=True)


def _moved(workspace: Workspace, event: Event) -> Inverse:
    old = group_of(workspace, event.target_id, event.target_name)
    new = group_of(workspace, event.after["group"]["id"], event.after["group"]["name"])
    if event.after["joined"] != event.before:
        raise Conflict("undo", "Some of them were in both groups. Move people back by hand.")
    people = people_named(workspace, event.before, event.at)
    inside = workspace.members.among(people)
    if inside.in_group(old).exists() or inside.in_group(new).count() != len(people):
        raise _moved_on(workspace, event)
    return MoveBack(new, old, tuple(people))


def _described(workspace: Workspace, event: Event) -> Inverse:
    group = group_of(workspace, event.target_id, event.target_name)
    if {"name": group.name, "description": group.description} != event.after:
        raise _moved_on(workspace, event)
    return GroupWordsBack(group, event.before["name"], event.before["description"])


def _renamed(workspace: Workspace, event: Event) -> Inverse:
    resource = _resource(workspace, event)
    if {"name": resource.name} != event.after:
        raise _moved_on(workspace, event)
    return NameBack(resource, event.before["name"])


def _relabelled(workspace: Workspace, event: Event) -> Inverse:
    resource = _resource(workspace, event)
    carried = {str(row.label) for row in resource.labelled.select_related("label")}
    before, after = event.before["labels"], event.after["labels"]
    if carried != set(after):
        raise _moved_on(workspace, event)
    found = labels_named(workspace, [*before, *after])

    def only(these: list[str], those: list[str]) -> tuple[Label, ...]:
        return tuple(found[name.lower()] for name in these if name not in those)

    return LabelsBack(resource, put=only(before, after), take=only(after, before))


def _replaced(workspace: Workspace, event: Event) -> Inverse:
    if not event.after["made"]:
        raise Conflict("undo", "The other label was there before; what it took over is not known.")
    label = labels_named(workspace, [event.after["label"]])[event.after["label"].lower()]
    old = parse_label(event.before["label"])
    if workspace.labels.named(old).exists():
        raise Conflict("undo", f"There is a label {old} again; the two would become one.")
    return ReplaceBack(label, old)


def _connected(workspace: Workspace, event: Event) -> Inverse:
    return _connection(workspace, event, event.after, connect=False)


def _disconnected(workspace: Workspace, event: Event) -> Inverse:
    return _connection(workspace, event, event.before, connect=True)


def _connection(workspace: Workspace, event: Event, refs: list[str], *, connect: bool) -> Inverse:
    resource = _resource(workspace, event)
    others = tuple(resources_named(workspace, refs, event)[ref] for ref in refs)
    joined = workspace.resources.among(others).connected_with(resource).count()
    if joined != (0 if connect else len(others)):
        raise _moved_on(workspace, event)
    return ConnectionBack(resource, others, connect=connect)


def _label(workspace: Workspace, event: Event) -> Inverse:
    label = labels_named(workspace, [event.target_id])[event.target_id.lower()]
    newer = workspace.events.filter(
        action="label.created", target_id=event.target_id, number__gt=event.number
    )
    if newer.exists():
        raise _moved_on(workspace, event)
    if label.uses.exists() or label.grant_uses.exists():
        raise Conflict("L4", f"{label} is in use by now; a label in use stays.")
    return LabelBack(label)


def _sign_in_rules(workspace: Workspace, event: Event) -> Inverse:
    now = sign_in_rules.rules_of(Workspace.objects.get(pk=workspace.pk)).written()
    if any(now[rule] != value for rule, value in event.after.items()):
        raise _moved_on(workspace, event)
    return SignInRulesBack(workspace, SignInRules.read({**now, **event.before}))


INVERSES: dict[str, Callable[[Workspace, Event], Inverse]] = {
    "policy.changed": _policy,
    "grants.given": _given,
    "grants.revoked": _revoked,
    "member.owner_changed": _owner,
    "request.approved": _approved,
    "group.members_added": _joined,
    "group.members_removed": _left,
    "group.members_moved": _moved,
    "group.described": _described,
    "resource.renamed": _renamed,
    "resource.relabelled": _relabelled,
    "resource.connected": _connected,
    "resource.disconnected": _disconnected,
    "label.created": _label,
    "label.replaced": _replaced,
    "workspace.sign_in_changed": _sign_in_rules,
}
WHY_NOT = {
    "request.made": "Whoever asked withdraws it; an owner declines it.",
    "request.withdrawn": "They can ask again.",
    "request.declined": "They can ask again; or change their access yourself.",
    "member.added": "Remove the member instead; that shows what goes with them.",
    "member.removed": "Adding somebody again starts from minimal access. Invite them anew.",
    "members.removed": "Adding people again starts from minimal access. Invite them anew.",
    "member.left": "Who left is let in again by an invite.",
    "grants.given_to_many": "Choose the same people and edit, or let the grant end.",
    "grants.ends_moved": "Choose the same people and set the end again.",
    "grant.end_moved": "Move the end again; the event says when it was.",
    "member.deactivated": "Accounts are activated and deactivated by support.",
    "member.reactivated": "Accounts are activated and deactivated by support.",
    "member.recorded": "It gave nobody anything; the directory may change it.",
    "member.linked": "What the directory says is changed in the directory.",
    "member.forgotten": "The directory may put them in again.",
    "group.linked": "Take the group over instead.",
    "group.opened": "Close the group to the directory again.",
    "group.closed": "Open the group to the directory again.",
    "group.taken_over": "The directory takes it again with its next change of the group.",
    "group.created": "Delete the group instead; that shows who loses what.",
    "group.deleted": "What was deleted does not come back. The event still lists what it was.",
    "resource.created": "Delete the resource instead; that shows which grants shrink.",
    "resource.deleted": "What was deleted does not come back. The event still lists what it was.",
    "label.deleted": "Make the label again; nothing used it when it was deleted.",
    "token.created": "Revoke the token instead; it then ends at once.",
    "token.rotated": "The old secret may be known to others. Rotate again, or revoke the token.",
    "token.revoked": "A revoked token stays dead. Make a new one.",
    "alias.asked": "It changed nothing. Whether to invite the account is up to you.",
    "audit.exported": "A file that was taken out cannot be called back.",
    "members.exported": "A file that was taken out cannot be called back.",
    "access.exported": "A file that was taken out cannot be called back.",
    "workspace.imported": "A document is taken back by importing the one before it.",
}
NEVER = "This kind of change is not taken back."


def _resource(workspace: Workspace, event: Event) -> Resource:
    return resource_named(workspace, f"{event.target_type}/{event.target_id}", event)


def _held(holder: Holder) -> list[tuple[str, Any]]:
    """Return the holder's own grants, each as the trail would write it and as a new one."""
    written: Any = policies.state_of(holder)["grants"]
    new = policies.as_proposed(holder)
    return [(_text(words), grant) for words, grant in zip(written, new, strict=True)]


def _equal(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return _counted(one["grants"]) == _counted(other["grants"])


def _counted(grants: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter(_text(words) for words in grants)


def _text(words: dict[str, Any]) -> str:
    return json.dumps(words, sort_keys=True)


def _moved_on(workspace: Workspace, event: Event) -> Conflict:
    """Return the refusal for an outcome that is no longer there, with what changed it."""
    about = workspace.events.filter(
        target_type=event.target_type, target_id=event.target_id, number__gt=event.number
    )
    later = about.order_by("number").first()
    by = f", in event {later.number}" if later else ""
    return Conflict("undo", f"{event.target_name} was changed again since{by}.")
