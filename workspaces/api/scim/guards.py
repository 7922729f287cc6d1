"""The door of the SCIM interface: a directory's token, and nothing else.

One address takes several methods; each has a view of its own.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.guards import Guarded, marked
from workspaces.api.bearer import TokenRequest, enter
from workspaces.api.bodies import Fault
from workspaces.api.scim.answers import error, faulty, refused
from workspaces.errors import Refused
from workspaces.models import TokenKind
from workspaces.operations.directory import calls

SECRET = re.compile(r"gth_\w+")  # whoever puts a token into the address does not find it again


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
        asking = enter(request, TokenKind.SCIM)
        if asking is None:
            return _without_token()
        answer = _answer(asking, views, arguments)
        calls.note(
            asking.workspace,
            method=request.method or "",
            path=SECRET.sub("gth_…", request.get_full_path()),
            status=answer.status_code,
            detail=getattr(answer, "detail", ""),
            address=asking.actor.address,
        )
        return answer

    return marked(guarded, "a directory's token", tuple(sorted(views)))


def _without_token() -> HttpResponse:
    answer = error(HTTPStatus.UNAUTHORIZED, "A live SCIM token is needed: Authorization: Bearer …")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _answer(
    request: TokenRequest, views: dict[str, ScimView], arguments: dict[str, Any]
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
