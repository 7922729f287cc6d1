"""Users: list, make, read, replace, change, delete (scim.md §1–§3)."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from workspaces.api.public.times import told
from workspaces.api.scim import filters
from workspaces.api.scim.answers import answer, created, nothing
from workspaces.api.scim.attributes import attributes_sent
from workspaces.api.scim.filters import conditions_in
from workspaces.api.scim.guards import ScimRequest
from workspaces.api.scim.locations import GROUPS, USERS, location
from workspaces.api.scim.memberships import groups_of
from workspaces.api.scim.paging import list_response, window_in
from workspaces.api.scim.patches import changes
from workspaces.api.scim.people import WORK, People, Person, person_of
from workspaces.api.scim.schemas import USER
from workspaces.api.scim.selection import selection_in
from workspaces.api.scim.user_bodies import PersonSent, patched_person, person_in
from workspaces.operations import directory_people


def list_users(request: ScimRequest) -> HttpResponse:
    window = window_in(request.GET)
    people = People(request.workspace, conditions_in(request.GET, filters.USERS))
    shown = _shown(request, people.page(window.rows))
    return answer(list_response(people.count(), window, shown))


def create_user(request: ScimRequest) -> HttpResponse:
    sent = person_in(attributes_sent(request))
    record = directory_people.provision(
        request.workspace,
        address=sent.address,
        display_name=sent.display_name or "",
        external_id=sent.external_id or "",
        active=sent.active is not False,
        by=request.actor,
    )
    return created(_user(request, record.public_id), location(USERS, record.public_id))


def read_user(request: ScimRequest, ident: str) -> HttpResponse:
    return answer(_user(request, ident))


def replace_user(request: ScimRequest, ident: str) -> HttpResponse:
    """What is not sent stays, but an externalId, which goes; address and name stay anyhow."""
    return _changed(request, ident, person_in(attributes_sent(request)))


def change_user(request: ScimRequest, ident: str) -> HttpResponse:
    return _changed(request, ident, patched_person(changes(attributes_sent(request), USER)))


def delete_user(request: ScimRequest, ident: str) -> HttpResponse:
    directory_people.forget(person_of(request.workspace, ident).row, by=request.actor)
    return nothing()


def _changed(request: ScimRequest, ident: str, sent: PersonSent) -> HttpResponse:
    directory_people.change(
        person_of(request.workspace, ident).row,
        active=sent.active,
        external_id=sent.external_id,
        display_name=sent.display_name,
        by=request.actor,
    )
    return answer(_user(request, ident))


def _user(request: ScimRequest, ident: str) -> dict[str, Any]:
    return _shown(request, [person_of(request.workspace, ident)])[0]


def _shown(request: ScimRequest, people: Sequence[Person]) -> list[dict[str, Any]]:
    """Return people as they stand in an answer; 1 statement where groups are asked for."""
    selection = selection_in(request.GET, USER)
    groups: dict[str, list[tuple[str, str]]] = {}
    if people and selection.holds("groups"):
        groups = groups_of(request.workspace, [person.row.public_id for person in people])
    return [
        selection.of(_resource(person, groups.get(person.row.public_id, []))) for person in people
    ]


def _resource(person: Person, groups: Sequence[tuple[str, str]]) -> dict[str, Any]:
    ident, address = person.row.public_id, person.row.user.email
    found: dict[str, Any] = {"schemas": [USER], "id": ident}
    if person.external_id:
        found["externalId"] = person.external_id
    found["userName"] = address
    if person.display_name:
        found["displayName"] = person.display_name
    found["active"] = person.active
    found["emails"] = [{"value": address, "type": WORK, "primary": True}]
    found["groups"] = [
        {"value": group, "$ref": location(GROUPS, group), "display": name} for group, name in groups
    ]
    found["meta"] = {
        "resourceType": "User",
        "created": told(person.created),
        "lastModified": told(person.changed),
        "location": location(USERS, ident),
    }
    return found
