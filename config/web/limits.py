"""How often somebody may do a thing: counted in the shared cache, for all workers at once."""

from allauth.core.ratelimit import consume
from django.http import HttpRequest, HttpResponse

from config.web import errors

WAIT = 60  # seconds


def too_often(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more try of the signed-in user; answer 429 when it is one too many.

    The limits stand in the settings, `ACCOUNT_RATE_LIMITS`. A GET counts for nothing.
    """
    if consume(request, action=action):
        return None
    answer = errors.answer(request, 429)
    answer.headers["Retry-After"] = str(WAIT)
    return answer
