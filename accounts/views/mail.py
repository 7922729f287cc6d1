"""The mail previews of development."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render

from accounts.models import Mail
from config.web.lists.listing import paged


def in_development(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page that only development has; in production there is nothing there."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if settings.PRODUCTION:
            raise Http404
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return view(request, **kwargs)

    guarded.needs = "public: mail previews, in development only"  # type: ignore[attr-defined]
    guarded.methods = ("GET", "HEAD")  # type: ignore[attr-defined]
    return guarded


@in_development
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail that waits or left, newest first."""
    found = paged(request, Mail.objects.newest_first())
    return render(request, "accounts/mails.html", {"page": found, "frame": None})


@in_development
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail as text, and the way to its HTML."""
    found = get_object_or_404(Mail, pk=mail_id)
    return render(request, "accounts/mail.html", {"mail": found, "frame": None})


@in_development
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The HTML of one mail as a page of its own, under the policy every page is under."""
    return HttpResponse(get_object_or_404(Mail, pk=mail_id).html)
