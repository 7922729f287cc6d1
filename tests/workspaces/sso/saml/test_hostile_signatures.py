"""Answers that nobody trusted has signed, or that say more than what was signed (P7)."""

from dataclasses import replace

import pytest

from tests.peers import saml_wrapping
from tests.peers.saml_provider import (
    ASSERTION,
    ATTRIBUTES,
    DS,
    ECDSA_SHA1,
    ENVELOPED,
    EXCLUSIVE,
    HMAC_SHA256,
    MORE,
    NAME_ID,
    NAMES,
    RSA_SHA1,
    Way,
    adding,
    canonical,
    made_key,
    read_within,
    setting,
    twice,
    without,
)
from tests.workspaces.sso.saml.conftest import ASKED, NOW, PROVIDER, TRUST, read
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database

STRANGER = replace(PROVIDER, key=made_key("stranger"))
CURVED = replace(PROVIDER, key=made_key("curved", "ec", 256))
BOTH = replace(TRUST, certificates=(PROVIDER.key.certificate, CURVED.key.certificate))
VALUE = f"{ATTRIBUTES}/saml:Attribute[2]/saml:AttributeValue"
SIGNATURE = f"{ASSERTION}/ds:Signature"
SIGNED_INFO = f"{SIGNATURE}/ds:SignedInfo"
WHOLE, ONCE = Way().transforms
XPATH = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>'
    "not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"
)
XPATH_WITHIN = f'<ds:Transform Algorithm="{ENVELOPED}"><ds:XPath>self::x</ds:XPath></ds:Transform>'
XSLT = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><x:stylesheet '
    'xmlns:x="http://www.w3.org/1999/XSL/Transform" version="1.0"/></ds:Transform>'
)
BASE64 = f'<ds:Transform Algorithm="{DS}base64"/>'
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
CONTENT = canonical(PROVIDER.tree(NOW, ASKED).find(ASSERTION, NAMES))


LOGOUT = (
    '<samlp:Extensions><samlp:LogoutRequest ID="_logout" Version="2.0" '
    f'IssueInstant="2026-11-02T09:30:00Z"><saml:Issuer>{PROVIDER.issuer}</saml:Issuer>'
    "<saml:NameID>u-1007</saml:NameID></samlp:LogoutRequest></samlp:Extensions>"
)


def with_logout(tree):
    """Put another message of the provider into the answer, where anything may stand."""
    tree.find("saml:Issuer", NAMES).addnext(read_within(LOGOUT))


def within_extensions(tree):
    """Put the assertion where anything may stand."""
    extensions = read_within("<samlp:Extensions/>")
    extensions.append(tree.find(ASSERTION, NAMES))
    tree.find("saml:Issuer", NAMES).addnext(extensions)


def by(way, provider=PROVIDER, **more):
    return provider.answer(NOW, ASKED, way=way, **more)


