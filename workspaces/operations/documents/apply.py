"""Writes the rows in which a document differs from its workspace, and no others."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Model

from accounts.models.user import User
from labels.models import Label, ResourceLabel
from workspaces.audit import Actor
from workspaces.catalogue import Scope
from workspaces.models.grant import Grant, GrantLabel, GrantResource
from workspaces.models.group import Group, GroupMember
from workspaces.models.member import Member
from workspaces.models.resource import Connection, Resource
from workspaces.models.workspace import Workspace
from workspaces.operations import comings, tokens
from workspaces.operations.aftermath import overtaking, those
from workspaces.operations.documents.content import Content, GrantContent, ResourceContent
from workspaces.operations.documents.faults import Collector
from workspaces.operations.documents.stored import stored_grants
from workspaces.operations.orphans import void_orphans

ROWS = 1000
Holder = tuple[str, str]


class Application:
    """One import into one workspace, under its lock. Row ids are kept by document key."""

    def __init__(
        self,
        workspace: Workspace,
        old: Content,
        new: Content,
        *,
        by: Actor,
        faults: Collector,
        progress: Callable[[int], object],
    ) -> None:
        self.workspace, self.old, self.new = workspace, old, new
        self.by, self.faults, self.progress = by, faults, progress
        self.labels = {
            f"{key}:{value}".lower(): pk
            for pk, key, value in workspace.labels.values_list("pk", "key", "value")
        }
        self.resources = {
            f"{type_}/{slug}": pk
            for pk, type_, slug in workspace.resources.values_list("pk", "type", "slug").iterator()
        }
        self.members = dict(workspace.members.values_list("user__email", "pk"))
        self.groups = {name.lower(): pk for pk, name in workspace.groups.values_list("pk", "name")}

    def run(self) -> None:
        """Write everything: what others refer to first, removals last."""
        with overtaking(self.workspace):
            self._write_workspace()
            self._write_labels()
            self._write_resources()
            self._write_members()
            self._write_groups()
            self._write_grants()
            self._remove()

    def _create(self, model: type[Model], rows: Iterable[Any]) -> Iterable[Any]:
        """Insert rows in batches, yielding each with its id; memory holds one batch."""
        for batch in _batches(rows, ROWS):
            yield from model._default_manager.bulk_create(batch)
            self.progress(len(batch))

    def _insert(self, model: type[Model], rows: Iterable[Any]) -> None:
        for _row in self._create(model, rows):
            pass

    def _write_workspace(self) -> None:
        new = self.new
        self.workspace.name = new.name
        self.workspace.plan = new.plan or self.workspace.plan
        if new.hipaa_eligible is not None:
            self.workspace.hipaa_eligible = new.hipaa_eligible
        self.workspace.save(update_fields=["name", "plan", "hipaa_eligible"])

    def _write_labels(self) -> None:
        rows = (
            Label(
                workspace=self.workspace,
                key=label.name.key,
                value=label.name.value,
                description=label.description,
            )
            for folded, label in self.new.labels.items()
            if folded not in self.labels
        )
        for row in self._create(Label, rows):
            self.labels[str(row).lower()] = row.pk
        for folded, label in self.new.labels.items():
            before = self.old.labels.get(folded)
            if before and before.description != label.description:
                found = Label.objects.filter(pk=self.labels[folded])
                found.update(description=label.description)

    def _write_resources(self) -> None:
        wanted = self.new.resources
        missing = [ref for ref in wanted if ref not in self.resources]
        for destinations in (False, True):
            refs = [ref for ref in missing if bool(wanted[ref].source) == destinations]
            rows = self._create(Resource, (self._resource(wanted[ref]) for ref in refs))
            self.resources |= {ref: row.pk for ref, row in zip(refs, rows, strict=True)}
        for ref, resource in wanted.items():
            before = self.old.resources.get(ref)
            if before and (before.name, before.source) != (resource.name, resource.source):
                Resource.objects.filter(pk=self.resources[ref]).update(
                    name=resource.name, source_id=self.resources.get(resource.source)
                )
        self._write_resource_labels()
        self._write_connections()

    def _resource(self, resource: ResourceContent) -> Resource:
        return Resource(
            workspace=self.workspace,
            type=resource.type,
            slug=resource.slug,
            name=resource.name,
            source_id=self.resources.get(resource.source),
        )

    def _write_resource_labels(self) -> None:
        for ref, before in self.old.resources.items():
            after = self.new.resources.get(ref)
            gone = [
                k for k, name in before.labels.items() if not after or after.labels.get(k) != name
            ]
            if gone:
                carried = ResourceLabel.objects.filter(resource=self.resources[ref])
                carried.filter(folded_key__in=gone).delete()
        self._insert(
            ResourceLabel,
            (
                ResourceLabel(
                    workspace=self.workspace,
                    resource_id=self.resources[ref],
                    label_id=self.labels[name],
                    folded_key=key,
                )
                for ref, resource in self.new.resources.items()
                for key, name in resource.labels.items()
                if self._before(ref).labels.get(key) != name
            ),
        )

    def _before(self, ref: str) -> ResourceContent:
        return self.old.resources.get(ref) or ResourceContent("", "", "")

    def _write_connections(self) -> None:
        for ref, before in self.old.resources.items():
            after = self.new.resources.get(ref)
            gone = set(before.connected) - set(after.connected if after else ())
            if gone:
                Connection.objects.filter(
                    target=self.resources[ref], source__in=[self.resources[r] for r in gone]
                ).delete()
        self._insert(
            Connection,
            (
                Connection(
                    workspace=self.workspace,
                    source_id=self.resources[source],
                    target_id=self.resources[ref],
                )
                for ref, resource in self.new.resources.items()
                for source in resource.connected
                if source not in self._before(ref).connected
            ),
        )

    def _write_members(self) -> None:
        missing = [email for email in self.new.members if email not in self.members]
        users = self._users(missing)
        rows = comings.newcomers(
            self.workspace, ((users[email], self.new.members[email].owner) for email in missing)
        )
        pk_of_user = {row.user_id: row.pk for row in self._create(Member, rows)}
        comings.note_coming(self.workspace, list(pk_of_user))
        self.members |= {email: pk_of_user[users[email]] for email in missing}
        for email, member in self.new.members.items():
            before = self.old.members.get(email)
            if before and before.owner != member.owner:
                Member.objects.filter(pk=self.members[email]).update(owner=member.owner)

    def _users(self, emails: list[str]) -> dict[str, int]:
        """Return the ids of users by address, making those there are none of."""
        found: dict[str, int] = {}
        for batch in _batches(emails, ROWS):
            rows = User.objects.filter(email__in=batch)
            found |= dict(rows.values_list("email", "pk"))
        new = (
            User.objects.without_password(email, self.new.members[email].name)
            for email in emails
            if email not in found
        )
        for user in self._create(User, new):
            found[user.email] = user.pk
        return found

    def _write_groups(self) -> None:
        rows = (
            Group(workspace=self.workspace, name=group.name, description=group.description)
            for key, group in self.new.groups.items()
            if key not in self.groups
        )
        for row in self._create(Group, rows):
            self.groups[row.name.lower()] = row.pk
        for key, group in self.new.groups.items():
            before = self.old.groups.get(key)
            if before and (before.name, before.description) != (group.name, group.description):
                Group.objects.filter(pk=self.groups[key]).update(
                    name=group.name, description=group.description
                )
            gone = before.members - group.members if before else frozenset()
            for batch in _batches(gone, ROWS):
                GroupMember.objects.filter(
                    group=self.groups[key], member__in=[self.members[email] for email in batch]
                ).delete()
        self._insert(
            GroupMember,
            (
                GroupMember(
                    workspace=self.workspace,
                    group_id=self.groups[key],
                    member_id=self.members[email],
                )
                for key, group in self.new.groups.items()
                for email in sorted(group.members - self._members_before(key))
            ),
        )

    def _members_before(self, key: str) -> frozenset[str]:
        before = self.old.groups.get(key)
        return before.members if before else frozenset()

    def _write_grants(self) -> None:
        gone, come = [], []
        stored = self._stored_grants()
        for holder, wanted in _holders(self.new):
            left = Counter(wanted)
            for pk, grant in stored.pop(holder, []):
                if left[grant]:
                    left[grant] -= 1
                else:
                    gone.append(pk)
            come += [(holder, grant) for grant in left.elements()]
        gone += [pk for rows in stored.values() for pk, _ in rows]
        for batch in _batches(gone, ROWS):
            Grant.objects.filter(pk__in=batch).delete()
        for batch in _batches(come, ROWS):
            self._insert_grants(batch)

    def _stored_grants(self) -> dict[Holder, list[tuple[int, GrantContent]]]:
        """Return the rows there are by holder, so that equal ones are left untouched."""
        rows = self.workspace.grants.filter(token__isnull=True, invite__isnull=True)
        if not rows.exists():
            return {}
        refs = {pk: ref for ref, pk in self.resources.items()}
        labels = {pk: name for name, pk in self.labels.items()}
        emails = {pk: email for email, pk in self.members.items()}
        keys = {pk: key for key, pk in self.groups.items()}
        contents = stored_grants(self.workspace, labels, refs)
        found = defaultdict(list)
        for pk, member, group in rows.values_list("pk", "member_id", "group_id"):
            holder = ("member", emails[member]) if member else ("group", keys[group])
            found[holder].append((pk, contents[pk]))
        return found

    def _insert_grants(self, batch: list[tuple[Holder, GrantContent]]) -> None:
        rows = list(self._create(Grant, (self._grant(*pair) for pair in batch)))
        named = [
            (row, name) for row, (_, grant) in zip(rows, batch, strict=True) for name in grant.names
        ]
        self._insert(
            GrantLabel,
            (
                GrantLabel(workspace=self.workspace, grant=row, label_id=self.labels[name])
                for row, name in named
                if row.scope == Scope.LABELS
            ),
        )
        self._insert(
            GrantResource,
            (
                GrantResource(workspace=self.workspace, grant=row, resource_id=self.resources[name])
                for row, name in named
                if row.scope == Scope.RESOURCES
            ),
        )

    def _grant(self, holder: Holder, grant: GrantContent) -> Grant:
        kind, key = holder
        pk = self.members[key] if kind == "member" else self.groups[key]
        return Grant(
            workspace=self.workspace,
            role=grant.role,
            scope=grant.scope,
            n_labels=len(grant.names) if grant.scope == Scope.LABELS else 0,
            expires_at=datetime.fromisoformat(grant.expires) if grant.expires else None,
            granted_by=self.by.user,
            **{f"{kind}_id": pk},
        )

    def _remove(self) -> None:
        """Take out what the document no longer names."""
        for key in self.old.groups.keys() - self.new.groups.keys():
            Group.objects.filter(pk=self.groups[key]).delete()
        self._remove_members()
        void_orphans(self.workspace, by=self.by)  # before the labels, which theirs may hold
        self._remove_resources()
        self._remove_labels()

    def _remove_members(self) -> None:
        """Remove members with their tokens (R8)."""
        for email in sorted(self.old.members.keys() - self.new.members.keys()):
            member = self.workspace.members.select_related("user").get(pk=self.members[email])
            tokens.revoke_made_by(self.workspace, member.user, by=self.by)
            comings.note_going(self.workspace, those([member]))
            member.delete()

    def _remove_resources(self) -> None:
        gone = [self.resources[r] for r in self.old.resources.keys() - self.new.resources.keys()]
        for destinations in (True, False):
            for batch in _batches(gone, ROWS):
                Resource.objects.filter(pk__in=batch, source__isnull=not destinations).delete()
        # A list that shrank to nothing gives nothing; the grant goes with it (§3).
        emptied = self.workspace.grants.filter(scope=Scope.RESOURCES, listed__isnull=True)
        emptied.delete()

    def _remove_labels(self) -> None:
        """Delete labels; one that a token's or invite's grant still holds is a fault (L4)."""
        for folded in sorted(self.old.labels.keys() - self.new.labels.keys()):
            label = Label.objects.get(pk=self.labels[folded])
            uses = label.grant_uses.count()
            if uses:
                self.faults.add("labels", f"{label} is in {uses} grants of tokens or invites (L4).")
            else:
                label.delete()


def _holders(content: Content) -> Iterable[tuple[Holder, list[GrantContent]]]:
    for email, member in content.members.items():
        yield ("member", email), member.grants
    for key, group in content.groups.items():
        yield ("group", key), group.grants


def _batches(rows: Iterable[Any], size: int) -> Iterable[list[Any]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
