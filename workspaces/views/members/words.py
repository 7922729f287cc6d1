"""What several pages say of members: their groups."""

from collections import defaultdict
from collections.abc import Sequence

from workspaces.access.dialect import fetch, ids
from workspaces.access.giving import JOINED
from workspaces.models import GroupMember, Member

# Rows: member, first group by name, how many.
GROUPS = f"""
SELECT gm.member_id, MIN(p.name), COUNT(*) FROM workspaces_groupmember gm
  JOIN workspaces_group p ON p.id = gm.group_id
 WHERE gm.member_id {{one_of}} AND {JOINED} GROUP BY gm.member_id
"""  # noqa: S608 - conditions of ours


def groups_in_short(members: Sequence[Member]) -> dict[int, tuple[str, int]]:
    """Return of each member the first group by name, and how many they are in now; 1 statement."""
    found = fetch(GROUPS, [ids(member.pk for member in members)])
    return {pk: (first, n) for pk, first, n in found}


def groups_of(members: Sequence[Member]) -> dict[int, list[str]]:
    """Return the names of the groups each member is in now; 1 statement."""
    names = defaultdict(list)
    joined = GroupMember.objects.active().filter(member__in=members).order_by("group__sort_key")
    for member_id, name in joined.values_list("member_id", "group__name"):
        names[member_id].append(name)
    return names
