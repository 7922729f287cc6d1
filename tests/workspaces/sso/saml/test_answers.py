"""Answers that are believed, in the shapes in which providers send them, and what they say (P7)."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from lxml import etree

from tests.peers.saml_provider import (
    ASSERTION,
    CONDITIONS,
    DATA,
    ECDSA_SHA256,
    EXCLUSIVE,
    MORE,
    NAMES,
    STATEMENT,
    SUBJECT,
    XENC,
    Way,
    adding,
    field_of,
    made_key,
    setting,
)
from tests.workspaces.sso.saml.conftest import ASKED, NOW, PROVIDER, TRUST, read
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database

CURVED = replace(PROVIDER, key=made_key("curved", "ec", 256))
WHOLE, ONCE = Way().transforms
KEPT = (
    f'<ds:Transform Algorithm="{EXCLUSIVE}"><e:InclusiveNamespaces xmlns:e="{EXCLUSIVE}" '
    'PrefixList="xs"/></ds:Transform>'
)
KEEPING = etree.tostring(
    PROVIDER.tree(NOW, ASKED).find(ASSERTION, NAMES),
    method="c14n",
    exclusive=True,
    inclusive_ns_prefixes=["xs"],
)
VOUCHES = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"
COMMENTED = f'<ds:Transform Algorithm="{EXCLUSIVE}WithComments"/>'
SHAPES = {
    "signed response": {"signed": ["."]},
    "both signed": {"signed": [ASSERTION, "."]},
    "RSA with SHA-384": {"way": Way(f"{MORE}rsa-sha384", f"{MORE}sha384")},
    "RSA with SHA-512": {"way": Way(f"{MORE}rsa-sha512", f"{XENC}sha512")},
    "namespaces that are kept": {
        "way": Way(transforms=(WHOLE, KEPT), references=(("#_assertion", KEEPING),))
    },
    "canonical with comments": {"way": Way(transforms=(WHOLE, COMMENTED))},
    "good once": {"before": [adding(CONDITIONS, "<saml:OneTimeUse/>")]},
    "another audience besides": {
        "before": [
            adding(f"{CONDITIONS}/saml:AudienceRestriction", "<saml:Audience>x:y</saml:Audience>")
        ]
    },
    "another confirmation besides": {
        "before": [
            adding(
                SUBJECT,
                f'<saml:SubjectConfirmation Method="{VOUCHES}"/>',
            )
        ]
    },
    "conditions without times": {
        "before": [
            setting(f"{CONDITIONS}/@NotBefore", None),
            setting(f"{CONDITIONS}/@NotOnOrAfter", None),
        ]
    },
    "times of another zone": {
        "before": [setting(f"{CONDITIONS}/@NotBefore", "2026-11-02T11:29:00.1234567+02:00")]
    },
}


@pytest.fixture(scope="module")
def believed(good):
    return read(good)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_is_signed_in_any_usual_way_is_believed_P7(believed, shape):
    assert read(PROVIDER.answer(NOW, ASKED, **shape)) == believed


def test_an_elliptic_curve_signs_as_well_P7(believed):
    trust = replace(TRUST, certificates=(CURVED.key.certificate,))
    answer = CURVED.answer(NOW, ASKED, way=Way(algorithm=ECDSA_SHA256))
    assert read(answer, trust=trust) == believed


def test_either_of_two_certificates_is_good_P6(believed, good):
    for certificates in (
        (made_key("next").certificate, PROVIDER.key.certificate),
        (PROVIDER.key.certificate, made_key("next").certificate),
    ):
        assert read(good, trust=replace(TRUST, certificates=certificates)) == believed


def test_a_form_may_break_the_lines_of_base64_P7(believed, good):
    lines = [good[n : n + 76] for n in range(0, len(good), 76)]
    assert read("\r\n".join(lines)) == believed


def test_a_document_may_say_that_it_is_UTF8_P7(believed, good):
    xml = b64decode(good)
    for start in (b'<?xml version="1.0" encoding="UTF-8"?>\n', b"\xef\xbb\xbf", b"<!-- by us -->"):
        assert read(field_of(start + xml)) == believed


def test_an_answer_nobody_asked_for_is_read_too_P7(believed):
    assert read(PROVIDER.answer(NOW, None), asked=None) == believed


@pytest.mark.parametrize("seconds", [-50, 50])
def test_clocks_may_differ_by_fifty_seconds_P7(seconds):
    there = NOW + timedelta(seconds=seconds)
    ends = there.strftime("%Y-%m-%dT%H:%M:%SZ")
    edits = [setting(f"{DATA}/@NotOnOrAfter", ends)] if seconds < 0 else []
    edits.append(setting(f"{STATEMENT}/@AuthnInstant", ends))
    answer = PROVIDER.answer(there, ASKED, before=edits)
    assert read(answer).authenticated_at == there


def test_an_answer_is_good_until_its_end_and_not_at_it_P7(good, believed):
    ends = believed.answer_ends
    assert ends == NOW + timedelta(minutes=6)
    assert read(good, now=ends - timedelta(microseconds=1)) == believed
    with pytest.raises(Unvouched, match="NotOnOrAfter"):
        read(good, now=ends)


@pytest.mark.parametrize("path", [DATA, CONDITIONS])
def test_the_first_end_of_an_answer_is_its_end_P7(path):
    answer = PROVIDER.answer(
        NOW, ASKED, before=[setting(f"{path}/@NotOnOrAfter", "2026-11-02T09:31:00Z")]
    )
    assert read(answer).answer_ends == NOW + timedelta(minutes=2)


def test_a_moment_is_the_same_in_any_zone_of_ours_P7(good, believed):
    assert read(good, now=NOW.astimezone(timezone(timedelta(hours=9)))) == believed


def test_what_is_believed_names_person_session_and_proof_P7(believed):
    assert believed.issuer == PROVIDER.issuer
    assert believed.subject.startswith("u-1007#")
    assert (believed.address, believed.name) == ("ann@acme.example", "Ann Ash")
    assert believed.session_id == "s-1"
    assert believed.authenticated_at == NOW - timedelta(minutes=2)
    assert believed.said == {
        "NameID": ["u-1007"],
        "mail": ["Ann@Acme.example"],
        "displayName": ["Ann Ash"],
    }


def test_an_assertion_has_one_id_whatever_is_around_it_P7(believed):
    again = PROVIDER.answer(NOW, ASKED, after=[setting("@ID", "_another")])
    assert read(again).answer_id == believed.answer_id
    other = PROVIDER.answer(NOW, ASKED, before=[setting(f"{ASSERTION}/@ID", "_another")])
    assert read(other).answer_id != believed.answer_id


def test_an_id_of_one_provider_is_none_of_another_P7(believed):
    other = replace(PROVIDER, issuer="https://other.example/saml")
    found = read(other.answer(NOW, ASKED), trust=replace(TRUST, issuer=other.issuer))
    assert found.answer_id != believed.answer_id
