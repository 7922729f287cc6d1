"""How operations name things in the audit trail."""

from collections.abc import Iterable

from django.db.models import Model

from workspaces.audit import Target
from workspaces.catalogue import Scope
from workspaces.models.directory import DirectoryPerson
from workspaces.models.grant import Grant, GrantLabel, GrantResource
from workspaces.models.group import Group
from workspaces.models.invite import Invite
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace


def target(row: Model) -> Target:
    """Return what the trail keeps of a row: its type, public id and name as text."""
    match row:
        case Workspace():
            words = ("workspace", row.slug, row.name)
        case Member() | DirectoryPerson():
            words = ("member", row.public_id, row.user.email)
        case Group():
            words = ("group", row.public_id, row.name)
        case Invite():
            words = ("invite", row.public_id, row.email)
        case Token():
            words = ("token", row.public_id, row.name)
        case Resource():
            words = (row.type, row.slug, row.name)
        case _:
            words = (row._meta.model_name or "", str(row.pk), str(row))
    return Target(*words)


def described(grant: Grant) -> dict[str, object]:
    """Return a grant as the workspace document writes it."""
    labels: Iterable[GrantLabel] = ()
    listed: Iterable[GrantResource] = ()
    if grant.scope == Scope.LABELS:
        labels = grant.label_set.select_related("label")
    elif grant.scope == Scope.RESOURCES:
        listed = grant.listed.select_related("resource")
    return _words(grant, labels, listed)


def described_read(grant: Grant) -> dict[str, object]:
    """Return the same of a grant whose labels and resources were read with it."""
    return _words(grant, grant.label_set.all(), grant.listed.all())


def _words(
    grant: Grant, labels: Iterable[GrantLabel], listed: Iterable[GrantResource]
) -> dict[str, object]:
    scope: dict[str, object]
    match grant.scope:
        case Scope.LABELS:
            scope = {"labels": sorted(str(row.label) for row in labels)}
        case Scope.RESOURCES:
            scope = {"resources": sorted(row.resource.ref for row in listed)}
        case _:
            scope = {"all": True}
    words: dict[str, object] = {"role": grant.role, "scope": scope}
    if grant.expires_at:
        words["expires"] = grant.expires_at.isoformat()
    return words
