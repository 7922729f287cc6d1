"""Who: the members who may do an action on a resource, as a QuerySet (semantics §9)."""

from functools import cache

from django.db.models import Q
from django.db.models.expressions import RawSQL

from workspaces.access.dialect import sql
from workspaces.access.facts import LIVE
from workspaces.catalogue import (
    OWNER,
    PII,
    READ,
    VIEW_PII,
    WORKSPACE,
    Scope,
    known,
    roles_giving,
    roles_giving_beneath,
)
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace

COLUMNS = "g.member_id, g.group_id"
EVERYWHERE = f"""
SELECT {COLUMNS} FROM workspaces_grant g
 WHERE g.workspace_id = %s AND g.scope = '{Scope.ALL}' AND g.role IN ({{roles}}) AND {LIVE}
"""
COVERING = f"""
SELECT {COLUMNS} FROM workspaces_grantresource gr JOIN workspaces_grant g ON g.id = gr.grant_id
 WHERE gr.resource_id = %s AND g.scope = '{Scope.RESOURCES}' AND g.role IN ({{roles}}) AND {LIVE}
UNION ALL
SELECT {COLUMNS} FROM labels_resourcelabel rl
  JOIN workspaces_grantlabel gl ON gl.label_id = rl.label_id
  JOIN workspaces_grant g ON g.id = gl.grant_id
 WHERE rl.resource_id = %s AND g.scope = '{Scope.LABELS}' AND g.role IN ({{roles}}) AND {LIVE}
 GROUP BY g.id, g.member_id, g.group_id, g.n_labels HAVING COUNT(*) = g.n_labels
"""
PEOPLE = """
WITH matching AS ({matching})
SELECT member_id FROM matching WHERE member_id IS NOT NULL
UNION
SELECT gm.member_id FROM matching JOIN workspaces_groupmember gm ON gm.group_id = matching.group_id
"""


def who(action: str, thing: Resource | Workspace) -> MemberQuerySet:
    """Return the active members who may do the action on the thing.

    Nobody for what is unknown (R5), and nobody in a closed workspace.
    """
    workspace_id = thing.pk if isinstance(thing, Workspace) else thing.workspace_id
    members = Member.objects.present().filter(workspace=workspace_id)
    if isinstance(thing, Workspace):
        return _on_workspace(action, thing, members)
    if not known(thing.type, action):
        return members.none()
    if action == VIEW_PII:
        readers = _allowed(READ, thing)
        return members.filter(readers, _holding(frozenset({OWNER, PII}), thing.workspace_id))
    return members.filter(_allowed(action, thing))


def _on_workspace(action: str, workspace: Workspace, members: MemberQuerySet) -> MemberQuerySet:
    if action == READ:
        return members
    if not known(WORKSPACE, action):
        return members.none()
    return members.filter(_holding(roles_giving(WORKSPACE, action) | {OWNER}, workspace.pk))


def _holding(roles: frozenset[str], workspace_id: int) -> Q:
    """Match members who hold one of the roles with scope *all*, or own the workspace."""
    text = PEOPLE.replace("{matching}", _with_roles(EVERYWHERE, roles))
    return Q(owner=True) | Q(pk__in=RawSQL(sql(text), [workspace_id, *sorted(roles)]))


def _allowed(action: str, resource: Resource) -> Q:
    direct = roles_giving(resource.type, action)
    beneath = roles_giving_beneath(resource.type, action)
    everywhere = direct | beneath | {OWNER}
    parts = [_with_roles(EVERYWHERE, everywhere)]
    params: list[object] = [resource.workspace_id, *sorted(everywhere)]
    for roles, pk in ((direct, resource.pk), (beneath, resource.source_id)):
        if roles and pk:
            parts.append(_with_roles(COVERING, roles))
            params += [pk, *sorted(roles)] * 2
    text = PEOPLE.replace("{matching}", " UNION ALL ".join(parts))
    return Q(owner=True) | Q(pk__in=RawSQL(sql(text), params))


@cache
def _with_roles(text: str, roles: frozenset[str]) -> str:
    return text.replace("{roles}", ", ".join(["%s"] * len(roles)))
