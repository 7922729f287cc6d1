"""What a workspace holds now, as the `Content` of a document."""

from collections import defaultdict
from typing import Any

from labels.models import ResourceLabel
from labels.syntax import LabelName
from workspaces.models import Connection, GrantLabel, GrantResource, GroupMember, Workspace
from workspaces.operations.documents.content import (
    Content,
    GroupContent,
    LabelContent,
    MemberContent,
    ResourceContent,
    grant_content,
    grant_order,
)
from workspaces.operations.documents.eligible import stored_eligible
from workspaces.operations.documents.groups import stored_managers, stored_offers
from workspaces.operations.documents.names import stored_names
from workspaces.spans import ALWAYS, Span
from workspaces.terms import WrittenTerms

CHUNK = 2000


def stored(workspace: Workspace) -> Content:
    """Read a workspace whole; about fifteen statements, whatever its size.

    Without what only a newer version knows: an import leaves that alone, and an export of
    it is refused (`dump`).
    """
    content = Content(workspace.slug, workspace.name, workspace.plan, workspace.hipaa_eligible)
    label_names = _labels(workspace, content)
    refs = _resources(workspace, content, label_names)
    members = _members(workspace, content)
    groups = _groups(workspace, content, members)
    grants = stored_grants(workspace, label_names, refs)
    for grant in _subjects(workspace):
        holder: MemberContent | GroupContent = (
            content.members[members[grant.member_id]]
            if grant.member_id
            else content.groups[groups[grant.group_id or 0]]
        )
        holder.grants.append(grants[grant.pk])
    content.names = stored_names(workspace)
    for member in content.members.values():
        member.grants.sort(key=grant_order)
    for group in content.groups.values():
        group.grants.sort(key=grant_order)
    return content


def _subjects(workspace: Workspace) -> Any:
    grants = workspace.grants.understood().filter(token__isnull=True, invite__isnull=True)
    return grants.only("pk", "workspace_id", "member_id", "group_id").iterator(CHUNK)


def _labels(workspace: Workspace, content: Content) -> dict[int, str]:
    names = {}
    for label in workspace.labels.by_name():
        name = LabelName(label.key, label.value)
        names[label.pk] = str(name.folded)
        content.labels[str(name.folded)] = LabelContent(name, label.description)
    return names


def _resources(
    workspace: Workspace, content: Content, label_names: dict[int, str]
) -> dict[int, str]:
    refs = {}
    sources = {}
    for row in workspace.resources.understood().order_by("type", "slug").iterator(CHUNK):
        key = refs[row.pk] = f"{row.type}/{row.slug_key}"
        content.resources[key] = ResourceContent(row.type, row.slug, row.name)
        if row.source_id:
            sources[key] = row.source_id
    for ref, source in sources.items():
        content.resources[ref].source = refs[source]
    carried = ResourceLabel.objects.filter(workspace=workspace).order_by("folded_key")
    for resource, label in carried.values_list("resource_id", "label_id").iterator(CHUNK):
        if resource not in refs:
            continue
        name = label_names[label]
        content.resources[refs[resource]].labels[name.partition(":")[0]] = name
    connected = defaultdict(list)
    pairs = Connection.objects.filter(workspace=workspace).values_list("target_id", "source_id")
    for target, source in pairs.iterator(CHUNK):
        if target in refs:
            connected[refs[target]].append(refs[source])
    for ref, joined in connected.items():
        content.resources[ref].connected = tuple(sorted(joined))
    return refs


def _members(workspace: Workspace, content: Content) -> dict[int, str]:
    emails = {}
    for member in workspace.members.select_related("user").order_by("user__email"):
        emails[member.pk] = member.user.email
        content.members[member.user.email] = MemberContent(member.user.name, member.owner)
    return emails


def _groups(workspace: Workspace, content: Content, members: dict[int, str]) -> dict[int, str]:
    inside: dict[int, dict[str, Span]] = defaultdict(dict)
    joined = GroupMember.objects.filter(workspace=workspace)
    columns = ("pk", "group_id", "member_id", "starts_at", "expires_at", "eligible")
    how = stored_eligible(workspace, "membership")
    for pk, group_id, member_id, starts, ends, eligible in joined.values_list(*columns).iterator(
        CHUNK
    ):
        span = ALWAYS
        if starts or ends or eligible:
            span = Span(starts, ends, how[pk] if eligible else None)
        inside[group_id][members[member_id]] = span
    keys = {}
    charges, offers = stored_managers(workspace), stored_offers(workspace)
    for group in workspace.groups.by_name():
        keys[group.pk] = group.name_key
        content.groups[group.name_key] = GroupContent(
            group.name,
            group.description,
            inside[group.pk],
            managers=charges.get(group.pk, frozenset()),
            offer=offers.get(group.pk),
        )
    return keys


def stored_grants(
    workspace: Workspace, label_names: dict[int, str], refs: dict[int, str]
) -> dict[int, WrittenTerms]:
    """Return every grant of members and groups by its row's id; 3 statements."""
    names: dict[int, list[str]] = defaultdict(list)
    labels = GrantLabel.objects.filter(workspace=workspace).values_list("grant_id", "label_id")
    for grant_id, label_id in labels.iterator(CHUNK):
        names[grant_id].append(label_names[label_id])
    listed = GrantResource.objects.filter(workspace=workspace)
    for grant_id, resource_id in listed.values_list("grant_id", "resource_id").iterator(CHUNK):
        if resource_id in refs:
            names[grant_id].append(refs[resource_id])
    rows = workspace.grants.understood().filter(token__isnull=True, invite__isnull=True)
    how = stored_eligible(workspace, "grant")
    # Without the column that leads to the workspace Django would read each row once more for it.
    columns = ("pk", "workspace_id", "role", "scope", "starts_at", "expires_at", "eligible")
    return {
        row.pk: grant_content(
            row.role,
            str(row.scope),
            sorted(names[row.pk]),
            Span(row.starts_at, row.expires_at, how[row.pk] if row.eligible else None),
        )
        for row in rows.only(*columns).iterator(CHUNK)
    }
