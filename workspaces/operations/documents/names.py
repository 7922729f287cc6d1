"""The name map of the decision API in a document: read, stored, compared, written.

Names that stand for nothing any more are no part of a document: what is exported can be
imported, and what is imported leaves them alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models.user import User
from config.web.values.text import same_key
from workspaces.access.dialect import among_texts
from workspaces.catalogue import WORKSPACE
from workspaces.errors import Refused
from workspaces.models import DecisionName, NameKind, Resource, Workspace
from workspaces.operations.documents.content import NameContent, Names
from workspaces.operations.documents.fields import Fields, printable
from workspaces.operations.workspace.decision_names import ALL_ACTIONS, MOST, TYPES, clean_word
from workspaces.slugs import same_ref

SECTION = "decision_names"
PARTS = {
    "types": NameKind.TYPE,
    "actions": NameKind.ACTION,
    "subjects": NameKind.SUBJECT,
    "resources": NameKind.RESOURCE,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the document has: addresses of members, and how refs are spelled."""

    workspace: str
    members: frozenset[str]
    resources: dict[str, str]


def read_names(fields: Fields, value: Any, known: Known) -> Names:
    """Read the section, noting each fault with its place."""
    found = fields.object_of(value, SECTION, required=(), optional=tuple(PARTS))
    names: Names = {}
    for part, kind in PARTS.items():
        for word, means in fields.typed(found, part, SECTION, dict, {}).items():
            place = f"{SECTION}.{part}.{printable(word)}"
            name = _name(fields, kind, (word, means), place, known)
            if name is None:
                continue
            key = (str(kind), same_key(name.word))
            if key in names:
                fields.faults.add(place, f"{printable(name.word)} is there twice.")
            names[key] = name
    if len(names) > MOST:
        fields.faults.add(SECTION, f"A workspace maps at most {MOST} names.")
    return names


def _name(
    fields: Fields, kind: NameKind, said: tuple[str, Any], place: str, known: Known
) -> NameContent | None:
    word, means = said
    try:
        word = clean_word(word)
    except Refused as refused:
        fields.faults.add(place, refused.messages[0])
        return None
    if not isinstance(means, str):
        fields.faults.add(place, "This must be a string.")
        return None
    meant = _meant(fields, kind, means, place, known)
    if not meant:
        fields.faults.add(place, f"{printable(means)} is nothing in this document.")
        return None
    return NameContent(word, meant)


def _meant(fields: Fields, kind: NameKind, means: str, place: str, known: Known) -> str:
    """Return a meaning as it is stored; empty where it is nothing."""
    if kind == NameKind.TYPE:
        return means if means in TYPES else ""
    if kind == NameKind.ACTION:
        return means if means in ALL_ACTIONS else ""
    if kind == NameKind.SUBJECT:
        email = fields.address(means, place)
        return email if email in known.members else ""
    whole = f"{WORKSPACE}/{known.workspace}"
    return means if means == whole else known.resources.get(same_ref(means), "")


def stored_names(workspace: Workspace) -> Names:
    """Return what the workspace maps to something that is here; 1 statement."""
    rows = workspace.decision_names.with_meanings().by_word()
    return {(row.kind, row.word_key): NameContent(row.word, row.means) for row in rows if row.means}


def names_json(names: Names) -> dict[str, dict[str, str]]:
    """Return the names as the document writes them; parts without any are left out."""
    written: dict[str, dict[str, str]] = {}
    for part, kind in PARTS.items():
        of_kind = {n.word: n.means for (k, _), n in sorted(names.items()) if k == kind}
        if of_kind:
            written[part] = of_kind
    return written


def names_difference(old: Names, new: Names) -> Iterator[str]:
    """Yield a line for each name that goes, comes or means something else."""
    for key in sorted(old.keys() - new.keys()):
        yield f"- name {old[key].word} of {key[0]} {old[key].means}"
    for key in sorted(new.keys() - old.keys()):
        yield f"+ name {new[key].word} of {key[0]} {new[key].means}"
    for key in sorted(old.keys() & new.keys()):
        if old[key] != new[key]:
            was, is_ = old[key], new[key]
            yield f"~ name {was.word} of {key[0]} {was.means} -> {is_.word} of {is_.means}"


def write_names(workspace: Workspace, old: Names, new: Names) -> None:
    """Write the rows in which the names differ, under the lock; members and resources stand."""
    changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    if not changed:
        return
    rows = {(row.kind, row.word_key): row.pk for row in workspace.decision_names.all()}
    gone = [rows[key] for key in changed if key in rows]
    DecisionName.objects.filter(pk__in=gone).delete()
    wanted = {key: new[key] for key in sorted(changed & new.keys())}
    users, resources = _rows_meant(workspace, wanted)
    DecisionName.objects.bulk_create(
        DecisionName(
            workspace=workspace,
            kind=kind,
            word=name.word,
            word_key=key,
            meaning=_text(kind, name.means),
            user=users.get(name.means) if kind == NameKind.SUBJECT else None,
            resource=resources.get(name.means) if kind == NameKind.RESOURCE else None,
        )
        for (kind, key), name in wanted.items()
    )


def _text(kind: str, means: str) -> str:
    """Return what stands in the row itself, of what is no row of its own."""
    if kind == NameKind.RESOURCE:
        return WORKSPACE if means.startswith(f"{WORKSPACE}/") else ""
    return "" if kind == NameKind.SUBJECT else means


def _rows_meant(workspace: Workspace, names: Names) -> tuple[dict[str, User], dict[str, Resource]]:
    """Return the people by address and the resources by ref that names mean; 2 statements."""
    means = {kind: {n.means for (k, _), n in names.items() if k == kind} for kind in NameKind}
    people = workspace.members.select_related("user")
    people = people.filter(user__email__in=among_texts(means[NameKind.SUBJECT]))
    slugs = {ref.partition("/")[2] for ref in means[NameKind.RESOURCE]}
    there = workspace.resources.filter(slug__in=among_texts(slugs))
    return {m.user.email: m.user for m in people}, {row.ref: row for row in there}
