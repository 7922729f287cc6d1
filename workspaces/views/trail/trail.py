"""The audit trail of a workspace, for its owners: list, event, file (A3), and taking back (U6)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.chain import GENESIS
from config.web.http import page
from config.web.lists.csv_export import Cell, csv_answer
from config.web.lists.filters import said_in
from config.web.lists.listing import paged
from config.web.lists.returning import here, returning
from config.web.values.text_columns import holding
from workspaces.access.dialect import among
from workspaces.access.naming import subjects_of
from workspaces.asker import still_allowed
from workspaces.catalogue import ADMINISTER
from workspaces.errors import Conflict
from workspaces.events import kind_of
from workspaces.forms.trail.trail import AuditFilters, UndoForm, visible
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import ActorKind, Event, EventQuerySet, Mention, Workspace
from workspaces.operations.trail.exports import record_export
from workspaces.operations.trail.inverse import Inverse
from workspaces.operations.trail.undo import inverse_of, undo, undone_by
from workspaces.views.console import answers, frame
from workspaces.views.console.picks import OF_EACH, Pick, offer, typed
from workspaces.views.trail.event_changes import changes_in
from workspaces.views.trail.event_lines import ACTORS, ICONS, left_makers, sentences, target_url
from workspaces.views.trail.undo_words import undo_effects, undo_words

OFFERED = 20
CHUNK = 500
HEADING = (
    "number", "time", "actor_kind", "actor", "action", "target_type", "target_id", "target",
    "reason", "undoes", "address", "request", "before", "after", "hash",
    "concerned", "what",
)  # fmt: skip


@needs("administer")
def audit(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The events of the last days, newest first, narrowed by the address."""
    return _trail(request, workspace, _filters(request, workspace))


def _filters(request: MemberRequest, workspace: Workspace) -> AuditFilters:
    return AuditFilters(said_in(request), workspace=workspace)


def _trail(request: MemberRequest, workspace: Workspace, filters: AuditFilters) -> HttpResponse:
    return page(
        request,
        "workspaces/trail/audit.html",
        {**listing(request, workspace, filters), "event": None},
        fragments=("audit", "target-names"),
        around=frame.framed(request, "audit"),
        status=filters.http_status,
    )


@needs("administer")
def audit_event(request: MemberRequest, workspace: Workspace, number: int) -> HttpResponse:
    """One event beside the list: what it changed, who did it, and where it is in the chain."""
    event = get_object_or_404(visible(workspace), number=number)
    filters = _filters(request, workspace)
    return page(
        request,
        "workspaces/trail/audit_event.html",
        panel(workspace, event),
        fragments=("panel",),
        around=frame.framed(request, "audit", lambda: listing(request, workspace, filters)),
    )


@needs("administer", methods=("POST",))
def audit_export(request: MemberRequest, workspace: Workspace) -> HttpResponseBase:
    """Everything the list would show under these filters, as a file; itself an event (A1).

    Where a filter is not understood there is no file (N4).
    """
    filters = _filters(request, workspace)
    if filters.faults:
        answer = _trail(request, workspace, filters)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    found = filters.events()
    taken = record_export(
        workspace, "audit.exported", by=request.actor, rows=found.count(), filters=filters.as_text
    )
    return csv_answer(
        "audit-trail",
        HEADING,
        _cells(found.filter(number__lt=taken.number)),
        still_allowed=partial(still_allowed, request, ADMINISTER),
    )


def listing(request: MemberRequest, workspace: Workspace, filters: AuditFilters) -> dict[str, Any]:
    """Return one page of events with what the list says of each; 3 statements at most."""
    found = paged(request, filters.events())
    undone = undone_by(workspace, (row.number for row in found.rows))
    address = reverse("workspaces:audit", args=[workspace.slug])
    return {
        "page": found,
        "rows": sentences(workspace, found.rows, undone, left_makers(workspace, found.rows)),
        "filters": filters,
        "errors": {key: fault.words for key, fault in filters.faults.items()},
        "chips": answers.active_chips(request, filters),
        "timed": any(key in filters.asked for key in filters.TIMES),
        "days": settings.AUDIT_VISIBLE_DAYS,
        "views_url": answers.views_url(request, "audit"),
        "list_url": address,
        "export_url": reverse("workspaces:audit_export", args=[workspace.slug]),
        "target_names": _target_names(request, workspace),
        "actors_url": workspace.url("pick_actors"),
    }


def panel(workspace: Workspace, event: Event) -> dict[str, Any]:
    """Return what the panel says of one event; 4 statements at most."""
    before = workspace.events.filter(number=event.number - 1).values_list("digest", flat=True)
    address = reverse("workspaces:audit", args=[workspace.slug])
    undone, makers = undone_by(workspace, [event.number]), left_makers(workspace, [event])
    told = sentences(workspace, [event], undone, makers)[0]
    kind = kind_of(event.action)
    return {
        "event": event,
        "told": told,
        "changes": changes_in(event),
        "hash_before": GENESIS if event.number == 1 else before.first(),
        "target_url": target_url(workspace, event),
        "about": f"{event.target_type}/{event.target_id}",
        "undo_url": reverse("workspaces:audit_undo", args=[workspace.slug, event.number])
        if kind.undoable and told.undone_by is None
        else "",
        "why_not": "" if kind.undoable else kind.why_not,
        "panel_url": f"{address}/{event.number}",
        "close_url": address,
    }


