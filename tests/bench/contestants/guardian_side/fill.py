"""Writes what Gatehouse's grants on sources give as guardian's rows, in SQL.

Grants on everything, and ownership, become permissions without an object, which guardian
takes into account too: rows for every single thing would be hundreds of millions.
"""

from django.contrib.auth.models import Permission
from django.db import connection

from tests.bench.contestants.guardian_side.models import ACTIONS, Thing
from workspaces.catalogue import ROLES, ResourceType, Scope
from workspaces.models import Workspace

GIVING = [role for role in ROLES.values() if role.type == ResourceType.SOURCE]
# What each grant by label or list covers; `{roles}` are those about sources.
COVERING = f"""
CREATE TEMPORARY TABLE covering AS
SELECT g.id AS grant_id, rl.resource_id FROM workspaces_grant g
  JOIN workspaces_grantlabel gl ON gl.grant_id = g.id
  JOIN labels_resourcelabel rl ON rl.label_id = gl.label_id
  JOIN guardian_side_thing t ON t.id = rl.resource_id
 WHERE g.role IN ({{roles}}) AND g.scope = '{Scope.LABELS}'
 GROUP BY g.id, rl.resource_id, g.n_labels HAVING COUNT(*) = g.n_labels
UNION ALL
SELECT g.id, gr.resource_id FROM workspaces_grant g
  JOIN workspaces_grantresource gr ON gr.grant_id = g.id
 WHERE g.role IN ({{roles}}) AND g.scope = '{Scope.RESOURCES}'
"""
FILLING = (
    "INSERT INTO auth_group (id, name) SELECT id, name FROM workspaces_group",
    """INSERT INTO accounts_user_groups (user_id, group_id)
       SELECT m.user_id, gm.group_id FROM workspaces_groupmember gm
         JOIN workspaces_member m ON m.id = gm.member_id""",
)
# For one action: `{action}` its permission, `{giving}` the roles that give it.
EVERYWHERE = (
    """INSERT INTO accounts_user_user_permissions (user_id, permission_id)
       SELECT m.user_id, {action} FROM workspaces_member m WHERE m.owner OR EXISTS (
         SELECT 1 FROM workspaces_grant g
          WHERE g.member_id = m.id AND g.scope = 'all' AND g.role IN ({giving}))""",
    """INSERT INTO auth_group_permissions (group_id, permission_id)
       SELECT DISTINCT group_id, {action} FROM workspaces_grant
        WHERE group_id IS NOT NULL AND scope = 'all' AND role IN ({giving})""",
)
EACH = (
    """INSERT INTO guardian_side_thinguserpermission (user_id, permission_id, content_object_id)
       SELECT DISTINCT m.user_id, {action}, c.resource_id FROM covering c
         JOIN workspaces_grant g ON g.id = c.grant_id AND g.role IN ({giving})
         JOIN workspaces_member m ON m.id = g.member_id""",
    """INSERT INTO guardian_side_thinggrouppermission (group_id, permission_id, content_object_id)
       SELECT DISTINCT g.group_id, {action}, c.resource_id FROM covering c
         JOIN workspaces_grant g ON g.id = c.grant_id AND g.role IN ({giving})
        WHERE g.group_id IS NOT NULL""",
)


def fill(workspace: Workspace) -> None:
    """Write the rows of one workspace into empty tables; a few minutes for the largest."""
    sources = workspace.resources.of_type(ResourceType.SOURCE)
    Thing.objects.bulk_create(Thing(*row) for row in sources.values_list("pk", "name"))
    with connection.cursor() as cursor:
        for statement in FILLING:
            cursor.execute(statement)
        cursor.execute(COVERING.format(roles=_quoted(role.slug for role in GIVING)))
        for action in ACTIONS:
            permission = Permission.objects.get(codename=f"{action}_thing")
            giving = _quoted(role.slug for role in GIVING if action in role.gives)
            for statement in (*EVERYWHERE, *EACH):
                cursor.execute(statement.format(action=permission.pk, giving=giving))
        cursor.execute("DROP TABLE covering")
        cursor.execute("ANALYZE")


def _quoted(names) -> str:
    return ", ".join(f"'{name}'" for name in names)