CASES = {
    "unsigned": (PROVIDER.answer(NOW, ASKED, signed=[]), "Neither"),
    "signature taken off": (PROVIDER.answer(NOW, ASKED, after=[without(SIGNATURE)]), "Neither"),
    "signed by another key": (STRANGER.answer(NOW, ASKED), "does not hold"),
    "response signed by another key": (STRANGER.answer(NOW, ASKED, signed=["."]), "does not hold"),
    "another key, the certificate of ours": (
        by(Way(shown_certificate=PROVIDER.key.certificate), STRANGER),
        "does not hold",
    ),
    "our key, changed afterwards": (
        PROVIDER.answer(NOW, ASKED, after=[setting(NAME_ID, "u-1")]),
        "does not hold",
    ),
    "RSA with SHA-1": (by(Way(algorithm=RSA_SHA1)), "rsa-sha1.* not allowed"),
    "ECDSA with SHA-1": (by(Way(algorithm=ECDSA_SHA1), CURVED), "ecdsa-sha1.* not allowed"),
    "digest MD5": (by(Way(digest=f"{MORE}md5")), "md5.* not allowed"),
    "digest SHA-1": (by(Way(digest=f"{DS}sha1")), "sha1.* not allowed"),
    "HMAC with the certificate": (by(Way(algorithm=HMAC_SHA256)), "hmac-sha256.* not allowed"),
    "HMAC cut short": (
        by(Way(algorithm=HMAC_SHA256, method_holds="<ds:HMACOutputLength>8</ds:HMACOutputLength>")),
        "hmac-sha256.* not allowed",
    ),
    "an algorithm with settings": (
        by(Way(method_holds="<ds:HMACOutputLength>8</ds:HMACOutputLength>")),
        "has settings",
    ),
    "transform XPath": (by(Way(transforms=(XPATH, ONCE))), "not the transforms"),
    "transform XPath besides": (by(Way(transforms=(WHOLE, XPATH, ONCE))), "not the transforms"),
    "transform XSLT": (by(Way(transforms=(WHOLE, XSLT))), "xslt.* not allowed"),
    "transform base64": (by(Way(transforms=(WHOLE, BASE64))), "base64.* not allowed"),
    **{
        f"no {name}": (PROVIDER.answer(NOW, ASKED, after=[without(path)]), "algorithm nothing")
        for name, path in {
            "canonical form": f"{SIGNED_INFO}/ds:CanonicalizationMethod",
            "method": f"{SIGNED_INFO}/ds:SignatureMethod",
            "digest": f"{SIGNED_INFO}/ds:Reference/ds:DigestMethod",
        }.items()
    },
    "no value": (
        PROVIDER.answer(NOW, ASKED, after=[without(f"{SIGNATURE}/ds:SignatureValue")]),
        "hold",
    ),
    "nothing signed": (PROVIDER.answer(NOW, ASKED, after=[without(SIGNED_INFO)]), "0 references"),
    "no transforms": (by(Way(transforms=())), "not the transforms"),
    "transforms without end": (by(Way(transforms=(WHOLE, ONCE) * 100)), "not the transforms"),
    "enveloped alone": (by(Way(transforms=(WHOLE,))), "not the transforms"),
    "XPath within enveloped": (by(Way(transforms=(XPATH_WITHIN, ONCE))), "has settings"),
    "inclusive canonical form": (
        by(Way(transforms=(WHOLE, f'<ds:Transform Algorithm="{INCLUSIVE}"/>'))),
        "c14n.* not allowed",
    ),
    "inclusive canonical form of the signature": (
        by(Way(canonicalization=f'<ds:CanonicalizationMethod Algorithm="{INCLUSIVE}"/>')),
        "c14n.* not allowed",
    ),
    "canonical form with settings": (
        by(
            Way(
                canonicalization=f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"><ds:XPath>'
                "self::x</ds:XPath></ds:CanonicalizationMethod>"
            )
        ),
        "has settings",
    ),
    "no reference": (by(Way(references=())), "0 references"),
    "two references": (
        by(Way(references=(("#_assertion", CONTENT), ("#_assertion", CONTENT)))),
        "2 references",
    ),
    "an empty address": (by(Way(references=(("", CONTENT),))), "refers to ''"),
    "no address": (by(Way(references=((None, CONTENT),))), "refers to nothing"),
    "the address of something else": (
        by(
            Way(references=(("#_other", b'<e ID="_other"></e>'),)),
            before=[adding(VALUE, '<e ID="_other"/>')],
        ),
        "refers to '#_other'",
    ),
    "the address of the response": (
        by(Way(references=(("#_response", CONTENT),))),
        "refers to '#_response'",
    ),
    "an address by XPointer": (
        by(Way(references=(("#xpointer(id('_assertion'))", CONTENT),))),
        r"refers to \"#xpointer",
    ),
    "an address elsewhere": (
        by(Way(references=(("http://127.0.0.1:1/x", CONTENT),))),
        "refers to 'http",
    ),
    "a good signature of another message": (
        by(Way(), before=[with_logout], signed=["samlp:Extensions/samlp:LogoutRequest"]),
        "stands elsewhere",
    ),
    "a good signature of another message besides": (
        by(Way(), before=[with_logout], signed=["samlp:Extensions/samlp:LogoutRequest", "."]),
        "stands elsewhere",
    ),
    "two signatures": (PROVIDER.answer(NOW, ASKED, signed=[ASSERTION] * 2), "two signatures"),
    "a good signature and one of a stranger": (
        PROVIDER.answer(
            NOW,
            ASKED,
            after=[lambda tree: Way().sign(tree, made_key("stranger"))],
        ),
        "does not hold",
    ),
    "two assertions": (
        PROVIDER.answer(
            NOW, ASKED, before=[twice(ASSERTION), setting(f"{ASSERTION}[2]/@ID", "_b")]
        ),
        "2 assertions",
    ),
    "an assertion within something else": (
        PROVIDER.answer(NOW, ASKED, after=[within_extensions]),
        "stands elsewhere than in the response",
    ),
    "an assertion within something else of a signed response": (
        PROVIDER.answer(NOW, ASKED, before=[within_extensions], signed=["."]),
        "stands elsewhere than in the response",
    ),
    "no assertion": (
        PROVIDER.answer(NOW, ASKED, before=[without(ASSERTION)], signed=["."]),
        "0 assertions",
    ),
    "one id for two elements": (
        PROVIDER.answer(NOW, ASKED, before=[adding(VALUE, '<e ID="_response"/>')]),
        "same id",
    ),
    "one id for two elements, spelled otherwise": (
        PROVIDER.answer(NOW, ASKED, before=[adding(VALUE, '<e Id="_assertion"/>')]),
        "same id",
    ),
    "one id for two elements, spelled as XML has it": (
        PROVIDER.answer(NOW, ASKED, before=[adding(VALUE, '<e xml:id="_assertion"/>')]),
        "same id",
    ),
    "an assertion without id": (
        by(Way(references=(("#", CONTENT),)), before=[setting(f"{ASSERTION}/@ID", "")]),
        "refers to '#'",
    ),
    "an object in the signature": (
        PROVIDER.answer(NOW, ASKED, after=[adding(SIGNATURE, "<ds:Object>x</ds:Object>")]),
        "more than a signature",
    ),
}


@pytest.mark.parametrize(("answer", "reason"), CASES.values(), ids=CASES)
def test_what_is_not_signed_as_it_should_be_is_not_believed_P7(answer, reason):
    with pytest.raises(Unvouched, match=reason) as refused:
        read(answer, trust=BOTH)
    assert len(refused.value.raw) < 500


@pytest.mark.parametrize("shape", saml_wrapping.SHAPES.values(), ids=saml_wrapping.SHAPES)
def test_what_is_wrapped_around_a_signature_is_not_believed_P7(shape):
    signed = ["."] if shape.of_response else [ASSERTION]
    answer = PROVIDER.answer(NOW, ASKED, signed=signed, after=[shape.wrap])
    with pytest.raises(Unvouched, match="2 assertions"):
        read(answer)


def test_the_certificate_that_came_with_a_signature_is_not_looked_at_P7():
    way = Way(shown_certificate=STRANGER.key.certificate)
    assert read(by(way)).subject.startswith("u-1007#")
