"""What a directory says of a person, however it says it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from workspaces.api.scim.attributes import Attributes, attributes, boolean, required, text
from workspaces.api.scim.errors import INVALID_VALUE, ScimFault
from workspaces.api.scim.patches import Change, Op


@dataclass(frozen=True, slots=True)
class PersonSent:
    """What was said; None where nothing was, an empty text where it is to be cleared."""

    address: str = ""
    display_name: str | None = None
    active: bool | None = None
    external_id: str | None = None


def person_in(body: Attributes) -> PersonSent:
    """Read a whole user, for POST and PUT. Raises ScimFault."""
    active = body.get("active")
    return PersonSent(
        address=required(body, "userName"),
        display_name=_name_in(body),
        active=None if active is None else boolean(active, "active"),
        external_id=text(body.get("externalid", ""), "externalId"),
    )


def _name_in(body: Attributes) -> str:
    """Return the display name, or the best that is said of the name otherwise."""
    given = body.get("name")
    name = attributes(given) if isinstance(given, dict) else {}
    parts = (name.get("givenname"), name.get("familyname"))
    joined = " ".join(part.strip() for part in parts if isinstance(part, str))
    choices = (text(body.get("displayname", ""), "displayName"), name.get("formatted"), joined)
    return next((c.strip() for c in choices if isinstance(c, str) and c.strip()), "")


def patched_person(changes: Iterable[Change]) -> PersonSent:
    """Read changes of a user; those of what is not kept change nothing. Raises ScimFault."""
    sent = PersonSent()
    for change in changes:
        sent = _with(sent, change)
    return sent


def _with(sent: PersonSent, change: Change) -> PersonSent:
    removed = change.op == Op.REMOVE
    if change.among is not None or (change.value is None and not removed):
        return sent
    match change.attribute:
        case "active" if removed:
            raise ScimFault(INVALID_VALUE, "active is required.")
        case "active":
            return replace(sent, active=boolean(change.value, "active"))
        case "externalid":
            return replace(sent, external_id="" if removed else text(change.value, "externalId"))
        case "displayname" if not removed:
            return replace(sent, display_name=text(change.value, "displayName").strip())
    return sent
