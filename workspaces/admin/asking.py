"""A page of the admin that asks for a reason before an operation is called."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from workspaces.audit import Actor
from workspaces.forms.changes import ChangeForm
from workspaces.models.event import ActorKind


def ask(
    request: HttpRequest, model_admin: Any, form: ChangeForm, *, about: Any, title: str, verb: str
) -> HttpResponse:
    """Draw the question; its form posts to the address of the question itself."""
    context = {
        **admin.site.each_context(request),
        "title": title,
        "verb": verb,
        "form": form,
        "original": about,
        "opts": model_admin.opts,
        "url": request.path,
    }
    return TemplateResponse(request, "admin/ask.html", context, status=form.status)


def support_actor(request: HttpRequest) -> Actor:
    """Return whoever works in the admin as the actor of a change: support, whatever else (K6)."""
    user: Any = request.user
    return Actor(
        ActorKind.SUPPORT,
        user.email,
        user,
        request.META.get("REMOTE_ADDR"),
        getattr(request, "request_id", ""),
    )
