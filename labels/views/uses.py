"""Where a label is used: the things that carry it and the grants that ask for it (L4)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from config.web.listing import paged
from labels.models import Label
from workspaces.catalogue import ROLES
from workspaces.guards import MemberRequest
from workspaces.models.grant import Grant
from workspaces.models.workspace import Workspace
from workspaces.views.words import ICONS, singular


@dataclass(frozen=True, slots=True)
class ThingUse:
    """A source or space that carries the label."""

    name: str
    slug: str
    type_name: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class GrantUse:
    """A grant that asks for the label, with whoever holds it."""

    kind: str
    icon: str
    name: str
    url: str
    role_name: str
    level: str
    labels: list[str]
    ended: bool


def uses_of(request: MemberRequest, workspace: Workspace, label: Label) -> dict[str, Any]:
    """Return a page of each kind of use; 4 statements."""
    carrying = workspace.resources.filter(labelled__label=label).order_by("type", "name", "pk")
    things = paged(request, carrying, key="things")
    asking = (
        workspace.grants.filter(label_set__label=label)
        .annotate(expired=Q(expires_at__isnull=False) & Q(expires_at__lte=Now()))
        .select_related("member__user", "group", "token", "invite")
        .prefetch_related("label_set__label")
        .order_by("group__name", "role", "pk")
    )
    grants = paged(request, asking, key="grants")
    return {
        "label": label,
        "things_page": things,
        "grants_page": grants,
        "things": [
            ThingUse(
                row.name,
                row.slug,
                singular(row.type),
                ICONS[row.type],
                reverse("workspaces:resource", args=[workspace.slug, row.type, row.slug]),
            )
            for row in things.rows
        ],
        "grants": [_grant_use(workspace, grant) for grant in grants.rows],
        "used": bool(things.paginator.count or grants.paginator.count),
    }


def _grant_use(workspace: Workspace, grant: Grant) -> GrantUse:
    role = ROLES[grant.role]
    return GrantUse(
        *_holder(workspace, grant),
        role.name,
        role.level,
        sorted(str(row.label) for row in grant.label_set.all()),
        ended=grant.expired,  # type: ignore[attr-defined]
    )


def _holder(workspace: Workspace, grant: Grant) -> tuple[str, str, str, str]:
    """Return kind, icon, name and address of whoever holds a grant."""

    def at(route: str, *path: str) -> str:
        return reverse(f"workspaces:{route}", args=[workspace.slug, *path])

    if grant.member:
        person = grant.member.user.get_full_name()
        return "member", "user", person, at("member", grant.member.public_id)
    if grant.group:
        return "group", "boxes", grant.group.name, at("group", grant.group.public_id)
    if grant.token:
        return "token", "key", grant.token.name, at("tokens")
    email = grant.invite.email if grant.invite else ""
    return "invite", "mail", email, f"{at('members')}?q={email}"