@needs("administer")
def pick_actors(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Who may have acted: people and tokens; then those who left, and the system, by events."""
    members, _groups, tokens = subjects_of(workspace)
    text = typed(request)
    gone = () if text is None else _no_more_here(workspace, text)
    return offer(request, members, tokens, further=[_pick_of_actor(*row) for row in gone])


def _no_more_here(workspace: Workspace, text: str) -> Iterable[tuple[str, str]]:
    """Return name and kind of who acts in visible events without being a member or token now."""
    rows = visible(workspace).filter(holding(text, "actor_key"))
    rows = rows.exclude(actor_id__in=workspace.members.values("public_id"))
    rows = rows.exclude(actor_id__in=workspace.tokens.values("public_id"))
    found = rows.order_by("actor_key", "actor_name", "actor_kind")
    return found.values_list("actor_name", "actor_kind").distinct()[:OF_EACH]


def _pick_of_actor(name: str, kind: str) -> Pick:
    icon = "" if kind == ActorKind.USER else ICONS[kind]
    note = _("not a member any more") if kind == ActorKind.USER else str(ACTORS[kind])
    return Pick(name, name, note, icon, name)


def _target_names(request: MemberRequest, workspace: Workspace) -> list[str]:
    """Return the names that the filter *About* offers, for the fragment that asks for them."""
    if request.htmx.target != "target-names":
        return []
    asked, seen = request.GET.get("target", ""), visible(workspace)
    targets = seen.filter(holding(asked, "target_key")).order_by("target_key", "target_name")
    concerned = workspace.mentions.filter(
        holding(asked, "search_key"), number__in=seen.order_by().values("number")
    ).order_by("name")
    return sorted(
        {
            *targets.values_list("target_name", flat=True).distinct()[:OFFERED],
            *concerned.values_list("name", flat=True).distinct()[:OFFERED],
        }
    )[:OFFERED]


def _cells(events: EventQuerySet) -> Iterator[tuple[Cell, ...]]:
    rows, said = events.iterator(chunk_size=CHUNK), dict[str, str]()
    while some := list(islice(rows, CHUNK)):
        named = _mentioned(some)
        for event in some:
            if event.action not in said:
                said[event.action] = str(kind_of(event.action).sentence)
            yield (*_cells_of(event), "; ".join(named[event.number]), said[event.action])


def _mentioned(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return what events mention besides their targets, as text; 1 statement."""
    found: dict[int, list[str]] = defaultdict(list)
    targets = {event.number: event.target_id for event in events}
    rows = Mention.objects.filter(workspace=events[0].workspace_id, number__in=among(targets))
    columns = rows.order_by("number", "kind", "name").values_list("number", "kind", "ident", "name")
    for number, kind, ident, name in columns.iterator(chunk_size=2000):
        if ident != targets[number]:
            found[number].append(f"{kind} {name}")
    return found


def _cells_of(event: Event) -> tuple[Cell, ...]:
    return (
        event.number, event.at, event.actor_kind, event.actor_name, event.action,
        event.target_type, event.target_id, event.target_name, event.reason, event.undoes,
        event.address, event.request_id, _compact(event.before), _compact(event.after),
        event.digest,
    )  # fmt: skip


def _compact(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


@needs("administer", methods=(*SAFE, "POST"))
def audit_undo(request: MemberRequest, workspace: Workspace, number: int) -> HttpResponse:
    """GET shows what the undo changes, or why there is none; POST does it."""
    event = get_object_or_404(visible(workspace), number=number)
    form = UndoForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        with form.refusals():
            done = undo(workspace, number, by=form.said_by(request.actor))
            answers.toast(request, _("Undone."), undo=done)
            return redirect(_back(request, workspace, done))
    inverse, refusal = _found(workspace, number)
    return answers.page(
        request,
        "workspaces/trail/audit_undo.html",
        {
            "told": sentences(workspace, [event])[0],
            "words": undo_words(inverse) if inverse else "",
            "effects": undo_effects(workspace, inverse, by=request.actor) if inverse else [],
            "refusal": refusal,
            "form": form or UndoForm(),
            "seen": inverse.digest(workspace) if inverse else "",
            "back": returning(request, reverse("workspaces:audit", args=[workspace.slug])),
            "url": here(request),
        },
        fragments=("dialog",),
        at="audit",
        status=form.status if form else 200,
    )


def _found(workspace: Workspace, number: int) -> tuple[Inverse | None, str]:
    """Return what would take the event back, or why nothing does."""
    try:
        return inverse_of(workspace, number), ""
    except Conflict as conflict:
        return None, conflict.messages[0]


def _back(request: MemberRequest, workspace: Workspace, done: Event) -> str:
    """Return the page whose toast asked for it, if it is ours; else the trail (XI4)."""
    came_from = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if here and not came_from.partition("?")[0].endswith(request.path):
        return came_from
    return returning(request, reverse("workspaces:audit", args=[workspace.slug]))
