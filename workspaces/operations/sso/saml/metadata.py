"""Metadata of SAML: what a provider says of itself, and what we say of ourselves (P6)."""

from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from workspaces.errors import Refused
from workspaces.operations.sso.saml.documents import (
    DS,
    MD,
    PREFIXES,
    Element,
    Unreadable,
    parsed,
    text_of,
)
from workspaces.operations.sso.saml.ours import Ours
from workspaces.operations.sso.saml.trust import MOST_METADATA, SamlTrust, clean_trust

# In the order we like them: an id that lasts, then what an owner is likely to have.
FORMATS = (
    Constants.NAMEID_PERSISTENT,
    Constants.NAMEID_EMAIL_ADDRESS,
    Constants.NAMEID_UNSPECIFIED,
)


def read_metadata(xml: str) -> SamlTrust:
    """Return what a provider's metadata says, each part as if it was typed. Raises Refused.

    Whoever signed it is not looked at: the owner says whom they trust by handing it in. Of
    several addresses for the redirect the first is taken.
    """
    provider = _provider_of(xml)
    urls = [
        service.get("Location", "")
        for service in provider.iterfind(f"{MD}SingleSignOnService")
        if service.get("Binding") == Constants.BINDING_HTTP_REDIRECT
    ]
    if not urls:
        raise _refused("The metadata names no address to sign in at by redirect.")
    certificates = [
        text_of(certificate)
        for key in provider.iterfind(f"{MD}KeyDescriptor")
        if key.get("use", "signing") == "signing"
        for certificate in key.iter(f"{DS}X509Certificate")
    ]
    issuer = provider.getparent().get("entityID", "")
    try:
        return clean_trust(issuer, urls[0], certificates)
    except Refused as error:
        raise _refused(f"In the metadata: {error.message}") from error


def _provider_of(xml: str) -> Element:
    """Return the part about the one provider that metadata describes. Raises Refused."""
    try:
        raw = xml.strip().encode(errors="replace")
        if len(raw) > MOST_METADATA:
            raise _refused("The metadata is larger than 1 MB.")
        root = parsed(raw)
    except Unreadable as error:
        raise _refused(f"This is no metadata that is read here. {error}") from error
    if root.tag not in {f"{MD}EntityDescriptor", f"{MD}EntitiesDescriptor"}:
        raise _refused("This is XML, but no metadata of SAML.")
    providers = [
        found
        for found in root.iter(f"{MD}IDPSSODescriptor")
        if Constants.NS_SAMLP in found.get("protocolSupportEnumeration", "").split()
    ]
    if not providers:
        raise _refused("The metadata describes no identity provider of SAML 2.0.")
    if len(providers) > 1:
        sentence = "The metadata describes several identity providers. Hand in that of one."
        raise _refused(sentence)
    return providers[0]


def _refused(sentence: str) -> Refused:
    return Refused("P6", sentence, field="metadata")


def metadata_of(ours: Ours) -> str:
    """Return the XML that an owner hands to their provider, so that nothing is typed (P6).

    It has no end: nothing in it changes but by making another connection.
    """
    root = etree.Element(f"{MD}EntityDescriptor", nsmap={"md": PREFIXES["md"]})
    root.set("entityID", ours.entity_id)
    provider = etree.SubElement(
        root,
        f"{MD}SPSSODescriptor",
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=Constants.NS_SAMLP,
    )
    for name in FORMATS:
        etree.SubElement(provider, f"{MD}NameIDFormat").text = name
    etree.SubElement(
        provider,
        f"{MD}AssertionConsumerService",
        Binding=Constants.BINDING_HTTP_POST,
        Location=ours.acs_url,
        index="0",
        isDefault="true",
    )
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return text.decode()
