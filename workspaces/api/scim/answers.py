"""Answers of the SCIM interface that are no errors."""

from typing import Any

from django.http import HttpResponse, JsonResponse

from workspaces.api.scim.errors import MEDIA_TYPE


def answer(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, content_type=MEDIA_TYPE)


def created(body: dict[str, Any], where: str) -> JsonResponse:
    """Answer 201 with what was made, and where it is."""
    return JsonResponse(body, status=201, content_type=MEDIA_TYPE, headers={"Location": where})


def nothing() -> HttpResponse:
    """Answer 204."""
    return HttpResponse(status=204, content_type=MEDIA_TYPE)
