"""How operations name things in the audit trail."""

from django.db.models import Model

from workspaces.audit import Target
from workspaces.models.grant import Grant
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace


def target(row: Model) -> Target:
    """Return what the trail keeps of a row: its type, public id and name as text."""
    match row:
        case Workspace():
            return Target("workspace", row.slug, row.name)
        case Member():
            return Target("member", row.public_id, row.user.email)
        case Group():
            return Target("group", row.public_id, row.name)
        case Token():
            return Target("token", row.public_id, row.name)
        case Resource():
            return Target(row.type, row.slug, row.name)
    return Target(row._meta.model_name or "", str(row.pk), str(row))


def described(grant: Grant) -> dict[str, object]:
    """Return a grant as the workspace document writes it."""
    scope: dict[str, object]
    match grant.scope:
        case "labels":
            labels = grant.label_set.select_related("label")
            scope = {"labels": sorted(str(row.label) for row in labels)}
        case "resources":
            listed = grant.listed.select_related("resource")
            scope = {"resources": sorted(row.resource.ref for row in listed)}
        case _:
            scope = {"all": True}
    words: dict[str, object] = {"role": grant.role, "scope": scope}
    if grant.expires_at:
        words["expires"] = grant.expires_at.isoformat()
    return words
