"""Asks a provider who somebody is: the address a browser is sent to (P7)."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Saml

from workspaces.operations.sso.saml.documents import PREFIXES, SAML, SAMLP
from workspaces.operations.sso.saml.ours import Ours
from workspaces.operations.sso.saml.trust import SamlTrust


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the browser goes, and the id that the answer has to name."""

    url: str
    request_id: str


def ask(trust: SamlTrust, ours: Ours, *, relay: str, force: bool) -> Asked:
    """Return a request for this browser by HTTP-Redirect; `relay` comes back with the answer.

    With `force` the provider is to have the person prove afresh who they are (P9). Which kind
    of NameID it sends is its owner's choice, so the request names none.
    """
    request_id = f"_{secrets.token_hex(20)}"
    root = etree.Element(
        f"{SAMLP}AuthnRequest",
        nsmap={name: PREFIXES[name] for name in ("samlp", "saml")},
        ID=request_id,
        Version="2.0",
        IssueInstant=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        Destination=trust.sign_in_url,
        ProtocolBinding=Constants.BINDING_HTTP_POST,
        AssertionConsumerServiceURL=ours.acs_url,
    )
    if force:
        root.set("ForceAuthn", "true")
    etree.SubElement(root, f"{SAML}Issuer").text = ours.entity_id
    etree.SubElement(root, f"{SAMLP}NameIDPolicy", AllowCreate="true")
    packed = Saml.deflate_and_base64_encode(etree.tostring(root))
    query = urlencode({"SAMLRequest": packed, "RelayState": relay})
    more = "&" if urlsplit(trust.sign_in_url).query else "?"
    return Asked(f"{trust.sign_in_url.rstrip('?')}{more}{query}", request_id)
