"""What several pages say of members: by which filters they were found, their groups."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from workspaces.catalogue import ROLES
from workspaces.forms.members import STATUSES, MemberFilters
from workspaces.models.group import GroupMember
from workspaces.models.member import Member
from workspaces.views.words import noun


def chip_words(filters: MemberFilters) -> dict[str, str]:
    """Return what each filter that is set is called, by its key in the address."""
    asked = {key: value for key, value in filters.cleaned_data.items() if value}
    words = {key: str(filters.fields[key].label or value) for key, value in asked.items()}
    if "role" in asked:
        words["role"] = ROLES[asked["role"]].name
    if "every" in asked:
        words["every"] = _("Edits every {thing}").format(thing=noun(asked["every"], 1))
    if "status" in asked:
        words["status"] = str(dict(STATUSES)[asked["status"]])
    return words


def groups_in_short(members: Sequence[Member]) -> dict[int, tuple[str, int]]:
    """Return of each member the first group by name, and how many they are in; 1 statement."""
    joined = GroupMember.objects.filter(member__in=members).order_by().values_list("member_id")
    counted = joined.annotate(first=Min("group__name"), n=Count("pk"))
    return {pk: (first, n) for pk, first, n in counted}


def groups_of(members: Sequence[Member]) -> dict[int, list[str]]:
    """Return the names of the groups each member is in; 1 statement."""
    names = defaultdict(list)
    joined = GroupMember.objects.filter(member__in=members).order_by("group__name")
    for member_id, name in joined.values_list("member_id", "group__name"):
        names[member_id].append(name)
    return names
