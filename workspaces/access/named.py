"""What the decision API asks about, found by name together with what it holds or carries.

One name costs one statement, and so do a subject's and a thing's together; any number of names of
one kind cost two. What is not there is absent, which is a no (R5). Names come as the database
keeps them (N2).
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from workspaces.access.decide import Facts, Policy
from workspaces.access.dialect import fetch, ids, texts
from workspaces.access.facts import (
    BOTH,
    CARRIED,
    KINDS,
    OF_THESE,
    Kind,
    by_subject,
    facts_in,
    for_few,
    listing,
    load_facts,
    policy_in,
)
from workspaces.access.giving import OWN, STANDING, THROUGH
from workspaces.catalogue import Scope
from workspaces.models import Group, Member, Token

Row = tuple[Any, ...]

Named = Member | Token | Group
# The id of a subject and the name it was asked by.
FIND: dict[type[Named], str] = {
    Member: """SELECT m.id, u.email FROM workspaces_member m
  JOIN accounts_user u ON u.id = m.user_id WHERE m.workspace_id = %s AND u.email {which}""",
    Token: """SELECT id, public_id FROM workspaces_token
 WHERE workspace_id = %s AND public_id {which}""",
    Group: """SELECT id, name_key FROM workspaces_group
 WHERE workspace_id = %s AND name_key {which}""",
}
NAMED = {model: text.replace("{which}", "{one_of_texts}") for model, text in FIND.items()}


def _by_roles(kind: Kind) -> str:
    """Return the statement of what few subjects hold, kept to roles that bear on what is asked."""
    text = for_few(kind.text)
    for condition in (OWN, THROUGH, STANDING):
        text = text.replace(condition, f"{condition} AND {{role_asked}}")
    return text


def _with_policy(kind: Kind, find: str) -> str:
    """Return the beginning of a statement that finds one subject, and reads what it holds."""
    held = _by_roles(kind).replace("{one_of}", "= (SELECT id FROM named)")
    found = find.replace("{which}", "= %s")
    columns = "subject, grant_id, role, scope, n_labels, group_id, label"
    return f"""WITH named (id, name) AS ({found}), asked (role) AS ({{texts_of}}),
held ({columns}) AS ({held})"""


HELD = {model: _with_policy(KINDS[model], text) for model, text in FIND.items()}
POLICY_NAMED = {model: f"{text} SELECT * FROM held" for model, text in HELD.items()}
# What is held, and beside it the rows of one thing: last stands whose row it is, before that its
# source, or a label, or a grant of those held that lists it.
OF_PLACE = f""", place AS (SELECT id, source_id FROM workspaces_resource
 WHERE workspace_id = %s AND type = %s AND slug_key = %s),
beside AS (SELECT id FROM place UNION ALL SELECT source_id FROM place)
SELECT subject, grant_id, role, scope, n_labels, group_id, label, NULL FROM held
UNION ALL SELECT source_id, NULL, NULL, NULL, NULL, NULL, NULL, id FROM place
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, label_id, resource_id
 FROM labels_resourcelabel WHERE resource_id IN (SELECT id FROM beside)
UNION ALL SELECT NULL, grant_id, NULL, NULL, NULL, NULL, NULL, resource_id
 FROM workspaces_grantresource WHERE resource_id IN (SELECT id FROM beside)
  AND grant_id IN (SELECT grant_id FROM held WHERE scope = '{Scope.RESOURCES}')"""
QUESTION_NAMED = {model: text + OF_PLACE for model, text in HELD.items()}
ASKED = "WITH asked (role) AS ({texts_of}) "
POLICIES = {model: ASKED + _by_roles(KINDS[model]) for model in FIND}

# Rows: resource, source, label, grant; the thing itself has neither of the last two.
PLACES = """SELECT id, type, slug_key, source_id FROM workspaces_resource
 WHERE workspace_id = %s AND type {one_of_texts} AND slug_key {one_of_texts}"""
PLACE = """WITH named AS (SELECT id, source_id FROM workspaces_resource
 WHERE workspace_id = %s AND type = %s AND slug_key = %s)
