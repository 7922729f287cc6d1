"""The Public API described: for programs as OpenAPI, for people as a page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.guards import public
from config.web.http import HtmxRequest, page
from workspaces.api.public.document import by_tag, document

WHY = "it describes the interface and names nothing of any workspace"


@public(WHY)
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(document())


@public(WHY)
def api_reference(request: HtmxRequest) -> HttpResponse:
    """How to make a token and call; every operation in a line."""
    return page(
        request, "workspaces/api_reference.html", {"tags": by_tag(), "site": settings.SITE_URL}
    )
