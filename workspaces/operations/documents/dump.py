"""Writes a workspace as a document (export); import(export(w)) changes nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from json.encoder import encode_basestring
from typing import Any

from workspaces.errors import Refused
from workspaces.models import Workspace
from workspaces.operations.documents.content import FORMAT, Content, LabelContent, instant
from workspaces.operations.documents.eligible import as_written
from workspaces.operations.documents.groups import offer_json
from workspaces.operations.documents.names import SECTION, names_json
from workspaces.operations.documents.stored import stored
from workspaces.spans import Span
from workspaces.terms import WrittenTerms


def dump_document(workspace: Workspace) -> dict[str, Any]:
    """Return the workspace's document; expired grants are in it, tokens and events are not."""
    _require_understood(workspace)
    content = stored(workspace)
    sections = {name: list(rows) for name, rows in _sections(content)}
    return {**_heading(content), **sections, **_names(content)}


def document_text(workspace: Workspace) -> str:
    """Return the document as text, one value a line, ready for version control."""
    return "".join(document_parts(workspace))


def document_parts(workspace: Workspace) -> Iterator[str]:
    """Yield the document's text bit by bit, so that it never lies in memory as a whole.

    Raises Refused where the workspace holds what only a newer version knows: a document
    without it would not be the workspace (N4).
    """
    _require_understood(workspace)
    content = stored(workspace)
    yield json.dumps(_heading(content), indent=1, ensure_ascii=False).removesuffix("\n}")
    for name, rows in _sections(content):
        yield f',\n "{name}": '
        before = "[\n  "
        for row in rows:
            yield f"{before}{_written(row, '  ')}"
            before = ",\n  "
        yield "[]" if before == "[\n  " else "\n ]"
    for name, part in _names(content).items():
        yield f',\n "{name}": {_written(part, " ")}'
    yield "\n}\n"


def _require_understood(workspace: Workspace) -> None:
    for what, rows in (
        ("grants", workspace.grants.filter(token__isnull=True, invite__isnull=True)),
        ("resources", workspace.resources.all()),
    ):
        strange = rows.exclude(pk__in=rows.understood().order_by().values("pk")).count()
        if strange:
            raise Refused(
                "N4",
                f"{workspace.slug} has {strange} {what} that this version does not know. "
                "Export it with the version that wrote them.",
            )


def _written(value: Any, margin: str) -> str:
    """Write a value as `json.dumps` with `indent=1` does, several times as fast."""
    inner = f"{margin} "
    match value:
        case str():
            return encode_basestring(value)
        case dict() if value:
            rows = (
                f"{inner}{encode_basestring(k)}: {_written(v, inner)}" for k, v in value.items()
            )
            return "{\n" + ",\n".join(rows) + f"\n{margin}}}"
        case list() if value:
            rows = (f"{inner}{_written(item, inner)}" for item in value)
            return "[\n" + ",\n".join(rows) + f"\n{margin}]"
        case _:
            return json.dumps(value)


def _heading(content: Content) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "workspace": {
            "slug": content.slug,
            "name": content.name,
            "hipaa_eligible": content.hipaa_eligible,
            "plan": content.plan,
        },
    }


def _sections(content: Content) -> Iterator[tuple[str, Iterator[Any]]]:
    spelling = {key: str(label.name) for key, label in content.labels.items()}
    spelling |= {key: resource.ref for key, resource in content.resources.items()}
    yield "labels", (_label(label) for label in content.labels.values())
    yield "resources", _resources(content, spelling)
    yield "members", _members(content, spelling)
    yield "groups", _groups(content, spelling)


def _names(content: Content) -> dict[str, Any]:
    """Return the section of the name map, if there is anything in it."""
    names = names_json(content.names)
    return {SECTION: names} if names else {}


def _label(label: LabelContent) -> str | dict[str, str]:
    if not label.description:
        return str(label.name)
    return {"label": str(label.name), "description": label.description}


def _resources(content: Content, spelling: dict[str, str]) -> Iterator[dict[str, Any]]:
    for resource in content.resources.values():
        written: dict[str, Any] = {
            "type": resource.type,
            "slug": resource.slug,
            "name": resource.name,
        }
        if resource.labels:
            written["labels"] = [spelling[name] for name in sorted(resource.labels.values())]
        if resource.source:
            written["source"] = spelling[resource.source]
        if resource.connected:
            written["connected"] = sorted(spelling[ref] for ref in resource.connected)
        yield written


def _members(content: Content, spelling: dict[str, str]) -> Iterator[dict[str, Any]]:
    for email, member in content.members.items():
        written: dict[str, Any] = {"email": email, "name": member.name, "owner": member.owner}
        if member.grants:
            written["grants"] = [_grant(grant, spelling, content) for grant in member.grants]
        yield written


def _groups(content: Content, spelling: dict[str, str]) -> Iterator[dict[str, Any]]:
    for group in content.groups.values():
        written: dict[str, Any] = {"name": group.name, "description": group.description}
        if group.managers:
            written["managers"] = sorted(group.managers)
        if group.offer:
            written["offer"] = offer_json(group.offer, content.groups)
        inside = [_place(email, group.members[email], content) for email in sorted(group.members)]
        grants = [_grant(grant, spelling, content) for grant in group.grants]
        yield {**written, "members": inside, "grants": grants}


def _place(email: str, span: Span, content: Content) -> str | dict[str, Any]:
    """Return who is in a group; an object where it starts, ends, or is eligible."""
    moments = {"starts": span.starts, "expires": span.ends}
    told: dict[str, Any] = {key: instant(at) for key, at in moments.items() if at}
    if span.eligible:
        told["eligible"] = as_written(span.eligible, content.groups)
    return {"email": email, **told} if told else email


def _grant(grant: WrittenTerms, spelling: dict[str, str], content: Content) -> dict[str, Any]:
    """Return a grant with its labels and resources as they were typed."""
    labels = tuple(spelling[name] for name in grant.labels)
    refs = tuple(sorted(spelling[name] for name in grant.resources))
    written = replace(grant, labels=labels, resources=refs).as_json(instant)
    if grant.eligible:
        written["eligible"] = as_written(grant.eligible, content.groups)
    return written
