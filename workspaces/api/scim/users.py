"""Users: list, make, read, replace, change, delete."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from workspaces.api.bearer import TokenRequest
from workspaces.api.public.shapes import told
from workspaces.api.scim.answers import GROUPS, USERS, answer, created, location, nothing
from workspaces.api.scim.memberships import groups_of
from workspaces.api.scim.messages import attributes, filters, patches, queries, user_bodies
from workspaces.api.scim.people import WORK, People, Person, person_of
from workspaces.api.scim.schemas import USER
from workspaces.operations.directory import people as directory_people


def list_users(request: TokenRequest) -> HttpResponse:
    window = queries.window_in(request.GET)
    people = People(request.workspace, filters.conditions_in(request.GET, filters.USERS))
    shown = _shown(request, people.page(window.rows))
    return answer(queries.list_response(people.count(), window, shown))


def create_user(request: TokenRequest) -> HttpResponse:
    body = attributes.resource_sent(request, USER)
    sent = user_bodies.person_in(body)
    record = directory_people.provision(
        request.workspace,
        address=user_bodies.address_in(body),
        user_name=sent.user_name,
        display_name=sent.display_name or "",
        external_id=sent.external_id or "",
        active=sent.active is not False,
        by=request.actor,
    )
    return created(_user(request, record.public_id), location(USERS, record.public_id))


def read_user(request: TokenRequest, ident: str) -> HttpResponse:
    return answer(_user(request, ident))


def replace_user(request: TokenRequest, ident: str) -> HttpResponse:
    """What is not sent stays, but an externalId, which goes; address and name stay anyhow."""
    return _changed(
        request, ident, user_bodies.replacing_person(attributes.resource_sent(request, USER))
    )


def change_user(request: TokenRequest, ident: str) -> HttpResponse:
    return _changed(
        request,
        ident,
        user_bodies.patched_person(patches.changes(attributes.message_sent(request), USER)),
    )


def delete_user(request: TokenRequest, ident: str) -> HttpResponse:
    directory_people.forget(person_of(request.workspace, ident).row, by=request.actor)
    return nothing()


def _changed(request: TokenRequest, ident: str, sent: user_bodies.PersonSent) -> HttpResponse:
    directory_people.change(
        person_of(request.workspace, ident).row,
        active=sent.active,
        external_id=sent.external_id,
        display_name=sent.display_name,
        by=request.actor,
    )
    return answer(_user(request, ident))


def _user(request: TokenRequest, ident: str) -> dict[str, Any]:
    return _shown(request, [person_of(request.workspace, ident)])[0]


def _shown(request: TokenRequest, people: Sequence[Person]) -> list[dict[str, Any]]:
    """Return people as they stand in an answer; 1 statement where groups are asked for."""
    selection = queries.selection_in(request.GET, USER)
    groups: dict[str, list[tuple[str, str]]] = {}
    if people and selection.holds("groups"):
        groups = groups_of(request.workspace, [person.row.public_id for person in people])
    return [
        selection.of(_resource(person, groups.get(person.row.public_id, []))) for person in people
    ]


def name_of(display_name: str) -> dict[str, str]:
    """Return the parts of a name for those who ask for them: its last word as the family's."""
    given, _, family = display_name.rpartition(" ")
    parts = {"givenName": given, "familyName": family} if given else {"givenName": family}
    return {"formatted": display_name, **parts}


def _resource(person: Person, groups: Sequence[tuple[str, str]]) -> dict[str, Any]:
    ident, address = person.row.public_id, person.row.user.email
    found: dict[str, Any] = {"schemas": [USER], "id": ident}
    if person.external_id:
        found["externalId"] = person.external_id
    found["userName"] = person.user_name
    if person.display_name:
        found["displayName"] = person.display_name
        found["name"] = name_of(person.display_name)
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
