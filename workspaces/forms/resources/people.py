"""What the people of a resource are narrowed by, as the address carries it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.web.lists.filters import Filters, SearchField
from workspaces.access.who import by_own_grant, through_a_group, who, who_could
from workspaces.catalogue import EDIT, READ
from workspaces.forms.grants.ways import WAY
from workspaces.models import Member, MemberQuerySet, Resource


class PeopleFilters(Filters):
    """Narrows those who reach a resource, or could: to some by name, by level, by way.

    Ways that are ticked, and pages of tokens and invites, narrow nothing.
    """

    LIST = Filters.LIST | {WAY, "tokens", "invites"}

    q = SearchField(label=_("Name or email"))
    level = forms.ChoiceField(
        required=False,
        label=_("Level"),
        choices=(
            ("reaches", _("Reach it")),
            ("edits", _("Can edit it")),
            ("views", _("Can view, not edit it")),
            ("could-reach", _("Could reach it by taking it up")),
            ("could-edit", _("Could edit it by taking it up")),
        ),
    )
    by = forms.ChoiceField(
        required=False,
        label=_("By which way"),
        choices=(
            ("owner", _("As owners")),
            ("own", _("By a grant of their own")),
            ("group", _("Through a group")),
        ),
    )

    def __init__(self, data: Mapping[str, Any], *, resource: Resource) -> None:
        super().__init__(data)
        self.resource = resource

    def people(self) -> MemberQuerySet:
        """Return those who reach the resource, or could, and fit every filter that is set."""
        return self.narrow(Member.objects.filter(workspace=self.resource.workspace_id))

    def rows_of(self, rows: MemberQuerySet) -> MemberQuerySet:
        if "q" in self.asked:
            rows = rows.matching(self.asked["q"])
        return rows.filter(pk__in=self._chosen())

    def _chosen(self) -> Any:
        """Return the keys of those of a level who reach it by a way.

        One set, made of whole ones: joined by AND, PostgreSQL would go through one of them for
        each row of another.
        """
        inside, outside = self._of_level(self.asked.get("level", ""))
        if way := self.asked.get("by"):
            inside = inside.intersection(_keys(Member.objects.filter(self._by_way(way))))
        return inside.difference(outside) if outside is not None else inside

    def _of_level(self, level: str) -> tuple[Any, Any]:
        """Return the keys of those of a level, and of those who have more than that."""
        match level:
            case "reaches":
                return _keys(who(READ, self.resource)), None
            case "edits":
                return _keys(who(EDIT, self.resource)), None
            case "views":
                return _keys(who(READ, self.resource)), _keys(who(EDIT, self.resource))
            case "could-reach":
                return _keys(who_could(READ, self.resource)), _keys(who(READ, self.resource))
            case "could-edit":
                return _keys(who_could(EDIT, self.resource)), _keys(who(EDIT, self.resource))
        return _keys(who_could(READ, self.resource)), None

    def _by_way(self, way: str) -> Q:
        match way:
            case "owner":
                return Q(owner=True, workspace=self.resource.workspace_id)
            case "own":
                return by_own_grant(READ, self.resource)
        return through_a_group(READ, self.resource)


def _keys(people: MemberQuerySet) -> Any:
    return people.order_by().values("pk")
