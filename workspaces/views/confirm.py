"""Asking before what hurts: a page of its own, and a dialog where the script opens it."""

from collections.abc import Sequence

from django.http import HttpResponse

from config.web.http import page
from workspaces.forms.changes import ChangeForm
from workspaces.guards import MemberRequest
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
    """Draw the question: what happens, in numbers, and a button that does it.

    `current` is the key of the sidebar's entry; `back` is where *Cancel* leads. A link that
    opens the question as a dialog carries `hx-get` and `hx-target="#dialog"`. The form
    posts to the address of the question itself.
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
        around=framed(request, current),
        status=form.status,
    )
