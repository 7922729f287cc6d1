"""What a directory asks first."""

import pytest

from workspaces.api.scim.schemas import GROUP, USER

CORE = "urn:ietf:params:scim:schemas:core:2.0"
CHARACTERISTICS = {
    "name", "type", "multiValued", "description", "required", "caseExact", "mutability",
    "returned", "uniqueness",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://gate.example"


def test_what_this_service_can_do(scim):
    said = scim.ok("GET", "/ServiceProviderConfig")
    (scheme,) = said.pop("authenticationSchemes")
    assert (scheme["type"], scheme["primary"]) == ("oauthbearertoken", True)
    assert said == {
        "schemas": [f"{CORE}:ServiceProviderConfig"],
        "documentationUri": "https://gate.example/docs/api#scim",
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": 200},
        "changePassword": {"supported": False}, "sort": {"supported": False},
        "etag": {"supported": False},
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": "https://gate.example/scim/v2/ServiceProviderConfig",
        },
    }  # fmt: skip


def test_the_documentation_is_where_it_says(client):
    assert 'id="scim"' in client.get("/docs/api").content.decode()


@pytest.mark.parametrize(("ident", "schema"), [("User", USER), ("Group", GROUP)])
def test_kinds_of_resources(scim, ident, schema):
    listed = scim.ok("GET", "/ResourceTypes")
    assert (listed["totalResults"], listed["itemsPerPage"]) == (2, 2)
    one = scim.ok("GET", f"/ResourceTypes/{ident}")
    assert one in listed["Resources"]
    one.pop("description")
    assert one == {
        "schemas": [f"{CORE}:ResourceType"], "id": ident, "name": ident,
        "endpoint": f"/{ident}s", "schema": schema,
        "meta": {
            "resourceType": "ResourceType",
            "location": f"https://gate.example/scim/v2/ResourceTypes/{ident}",
        },
    }  # fmt: skip


def published(scim, schema):
    return {each["name"]: each for each in scim.ok("GET", f"/Schemas/{schema}")["attributes"]}


def flat(attributes):
    for attribute in attributes:
        yield attribute
        yield from flat(attribute.get("subAttributes", []))


@pytest.mark.parametrize("schema", [USER, GROUP])
def test_schemas_say_everything_of_each_attribute_and_nothing_null(scim, schema):
    one = scim.ok("GET", f"/Schemas/{schema.upper()}")  # URNs compare without case
    assert one in scim.ok("GET", "/Schemas")["Resources"]
    assert (one["id"], one["schemas"]) == (schema, [f"{CORE}:Schema"])
    assert one["meta"]["location"] == f"https://gate.example/scim/v2/Schemas/{schema}"
    for attribute in flat(one["attributes"]):
        assert attribute.keys() >= CHARACTERISTICS, attribute["name"]
        assert None not in attribute.values()


def test_what_is_published_of_users(scim):
    found = published(scim, USER)
    assert {name: each["mutability"] for name, each in found.items()} == {
        "userName": "immutable", "displayName": "immutable", "active": "readWrite",
        "name": "readOnly", "emails": "readOnly", "groups": "readOnly",
    }  # fmt: skip
    assert (found["userName"]["required"], found["userName"]["uniqueness"]) == (True, "server")
    assert found["userName"]["caseExact"] is False


def test_what_is_published_of_groups(scim):
    found = published(scim, GROUP)
    assert {name: each["mutability"] for name, each in found.items()} == {
        "displayName": "readWrite", "members": "readWrite"
    }  # fmt: skip
    parts = {part["name"]: part for part in found["members"]["subAttributes"]}
    assert {part["mutability"] for part in parts.values()} == {"immutable"}
    assert parts["type"]["canonicalValues"] == ["User"]
    assert parts["$ref"]["referenceTypes"] == ["User"]


def test_answers_hold_what_is_published_and_no_more(scim, world):
    common = {"schemas", "id", "externalId", "meta"}
    bo = scim.ok("GET", f"/Users/{world.member('bo').public_id}")
    assert bo.keys() <= common | published(scim, USER).keys()
    growth = scim.ok("GET", f"/Groups/{world.group('growth').public_id}")
    assert growth.keys() <= common | published(scim, GROUP).keys()
