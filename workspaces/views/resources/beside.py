"""Who reaches a resource beside its people: tokens; and who will once they accept an invite."""

from dataclasses import dataclass
from typing import Any

from config.web.lists.listing import Drawn, paged
from workspaces.access.explain import HolderPaths, grants_by_id, holder_paths
from workspaces.access.who import invites_that_would, tokens_that_may
from workspaces.catalogue import READ
from workspaces.guards import MemberRequest
from workspaces.models import Resource, Token
from workspaces.views.grants.paths import PathChips, chips_in


@dataclass(frozen=True, slots=True)
class HolderRow(Drawn):
    """A token or an invite, with every path by which it reaches a resource, or would."""

    name: str
    url: str
    level: str
    paths: list[PathChips]


def beside(request: MemberRequest, resource: Resource) -> dict[str, Any]:
    """Return a page of the tokens that reach a resource, and one of the invites that would.

    8 statements at most.
    """
    url, tokens_url = resource.workspace.url, resource.workspace.url("tokens")
    tokens = paged(request, tokens_that_may(READ, resource).by_name(), key="tokens")
    invites = paged(request, invites_that_would(READ, resource).by_address(), key="invites")
    explained = holder_paths(resource, tokens.rows, invites.rows)
    grants = grants_by_id(held.grant for found in explained for one in found for held in one.held)

    def row(one: HolderPaths) -> HolderRow:
        ident = one.holder.public_id
        return HolderRow(
            str(one.holder),
            f"{tokens_url}/{ident}" if isinstance(one.holder, Token) else url("invite", ident),
            "edit" if one.can_edit else "view",
            chips_in(resource.workspace, one.held, grants),
        )

    of_tokens, of_invites = ([row(one) for one in found] for found in explained)
    return {
        "tokens": of_tokens,
        "tokens_page": tokens,
        "invites": of_invites,
        "invites_page": invites,
    }
