"""Who: the members, groups or tokens that may do an action on a thing (R14), and who holds what.

Each answer is a QuerySet, so that it pages and counts in SQL.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from workspaces import models
from workspaces.access.dialect import Term, sql, union_all
from workspaces.access.giving import JOINED, LIVE, active, running
from workspaces.catalogue import (
    DECISION_READER,
    EDIT,
    OWNER,
    PII,
    READ,
    ROLES,
    VIEW_PII,
    WORKSPACE,
    Scope,
    known,
    roles_giving,
    roles_giving_beneath,
)

EDITING_ROLES = frozenset(role.slug for role in ROLES.values() if role.level != "view")
COLUMNS = "g.id, g.eligible, g.member_id, g.group_id, g.token_id, g.invite_id"
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
 GROUP BY g.id, g.eligible, g.member_id, g.group_id, g.token_id, g.invite_id, g.n_labels
HAVING COUNT(*) = g.n_labels
"""
# The holders of matching grants: the people by their own grants and by their groups'.
PEOPLE = f"""
WITH matching AS ({{matching}})
SELECT member_id FROM matching WHERE member_id IS NOT NULL AND NOT eligible
UNION ALL
SELECT gm.member_id FROM workspaces_groupmember gm
 WHERE gm.group_id IN (SELECT group_id FROM matching WHERE NOT eligible) AND {JOINED}
UNION ALL
SELECT taken.member_id FROM matching JOIN workspaces_takeup taken ON taken.grant_id = matching.id
  LEFT JOIN workspaces_groupmember gm ON gm.id = taken.membership_id
 WHERE matching.eligible AND {running("taken")} AND (taken.membership_id IS NULL OR {JOINED})
"""
# The same if everybody had taken up all that they can (W8).
PEOPLE_AT_MOST = f"""
WITH matching AS ({{matching}})
SELECT member_id FROM matching WHERE member_id IS NOT NULL
UNION ALL
SELECT gm.member_id FROM workspaces_groupmember gm
 WHERE gm.group_id IN (SELECT group_id FROM matching) AND {active("gm")}
"""
# Of these, by which way: a grant of their own, a place in a group.
OWN = """
WITH matching AS ({matching})
SELECT member_id FROM matching WHERE member_id IS NOT NULL
"""
INSIDE = f"""
WITH matching AS ({{matching}})
SELECT gm.member_id FROM workspaces_groupmember gm
 WHERE gm.group_id IN (SELECT group_id FROM matching) AND {active("gm")}
"""
GROUPS = """
WITH matching AS ({matching})
SELECT group_id FROM matching WHERE group_id IS NOT NULL AND NOT eligible
"""
TOKENS = """
WITH matching AS ({matching})
SELECT token_id FROM matching WHERE token_id IS NOT NULL AND NOT eligible
"""
# What an invite offers: grants, and places in groups that hold some (I1).
INVITES = f"""
WITH matching AS ({{matching}})
SELECT invite_id FROM matching WHERE invite_id IS NOT NULL AND NOT eligible
UNION ALL
SELECT ig.invite_id FROM workspaces_invitegroup ig
 WHERE ig.group_id IN (SELECT group_id FROM matching WHERE NOT eligible) AND {active("ig")}
"""


def who(action: str, thing: models.Resource | models.Workspace) -> models.MemberQuerySet:
    """Return the active members who may do the action on the thing.

    Nobody for what is unknown (R5), and nobody in a closed workspace.
    """
    return _members(PEOPLE, action, thing)


def who_could(action: str, thing: models.Resource | models.Workspace) -> models.MemberQuerySet:
    """Return who may, and who could by taking up what is eligible: the twin of `who` (W8)."""
    return _members(PEOPLE_AT_MOST, action, thing)


def _members(
    holders: str, action: str, thing: models.Resource | models.Workspace
) -> models.MemberQuerySet:
    members = models.Member.objects.present().filter(workspace=_workspace_of(thing))
    if action == READ and isinstance(thing, models.Workspace):
        return members
    if not known(_type_of(thing), action):
        return members.none()
    return members.filter(Q(owner=True) | _holding(holders, action, thing))


def by_own_grant(action: str, thing: models.Resource) -> Q:
    """Match members who may do the action on the thing, or could, by a grant of their own."""
    return _holding(OWN, action, thing)


def through_a_group(action: str, thing: models.Resource) -> Q:
    """Match members who may do the action on the thing, or could, by what a group grants."""
    return _holding(INSIDE, action, thing)


def groups_that_may(action: str, thing: models.Resource | models.Workspace) -> models.GroupQuerySet:
    """Return the groups whose policy gives the action on the thing."""
    open_ones = {"workspace": _workspace_of(thing), "workspace__closed_at__isnull": True}
    groups = models.Group.objects.filter(**open_ones)
    if action == READ and isinstance(thing, models.Workspace):
        return groups
    if not known(_type_of(thing), action):
        return groups.none()
    return groups.filter(_holding(GROUPS, action, thing))


def groups_with_grants_for(action: str, thing: models.Resource) -> models.GroupQuerySet:
    """Return the groups with a grant that gives the action on the resource by its role.

    Ownership and the modifier, which give by rules of their own, are left out.
    """
    groups = models.Group.objects.filter(workspace=thing.workspace_id)
    parts = covering(giving(action, thing.type), thing, everywhere=frozenset())
    return groups.filter(_matching(GROUPS, parts)) if parts else groups.none()


