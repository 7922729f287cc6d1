"""Whether an answer is from whom, for whom, and for what it has to be (P7)."""

from dataclasses import dataclass
from datetime import datetime

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from workspaces.operations.sso.saml.documents import PREFIXES, SAML, Element, shown, text_of
from workspaces.operations.sso.saml.moments import require_begun, require_open
from workspaces.operations.sso.vouched import Unvouched

UNDERSTOOD = frozenset(
    f"{SAML}{n}" for n in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")
)
LONGEST_SESSION = 255  # characters


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer has to fit: the provider, we, the request of this browser, the moment."""

    issuer: str
    entity_id: str
    acs_url: str
    asked: str | None
    now: datetime


def require_from_provider(element: Element, expected: Expected) -> None:
    """Refuse a response or assertion of another version or issuer, or out of the future."""
    what = element.tag.rpartition("}")[2]
    if element.get("Version") != "2.0":
        raise _unfit(f"The version of the {what} is {shown(element.get('Version'))}.")
    issuer = text_of(element.find(f"{SAML}Issuer"))
    if issuer != expected.issuer:
        raise _unfit(f"The issuer of the {what} is {shown(issuer)}, not {shown(expected.issuer)}.")
    require_begun(element, "IssueInstant", expected.now)


def require_for_us(response: Element, expected: Expected) -> None:
    """Refuse a response to another address, or to another request than this browser's."""
    _require_exactly(response, "Destination", expected.acs_url)
    _require_exactly(response, "InResponseTo", expected.asked)


def subject_in(assertion: Element) -> Element:
    """Return whom an assertion is about. Raises Unvouched where it does not say."""
    subject: Element | None = assertion.find(f"{SAML}Subject")
    if subject is None:
        raise _unfit("The assertion has no subject.")
    return subject


def confirmed_until(subject: Element, expected: Expected) -> datetime:
    """Return the moment until which whoever brings the assertion is its subject, skew included.

    There is one confirmation by bearer, and it has an end. Raises Unvouched.
    """
    found = [
        one
        for one in subject.iterfind(f"{SAML}SubjectConfirmation")
        if one.get("Method") == Constants.CM_BEARER
    ]
    if len(found) != 1:
        raise _unfit(f"The subject has {len(found)} confirmations by bearer.")
    data = found[0].find(f"{SAML}SubjectConfirmationData")
    if data is None:
        raise _unfit("The confirmation says nothing.")
    _require_exactly(data, "Recipient", expected.acs_url)
    _require_exactly(data, "InResponseTo", expected.asked)
    require_begun(data, "NotBefore", expected.now)
    ends = require_open(data, "NotOnOrAfter", expected.now)
    if ends is None:
        raise _unfit("The confirmation has no end.")
    return ends


def good_until(assertion: Element, expected: Expected) -> datetime | None:
    """Return the end of the assertion's conditions, skew included, where they have one.

    They have to name us as an audience in each restriction. Raises Unvouched, also for a
    condition that is not understood.
    """
    conditions = assertion.find(f"{SAML}Conditions")
    if conditions is None:
        raise _unfit("The assertion has no conditions.")
    if unknown := {one.tag for one in conditions} - UNDERSTOOD:
        raise _unfit(f"The condition {shown(min(unknown))} is not understood.")
    audiences = [
        [text_of(one) for one in restriction]
        for restriction in conditions.iterfind(f"{SAML}AudienceRestriction")
    ]
    if not audiences or any(expected.entity_id not in one for one in audiences):
        raise _unfit(f"The audience is {shown(str(audiences))}, not {shown(expected.entity_id)}.")
    require_begun(conditions, "NotBefore", expected.now)
    return require_open(conditions, "NotOnOrAfter", expected.now)


def only_statement(assertion: Element, expected: Expected) -> Element:
    """Return the one statement that somebody signed in, whose session goes on there.

    What it calls the session has at most 255 characters. Raises Unvouched.
    """
    found = assertion.findall("saml:AuthnStatement", PREFIXES)
    if len(found) != 1:
        raise _unfit(f"The assertion has {len(found)} statements that somebody signed in.")
    require_begun(found[0], "AuthnInstant", expected.now)
    require_open(found[0], "SessionNotOnOrAfter", expected.now)
    if len(found[0].get("SessionIndex", "")) > LONGEST_SESSION:
        raise _unfit(f"The SessionIndex is longer than {LONGEST_SESSION} characters.")
    statement: Element = found[0]
    return statement


def _require_exactly(element: Element, name: str, value: str | None) -> None:
    if element.get(name) != value:
        what = element.tag.rpartition("}")[2]
        raise _unfit(f"{name} of the {what} is {shown(element.get(name))}, not {shown(value)}.")


def _unfit(raw: str) -> Unvouched:
    sentence = "The provider's answer is not one to this sign-in, or not for this site."
    return Unvouched(sentence, raw)
