"""Loads documents: all or nothing, each workspace under its lock, one event each (A1)."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import connection, transaction

from workspaces.catalogue import ROLES
from workspaces.change import Actor, audit, lock_workspace, target
from workspaces.errors import Conflict, Refused
from workspaces.models import Plan, Workspace
from workspaces.operations.documents.apply import apply
from workspaces.operations.documents.concerned import concerned, targets_of
from workspaces.operations.documents.content import Content
from workspaces.operations.documents.difference import Difference, difference
from workspaces.operations.documents.faults import Collector, Faults
from workspaces.operations.documents.read import read
from workspaces.operations.documents.stored import stored
from workspaces.operations.documents.writing.rows import Rows
from workspaces.operations.sign_in.open_sessions import follow, users_of
from workspaces.operations.workspace import plans

LINES_KEPT = 200
MANY_ROWS = 5000
Progress = Callable[[int], object]


def _unheard(_news: Any) -> None:
    """Stand in where nobody listens."""


def load_documents(
    texts: Iterable[tuple[str, bytes]],
    *,
    by: Actor,
    dry_run: bool = False,
    seen: Collection[str] | None = None,
    progress: Progress = _unheard,
) -> list[Difference]:
    """Load documents given as (file name, bytes), one after the other, in one transaction.

    With `dry_run` nothing is written at all. `seen` are the digests of the differences that
    somebody looked at before. `progress` hears the number of rows as they are written, under
    the lock: it must not wait for anything. Raises Faults with everything that is wrong with
    any of the files, and Conflict when what would change is not what was seen; then nothing
    is written either.
    """
    contents, faults = _read_all(texts)
    if faults:
        raise Faults(faults)
    with transaction.atomic():
        differences = [
            _load(file, content, by=by, dry_run=dry_run, seen=seen, progress=progress)
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
    file: str,
    content: Content,
    *,
    by: Actor,
    dry_run: bool,
    seen: Collection[str] | None,
    progress: Progress,
) -> Difference:
    faults = Collector(file)
    existing = Workspace.objects.filter(slug=content.slug).first()
    if existing and existing.closed_at:
        faults.add("workspace.slug", f"The workspace {content.slug} is closed.")
        faults.raise_any()
    plan = content.plan or (existing.plan if existing else Plan.BUSINESS)
    if existing is None:
        _require_plan(None, content, plan, faults)
    if existing is None and dry_run:
        return difference(None, content)
    workspace = existing or Workspace.objects.create(slug=content.slug, name=content.name)
    with lock_workspace(workspace.pk, by=by) as locked:
        before = stored(locked)
        if existing is not None:
            _require_plan(before, content, plan, faults)
        _require_unpushed(locked, before, content, faults)
        found = difference(before if existing else None, content)
        if seen is not None and found.digest not in seen:
            raise Conflict("XI8", f"Somebody changed {content.slug} meanwhile. Look again.")
        if found and not dry_run:
            _write(locked, before, content, found, by=by, faults=faults, progress=progress)
    return found


def _require_plan(before: Content | None, content: Content, plan: str, faults: Collector) -> None:
    """Note what comes new and the plan does not allow; what is there stays (L7)."""
    as_planned = Workspace(plan=plan)
    for kind, then, now in (
        ("members", before.members if before else {}, content.members),
        ("groups", before.groups if before else {}, content.groups),
    ):
        for key, holder in now.items():
            held = Counter(then[key].grants) if key in then else Counter()
            for grant in Counter(holder.grants) - held:
                try:
                    plans.require_role_in_plan(as_planned, ROLES[grant.role])
                    plans.require_scope_in_plan(as_planned, grant.scope)
                except Refused as refused:
                    faults.add(f"{kind}: {key}", str(refused.message))
    if before is None or content.labels.keys() - before.labels.keys():
        try:
            plans.require_labels_in_plan(plan, (label.name for label in content.labels.values()))
        except Refused as refused:
            faults.add("labels", str(refused.message))
    faults.raise_any()


def _require_unpushed(
    workspace: Workspace, before: Content, content: Content, faults: Collector
) -> None:
    """Note changes of who is in a group that a directory pushes, or of how it is spelled.

    Such a group may be left out, which deletes it, and people may leave the workspace.
    """
    rows = workspace.directory_groups.order_by("group")
    for key, name in rows.values_list("group__name_key", "group__name"):
        wanted = content.groups.get(key)
        there = before.groups[key].members.items()
        staying = {email: span for email, span in there if email in content.members}
        if wanted and (wanted.name != name or wanted.members != staying):
            faults.add(f"groups: {name}", "The directory pushes this group; change it there.")
        if wanted and (wanted.managers or wanted.offer):
            words = "The directory pushes this group; nobody manages it or asks to be in it (W6)."
            faults.add(f"groups: {name}", words)
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
    rows = Rows(workspace, before, content, by=by, faults=faults, progress=progress)
    keys = concerned(before, content)
    going = targets_of(keys, rows.ids)
    apply(rows)
    if not workspace.members.owners().exists():
        faults.add("members", "None of the owners has an active account (R7).")
    faults.raise_any()
    follow(people | users_of(workspace))
    audit.record(
        workspace,
        "workspace.created" if found.created else "workspace.imported",
        by=by,
        target=target(workspace),
        concerned={**going, **targets_of(keys, rows.ids)}.values(),
        after={"changes": len(found.lines), "first": found.lines[:LINES_KEPT]},
    )
