"""The floor: the same questions in SQL written by hand, on the bare driver.

What a person would write who knows one question, one role catalogue and one database. No
ORM, no engine; rows come back as tuples.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

import psycopg

from workspaces.catalogue import EDIT, READ, ResourceType, roles_giving

SOURCE = str(ResourceType.SOURCE)
GIVING = {action: sorted(roles_giving(SOURCE, action)) for action in (READ, EDIT)}

POLICY = """
SELECT g.id, g.role, g.scope, g.n_labels, gl.label_id FROM workspaces_grant g
  LEFT JOIN workspaces_grantlabel gl ON gl.grant_id = g.id
 WHERE g.member_id = ? AND (g.expires_at IS NULL OR g.expires_at > CURRENT_TIMESTAMP)
UNION ALL
SELECT g.id, g.role, g.scope, g.n_labels, gl.label_id FROM workspaces_groupmember gm
  JOIN workspaces_grant g ON g.group_id = gm.group_id
  LEFT JOIN workspaces_grantlabel gl ON gl.grant_id = g.id
 WHERE gm.member_id = ? AND (g.expires_at IS NULL OR g.expires_at > CURRENT_TIMESTAMP)
"""
FACTS = """
SELECT label_id, NULL FROM labels_resourcelabel WHERE resource_id = ?
UNION ALL SELECT NULL, grant_id FROM workspaces_grantresource WHERE resource_id = ?
"""
OWNS = "SELECT owner FROM workspaces_member WHERE id = ?"
# Each row asked in the order of the list; or all that is reached collected first.
ASKED = """
SELECT r.id, r.name FROM workspaces_resource r
 WHERE r.workspace_id = ? AND r.type = 'source' AND ({parts}) ORDER BY r.sort_key, r.id LIMIT 50
"""
COLLECTED = """
SELECT r.id, r.name FROM workspaces_resource r
 WHERE r.id IN ({parts}) AND r.workspace_id = ? AND r.type = 'source'
 ORDER BY r.sort_key, r.id LIMIT 50
"""
LABEL = (
    """EXISTS (SELECT 1 FROM labels_resourcelabel
  WHERE resource_id = r.id AND label_id IN ({marks}))""",
    "SELECT resource_id FROM labels_resourcelabel WHERE label_id IN ({marks})",
)
LIST = (
    "r.id IN (SELECT resource_id FROM workspaces_grantresource WHERE grant_id IN ({marks}))",
    "SELECT resource_id FROM workspaces_grantresource WHERE grant_id IN ({marks})",
)
PAIR = (
    """(EXISTS (SELECT 1 FROM labels_resourcelabel WHERE resource_id = r.id AND label_id = ?)
  AND EXISTS (SELECT 1 FROM labels_resourcelabel WHERE resource_id = r.id AND label_id = ?))""",
    """SELECT a.resource_id FROM labels_resourcelabel a
  JOIN labels_resourcelabel b ON b.resource_id = a.resource_id
 WHERE a.label_id = ? AND b.label_id = ?""",
)
WAYS = ("asked", "collected")
WHO = """
WITH matching AS (
  SELECT g.member_id, g.group_id FROM workspaces_grant g
   WHERE g.workspace_id = ? AND g.scope = 'all' AND g.role IN ({everywhere})
  UNION ALL
  SELECT g.member_id, g.group_id FROM workspaces_grantresource gr
    JOIN workspaces_grant g ON g.id = gr.grant_id
   WHERE gr.resource_id = ? AND g.role IN ({roles})
  UNION ALL
  SELECT g.member_id, g.group_id FROM labels_resourcelabel rl
    JOIN workspaces_grantlabel gl ON gl.label_id = rl.label_id
    JOIN workspaces_grant g ON g.id = gl.grant_id
   WHERE rl.resource_id = ? AND g.role IN ({roles})
   GROUP BY g.id, g.member_id, g.group_id, g.n_labels HAVING COUNT(*) = g.n_labels)
