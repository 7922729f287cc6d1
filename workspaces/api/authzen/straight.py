"""Decisions where the question is in order, on the way past Django (`config.web.straight`)."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from config.databases.reading import reads_only
from config.web.values import strict_json
from workspaces.api.authzen import decisions
from workspaces.api.authzen.guards import JSON, may_ask
from workspaces.api.bearer import bearer_in
from workspaces.api.bodies import media_type
from workspaces.models import TokenKind
from workspaces.operations.tokens.secrets import Bearer

Body = dict[str, Any]
Answer = Callable[[dict[str, Any], bytes, str], Body | None]


def answers() -> dict[str, Answer]:
    """Return what answers at which address."""
    return {
        reverse("authzen:evaluation"): _asked(decisions.evaluate),
        reverse("authzen:evaluations"): _asked(decisions.evaluate_all),
    }


def _asked(evaluate: Callable[[Bearer, Body], Body]) -> Answer:
    def answer(environ: dict[str, Any], sent: bytes, address: str) -> Body | None:
        """Answer by the same rules as the views (`guards.decides`), which say why not."""
        if media_type(environ.get("CONTENT_TYPE", "")) not in JSON:
            return None
        bearer = bearer_in(environ.get("HTTP_AUTHORIZATION", ""), TokenKind.API, address)
        if bearer is None or not may_ask(bearer):
            return None
        body = strict_json.loads(sent)
        return evaluate(bearer, body) if isinstance(body, dict) else None

    return reads_only(answer)
