"""Loads documents: all or nothing, each workspace under its lock, one event each (A1)."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction

from workspaces import audit
from workspaces.audit import Actor
from workspaces.catalogue import ROLES
from workspaces.errors import Refused
from workspaces.locks import lock_workspace
from workspaces.models.workspace import Plan, Workspace
from workspaces.operations.documents.apply import Application
from workspaces.operations.documents.content import Content
from workspaces.operations.documents.difference import Difference, difference
from workspaces.operations.documents.faults import Collector, Faults
from workspaces.operations.documents.read import read
from workspaces.operations.documents.stored import stored
from workspaces.operations.plans import (
    DEFAULT_LABELS,
    SMALL_PLAN_LABELS,
    SMALL_PLANS,
    require_role_in_plan,
)
from workspaces.operations.session_rule import follow, users_of
from workspaces.operations.trail import target

LINES_KEPT = 200
MANY_ROWS = 5000
Progress = Callable[[int], object]
Announce = Callable[[Difference], object]


def _unheard(_news: Any) -> None:
    """Stand in where nobody listens."""


def load_documents(
    texts: Iterable[tuple[str, bytes]],
    *,
    by: Actor,
    dry_run: bool = False,
    announce: Announce = _unheard,
    progress: Progress = _unheard,
) -> list[Difference]:
    """Load documents given as (file name, bytes), one after the other, in one transaction.

    `announce` hears each difference before it is written, `progress` the number of rows
    as they are written. With `dry_run` nothing is written at all. Raises Faults with
    everything that is wrong with any of the files; then nothing is written either.
    """
    contents, faults = _read_all(texts)
    if faults:
        raise Faults(faults)
    with transaction.atomic():
        differences = [
            _load(file, content, by=by, dry_run=dry_run, announce=announce, progress=progress)
            for file, content in sorted(contents, key=lambda pair: pair[1].slug)
        ]
    if sum(len(found.lines) for found in differences) > MANY_ROWS and not dry_run:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return differences


def load_document(document: dict[str, Any], *, by: Actor) -> Workspace:
    """Load one document given as a dictionary and return its workspace."""
    load_documents([("", json.dumps(document).encode())], by=by)
    return Workspace.objects.get(slug=document["workspace"]["slug"])


def _read_all(texts: Iterable[tuple[str, bytes]]) -> tuple[list[tuple[str, Content]], list[Any]]:
    contents: list[tuple[str, Content]] = []
    faults = []
    for file, raw in texts:
        try:
            contents.append((file, read(file, raw)))
        except Faults as found:
            faults += found.faults
    slugs = [content.slug for _, content in contents]
    for index, (file, content) in enumerate(contents):
        if content.slug in slugs[:index]:
            collector = Collector(file)
            collector.add("workspace.slug", f"{content.slug} is there twice in this call.")
            faults += collector.faults
    return contents, faults


def _load(
    file: str, content: Content, *, by: Actor, dry_run: bool, announce: Announce, progress: Progress
) -> Difference:
    faults = Collector(file)
    existing = Workspace.objects.filter(slug=content.slug).first()
    if existing and existing.closed_at:
        faults.add("workspace.slug", f"The workspace {content.slug} is closed.")
    _require_plan(content, content.plan or (existing.plan if existing else Plan.BUSINESS), faults)
    if existing is None and dry_run:
        found = difference(None, content)
        announce(found)
        return found
    workspace = existing or Workspace.objects.create(slug=content.slug, name=content.name)
    with lock_workspace(workspace.pk, by=by) as locked:
        before = stored(locked)
        _require_unpushed(locked, before, content, faults)
        found = difference(before if existing else None, content)
        announce(found)
        if found and not dry_run:
            _write(locked, before, content, found, by=by, faults=faults, progress=progress)
    return found


def _require_plan(content: Content, plan: str, faults: Collector) -> None:
    """Note what the plan does not allow (L7)."""
    if plan in SMALL_PLANS:
        as_planned = Workspace(plan=plan)
        for kind, holders in (("members", content.members), ("groups", content.groups)):
            for key, holder in holders.items():
                for grant in holder.grants:
                    try:
                        require_role_in_plan(as_planned, ROLES[grant.role])
                    except Refused as refused:
                        faults.add(f"{kind}: {key}", str(refused.message))
        names = [label.name.folded for label in content.labels.values()]
        custom = [n for n in names if n.key != "environment" and tuple(n) not in DEFAULT_LABELS]
        environments = [n for n in names if n.key == "environment"]
        for what, kept in (("environment values", environments), ("custom labels", custom)):
            if len(kept) > SMALL_PLAN_LABELS:
                faults.add("labels", f"The {plan} plan takes {SMALL_PLAN_LABELS} {what} (L7).")
    faults.raise_any()


def _require_unpushed(
    workspace: Workspace, before: Content, content: Content, faults: Collector
) -> None:
    """Note changes of who is in a group that a directory pushes, or of how it is spelled.

    Such a group may be left out, which deletes it, and people may leave the workspace.
    """
    for name in workspace.directory_groups.order_by("group").values_list("group__name", flat=True):
        wanted = content.groups.get(name.lower())
        staying = before.groups[name.lower()].members & content.members.keys()
        if wanted and (wanted.name != name or wanted.members != staying):
            faults.add(f"groups: {name}", "The directory pushes this group; change it there.")
    faults.raise_any()


def _write(
    workspace: Workspace,
    before: Content,
    content: Content,
    found: Difference,
    *,
    by: Actor,
    faults: Collector,
    progress: Progress,
) -> None:
    people = users_of(workspace)
    Application(workspace, before, content, by=by, faults=faults, progress=progress).run()
    if not workspace.members.owners().exists():
        faults.add("members", "None of the owners has an active account (R7).")
    faults.raise_any()
    follow(people | users_of(workspace))
    audit.record(
        workspace,
        "workspace.created" if found.created else "workspace.imported",
        by=by,
        target=target(workspace),
        after={"changes": len(found.lines), "first": found.lines[:LINES_KEPT]},
    )
