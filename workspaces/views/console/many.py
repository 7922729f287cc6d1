"""What acts on many rows of a list at once: who is chosen, and the file of them (A1, XI9)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise

from config.web.lists.csv_export import Row, csv_answer
from config.web.lists.filters import said_in
from workspaces.asker import still_allowed
from workspaces.catalogue import ADMINISTER
from workspaces.change.naming import described
from workspaces.forms.console.selection import ALWAYS, ChosenForm, Selection
from workspaces.guards import MemberRequest
from workspaces.models import GrantQuerySet, Workspace
from workspaces.operations.grants.kept import in_batches
from workspaces.operations.trail.exports import record_export
from workspaces.views.console import answers
from workspaces.views.console.grant_words import grant_words

F = TypeVar("F", bound=ChosenForm)


def asked(
    request: MemberRequest, workspace: Workspace, form: type[F], selection: type[Selection[Any]]
) -> F:
    """Return the form as it was sent, or as the list opens it, with what is chosen."""
    if request.method == "POST":
        known = {*form.base_fields, *form.NAMED, *ALWAYS}
        chosen = selection.of(said_in(request), beside=known)
        return form(request.POST, workspace=workspace, selection=chosen)
    return form(None, workspace=workspace, selection=selection.of(request.GET))


@dataclass(frozen=True, slots=True)
class File:
    """A file of a list: its name, its kind of event, its headings, and its lines by some rows.

    `beside` is what its event keeps beside the filters.
    """

    name: str
    action: str
    heading: Sequence[str]
    lines: Callable[[Workspace, Sequence[int]], Iterable[Row]]
    title: str | Promise
    beside: Mapping[str, str] = field(default_factory=dict)


def export(
    request: MemberRequest,
    workspace: Workspace,
    form: ChosenForm,
    file: File,
    *,
    at: str,
    back: str,
) -> HttpResponseBase:
    """Ask whether to take the chosen rows out, then answer with them; their event comes first."""
    selection = form.selection
    if form.is_valid():
        rows = selection.rows(workspace).by_name()
        ids = list(dict.fromkeys(rows.values_list("pk", flat=True)))
        filters = selection.filtering(workspace).asked if selection.matching else {}
        record_export(
            workspace,
            file.action,
            by=request.actor,
            rows=len(ids),
            filters={**file.beside, **{key: str(value) for key, value in filters.items()}},
        )
        return csv_answer(
            file.name,
            file.heading,
            _lines(workspace, file, ids),
            still_allowed=partial(still_allowed, request, ADMINISTER),
        )
    return _choice(request, workspace, form, file, at=at, back=back)


def roles_of(grants: GrantQuerySet, holder: str) -> dict[int, str]:
    """Return in words what grants give, by the id in the column `holder`; 3 statements."""
    held: dict[int, list[str]] = {}
    for grant in grants.order_by("pk").with_terms():
        held.setdefault(getattr(grant, holder), []).append(grant_words(described(grant.terms)))
    return {pk: "; ".join(words) for pk, words in held.items()}


def _choice(
    request: MemberRequest,
    workspace: Workspace,
    form: ChosenForm,
    file: File,
    *,
    at: str,
    back: str,
) -> HttpResponse:
    return answers.page(
        request,
        "workspaces/console/export.html",
        {
            "form": form,
            "title": file.title,
            "n_chosen": form.selection.rows(workspace).count(),
            "problems": form.problems,
            "filtered": form.selection.said(workspace),
            "url": request.path,
            "back": form.selection.list_left(workspace, back),
        },
        at=at,
        status=form.status,
    )


def _lines(workspace: Workspace, file: File, ids: Iterable[int]) -> Iterator[Row]:
    """Yield the lines of a file, some rows read at a time."""
    for some in in_batches(ids):
        yield from file.lines(workspace, some)
