"""What stands where a provider's answer opens nothing: one page in words (P7)."""

from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workspaces.models import SsoConnection
from workspaces.operations.sso.admission import NotAdmitted
from workspaces.operations.sso.vouched import Unvouched

security = structlog.get_logger("gatehouse.security")
NAMED = 5  # owners one may ask


def not_let_in(
    request: HttpRequest, connection: SsoConnection, error: Unvouched, *, raw: bool = False
) -> HttpResponse:
    """Answer 403 with a sentence, and whom to ask where an owner can help.

    The raw reason goes to the security log, and is folded on the page where `raw` says that an
    owner looks.
    """
    security.warning(
        "sso_refused", connection=connection.public_id, reason=error.raw,
        address=request.META.get("REMOTE_ADDR"),
    )  # fmt: skip
    workspace = connection.workspace
    owners = workspace.members.owners().select_related("user").by_name()
    context = {
        "sentence": error.sentence,
        "raw": error.raw if raw else "",
        "connection": connection,
        "owners": owners[:NAMED] if isinstance(error, NotAdmitted) and error.ask else [],
        "again_url": connection.url("start") if connection.is_active else "",
        "request_id": getattr(request, "request_id", ""),
    }
    return render(request, "workspaces/sso/not_let_in.html", context, status=HTTPStatus.FORBIDDEN)
