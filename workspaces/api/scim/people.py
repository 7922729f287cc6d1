"""People as a directory sees them: members, and whom it knew and has not deleted.

Those whom it knows have a row that outlives the membership; all other members are seen by
their membership. Both are one list, in the order in which they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404

from accounts.addresses import sought
from config.web.values.text import same_key
from workspaces import models
from workspaces.api.scim.messages.filters import Condition

EVERYBODY, NOBODY = Q(), Q(pk__in=())
HERE = Q(inside=True) | Q(asked=True)
WORK = "work"


@dataclass(frozen=True, slots=True)
class Person:
    """What a directory may know of somebody; `row` is what operations take."""

    row: models.DirectoryPerson | models.Member
    user_name: str
    external_id: str
    display_name: str
    active: bool
    created: datetime
    changed: datetime

    @classmethod
    def of(cls, row: models.DirectoryPerson | models.Member) -> "Person":
        if isinstance(row, models.Member):
            since = row.joined_at
            return cls(
                row, row.user.email, "", row.user.name, active=True, created=since, changed=since
            )
        return cls(
            row,
            row.user_name or row.user.email,
            row.external_id,
            row.display_name,
            active=row.inside or row.asked,  # type: ignore[attr-defined]
            created=row.created_at,
            changed=row.changed_at,
        )


class People:
    """The people of a workspace for whom all conditions hold."""

    def __init__(self, workspace: models.Workspace, conditions: Sequence[Condition] = ()) -> None:
        self.known = _known(workspace).filter(*map(_of_known, conditions))
        self.others = _others(workspace).filter(*map(_of_others, conditions))

    def count(self) -> int:
        """Return how many they are; 1 statement."""
        return self._ids().count()

    def page(self, rows: slice) -> list[Person]:
        """Return part of them, in the order in which they came; 3 statements."""
        ids = [ident for ident, _ in self._ids().order_by("came", "ident")[rows]]
        people = [
            *(Person.of(row) for row in self.known.filter(public_id__in=ids)),
            *(Person.of(row) for row in self.others.filter(public_id__in=ids)),
        ]
        found = {person.row.public_id: person for person in people}
        return [found[ident] for ident in ids if ident in found]

    def _ids(self) -> QuerySet[Any, Any]:
        known = self.known.annotate(ident=F("public_id"), came=F("created_at"))
        others = self.others.annotate(ident=F("public_id"), came=F("joined_at"))
        columns = ("ident", "came")
        return known.values_list(*columns).union(others.values_list(*columns), all=True)


def person_of(workspace: models.Workspace, ident: str) -> Person:
    """Return one person; at most 2 statements. Raises Http404 where there is none."""
    for rows in (_known(workspace), _others(workspace)):
        row = rows.filter(public_id=ident).first()
        if row is not None:
            return Person.of(row)
    raise Http404


def _known(workspace: models.Workspace) -> models.DirectoryPersonQuerySet:
    return workspace.directory_people.visible().select_related("user")


def _others(workspace: models.Workspace) -> models.MemberQuerySet:
    known = workspace.directory_people.values("user")
    return workspace.members.select_related("user").exclude(user__in=known)


def _of_known(condition: Condition) -> Q:
    value = condition.value
    match condition.attribute:
        case "active":
            return HERE if value else ~HERE
        case "externalid":
            return Q(external_id=value) if value else NOBODY
        case "displayname":
            key = same_key(str(value))
            named = Q(met=True, user__name_key=key) | Q(met=False, sent_name_key=key)
            return named if key else NOBODY
        case "username":
            key = same_key(str(value))
            called = Q(user_name_key=key) if key else NOBODY
            return called | _of_both(condition)
    return _of_both(condition)


def _of_others(condition: Condition) -> Q:
    match condition.attribute:
        case "active":
            return _where(holds=bool(condition.value))
        case "externalid":
            return NOBODY
        case "displayname":
            key = same_key(str(condition.value))
            return Q(user__name_key=key) if key else NOBODY
    return _of_both(condition)


def _of_both(condition: Condition) -> Q:
    value = str(condition.value)
    match condition.attribute:
        case "id":
            return Q(public_id=value)
        case "emails.type":
            return _where(holds=value.lower() == WORK)
        case "emails.primary":
            return _where(holds=condition.value is True)
    return Q(user__email=sought(value))


def _where(*, holds: bool) -> Q:
    return EVERYBODY if holds else NOBODY
