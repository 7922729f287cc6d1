"""The audit trail of a workspace, for its owners: the list, one event, the file (A3)."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.chain import GENESIS
from config.web.csv_export import Cell, csv_answer
from config.web.http import page
from config.web.listing import paged
from workspaces.forms.audit import WITHIN, AuditFilters, visible
from workspaces.guards import MemberRequest, needs
from workspaces.models.event import Event, EventQuerySet
from workspaces.models.workspace import Workspace
from workspaces.operations.exports import record_export
from workspaces.operations.inverses import INVERSES, NEVER, WHY_NOT
from workspaces.operations.undo import undone_by
from workspaces.views.chips import active_chips
from workspaces.views.event_changes import changes_of
from workspaces.views.event_sentences import SENTENCES, action_name, sentences
from workspaces.views.event_target import target_url
from workspaces.views.frame import framed

OFFERED = 20
HEADING = (
    "number", "time", "actor_kind", "actor", "action", "target_type", "target_id", "target",
    "reason", "undoes", "address", "request", "before", "after", "hash",
)  # fmt: skip


@needs("administer")
def audit(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The events of the last days, newest first, narrowed by the address."""
    return page(
        request,
        "workspaces/audit.html",
        {**listing(request, workspace), "event": None},
        fragments=("audit", "actor-names", "target-names"),
        around=framed(request, "audit"),
    )


@needs("administer")
def audit_event(request: MemberRequest, workspace: Workspace, number: int) -> HttpResponse:
    """One event beside the list: what it changed, who did it, and where it is in the chain."""
    event = get_object_or_404(visible(workspace), number=number)
    return page(
        request,
        "workspaces/audit_event.html",
        panel(workspace, event),
        fragments=("panel",),
        around=framed(request, "audit", lambda: listing(request, workspace)),
    )


@needs("administer", methods=("POST",))
def audit_export(request: MemberRequest, workspace: Workspace) -> StreamingHttpResponse:
    """Everything the list would show under these filters, as a file; itself an event (A1)."""
    filters = AuditFilters(request.GET)
    found = filters.narrow(workspace)
    taken = record_export(
        workspace, "audit", by=request.actor, rows=found.count(), filters=filters.asked
    )
    return csv_answer("audit-trail", HEADING, _cells(found.filter(number__lt=taken.number)))


def listing(request: MemberRequest, workspace: Workspace) -> dict[str, Any]:
    """Return one page of events with what the list says of each; 2 statements."""
    filters = AuditFilters(request.GET)
    found = paged(request, filters.narrow(workspace))
    asked = filters.asked
    address = reverse("workspaces:audit", args=[workspace.slug])
    return {
        "page": found,
        "rows": sentences(found.rows, undone_by(workspace, (row.number for row in found.rows))),
        "asked": {key: asked.get(key, "") for key in filters.fields},
        "actions": [(action, action_name(action)) for action in sorted(SENTENCES)],
        "spans": WITHIN,
        "chips": active_chips(request, _chip_words(asked, found.rows)),
        "timed": any(key in asked for key in filters.TIMES),
        "days": settings.AUDIT_VISIBLE_DAYS,
        "list_url": address,
        "export_url": reverse("workspaces:audit_export", args=[workspace.slug]),
        **_names(request, workspace),
    }


def panel(workspace: Workspace, event: Event) -> dict[str, Any]:
    """Return what the panel says of one event; 3 statements at most."""
    before = workspace.events.filter(number=event.number - 1).values_list("digest", flat=True)
    address = reverse("workspaces:audit", args=[workspace.slug])
    told = sentences([event], undone_by(workspace, [event.number]))[0]
    undoable = event.action in INVERSES and told.undone_by is None
    return {
        "event": event,
        "told": told,
        "changes": changes_of(event.before, event.after),
        "hash_before": GENESIS if event.number == 1 else before.first(),
        "target_url": target_url(workspace, event),
        "about": f"{event.target_type}/{event.target_id}",
        "undo_url": reverse("workspaces:audit_undo", args=[workspace.slug, event.number])
        if undoable
        else "",
        "why_not": "" if event.action in INVERSES else WHY_NOT.get(event.action, NEVER),
        "panel_url": f"{address}/{event.number}",
        "close_url": address,
    }


def _chip_words(asked: dict[str, str], rows: list[Event]) -> dict[str, str]:
    """Say each filter; a thing that is filtered for exactly is called by its name."""
    words = dict(asked)
    if "action" in words:
        words["action"] = action_name(words["action"])
    if "within" in words:
        words["within"] = str(dict(WITHIN)[words["within"]])
    if "about" in words and rows:
        words["about"] = rows[0].target_name
    return words


def _names(request: MemberRequest, workspace: Workspace) -> dict[str, list[str]]:
    """Return the names a filter offers, for the one fragment that asks for them."""

    def offered(target: str, field: str, key: str) -> list[str]:
        if request.htmx.target != target:
            return []
        rows = visible(workspace).filter(**{f"{field}__icontains": request.GET.get(key, "")})
        return list(rows.order_by(field).values_list(field, flat=True).distinct()[:OFFERED])

    return {
        "actor_names": offered("actor-names", "actor_name", "actor"),
        "target_names": offered("target-names", "target_name", "target"),
    }


def _cells(events: EventQuerySet) -> Iterator[tuple[Cell, ...]]:
    for event in events.iterator(chunk_size=500):
        yield (
            event.number, event.at, event.actor_kind, event.actor_name, event.action,
            event.target_type, event.target_id, event.target_name, event.reason, event.undoes,
            event.address, event.request_id, _compact(event.before), _compact(event.after),
            event.digest,
        )  # fmt: skip


def _compact(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
