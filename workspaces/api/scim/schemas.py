"""What the SCIM interface keeps of people and groups, as `/Schemas` publishes it.

Little is published, and that behaves as it says: directories send much more, which is passed
over. Characteristics that are not named are the usual ones of RFC 7643, 2.2.
"""

from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"

Document = dict[str, Any]

READ_ONLY, IMMUTABLE, READ_WRITE = "readOnly", "immutable", "readWrite"


def attribute(
    name: str, description: str, mutability: str, type_: str = "string", **others: Any
) -> Document:
    """Return the description of an attribute; `others` are what is not usual about it."""
    usual = {
        "name": name,
        "type": type_,
        "multiValued": False,
        "description": description,
        "required": False,
        "caseExact": False,
        "mutability": mutability,
        "returned": "default",
        "uniqueness": "none",
    }
    return {**usual, **others}


def _reference(name: str, description: str, mutability: str, to: str) -> Document:
    return attribute(
        name, description, mutability, "reference", caseExact=True, referenceTypes=[to]
    )


NAME = [
    attribute("formatted", "The displayName.", READ_ONLY),
    attribute("givenName", "The displayName without its last word.", READ_ONLY),
    attribute("familyName", "The last word of the displayName, where it has several.", READ_ONLY),
]
EMAIL = [
    attribute("value", "The address of the account.", READ_ONLY),
    attribute("type", "Always work.", READ_ONLY, canonicalValues=["work"]),
    attribute("primary", "Always true.", READ_ONLY, "boolean"),
]
JOINED = [
    attribute("value", "The id of the group.", READ_ONLY, caseExact=True),
    _reference("$ref", "Where the group is.", READ_ONLY, "Group"),
    attribute("display", "The name of the group.", READ_ONLY),
]
MEMBER = [
    attribute("value", "The id of the user.", IMMUTABLE, caseExact=True),
    _reference("$ref", "Where the user is.", IMMUTABLE, "User"),
    attribute("type", "Always User.", IMMUTABLE, canonicalValues=["User"]),
]
ATTRIBUTES = {
    USER: [
        attribute(
            "userName", "The e-mail address, or a name beside an address in emails.", IMMUTABLE,
            required=True, uniqueness="server",
        ),
        attribute("displayName", "The name; kept from the first time it is sent.", IMMUTABLE),
        attribute(
            "name", "The displayName in parts.", READ_ONLY, "complex", subAttributes=NAME
        ),
        attribute(
            "active", "Whether they are in the workspace.", READ_WRITE, "boolean", required=True
        ),
        attribute(
            "emails", "The address; where userName is none it says who is meant.", READ_ONLY,
            "complex",
            multiValued=True, subAttributes=EMAIL,
        ),
        attribute(
            "groups", "The groups they are in.", READ_ONLY, "complex",
            multiValued=True, subAttributes=JOINED,
        ),
    ],
    GROUP: [
        attribute(
            "displayName", "The name.", READ_WRITE, required=True, uniqueness="server"
        ),
        attribute(
            "members", "The users in it.", READ_WRITE, "complex",
            multiValued=True, subAttributes=MEMBER,
        ),
    ],
}  # fmt: skip
NAMES = {USER: ("User", "Somebody in the workspace."), GROUP: ("Group", "Users with one policy.")}


def schema_document(schema: str) -> Document:
    """Return what is published of a schema, less its `meta`."""
    name, description = NAMES[schema]
    return {
        "schemas": [SCHEMA],
        "id": schema,
        "name": name,
        "description": description,
        "attributes": ATTRIBUTES[schema],
    }
