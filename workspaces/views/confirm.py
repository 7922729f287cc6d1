"""Asking before what hurts: a page of its own, and a dialog where the script opens it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from config.web.http import page
from workspaces.forms.changes import ChangeForm
from workspaces.guards import MemberRequest, UserRequest
from workspaces.views.frame import framed


def confirm(
    request: MemberRequest,
    current: str,
    form: ChangeForm,
    *,
    title: str,
    verb: str,
    back: str,
    effects: Sequence[str] = (),
) -> HttpResponse:
    """Ask within a workspace; `current` is the key of the sidebar's entry."""
    return ask(
        request,
        form,
        title=title,
        verb=verb,
        back=back,
        effects=effects,
        around=framed(request, current),
    )


def ask(
    request: UserRequest,
    form: ChangeForm,
    *,
    title: str,
    verb: str,
    back: str,
    effects: Sequence[str] = (),
    around: Callable[[], Mapping[str, Any]] = dict,
) -> HttpResponse:
    """Draw the question: what happens, in numbers, and a button that does it.

    `back` is where *Cancel* leads. A link that opens the question as a dialog carries
    `hx-get` and `hx-target="#dialog"`. The form posts to the address of the question itself.
    """
    return page(
        request,
        "workspaces/confirm.html",
        {
            "form": form,
            "title": title,
            "verb": verb,
            "back": back,
            "effects": effects,
            "url": request.path,
        },
        fragments=("dialog",),
        around=around,
        status=form.status,
    )