SELECT m.id FROM workspaces_member m JOIN accounts_user u ON u.id = m.user_id
 WHERE m.workspace_id = ? AND u.is_active AND (m.owner OR m.id IN (
  SELECT member_id FROM matching WHERE member_id IS NOT NULL
  UNION
  SELECT gm.member_id FROM matching JOIN workspaces_groupmember gm USING (group_id)))
"""


class Driver:
    """A connection of its own to the database in use."""

    def __init__(self, url: str, workspace: int) -> None:
        self.workspace = workspace
        self.is_sqlite = url.startswith("sqlite")
        self.connection: Any = (
            sqlite3.connect(url.removeprefix("sqlite:///"))
            if self.is_sqlite
            else psycopg.connect(url, autocommit=True)
        )
        if self.is_sqlite:
            self.connection.execute("PRAGMA cache_size=-16000")  # as in the site's settings

    def rows(self, text: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
        if not self.is_sqlite:
            text = text.replace("?", "%s")
        return self.connection.execute(text, list(params)).fetchall()

    def policy(self, member: int) -> list[tuple[Any, ...]]:
        """Return what a member holds, a row per grant and label."""
        return self.rows(POLICY, [member, member])

    def check(self, member: int, resource: int, action: str = READ) -> bool:
        """Answer one question by policy and facts; 3 statements."""
        if self._owns(member):
            return True
        held = self._held(member, action)
        facts = self.rows(FACTS, [resource, resource])
        labels = {label for label, _ in facts if label is not None}
        grants = {grant for _, grant in facts if grant is not None}
        return any(
            scope == "all" or grant in grants or (asked and asked <= labels)
            for grant, (scope, asked) in held.items()
        )

    def first_page(self, member: int, way: str) -> list[int]:
        """Answer with the ids of a first page, in one of two ways; one of them is quicker."""
        held = self._held(member, READ)
        if self._owns(member) or any(scope == "all" for scope, _ in held.values()):
            return self._ids(ASKED.format(parts="1 = 1"), [self.workspace])
        parts, params = self._parts(held, WAYS.index(way))
        if not parts:
            return []
        if way == "asked":
            return self._ids(ASKED.format(parts=" OR ".join(parts)), [self.workspace, *params])
        text = COLLECTED.format(parts=" UNION ".join(parts))
        return self._ids(text, [*params, self.workspace])

    def _ids(self, text: str, params: list[Any]) -> list[int]:
        return [row[0] for row in self.rows(text, params)]

    def who(self, resource: int, action: str = READ) -> list[int]:
        roles = GIVING[action]
        marks = ", ".join("?" * len(roles))
        text = WHO.format(everywhere=f"{marks}, 'workspace-owner'", roles=marks)
        params = [self.workspace, *roles, resource, *roles, resource, *roles, self.workspace]
        return self._ids(text, params)

    def _owns(self, member: int) -> bool:
        return bool(self.rows(OWNS, [member])[0][0])

    def _held(self, member: int, action: str) -> dict[int, tuple[str, frozenset[int]]]:
        held: dict[int, tuple[str, frozenset[int]]] = {}
        for grant, role, scope, _n, label in self.policy(member):
            if role in GIVING[action]:
                more = frozenset() if label is None else frozenset([label])
                held[grant] = (scope, held.get(grant, (scope, frozenset()))[1] | more)
        return held

    def _parts(
        self, held: dict[int, tuple[str, frozenset[int]]], way: int
    ) -> tuple[list[str], list[int]]:
        """Return a condition per kind of scope, and its parameters."""
        sets = {labels for scope, labels in held.values() if scope == "labels"}
        single = [next(iter(labels)) for labels in sets if len(labels) == 1]
        listed = [grant for grant, (scope, _) in held.items() if scope == "resources"]
        parts, params = [], []
        for texts, values in ((LABEL, single), (LIST, listed)):
            if values:
                parts.append(texts[way].format(marks=", ".join("?" * len(values))))
                params += values
        for labels in sets:
            if len(labels) > 1 and labels.isdisjoint(single):
                parts.append(PAIR[way])
                params += sorted(labels)
        return parts, params
