"""How a page answers: whole, or one of its fragments when htmx asks for it; and toasts."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that passed django-htmx's middleware."""

    htmx: HtmxDetails


def page(
    request: HtmxRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    fragments: tuple[str, ...] = (),
    around: Callable[[], Mapping[str, Any]] = dict,
    status: int = 200,
) -> HttpResponse:
    """Render a template, or the one named fragment of it that `HX-Target` asks for.

    `fragments` are the names the view lists; the browser cannot ask for another one.
    `around` makes the context of what stands around the fragments – frame, list – and
    runs only where it is drawn.
    """
    target = request.htmx.target
    if request.htmx and not request.htmx.history_restore_request and target in fragments:
        return render(request, f"{template}#{target}", context, status=status)
    return render(request, template, {"frame": None, **context, **around()}, status=status)


def sign_in_first(request: HtmxRequest) -> HttpResponse:
    """Send somebody who is not signed in to do so, and back to this page afterwards.

    htmx cannot follow a redirect out of a fragment: it gets 401 and `HX-Redirect`.
    """
    back = request.get_full_path()
    if request.htmx:
        back = request.htmx.current_url_abs_path or back
    login, ended = resolve_url("account_login"), getattr(request, "session_ended", "")
    redirect = redirect_to_login(back, f"{login}?ended={ended}" if ended else login)
    if not request.htmx:
        return redirect
    return HttpResponse(status=401, headers={"HX-Redirect": redirect["Location"]})


def toast(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Say a sentence on the next page; `undo_url` takes a POST that undoes the change."""
    messages.success(request, text, extra_tags=undo_url)
