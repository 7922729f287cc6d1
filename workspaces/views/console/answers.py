"""How a view of a workspace answers: with a page in its frame, with a question before what
hurts, and with a sentence about what was done, beside it the way to take it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config.web import http
from config.web.lists.filters import MOST, Fault, Filters
from config.web.lists.returning import here, returning
from workspaces.access.naming import meaning
from workspaces.events import UNDOABLE
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.saved_views import FILTERS, OF_OWNERS
from workspaces.guards import MemberRequest, UserRequest
from workspaces.models import Event
from workspaces.views.console.frame import framed
from workspaces.views.console.picks import Choice, choices

Context = dict[str, Any]
OFFERED = 8  # of what a filter may name


def page(
    request: MemberRequest,
    template: str,
    context: Context,
    *,
    at: str,
    beside: Callable[[], Context] = dict,
    fragments: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Draw a page in the frame of its workspace, or the fragment of it that was asked for.

    `at` is the key of the sidebar's entry one is at; `beside` makes what only the whole page
    shows, the list beside a panel for one. Both are worked out for a whole page alone.
    """
    around = framed(request, at, beside)
    return http.page(request, template, context, fragments=fragments, around=around, status=status)


def list_page(
    request: MemberRequest,
    template: str,
    context: Context,
    *,
    at: str,
    rows: str,
    panel: str,
    beside: Callable[[], Context] = dict,
) -> HttpResponse:
    """Draw a list with nothing open beside it, or the fragment `rows` of it alone.

    `panel` is what its template calls the one that may stand beside it, in `context` are the
    list's `filters`.
    """
    return page(
        request,
        template,
        {**context, panel: None},
        at=at,
        beside=beside,
        fragments=(rows,),
        status=context["filters"].http_status,
    )


def confirm(
    request: MemberRequest,
    form: ChangeForm,
    *,
    at: str,
    title: str,
    verb: str,
    back: str,
    effects: Sequence[str] = (),
    hurts: bool = True,
) -> HttpResponse:
    """Ask before what hurts: a page of its own, and a dialog where the script opens it.

    It says what happens, in numbers, and has a button that does it; `back` is where *Cancel*
    leads. A link that opens the question as a dialog carries `hx-get` and
    `hx-target="#dialog"`. The form posts to the address of the question itself. What only has
    to be filled in `hurts` nobody: its button is no red one.
    """
    words: Context = {"title": title, "verb": verb, "effects": effects, "hurts": hurts}
    return _question(request, form, framed(request, at), back=back, **words)


def confirm_outside(
    request: UserRequest,
    form: ChangeForm,
    *,
    title: str,
    verb: str,
    back: str,
    effects: Sequence[str] = (),
) -> HttpResponse:
    """Ask as `confirm` does, on a page that belongs to no workspace."""
    words: Context = {"title": title, "verb": verb, "effects": effects, "hurts": True}
    return _question(request, form, dict, back=back, **words)


def _question(
    request: UserRequest, form: ChangeForm, around: Callable[[], Context], **words: Any
) -> HttpResponse:
    context = {
        **words,
        "form": form,
        "back": returning(request, words["back"]),
        "url": here(request),
    }
    return http.page(
        request,
        "workspaces/console/confirm.html",
        context,
        fragments=("dialog",),
        around=around,
        status=form.status,
    )


def toast(request: MemberRequest, text: str, *, undo: Event | None = None) -> None:
    """Say what was done, on the next page; beside it *Undo*, where the event has an inverse.

    Whether that still fits is asked when it is sent, not here. Undoing is for owners (U6).
    """
    undoable = undo is not None and undo.action in UNDOABLE and request.access.is_owner
    url = request.member.workspace.url("audit_undo", undo.number) if undo and undoable else ""
    http.toast(request, text, undo_url=url)


def changed_by(request: MemberRequest) -> Event | None:
    """Return what this request changed, to be undone; beside it stand events of what followed.

    For views whose operation returns something else than its event.
    """
    made = (event for event in reversed(request.actor.made) if event.action in UNDOABLE)
    return next(made, None)


def views_url(request: MemberRequest, which: str) -> str:
    """Return where one's own views of a list are kept, with what the list's address says.

    `which` is the list's route, or the type of its things. Empty on a support visit (XK7).
    """
    if request.visit:
        return ""
    route = "list_views" if which in OF_OWNERS else "resource_views"
    query = FILTERS[which].lasting(request.GET).urlencode()
    return f"{request.member.workspace.url(route, which)}{'?' if query else ''}{query}"


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set; `url` is the same list without it, `why` what is wrong with it.

    `meant` are those that it may name, each with the list narrowed by it.
    """

    key: str
    text: str
    url: str
    why: str = ""
    meant: Sequence[Choice] = ()


def active_chips(request: HttpRequest, filters: Filters) -> list[Chip]:
    """Return a chip per filter, those too that are not understood (N4)."""
    faulty = [*filters.faults.values()][:MOST]
    return [
        *(Chip(key, text, _without(request, key)) for key, text in filters.said.items()),
        *(
            Chip(
                fault.key,
                _called(fault),
                _without(request, fault.key),
                fault.words,
                _meant(request, filters, fault),
            )
            for fault in faulty
        ),
    ]


def _meant(request: HttpRequest, filters: Filters, fault: Fault) -> list[Choice]:
    """Offer what a filter may name that names nothing; 5 statements where it names anything."""
    rows = filters.nameable(fault.key)
    if rows is None or fault.malformed:
        return []
    return choices(request, fault.key, meaning(fault.text, rows))[:OFFERED]


def _called(fault: Fault) -> str:
    name = fault.key.replace("_", " ")[:60]
    return _("{filter}: {value}").format(filter=name, value=fault.text)


def _without(request: HttpRequest, key: str) -> str:
    params = request.GET.copy()
    params.pop(key, None)
    params.pop("page", None)
    return f"?{params.urlencode()}"
