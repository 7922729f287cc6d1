"""What we say of ourselves to a provider, and how a browser asks it who somebody is (P6, P7)."""

from dataclasses import replace

import pytest
from lxml import etree
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML as Documents

from tests.peers.saml_provider import NAMES, request_in
from tests.workspaces.sso.saml.conftest import NOW, OURS, PROVIDER, TRUST, read
from workspaces.operations.sso.saml.asking import ask
from workspaces.operations.sso.saml.metadata import metadata_of
from workspaces.operations.sso.saml.ours import Ours

pytestmark = pytest.mark.any_database

MD = {"md": "urn:oasis:names:tc:SAML:2.0:metadata"}
ODD = Ours('https://console.example/?a=1&b="<c>"', "https://console.example/answer?a=1&b=2")


@pytest.mark.parametrize("ours", [OURS, ODD], ids=["usual", "odd"])
def test_our_metadata_says_what_a_provider_has_to_know_P6(ours):
    root = etree.fromstring(metadata_of(ours).encode())
    assert not isinstance(Documents.validate_xml(root, "saml-schema-metadata-2.0.xsd"), str)
    service = root.find("md:SPSSODescriptor", MD)
    answers = service.find("md:AssertionConsumerService", MD)
    assert root.get("entityID") == ours.entity_id
    assert service.get("WantAssertionsSigned") == "true"
    assert answers.get("Location") == ours.acs_url
    assert answers.get("Binding").endswith(":HTTP-POST")
    formats = [one.text.rpartition(":")[2] for one in service.findall("md:NameIDFormat", MD)]
    assert formats == ["persistent", "emailAddress", "unspecified"]


@pytest.mark.parametrize("ours", [OURS, ODD], ids=["usual", "odd"])
def test_a_request_names_us_and_where_the_answer_goes_P7(ours):
    asked = ask(TRUST, ours, relay="word", force=False)
    request, relay = request_in(asked.url)
    assert not isinstance(Documents.validate_xml(request, "saml-schema-protocol-2.0.xsd"), str)
    assert asked.url.startswith(f"{TRUST.sign_in_url}?SAMLRequest=")
    assert relay == "word"
    assert request.get("ID") == asked.request_id
    assert request.get("Destination") == TRUST.sign_in_url
    assert request.get("AssertionConsumerServiceURL") == ours.acs_url
    assert request.get("ProtocolBinding").endswith(":HTTP-POST")
    assert request.findtext("saml:Issuer", namespaces=NAMES) == ours.entity_id
    assert request.get("ForceAuthn") is None


def test_a_fresh_proof_is_asked_of_the_provider_P9():
    request, _relay = request_in(ask(TRUST, OURS, relay="word", force=True).url)
    assert request.get("ForceAuthn") == "true"


@pytest.mark.parametrize("url", ["https://idp.example/?tenant=a&b=c", "https://idp.example/in?"])
def test_an_address_with_a_query_keeps_it_P7(url):
    asked = ask(replace(TRUST, sign_in_url=url), OURS, relay="a&b=c d", force=False)
    request, relay = request_in(asked.url)
    assert asked.url.startswith(url)
    assert (request.get("Destination"), relay) == (url, "a&b=c d")


def test_no_two_requests_have_one_id_P7():
    ids = {ask(TRUST, OURS, relay="", force=False).request_id for _n in range(50)}
    assert len(ids) == 50
    assert min(len(one) for one in ids) == 41


def test_an_answer_to_a_request_is_believed_P7():
    asked = ask(TRUST, OURS, relay="word", force=False)
    request, _relay = request_in(asked.url)
    answer = PROVIDER.answer(NOW, request.get("ID"))
    assert read(answer, asked=asked.request_id).address == "ann@acme.example"
