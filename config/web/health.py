"""Whether the process lives, and whether it can serve (XJ3)."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs, whatever the database does."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer when the database does; 503 while it is away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


for view in (livez, readyz):
    view.needs = "public: probes carry no session"  # type: ignore[attr-defined]
    view.methods = ("GET", "HEAD")  # type: ignore[attr-defined]
