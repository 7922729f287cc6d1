"""Shows grants as permissions of the Public API."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch

from labels.models import Label
from workspaces.api.public.people.permission_shapes import shown_span
from workspaces.api.public.people.permissions_read import MINIMAL, WORKSPACE_TYPE
from workspaces.catalogue import ROLES, Role
from workspaces.models import Grant, GrantTerms, Group, Member, Workspace
from workspaces.operations.grants.said_by_programs import Wanted
from workspaces.operations.grants.wording import OWNING, THING, Place, Said, said_of, with_spans


def prefetched() -> "tuple[Prefetch[Any] | str, ...]":
    """Return what lists of members and groups read their grants with; 4 statements.

    Standing ones that have not ended, planned ones too: what is read may be put back.
    """
    rows = Grant.objects.lasting().standing().order_by("pk").with_terms()
    return Prefetch("grants", rows), "wording"


def shown(
    holder: Member | Group, workspace: Workspace, *, owner: bool = False
) -> list[dict[str, Any]]:
    """Return the grants of a holder read with `prefetched`, in the words they were put."""
    live = [OWNING] if owner else []
    live += [grant.terms for grant in holder.grants.all() if grant.understood]
    return _permissions(said_of(holder), live, workspace)


def shown_new(wanted: Wanted, workspace: Workspace) -> list[dict[str, Any]]:
    """Return permissions as read, shown like granted ones."""
    return _permissions(wanted.said, wanted.live, workspace)


def bare(permissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return permissions as the answer to a change of them shows them."""
    return [{key: row[key] for key in row if key != "labels"} for row in permissions]


def _permissions(
    said: Iterable[Said], live: Sequence[GrantTerms], workspace: Workspace
) -> list[dict[str, Any]]:
    labels = {label.public_id: label for grant in live for label in grant.labels}
    things = {thing.public_id: thing for grant in live for thing in grant.resources}

    def place(words: Place) -> dict[str, Any]:
        kind, *ids = words
        if kind == THING:
            thing = things[ids[0]]
            return {"id": thing.public_id, "type": thing.type.upper(), "labels": []}
        narrowed = [shown_label(labels[ident]) for ident in ids]
        return {"id": workspace.slug, "type": WORKSPACE_TYPE, "labels": narrowed}

    return [
        {
            "roleId": permission["role"],
            "roleName": (ROLES.get(permission["role"]) or MINIMAL).name,
            "resources": [place(words) for words in permission["places"]],
            "labels": [],
            **shown_span(span),
        }
        for permission, span in with_spans(said, live)
    ]


def shown_label(label: Label) -> dict[str, str]:
    """Return a label as the wire has it."""
    return {"key": label.key, "value": label.value, "description": label.description}


def catalogue() -> list[Role]:
    """Return every role a client may name, the one that gives nothing among them."""
    return [*ROLES.values(), MINIMAL]
