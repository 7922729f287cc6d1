"""The door of the decision API: a token that may ask, and JSON (authzen.md)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.guards import Guarded, marked
from workspaces.access.engine import Access
from workspaces.api.authzen.errors import error
from workspaces.api.bearer import TokenRequest, note_use, token_of
from workspaces.api.bodies import Fault, json_object

MAY_ASK = "decide"
JSON = frozenset({"application/json"})

DecisionView = Callable[[TokenRequest, dict[str, Any]], dict[str, Any]]


def decides(view: DecisionView) -> Guarded:
    """Open to tokens with `decision-reader` or ownership; the token picks the workspace.

    401 without a good token, and for a directory's, which is none here; 403 for one that may
    not ask, 405, then the body's own faults.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        token = token_of(request)
        if token is None:
            refused = error(401, "A live token is needed: Authorization: Bearer …")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        asking = cast("TokenRequest", request)
        asking.token, asking.access = token, Access.of(token)
        note_use(token, request.META.get("REMOTE_ADDR"))
        if not asking.access.check(MAY_ASK, token.workspace):
            return error(403, "This token may not put questions.")
        if request.method != "POST":
            refused = error(405)
            refused.headers["Allow"] = "POST"
            return refused
        try:
            return JsonResponse(view(asking, json_object(request, JSON)))
        except Fault as fault:
            return error(fault.status, fault.message)

    return marked(guarded, "a token that may decide", ("POST",))
