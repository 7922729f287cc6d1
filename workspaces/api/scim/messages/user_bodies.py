"""What a directory says of a person, however it says it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from accounts.addresses import normalise
from workspaces.api.scim.answers import INVALID_PATH, INVALID_VALUE, ScimFault
from workspaces.api.scim.messages.attributes import (
    Attributes,
    attributes,
    boolean,
    optional,
    required,
    text,
)
from workspaces.api.scim.messages.patches import Change

KEPT = frozenset({"active", "externalid", "displayname", "username"})


@dataclass(frozen=True, slots=True)
class PersonSent:
    """What was said; None where nothing was, an empty text where it is to be cleared."""

    user_name: str = ""
    display_name: str | None = None
    active: bool | None = None
    external_id: str | None = None


def person_in(body: Attributes) -> PersonSent:
    """Read a whole user, for POST and PUT. Raises ScimFault."""
    active = body.get("active")
    return PersonSent(
        user_name=required(body, "userName"),
        display_name=_name_in(body),
        active=None if active is None else boolean(active, "active"),
        external_id=optional(body, "externalId"),
    )


def replacing_person(body: Attributes) -> PersonSent:
    """Read a user that takes the place of one, for PUT: there `active` may be left out, not null.

    Raises ScimFault.
    """
    if "active" in body and body["active"] is None:
        raise ScimFault(INVALID_VALUE, "active is required.")
    return person_in(body)


def address_in(body: Attributes) -> str:
    """Return whose account is meant: the userName, or the address of who is called otherwise.

    Raises ScimFault where neither is an address.
    """
    try:
        return normalise(required(body, "userName"))
    except ValueError as error:
        address = _address_of(body.get("emails"))
        if address is None:
            raise ScimFault(INVALID_VALUE, f"userName: {error}") from error
        return address


def _address_of(emails: object) -> str | None:
    """Return the primary address of a list, or its only one; None where that is none of both."""
    entries = emails if isinstance(emails, list) else [emails]
    given = [attributes(entry) for entry in entries if isinstance(entry, dict)]
    primary = [each for each in given if boolean(each.get("primary", False), "emails.primary")]
    try:
        found = {normalise(required(each, "value")) for each in primary or given}
    except ValueError as error:
        raise ScimFault(INVALID_VALUE, f"emails: {error}") from error
    return found.pop() if len(found) == 1 else None


def _name_in(body: Attributes) -> str | None:
    """Return the display name, or the best that is said of the name otherwise."""
    given = body.get("name")
    name = attributes(given) if isinstance(given, dict) else {}
    parts = (name.get("givenname"), name.get("familyname"))
    joined = " ".join(part.strip() for part in parts if isinstance(part, str))
    choices = (optional(body, "displayName"), name.get("formatted"), joined)
    said = (c.strip() for c in choices if isinstance(c, str) and c.strip())
    cleared = "" if "displayname" in body and body["displayname"] is None else None
    return next(said, cleared)


def patched_person(changes: Iterable[Change]) -> PersonSent:
    """Read changes of a user; those of what is not kept change nothing. Raises ScimFault."""
    sent = PersonSent()
    for change in changes:
        sent = _with(sent, change)
    return sent


def _with(sent: PersonSent, change: Change) -> PersonSent:
    whole, part = change.attribute.partition(".")[::2]
    if whole in KEPT and (part or change.among is not None):
        raise ScimFault(INVALID_PATH, f"{whole} has one value, without parts or a choice.")
    match change.attribute:
        case "active" | "username" if change.clears:
            raise ScimFault(INVALID_VALUE, f"{change.attribute} is required.")
        case "username":
            text(change.value, "userName")  # it stays, but nothing else may be said
        case "active":
            return replace(sent, active=boolean(change.value, "active"))
        case "externalid":
            cleared = "" if change.clears else text(change.value, "externalId")
            return replace(sent, external_id=cleared)
        case "displayname" if change.clears:
            return replace(sent, display_name="")
        case "displayname":
            said = text(change.value, "displayName").strip()
            return replace(sent, display_name=said or sent.display_name)
    return sent
