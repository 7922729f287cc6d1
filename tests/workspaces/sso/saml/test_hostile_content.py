"""Answers that are signed as they should be, and say what is not believed (P7)."""

from datetime import timedelta

import pytest

from tests.peers.saml_provider import (
    ASSERTION,
    ATTRIBUTES,
    AUDIENCE,
    CONDITIONS,
    CONFIRMATION,
    DATA,
    NAME_ID,
    STATEMENT,
    SUBJECT,
    adding,
    moment,
    setting,
    twice,
    without,
)
from tests.workspaces.sso.saml.conftest import ASKED, NOW, OURS, PROVIDER, read
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database

MAIL = f"{ATTRIBUTES}/saml:Attribute[1]/saml:AttributeValue"
CODE = "samlp:Status/samlp:StatusCode"
DENIED = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
ISSUERS = {"response": "saml:Issuer", "assertion": f"{ASSERTION}/saml:Issuer"}


def at(seconds):
    return moment(NOW + timedelta(seconds=seconds))


CASES = {
    # Whom it is for
    "other audience": ([setting(AUDIENCE, "https://elsewhere.example")], "The audience is"),
    "audience by its beginning": ([setting(AUDIENCE, f"{OURS.entity_id}0")], "The audience is"),
    "audience with a blank": ([setting(AUDIENCE, f" {OURS.entity_id}")], "The audience is"),
    "empty audience": ([setting(AUDIENCE, "")], "The audience is"),
    "no audience": ([without(f"{CONDITIONS}/saml:AudienceRestriction")], "The audience is"),
    "no conditions": ([without(CONDITIONS)], "no conditions"),
    "a second restriction without us": (
        [
            adding(
                CONDITIONS,
                "<saml:AudienceRestriction><saml:Audience>x:y</saml:Audience></saml:AudienceRestriction>",
            )
        ],
        "The audience is",
    ),
    "a condition of a known kind under another name": (
        [
            adding(
                CONDITIONS,
                '<saml:Condition xsi:type="saml:AudienceRestrictionType"><saml:Audience>x:y'
                "</saml:Audience></saml:Condition>",
            )
        ],
        "Condition.* is not understood",
    ),
    "unknown condition": (
        [adding(CONDITIONS, '<saml:Condition xsi:type="saml:ConditionAbstractType"/>')],
        "schema",
    ),
    "recipient missing": ([setting(f"{DATA}/@Recipient", None)], "Recipient of"),
    "other recipient": ([setting(f"{DATA}/@Recipient", "https://x.example/")], "Recipient of"),
    "recipient that holds ours": (
        [setting(f"{DATA}/@Recipient", f"https://x.example/?{OURS.acs_url}")],
        "Recipient of",
    ),
    "recipient that ours begins with": (
        [setting(f"{DATA}/@Recipient", OURS.acs_url[:-1])],
        "Recipient of",
    ),
    "destination missing": ([setting("@Destination", None)], "Destination of"),
    "empty destination": ([setting("@Destination", "")], "Destination of"),
    "other destination": ([setting("@Destination", "https://x.example/")], "Destination of"),
    "destination that begins with ours": (
        [setting("@Destination", f"{OURS.acs_url}/more")],
        "Destination of",
    ),
    "destination that ours begins with": (
        [setting("@Destination", OURS.acs_url[:-1])],
        "Destination of",
    ),
    # Whom it is from
    **{
        f"{what} issuer of the {which}": ([edit(path)], "The issuer of")
        for which, path in ISSUERS.items()
        for what, edit in {
            "other": lambda path: setting(path, "https://other.example/saml"),
            "longer": lambda path: setting(path, f"{PROVIDER.issuer}/"),
            "empty": lambda path: setting(path, ""),
        }.items()
    },
    "version 1.1": ([setting(f"{ASSERTION}/@Version", "1.1")], "The version of the Assertion"),
    "response of version 1.1": ([setting("@Version", "1.1")], "The version of the Response"),
    "status failure": ([setting(f"{CODE}/@Value", DENIED)], "The status is .*AuthnFailed"),
    "status failure after success": (
        [setting(f"{CODE}/@Value", DENIED), adding(CODE, '<samlp:StatusCode Value="x:y"/>')],
        "The status is .*AuthnFailed', 'x:y'",
    ),
    # When
    "expired conditions": ([setting(f"{CONDITIONS}/@NotOnOrAfter", at(-60))], "NotOnOrAfter is"),
    "not yet": ([setting(f"{CONDITIONS}/@NotBefore", at(61))], "NotBefore is"),
    "expired confirmation": ([setting(f"{DATA}/@NotOnOrAfter", at(-60))], "NotOnOrAfter is"),
    "confirmation not yet": ([setting(f"{DATA}/@NotBefore", at(61))], "NotBefore is"),
    "confirmation without end": ([setting(f"{DATA}/@NotOnOrAfter", None)], "has no end"),
    "response of the future": ([setting("@IssueInstant", at(61))], "IssueInstant is"),
    "assertion of the future": ([setting(f"{ASSERTION}/@IssueInstant", at(61))], "IssueInstant is"),
    "signed in in the future": ([setting(f"{STATEMENT}/@AuthnInstant", at(61))], "AuthnInstant is"),
    "session over": ([setting(f"{STATEMENT}/@SessionNotOnOrAfter", at(-60))], "SessionNotOnOr"),
    **{
        f"{name} {text}": ([setting(f"{path}/@{name}", text)], words)
        for path, name in [
            (DATA, "NotOnOrAfter"),
            (CONDITIONS, "NotOnOrAfter"),
            (CONDITIONS, "NotBefore"),
            (STATEMENT, "AuthnInstant"),
            (STATEMENT, "SessionNotOnOrAfter"),
            (ASSERTION, "IssueInstant"),
        ]
        for text, words in {
            "2026-11-02T09:31:00": "no moment",  # without a zone
            "9999-12-31T23:59:59Z": "no moment",
            "0001-01-01T00:00:00+14:00": "no moment",
            "2026-11-02T24:00:00Z": "no moment",
            "-2026-11-02T09:31:00Z": "no moment",
            "2026-11-02": "schema",
            "": "schema",
            "tomorrow": "schema",
        }.items()
    },
    # To what it is an answer
    "other InResponseTo": (
        [setting("@InResponseTo", "_x"), setting(f"{DATA}/@InResponseTo", "_x")],
        "InResponseTo of the Response",
    ),
    "response without InResponseTo": ([setting("@InResponseTo", None)], "InResponseTo of the Resp"),
    "other InResponseTo of the confirmation": (
        [setting(f"{DATA}/@InResponseTo", "_x")],
        "InResponseTo of the SubjectConf",
    ),
    "confirmation without InResponseTo": (
        [setting(f"{DATA}/@InResponseTo", None)],
        "InResponseTo of the SubjectConf",
    ),
    # Whom it is about
    "no subject": ([without(SUBJECT)], "no subject"),
    "two subjects": ([twice(SUBJECT)], "schema"),
    "no NameID": ([without(NAME_ID)], "no NameID"),
    "two NameIDs": ([twice(NAME_ID, "u-1")], "schema"),
    "blank NameID": ([setting(NAME_ID, " \t")], "NameID is blank"),
    "empty NameID": ([setting(NAME_ID, "")], "NameID is blank"),
    "NameID with a blank before it": ([setting(NAME_ID, " u-1007")], "does not see"),
    "NameID of two lines": ([setting(NAME_ID, "u-1007\nu-1")], "does not see"),
    "NameID with a character nobody sees": ([setting(NAME_ID, "u-10\u200b07")], "does not see"),
    "NameID without end": ([setting(NAME_ID, "u" * 256)], "longer than"),
    "NameID that is another one each time": (
        [setting(f"{NAME_ID}/@Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")],
        "transient",
    ),
    "encrypted id": (
        [
            without(NAME_ID),
            adding(
                SUBJECT,
                '<saml:EncryptedID><x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"/>'
                "</saml:EncryptedID>",
            ),
        ],
        "encrypted",
    ),
    "no confirmation": ([without(CONFIRMATION)], "0 confirmations"),
    "two confirmations": ([twice(CONFIRMATION)], "2 confirmations"),
    "confirmation by holder of key": (
        [setting(f"{CONFIRMATION}/@Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")],
        "0 confirmations",
    ),
    "confirmation that says nothing": ([without(DATA)], "confirmation says nothing"),
    "no AuthnStatement": ([without(STATEMENT)], "0 statements"),
    "session without end of its name": (
        [setting(f"{STATEMENT}/@SessionIndex", "s" * 256)],
        "SessionIndex is longer",
    ),
    "two AuthnStatements": ([twice(STATEMENT)], "2 statements"),
    # Their address
    "two addresses": ([twice(MAIL, "eve@acme.example")], "2 addresses"),
    "two addresses by two names": (
        [
            adding(
                ATTRIBUTES,
                '<saml:Attribute Name="Email"><saml:AttributeValue>eve@acme.example'
                "</saml:AttributeValue></saml:Attribute>",
            )
        ],
        "2 addresses",
    ),
    "no address": ([without(ATTRIBUTES)], "0 addresses"),
    "blank address": ([setting(MAIL, " ")], "0 addresses"),
    "address without a domain": ([setting(MAIL, "ann")], "Of .*ann"),
    "two addresses in one": ([setting(MAIL, "eve@x.example,ann@acme.example")], "Of .*eve"),
    "address of mixed script": ([setting(MAIL, "ann@\u0430cme.example")], "Of .*ann"),
    "address with a look-alike": ([setting(MAIL, "\u0430nn@acme.example")], "Of .*nn"),
    "address of the Kelvin sign": ([setting(MAIL, "\u212aen@acme.example")], "Of .*en"),
}


