"""What may be trusted of a provider, typed or read from its metadata, and what may not (P6)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.peers.saml_provider import bare, made_key
from tests.workspaces.sso.saml.conftest import PROVIDER, TRUST
from workspaces.errors import Refused
from workspaces.operations.sso.saml.metadata import read_metadata
from workspaces.operations.sso.saml.trust import certificate_end, clean_certificate, clean_trust

pytestmark = pytest.mark.any_database

PEM = PROVIDER.key.certificate
NEXT = made_key("next").certificate
THIRD = made_key("third").certificate
CURVED = made_key("curved", "ec", 256).certificate
SECRET = PROVIDER.key.private.private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
).decode()
GOOD = PROVIDER.metadata()
BODY = GOOD[GOOD.index("<md:EntityDescriptor") :]
MANY = (
    '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
    f"{BODY}%s</md:EntitiesDescriptor>"
)
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


def test_metadata_says_what_is_trusted_P6():
    assert read_metadata(GOOD) == TRUST
    assert read_metadata(f"\ufeff{GOOD}") == read_metadata(f"\n{GOOD}\n") == TRUST
    assert read_metadata(MANY % "") == TRUST


@pytest.mark.parametrize("certificates", [(PEM, NEXT), (PEM, NEXT, PEM), (PEM, NEXT, NEXT)])
def test_metadata_may_have_two_certificates_P6(certificates):
    assert read_metadata(PROVIDER.metadata(*certificates)).certificates == (PEM, NEXT)


def test_a_key_for_both_uses_signs_and_one_for_secrets_does_not_P6():
    assert read_metadata(GOOD.replace(' use="signing"', "")) == TRUST
    two = PROVIDER.metadata(PEM, NEXT)
    last = two.rindex('use="signing"')
    assert read_metadata(two[:last] + two[last:].replace("signing", "encryption", 1)) == TRUST


def test_a_provider_that_speaks_other_protocols_too_is_one_P6():
    old = BODY.replace("SAML:2.0:protocol", "SAML:1.1:protocol")
    assert read_metadata(MANY % old) == TRUST


@pytest.mark.parametrize(
    ("xml", "words"),
    {
        "empty": ("", "no metadata"),
        "no XML": ("https://idp.example/metadata", "no metadata"),
        "half of a pair": ("\ud800", "no metadata"),
        "document type": (f"<!DOCTYPE x>{BODY}", "document type"),
        "entity": (f'<!DOCTYPE x [<!ENTITY e "x">]>{BODY}', "document type"),
        "too large": (BODY + " " * 10 + "<!---->" * 150_000, "larger than 1 MB"),
        "deep": ("<a>" * 50 + "</a>" * 50, "deeper"),
        "other XML": ("<a/>", "no metadata of SAML"),
        "several providers": (MANY % BODY, "several"),
        "two providers in one": (
            GOOD.replace(
                "</md:EntityDescriptor>",
                f"{BODY[BODY.index('<md:IDP') : BODY.index('</md:Entity')]}</md:EntityDescriptor>",
            ),
            "several",
        ),
        "a service": (GOOD.replace("IDPSSODescriptor", "SPSSODescriptor"), "no identity provider"),
        "a provider of SAML 1": (
            GOOD.replace("SAML:2.0:protocol", "SAML:1.1:protocol"),
            "no ident",
        ),
        "no redirect": (GOOD.replace(REDIRECT, f"{REDIRECT}0"), "no address to sign in"),
        "no location": (GOOD.replace(f'Location="{PROVIDER.sign_in_url}"', ""), "https"),
        "plain http": (
            GOOD.replace("https://idp.example/sign", "http://idp.example/sign"),
            "https",
        ),
        "no name": (GOOD.replace("entityID", "ID"), "issuer"),
        "no certificate": (GOOD.replace("X509Certificate>", "X509SKI>"), "has a certificate"),
        "three certificates": (PROVIDER.metadata(PEM, NEXT, THIRD), "At most 2"),
        "a broken certificate": (GOOD.replace("MII", "MIJ"), "no certificate"),
        "a short key": (PROVIDER.metadata(made_key("short", size=1024).certificate), "1024 bits"),
    }.values(),
)
def test_metadata_that_is_not_understood_is_refused_in_words_P6(xml, words):
    with pytest.raises(Refused, match=words) as refused:
        read_metadata(xml)
    assert (refused.value.rule, refused.value.field) == ("P6", "metadata")


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_a_provider_on_this_machine_may_be_plain_while_developing_P6(settings, host):
    typed = (PROVIDER.issuer, f"http://{host}/sign-in", [PEM])
    assert clean_trust(*typed).sign_in_url == f"http://{host}/sign-in"
    settings.PRODUCTION = True
    with pytest.raises(Refused, match="https"):
        clean_trust(*typed)


def test_what_is_typed_is_kept_in_one_form_P6():
    typed = clean_trust(
        f" {PROVIDER.issuer}\n",
        f"\t{PROVIDER.sign_in_url} ",
        [f"\n{PEM}\r\n", " ", bare(PEM), NEXT],
    )
    assert typed == replace(TRUST, certificates=(PEM, NEXT))
    assert clean_trust(typed.issuer, typed.sign_in_url, typed.certificates) == typed


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"issuer": " "}, "issuer"),
        ({"issuer": "x" * 501}, "issuer"),
        ({"issuer": "https://idp example"}, "issuer"),
        ({"issuer": "https://idp.example/\u200b"}, "issuer"),
        ({"sign_in_url": ""}, "sign_in_url"),
        ({"sign_in_url": "idp.example/sign-in"}, "sign_in_url"),
        ({"sign_in_url": "http://idp.example/"}, "sign_in_url"),
        ({"sign_in_url": "http://127.0.0.1.idp.example/"}, "sign_in_url"),
        ({"sign_in_url": "http://127.0.0.1@idp.example/"}, "sign_in_url"),
        ({"sign_in_url": "https://ann:secret@idp.example/"}, "sign_in_url"),
        ({"sign_in_url": "https://idp.example/#part"}, "sign_in_url"),
        ({"sign_in_url": "https:///sign-in"}, "sign_in_url"),
        ({"sign_in_url": "https://[::1/"}, "sign_in_url"),
        ({"sign_in_url": "https://idp.example:port/"}, "sign_in_url"),
        ({"sign_in_url": "https://idp.example/a b"}, "sign_in_url"),
        ({"sign_in_url": "https://idp.example/\nb"}, "sign_in_url"),
        ({"sign_in_url": "https://\u0430dp.example/"}, "sign_in_url"),
        ({"sign_in_url": "javascript:alert(1)//https://"}, "sign_in_url"),
        ({"sign_in_url": f"https://idp.example/{'a' * 1024}"}, "sign_in_url"),
        ({"certificates": []}, "certificates"),
        ({"certificates": [" "]}, "certificates"),
        ({"certificates": [PEM, NEXT, THIRD]}, "certificates"),
        ({"certificates": [PEM, "x"]}, "certificates"),
    ],
)
def test_what_is_typed_wrongly_is_refused_at_its_field_P6(changed, field):
    typed = {"issuer": TRUST.issuer, "sign_in_url": TRUST.sign_in_url, "certificates": [PEM]}
    with pytest.raises(Refused) as refused:
        clean_trust(**typed | changed)
    assert (refused.value.rule, refused.value.field) == ("P6", field)


@pytest.mark.parametrize("text", [PEM, bare(PEM), PEM.replace("\n", "\r\n"), f"Bag\n  a: b\n{PEM}"])
def test_a_certificate_has_one_form_P6(text):
    assert clean_certificate(text) == PEM


def test_a_certificate_of_an_elliptic_curve_is_one_P6():
    assert clean_certificate(CURVED) == CURVED


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "empty": ("", "no certificate"),
        "words": ("a certificate", "no certificate"),
        "base64 of something else": ("QUJD" * 30, "no certificate"),
        "cut": (PEM[:300], "no certificate"),
        "several": (PEM + NEXT, "several"),
        "a private key": (SECRET, "private key"),
        "a private key besides": (PEM + SECRET, "private key"),
        "a short key": (made_key("short", size=1024).certificate, "1024 bits; 2048"),
        "a small curve": (made_key("small", "ec", 192).certificate, "192 bits; 256"),
        "a key of another kind": (made_key("other", "ed").certificate, "neither RSA nor ECDSA"),
    }.values(),
)
def test_what_is_no_certificate_to_trust_is_refused_in_words_P6(text, words):
    with pytest.raises(Refused, match=words) as refused:
        clean_certificate(text)
    assert (refused.value.rule, refused.value.field) == ("P6", "certificates")


def test_the_end_of_a_certificate_is_a_moment_in_UTC_P6():
    ends = x509.load_pem_x509_certificate(PEM.encode()).not_valid_after_utc
    assert certificate_end(PEM) == ends == datetime(2035, 12, 30, tzinfo=UTC)
