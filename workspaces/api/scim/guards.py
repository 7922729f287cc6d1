"""The door of the SCIM interface: a directory's token, and nothing else (scim.md §1).

One address takes several methods; each has a view of its own.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.guards import Guarded, marked
from workspaces.api.bearer import TokenRequest, note_use, token_of
from workspaces.api.bodies import Fault
from workspaces.api.scim.errors import error, faulty, refused
from workspaces.audit import Actor
from workspaces.errors import Refused
from workspaces.models.token import TokenKind
from workspaces.models.workspace import Workspace
from workspaces.operations import directory_calls

SECRET = re.compile(r"gth_\w+")  # whoever puts a token into the address does not find it again


class ScimRequest(TokenRequest):
    """A request of a directory; its token picks the workspace."""

    actor: Actor
    workspace: Workspace


ScimView = Callable[..., HttpResponse]


def provisions(**views: ScimView) -> Guarded:
    """Open to directories' tokens: a view for each method, HEAD as GET.

    401 without a good token, 405, then whatever is wrong with what was sent. Every call
    that got past the token is noted for the owners.
    """
    if "GET" in views:
        views["HEAD"] = views["GET"]

    @csrf_exempt
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        token = token_of(request, TokenKind.SCIM)
        if token is None:
            return _without_token()
        asking, address = cast("ScimRequest", request), request.META.get("REMOTE_ADDR")
        asking.token, asking.workspace = token, token.workspace
        asking.actor = Actor.directory(
            token, address=address, request_id=getattr(request, "request_id", "")
        )
        note_use(token, address)
        answer = _answer(asking, views, arguments)
        directory_calls.note(
            token.workspace,
            method=request.method or "",
            path=SECRET.sub("gth_…", request.get_full_path()),
            status=answer.status_code,
            detail=getattr(answer, "detail", ""),
            address=address,
        )
        return answer

    return marked(guarded, "a directory's token", tuple(sorted(views)))


def _without_token() -> HttpResponse:
    answer = error(HTTPStatus.UNAUTHORIZED, "A live SCIM token is needed: Authorization: Bearer …")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _answer(
    request: ScimRequest, views: dict[str, ScimView], arguments: dict[str, Any]
) -> HttpResponse:
    """Call the view of the method; what it raises becomes an error of the interface."""
    view = views.get(request.method or "")
    if view is None:
        answer = error(HTTPStatus.METHOD_NOT_ALLOWED)
        answer.headers["Allow"] = ", ".join(sorted(views))
        return answer
    try:
        return view(request, **arguments)
    except Fault as fault:
        return faulty(fault)
    except Refused as refusal:
        return refused(refusal)
    except Http404:
        return error(HTTPStatus.NOT_FOUND)
