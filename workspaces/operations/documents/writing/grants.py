"""Grants of members and groups of a document: those that go, and those that come."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from workspaces.models import Grant, GrantLabel, GrantResource
from workspaces.operations.documents.content import Content
from workspaces.operations.documents.stored import stored_grants
from workspaces.operations.documents.writing.rows import Rows, batches
from workspaces.operations.taking_up import eligibility
from workspaces.terms import WrittenTerms

Holder = tuple[str, str]


def write_grants(at: Rows) -> None:
    gone, come = [], []
    stored = _stored_grants(at)
    for holder, wanted in _holders(at.new):
        left = Counter(wanted)
        for pk, grant in stored.pop(holder, []):
            if left[grant]:
                left[grant] -= 1
            else:
                gone.append(pk)
        come += [(holder, grant) for grant in left.elements()]
    gone += [pk for rows in stored.values() for pk, _ in rows]
    for batch in batches(gone):
        Grant.objects.filter(pk__in=batch).delete()
    for batch in batches(come):
        _insert_grants(at, batch)


def _stored_grants(at: Rows) -> dict[Holder, list[tuple[int, WrittenTerms]]]:
    """Return the rows there are by holder, so that equal ones are left untouched."""
    rows = at.workspace.grants.understood().filter(token__isnull=True, invite__isnull=True)
    if not rows.exists():
        return {}
    refs = {pk: ref for ref, pk in at.resources.items()}
    labels = {pk: name for name, pk in at.labels.items()}
    emails = {pk: email for email, pk in at.members.items()}
    keys = {pk: key for key, pk in at.groups.items()}
    contents = stored_grants(at.workspace, labels, refs)
    found = defaultdict(list)
    for pk, member, group in rows.values_list("pk", "member_id", "group_id"):
        holder = ("member", emails[member]) if member else ("group", keys[group])
        found[holder].append((pk, contents[pk]))
    return found


def _insert_grants(at: Rows, batch: list[tuple[Holder, WrittenTerms]]) -> None:
    rows = list(at.create(Grant, (_grant(at, *pair) for pair in batch)))
    written = [(row, grant) for row, (_, grant) in zip(rows, batch, strict=True)]
    eligible = {row: grant.eligible for row, grant in written if grant.eligible}
    eligibility.write_each(at.workspace, grants=eligible)
    at.insert(
        GrantLabel,
        (
            GrantLabel(workspace=at.workspace, grant=row, label_id=at.labels[name])
            for row, grant in written
            for name in grant.labels
        ),
    )
    at.insert(
        GrantResource,
        (
            GrantResource(workspace=at.workspace, grant=row, resource_id=at.resources[ref])
            for row, grant in written
            for ref in grant.resources
        ),
    )


def _grant(at: Rows, holder: Holder, grant: WrittenTerms) -> Grant:
    kind, key = holder
    pk = at.members[key] if kind == "member" else at.groups[key]
    return Grant(
        workspace=at.workspace,
        granted_by=at.by.user,
        **Grant.columns(grant),
        **{f"{kind}_id": pk},
    )


def _holders(content: Content) -> Iterable[tuple[Holder, list[WrittenTerms]]]:
    for email, member in content.members.items():
        yield ("member", email), member.grants
    for key, group in content.groups.items():
        yield ("group", key), group.grants