SELECT id, source_id, CAST(NULL AS bigint), CAST(NULL AS bigint) FROM named"""
_NAMED_OR_SOURCE = "IN (SELECT id FROM named UNION ALL SELECT source_id FROM named)"


def _of_named(rows: str) -> str:
    """Turn rows – resource, label, grant – of any resources into those of the one named."""
    found = rows.replace("{one_of}", _NAMED_OR_SOURCE)
    return f"{PLACE} UNION ALL {found.replace('resource_id, ', 'resource_id, NULL, ')}"


THING, THING_LISTED = _of_named(CARRIED), _of_named(BOTH) + OF_THESE


class Place(NamedTuple):
    """A resource that was found, as far as the rules ask for it."""

    pk: int
    workspace_id: int
    type: str
    source_id: int | None


def policy_named(
    model: type[Named], workspace: int, name: str, roles: Collection[str]
) -> Policy | None:
    """Return what the subject of a name holds by these roles, None where there is no such
    subject; 1 statement."""
    rows = fetch(POLICY_NAMED[model], [workspace, name, texts(roles)])
    return policy_in(rows, KINDS[model], workspace, rows[0][0]) if rows else None


def question_named(
    model: type[Named], workspace: int, name: str, roles: Collection[str], thing: tuple[str, str]
) -> tuple[Policy | None, Facts | None]:
    """Return what the subject of a name holds by these roles, and the facts of the resource of a
    type and slug; 1 statement."""
    params = [workspace, name, texts(roles), workspace, *thing]
    held, of_thing = [], []
    for *row, place in fetch(QUESTION_NAMED[model], params):
        if place is None:
            held.append(tuple(row))
        else:
            of_thing.append((place, row[0], row[6], row[1]))
    policy = policy_in(held, KINDS[model], workspace, held[0][0]) if held else None
    return policy, _facts_of_one(workspace, thing[0], of_thing)


def policies_named(
    model: type[Named], workspace: int, names: Iterable[str], roles: Collection[str]
) -> dict[str, Policy]:
    """Return what subjects of one kind hold by these roles, by their names; 2 statements."""
    pks = {name: pk for pk, name in fetch(NAMED[model], [workspace, texts(names)])}
    if not pks:
        return {}
    kind = KINDS[model]
    rows = by_subject(fetch(POLICIES[model], [texts(roles), *[ids(pks.values())] * kind.parts]))
    return {name: policy_in(rows[pk], kind, workspace, pk) for name, pk in pks.items()}


def facts_named(workspace: int, type_: str, slug: str, policies: Iterable[Policy]) -> Facts | None:
    """Return the facts of the resource of a slug, None where there is none; 1 statement."""
    listed = listing(policies)
    rows = (
        fetch(THING_LISTED, [workspace, type_, slug, ids(listed)])
        if listed
        else fetch(THING, [workspace, type_, slug])
    )
    return _facts_of_one(workspace, type_, rows)


def _facts_of_one(workspace: int, type_: str, rows: Iterable[Row]) -> Facts | None:
    """Fold rows – resource, source, label, grant – into the facts of the one that was named."""
    carried, places = [], []
    for pk, source, label, grant in rows:
        if label or grant:
            carried.append((pk, label, grant))
        else:
            places.append(Place(pk, workspace, type_, source))
    return facts_in(carried, places)[places[0].pk] if places else None


def facts_of_named(
    workspace: int, things: Iterable[tuple[str, str]], policies: Iterable[Policy]
) -> dict[tuple[str, str], Facts]:
    """Return the facts of resources by type and slug; 2 statements for any number."""
    wanted = set(things)
    types, slugs = texts({type_ for type_, _ in wanted}), texts({slug for _, slug in wanted})
    places = {
        (type_, slug): Place(pk, workspace, type_, source)
        for pk, type_, slug, source in fetch(PLACES, [workspace, types, slugs])
        if (type_, slug) in wanted
    }
    facts = load_facts(list(places.values()), policies) if places else {}
    return {name: facts[place.pk] for name, place in places.items()}
