"""The door of the decision API: a token that may ask, and JSON; and how it says no."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.guards import Guarded, marked
from config.databases.reading import reads_only
from workspaces.access.decide import allows_on_workspace
from workspaces.api.bearer import TokenRequest, enter
from workspaces.api.bodies import Fault, json_object
from workspaces.models import TokenKind
from workspaces.operations.tokens.secrets import Bearer

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
        asking = enter(request, TokenKind.API)
        if asking is None:
            refused = error(401, "A live token is needed: Authorization: Bearer …")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        if not may_ask(asking.bearer):
            return error(403, "This token may not put questions.")
        if request.method != "POST":
            refused = error(405)
            refused.headers["Allow"] = "POST"
            return refused
        try:
            return JsonResponse(view(asking, json_object(request, JSON, otherwise=400)))
        except Fault as fault:
            return error(fault.status, fault.message)

    return marked(reads_only(guarded), "a token that may decide", ("POST",))


def may_ask(bearer: Bearer) -> bool:
    """Whether a token may put questions about its workspace."""
    return allows_on_workspace(bearer.policy, MAY_ASK)


def error(status: int, message: str = "") -> JsonResponse:
    """Return an error of this status; without words of its own it says what HTTP says."""
    return JsonResponse({"error": shown(status, message)}, status=status)


def shown(status: int, message: str = "") -> dict[str, object]:
    """Return an error as it stands in an answer, on its own or within a batch."""
    return {"status": status, "message": message or HTTPStatus(status).phrase}
