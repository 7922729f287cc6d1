"""What an open page asks about its own session (S4)."""

from django.http import HttpResponse, JsonResponse

from accounts.guards import UserRequest, signed_in


@signed_in("a page may ask how long its session lasts")
def session_left(request: UserRequest) -> HttpResponse:
    """How long the session lasts; the session rule takes no notice of being asked."""
    return _state(request)


@signed_in("whoever is there may say so", methods=("POST",))
def session_stay(request: UserRequest) -> HttpResponse:
    """*Stay signed in*: as activity as any other submit, and the new end as the answer."""
    return _state(request)


def _state(request: UserRequest) -> HttpResponse:
    return JsonResponse(request.sign_in_state)
