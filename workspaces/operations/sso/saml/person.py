"""Whom an assertion names: their id, their address, their name (P3, P7)."""

import json
from contextlib import suppress
from hashlib import sha256

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from accounts.addresses import clean_name, normalise
from workspaces.operations.sso.saml.documents import PREFIXES, Element, shown, text_of
from workspaces.operations.sso.saml.fitting import Expected
from workspaces.operations.sso.vouched import Unvouched

LONGEST_ID = 255  # characters
MARK = 32  # characters of a digest
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
# Names of attributes, in lower case, as providers come with them.
ADDRESSES = frozenset(
    {
        "email",
        "mail",
        "emailaddress",
        "user.email",
        "urn:oid:0.9.2342.19200300.100.1.3",
        "urn:oid:1.2.840.113549.1.9.1",
        "urn:mace:dir:attribute-def:mail",
        f"{CLAIMS}emailaddress",
    }
)
WHOLE_NAMES = (
    "displayname",
    "user.displayname",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.microsoft.com/identity/claims/displayname",
    "cn",
    "urn:oid:2.5.4.3",
)
FIRST_NAMES = ("givenname", "firstname", "user.firstname", "urn:oid:2.5.4.42", f"{CLAIMS}givenname")
LAST_NAMES = ("sn", "surname", "lastname", "user.lastname", "urn:oid:2.5.4.4", f"{CLAIMS}surname")
NAME_ID = "NameID"

Said = dict[str, list[str]]


def name_id_in(subject: Element) -> Element:
    """Return the NameID of a subject, whose text is plain and not endless. Raises Unvouched."""
    found = subject.find("saml:NameID", PREFIXES)
    if found is None:
        raise _nameless("The subject has no NameID.")
    value = text_of(found)
    if not value.strip():
        raise _nameless("The NameID is blank.")
    if len(value) > LONGEST_ID:
        raise _nameless(f"The NameID is longer than {LONGEST_ID} characters.")
    if not value.isprintable() or value != value.strip():
        raise _nameless(f"The NameID has characters one does not see: {shown(value)}.")
    if _format_of(found) == Constants.NAMEID_TRANSIENT:
        raise _nameless("The NameID is transient: another one each time.")
    return found


def subject_of(name_id: Element, expected: Expected) -> str:
    """Return the provider's id of a person as one text: the NameID, `#`, a mark of its kind.

    The mark is 32 digits of a digest over format, NameQualifier and SPNameQualifier. So the
    same text as an address and as a lasting id are two ids; and a qualifier that says what is
    meant without it (the provider, we) makes no other one. At most 288 characters.
    """
    name_qualifier = name_id.get("NameQualifier", "")
    our_qualifier = name_id.get("SPNameQualifier", "")
    kind = [
        _format_of(name_id),
        "" if name_qualifier == expected.issuer else name_qualifier,
        "" if our_qualifier == expected.entity_id else our_qualifier,
    ]
    return f"{text_of(name_id)}#{sha256(json.dumps(kind).encode()).hexdigest()[:MARK]}"


def said_in(assertion: Element, name_id: Element) -> Said:
    """Return everything an assertion says about a person: NameID and attributes, by name."""
    said: Said = {NAME_ID: [text_of(name_id)]}
    for attribute in assertion.iterfind("saml:AttributeStatement/saml:Attribute", PREFIXES):
        values = attribute.iterfind("saml:AttributeValue", PREFIXES)
        said.setdefault(attribute.get("Name"), []).extend(text_of(value) for value in values)
    return said


def address_of(said: Said, name_id: Element) -> str:
    """Return a person's address in its one form: of the usual attributes, else of the NameID.

    Raises Unvouched for none, for two that differ, and for what is no plain address.
    """
    given = [value for name in said if name.lower() in ADDRESSES for value in said[name]]
    given = [value for value in given if value.strip()]
    if not given and _format_of(name_id) == Constants.NAMEID_EMAIL_ADDRESS:
        given = [text_of(name_id)]
    try:
        found = {normalise(value) for value in given}
    except ValueError as error:
        raise _addressless(f"Of {shown(str(given))}: {error}") from error
    if len(found) != 1:
        raise _addressless(f"There are {len(found)} addresses: {shown(str(given))}.")
    return found.pop()


def name_of(said: Said) -> str:
    """Return a person's name as names are kept (N1); empty where none, or none that is kept."""
    plain = {name.lower(): values[0].strip() for name, values in said.items() if values}
    whole = _first(plain, WHOLE_NAMES)
    parts = (_first(plain, FIRST_NAMES), _first(plain, LAST_NAMES))
    with suppress(ValueError):
        return clean_name(whole or " ".join(part for part in parts if part))
    return ""


def _first(plain: dict[str, str], names: tuple[str, ...]) -> str:
    return next((plain[name] for name in names if plain.get(name)), "")


def _format_of(name_id: Element) -> str:
    return str(name_id.get("Format", Constants.NAMEID_UNSPECIFIED))


def _nameless(raw: str) -> Unvouched:
    return Unvouched("The provider does not say who you are by an id that lasts.", raw)


def _addressless(raw: str) -> Unvouched:
    return Unvouched("The provider does not say which one address is yours.", raw)