def tokens_that_may(action: str, thing: models.Resource | models.Workspace) -> models.TokenQuerySet:
    """Return the live tokens whose grants give the action on the thing."""
    open_ones = {"workspace": _workspace_of(thing), "workspace__closed_at__isnull": True}
    tokens = models.Token.objects.live().filter(**open_ones)
    if action == READ and isinstance(thing, models.Workspace):
        held = (
            models.Grant.objects.active().filter(token=OuterRef("pk")).exclude(role=DECISION_READER)
        )
        return tokens.filter(Exists(held))
    if not known(_type_of(thing), action):
        return tokens.none()
    return tokens.filter(_holding(TOKENS, action, thing))


def invites_that_would(
    action: str, thing: models.Resource | models.Workspace
) -> models.InviteQuerySet:
    """Return the open invites that would let whoever accepts them do the action on the thing.

    Nobody who is invited may do anything before (I1).
    """
    open_ones = {"workspace": _workspace_of(thing), "workspace__closed_at__isnull": True}
    invites = models.Invite.objects.open().filter(**open_ones)
    if action == READ and isinstance(thing, models.Workspace):
        return invites
    if not known(_type_of(thing), action):
        return invites.none()
    return invites.filter(Q(owner=True) | _holding(INVITES, action, thing))


def _workspace_of(thing: models.Resource | models.Workspace) -> int:
    return thing.pk if isinstance(thing, models.Workspace) else thing.workspace_id


def _type_of(thing: models.Resource | models.Workspace) -> str:
    return WORKSPACE if isinstance(thing, models.Workspace) else thing.type


def _holding(holders: str, action: str, thing: models.Resource | models.Workspace) -> Q:
    """Match the rows of one kind whose grants give the action on the thing."""
    if isinstance(thing, models.Workspace):
        roles = roles_giving(WORKSPACE, action) | {OWNER}
        return _matching(holders, [_everywhere(roles, thing.pk)])
    if action == VIEW_PII:
        modifying = _everywhere(frozenset({OWNER, PII}), thing.workspace_id)
        return _holding(holders, READ, thing) & _matching(holders, [modifying])
    owning = frozenset({OWNER})
    return _matching(holders, covering(giving(action, thing.type), thing, everywhere=owning))


class Giving(NamedTuple):
    """The roles that give an action on a thing: by what is granted on it, or on its source."""

    direct: frozenset[str]
    beneath: frozenset[str]


def giving(action: str, type_: str) -> Giving:
    return Giving(roles_giving(type_, action), roles_giving_beneath(type_, action))


def covering(by: Giving, thing: models.Resource, *, everywhere: frozenset[str]) -> list[Term]:
    """Return statements for the live grants of these roles that take the resource in.

    Their rows: `COLUMNS`. Roles in `everywhere` take it in by scope *all*, too.
    """
    direct, beneath = by
    any_of_them = direct | beneath | everywhere
    parts = [_everywhere(any_of_them, thing.workspace_id)] if any_of_them else []
    for roles, pk in ((direct, thing.pk), (beneath, thing.source_id)):
        if roles and pk:
            params = [pk, *sorted(roles)] * 2
            parts.append((_with_roles(COVERING, roles), params))
    return parts


def _everywhere(roles: frozenset[str], workspace_id: int) -> Term:
    """Return the statement for grants of one of the roles with scope *all*."""
    return _with_roles(EVERYWHERE, roles), [workspace_id, *sorted(roles)]


def _matching(holders: str, parts: Sequence[Term]) -> Q:
    matching, params = union_all(parts)
    return Q(pk__in=RawSQL(sql(holders.replace("{matching}", matching)), params))


@cache
def _with_roles(text: str, roles: frozenset[str]) -> str:
    return text.replace("{roles}", ", ".join(["%s"] * len(roles)))


def holding(grants: models.GrantQuerySet) -> Q:
    """Match members to whom any of these live grants gives something now.

    They hold it themselves or through a group, standing or taken up (W2).
    """
    standing, inside = grants.filter(eligible=False), models.GroupMember.objects.active()
    own = standing.filter(member__isnull=False)
    through = inside.filter(group__in=standing.filter(group__isnull=False).values("group"))
    taken = models.TakeUp.objects.running().filter(
        Q(membership__isnull=True) | Exists(inside.filter(pk=OuterRef("membership"))),
        grant__in=grants.filter(eligible=True),
    )
    # One list of them all: three of them, joined by OR, would each be gone through.
    parts = (rows.order_by().values_list("member") for rows in (through, taken))
    return Q(pk__in=own.order_by().values_list("member").union(*parts, all=True))


def with_broad_access(workspace: models.Workspace) -> Q:
    """Match members who can edit every current and future thing of some type."""
    broad = workspace.grants.live().filter(scope=Scope.ALL, role__in=EDITING_ROLES)
    return Q(owner=True) | holding(broad)


def with_everything(workspace: models.Workspace, type_: str) -> Q:
    """Match members who can edit every current and future thing of one type."""
    roles = roles_giving(type_, EDIT) | roles_giving_beneath(type_, EDIT) | {OWNER}
    broad = workspace.grants.live().filter(scope=Scope.ALL, role__in=roles)
    return Q(owner=True) | holding(broad)
