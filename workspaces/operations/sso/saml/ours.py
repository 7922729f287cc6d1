"""What we are to providers: one service provider for each connection, and its metadata (P6)."""

from dataclasses import dataclass

from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from workspaces.operations.sso.saml.documents import MD, PREFIXES

# In the order we like them: an id that lasts, then what an owner is likely to have.
FORMATS = (
    Constants.NAMEID_PERSISTENT,
    Constants.NAMEID_EMAIL_ADDRESS,
    Constants.NAMEID_UNSPECIFIED,
)


@dataclass(frozen=True, slots=True)
class Ours:
    """What a connection is called at its provider, and the address that takes the answers."""

    entity_id: str
    acs_url: str


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
