"""How the decision API says no to a request: always JSON, with the status and the words."""

from http import HTTPStatus

from django.http import JsonResponse


def error(status: int, message: str = "") -> JsonResponse:
    """Return an error of this status; without words of its own it says what HTTP says."""
    return JsonResponse({"error": shown(status, message)}, status=status)


def shown(status: int, message: str = "") -> dict[str, object]:
    """Return an error as it stands in an answer, on its own or within a batch."""
    return {"status": status, "message": message or HTTPStatus(status).phrase}
