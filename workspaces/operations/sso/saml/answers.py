"""Reads what a provider answers, and believes it or does not (P7).

Nothing is stored here: that an assertion is good once is for whoever keeps `answer_id` until
`answer_ends`.
"""

from base64 import b64decode
from datetime import datetime
from hashlib import sha256

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from workspaces.operations.sso.saml import documents, fitting, person
from workspaces.operations.sso.saml.fitting import Expected
from workspaces.operations.sso.saml.moments import moment_of
from workspaces.operations.sso.saml.ours import Ours
from workspaces.operations.sso.saml.signatures import signed_assertion
from workspaces.operations.sso.saml.trust import SamlTrust
from workspaces.operations.sso.vouched import Unvouched, Vouched

MOST = 256 * 1024  # characters of the field


def read(answer: str, trust: SamlTrust, ours: Ours, *, asked: str | None, now: datetime) -> Vouched:
    """Return the person that an answer names: the field `SAMLResponse` as a browser sends it.

    `asked` is the id of the request that this browser made, None where nobody asked; `now` is
    aware. Raises Unvouched for whatever is not fully understood, and nothing else.
    """
    response = _response_in(answer)
    _require_success(response)
    expected = Expected(trust.issuer, ours.entity_id, ours.acs_url, asked, now)
    fitting.require_from_provider(response, expected)
    fitting.require_for_us(response, expected)
    assertion = signed_assertion(response, trust.certificates)
    # What strangers send costs little up to here; the schema would list each fault it has.
    if not documents.is_protocol(response):
        raise _unread("It is XML, but not as the schema of SAML 2.0 has it.")
    fitting.require_from_provider(assertion, expected)
    subject = fitting.subject_in(assertion)
    ends = fitting.confirmed_until(subject, expected)
    good_until = fitting.good_until(assertion, expected)
    statement = fitting.only_statement(assertion, expected)
    name_id = person.name_id_in(subject)
    said = person.said_in(assertion, name_id)
    return Vouched(
        issuer=trust.issuer,
        subject=person.subject_of(name_id, expected),
        address=person.address_of(said, name_id),
        name=person.name_of(said),
        session_id=statement.get("SessionIndex", ""),
        answer_id=_answer_id(assertion, trust),
        answer_ends=min(ends, good_until or ends),
        authenticated_at=moment_of(statement, "AuthnInstant"),
        said=said,
    )


def _response_in(answer: str) -> documents.Element:
    """Return the response in a field, with nothing encrypted within. Raises Unvouched."""
    if len(answer) > MOST:
        raise _unread(f"It has {len(answer)} characters, and {MOST} are read.")
    try:
        # Providers break the lines; nothing else may stand between the characters of base64.
        unbroken = answer.replace("\r", "").replace("\n", "")
        response = documents.parsed(b64decode(unbroken, validate=True))
    except documents.Unreadable as error:
        raise _unread(str(error)) from error
    except ValueError as error:
        raise _unread(f"It is no base64: {error}") from error
    if response.tag != f"{documents.SAMLP}Response":
        raise _unread(f"It is a {documents.shown(response.tag)}, and no response.")
    if next(response.iter(f"{documents.XENC}EncryptedData"), None) is not None:
        sentence = (
            "The provider encrypts its answer, which is not read here. Switch that off there."
        )
        raise Unvouched(sentence, "It holds something encrypted.")
    return response


def _require_success(response: documents.Element) -> None:
    """Refuse an answer that says no; what it says of why is for owners."""
    codes = [
        documents.shown(code.get("Value"))
        for code in response.iterfind("samlp:Status//samlp:StatusCode", documents.PREFIXES)
    ]
    if codes[:1] != [documents.shown(Constants.STATUS_SUCCESS)]:
        why = documents.text_of(
            response.find("samlp:Status/samlp:StatusMessage", documents.PREFIXES)
        )
        sentence = "The provider did not sign you in."
        said = ", ".join(codes[:2]) or "missing"
        raise Unvouched(sentence, f"The status is {said}: {documents.shown(why)}.")


def _answer_id(assertion: documents.Element, trust: SamlTrust) -> str:
    """Return an assertion's id among those of all providers, in 64 characters."""
    return sha256(f"{trust.issuer} {assertion.get('ID')}".encode()).hexdigest()


def _unread(raw: str) -> Unvouched:
    return Unvouched("The provider's answer cannot be read.", raw)