@pytest.mark.parametrize(("edits", "reason"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("signed", [["saml:Assertion"], ["."]], ids=["assertion", "response"])
def test_what_an_answer_may_not_say_is_not_believed_P7(edits, reason, signed):
    with pytest.raises(Unvouched, match=reason) as refused:
        read(PROVIDER.answer(NOW, ASKED, before=edits, signed=signed))
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("path", ["@InResponseTo", f"{DATA}/@InResponseTo"])
def test_an_unasked_answer_answers_no_request_P7(path):
    with pytest.raises(Unvouched, match="InResponseTo of"):
        read(PROVIDER.answer(NOW, None, before=[setting(path, ASKED)]), asked=None)


def test_an_answer_to_a_request_is_none_to_nobody_P7(good):
    with pytest.raises(Unvouched, match="InResponseTo of the Response"):
        read(good, asked=None)


@pytest.mark.parametrize("path", ISSUERS.values(), ids=ISSUERS)
def test_an_answer_without_issuer_is_not_believed_P7(path):
    """The signature is put behind the issuer, so the other element is the one that is signed."""
    signed = ["."] if path.startswith(ASSERTION) else [ASSERTION]
    with pytest.raises(Unvouched, match=r"The issuer of the Response is ''|schema"):
        read(PROVIDER.answer(NOW, ASKED, before=[without(path)], signed=signed))


def test_what_the_provider_says_of_why_is_in_the_reason_P7():
    why = "<samlp:StatusMessage>No second factor\u202e</samlp:StatusMessage>"
    edits = [setting(f"{CODE}/@Value", DENIED), adding("samlp:Status", why), without(ASSERTION)]
    with pytest.raises(Unvouched) as refused:
        read(PROVIDER.answer(NOW, ASKED, before=edits, signed=[]))
    assert refused.value.sentence == "The provider did not sign you in."
    assert refused.value.raw == f"The status is '{DENIED}': 'No second factor\\u202e'."
