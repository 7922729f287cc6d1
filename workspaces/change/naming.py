"""How events name things: as text that outlives them; undo reads it back (`trail.reading_back`)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from typing import Any, cast

from django.db.models import Model

from labels.models import Label
from workspaces import models
from workspaces.change.audit import Target
from workspaces.spans import ALWAYS, Span
from workspaces.terms import WrittenTerms

CHUNK = 2000  # rows in memory while people are read


NOUNS: dict[type[Model], str] = {
    models.Group: "group",
    models.Token: "token",
    models.Domain: "domain",
    models.SsoConnection: "connection",
    models.Review: "review",
}


def target(row: Model) -> Target:
    """Return what the trail keeps of a row: its type, public id and name as text."""
    match row:
        case models.Workspace():
            words = ("workspace", row.slug, row.name)
        case models.Member() | models.DirectoryPerson():
            words = ("member", row.public_id, row.user.email)
        case models.Invite():
            words = ("invite", row.public_id, row.email)
        case (
            models.Group()
            | models.Token()
            | models.Domain()
            | models.SsoConnection()
            | models.Review()
        ):
            words = (NOUNS[type(row)], row.public_id, row.name)
        case models.AccessRequest():
            words = ("request", row.public_id, str(row))
        case models.Resource():
            words = (row.type, row.public_id, row.name)
        case Label():
            words = ("label", row.public_id, str(row))
        case _:
            words = (row._meta.model_name or "", str(row.pk), str(row))
    return Target(*words)


def targets(rows: Iterable[Model]) -> list[Target]:
    """Return what the trail keeps of several rows, to be mentioned in an event."""
    return [target(row) for row in rows]


def people(members: models.MemberQuerySet) -> list[Target]:
    """Return members as an event mentions them; 1 statement for any number."""
    rows = members.order_by("pk").values_list("public_id", "user__email")
    return [Target("member", ident, email) for ident, email in rows.iterator(chunk_size=CHUNK)]


def behind(holder: models.Member | models.Group | models.Token | models.Invite) -> list[Target]:
    """Return who is concerned when the grants of this holder change: everybody in a group."""
    if not isinstance(holder, models.Group):
        return []
    return people(models.Member.objects.filter(workspace=holder.workspace_id).in_group(holder))


def named_in(grants: Iterable[models.GrantTerms]) -> list[Target]:
    """Return the labels and resources that grants name; no statement."""
    return targets(thing for terms in grants for thing in (*terms.labels, *terms.resources))


def holders(grants: Iterable[models.Grant]) -> list[Target]:
    """Return who holds grants; read with them (`deletion.with_holders`), no statement."""
    found = (grant.member or grant.group or grant.token or grant.invite for grant in grants)
    return [target(holder) for holder in found if holder is not None]


def described(terms: models.GrantTerms) -> dict[str, Any]:
    """Return terms as the trail keeps them: by names that outlive what they name."""
    labels = sorted(str(label) for label in terms.labels)
    refs = sorted(resource.ref for resource in terms.resources)
    text: dict[str, Any] = {"labels": tuple(labels), "resources": tuple(refs)}
    return written(cast("WrittenTerms", replace(terms, **text)))


def written(terms: WrittenTerms) -> dict[str, Any]:
    """Return terms that name by text as the trail keeps them."""
    return terms.as_json(lambda moment: moment.astimezone(UTC).isoformat())


def placed(group: models.Group, span: Span) -> str | dict[str, str]:
    """Return a place in a group as the trail keeps it: by name, and its span if it has one."""
    return group.name if span == ALWAYS else {"group": group.name, **span.told()}


def offered(invite: models.Invite) -> dict[str, object]:
    """Return what an invite offers as the trail keeps it; never its link (XK4)."""
    return {
        "owner": invite.owner,
        "grants": [described(terms) for terms in invite.grants.terms()],
        "groups": [
            placed(row.group, row.span)
            for row in models.InviteGroup.objects.filter(invite=invite)
            .select_related("group")
            .order_by("group__sort_key")
        ],
        "expires": invite.expires_at.isoformat(),
    }
