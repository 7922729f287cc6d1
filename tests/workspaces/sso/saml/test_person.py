"""Whom an answer names: one id for each kind of NameID, one address, a name if there is one."""

import pytest

from tests.peers.saml_provider import (
    ATTRIBUTES,
    EMAIL,
    NAME_ID,
    PERSISTENT,
    adding,
    setting,
    without,
)
from tests.workspaces.sso.saml.conftest import ASKED, NOW, OURS, PROVIDER, read

pytestmark = pytest.mark.any_database

UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"


def named(**attributes):
    """Return who an answer with such a NameID names."""
    edits = [setting(f"{NAME_ID}/@{name}", value) for name, value in attributes.items()]
    return read(PROVIDER.answer(NOW, ASKED, before=edits)).subject


def saying(*attributes, name_id=None):
    """Return what is believed of an answer with these attributes alone."""
    edits = [without(f"{ATTRIBUTES}/saml:Attribute"), without(f"{ATTRIBUTES}/saml:Attribute")]
    edits += [
        adding(
            ATTRIBUTES,
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>",
        )
        for name, *values in attributes
    ]
    if name_id:
        edits += [setting(NAME_ID, name_id), setting(f"{NAME_ID}/@Format", EMAIL)]
    return read(PROVIDER.answer(NOW, ASKED, before=edits))


def test_ids_of_two_kinds_are_two_ids_P3():
    kinds = (
        {"Format": PERSISTENT},
        {"Format": EMAIL},
        {"Format": None},
        {"Format": PERSISTENT, "NameQualifier": "x"},
        {"Format": PERSISTENT, "SPNameQualifier": "x"},
        {"Format": PERSISTENT, "NameQualifier": "x", "SPNameQualifier": "x"},
        {"Format": PERSISTENT, "NameQualifier": OURS.entity_id},
        {"Format": f"{PERSISTENT}x"},
    )
    assert len({named(**kind) for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    "said",
    [
        {"NameQualifier": PROVIDER.issuer},
        {"SPNameQualifier": OURS.entity_id},
        {"NameQualifier": PROVIDER.issuer, "SPNameQualifier": OURS.entity_id},
    ],
)
def test_to_say_what_is_meant_anyway_makes_no_other_id_P3(said):
    assert named(**said) == named()


def test_a_NameID_without_format_is_one_of_no_special_format_P3():
    assert named(Format=None) == named(Format=UNSPECIFIED)


def test_an_id_has_at_most_288_characters_P3():
    edits = [setting(NAME_ID, "ü" * 255), setting(f"{NAME_ID}/@NameQualifier", "q" * 3000)]
    assert len(read(PROVIDER.answer(NOW, ASKED, before=edits)).subject) == 288


@pytest.mark.parametrize(
    "name",
    [
        "email",
        "Email",
        "mail",
        "EmailAddress",
        "user.email",
        "urn:oid:0.9.2342.19200300.100.1.3",
        "urn:oid:1.2.840.113549.1.9.1",
        "urn:mace:dir:attribute-def:mail",
        f"{CLAIMS}emailaddress",
    ],
)
def test_an_address_is_found_by_its_usual_names_P7(name):
    assert saying((name, "Bo@ACME.example")).address == "bo@acme.example"


def test_one_address_said_twice_is_one_P7():
    said = (("mail", "bo@acme.example", "BO@acme.example."), ("email", "bo@acme.example"))
    assert saying(*said).address == "bo@acme.example"


def test_a_NameID_that_is_an_address_is_the_address_P7():
    assert saying(("role", "x"), name_id="Bo@acme.example").address == "bo@acme.example"


def test_an_attribute_is_taken_before_the_NameID_P7():
    """A NameID may be a name to sign in with, in the form of an address that is no mailbox."""
    said = saying(("mail", "bo@acme.example"), name_id="bo@login.acme.example")
    assert said.address == "bo@acme.example"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ([("displayName", "Bo Birk")], "Bo Birk"),
        ([("displayName", " "), ("cn", "Bo Birk")], "Bo Birk"),
        ([("givenName", "Bo"), ("sn", "Birk")], "Bo Birk"),
        ([("urn:oid:2.5.4.42", "Bo"), ("urn:oid:2.5.4.4", "Birk")], "Bo Birk"),
        ([(f"{CLAIMS}givenname", "Bo"), (f"{CLAIMS}surname", "Birk")], "Bo Birk"),
        ([("firstName", "Bo")], "Bo"),
        ([("cn", "Bo &#8238;Birk")], ""),
        ([("cn", "B" * 151)], ""),
        ([("cn",)], ""),
        ([], ""),
    ],
)
def test_a_name_is_found_by_its_usual_names_or_left_out_P7(said, name):
    assert saying(("mail", "bo@acme.example"), *said).name == name


def test_all_that_was_said_is_there_to_be_looked_at_P6():
    said = saying(("mail", "bo@acme.example"), ("role", "a", "b"), ("role", "c"), ("NameID", "x"))
    assert said.said == {
        "NameID": ["u-1007", "x"],
        "mail": ["bo@acme.example"],
        "role": ["a", "b", "c"],
    }
