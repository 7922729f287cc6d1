"""Which signatures are believed, and that what is read is what they cover (P7)."""

from collections.abc import Iterable, Set as AbstractSet

import xmlsec
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Saml

from workspaces.operations.sso.saml.documents import (
    DS,
    PREFIXES,
    SAML,
    Element,
    canonical,
    parsed,
    shown,
)
from workspaces.operations.sso.vouched import Unvouched

MORE = "http://www.w3.org/2001/04/xmldsig-more#"
SIGNED_BY = frozenset(
    {
        Constants.RSA_SHA256,
        Constants.RSA_SHA384,
        Constants.RSA_SHA512,
        *(f"{MORE}ecdsa-sha{size}" for size in (256, 384, 512)),
    }
)
DIGESTED_BY = frozenset({Constants.SHA256, Constants.SHA384, Constants.SHA512})
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
WRITTEN_BY = frozenset({EXCLUSIVE, f"{EXCLUSIVE}WithComments"})
PARTS = ("SignedInfo", "SignatureValue", "KeyInfo")
NAMESPACES_KEPT = f"{{{EXCLUSIVE}}}InclusiveNamespaces"  # the one choice of a canonical form
ALL_IDS = "//@*[translate(local-name(), 'DI', 'di') = 'id']"


def signed_assertion(response: Element, certificates: Iterable[str]) -> Element:
    """Return the one assertion of a response, read anew from the text that was signed.

    The response or the assertion is signed, or both; each signature there is has to hold, by
    one of the certificates (PEM). Raises Unvouched.
    """
    assertion = _only_assertion(response)
    signatures = list(response.iter(f"{DS}Signature"))
    homes = [signature.getparent() for signature in signatures]
    if not homes:
        raise _unsigned("Neither the response nor the assertion is signed.")
    if any(home is not response and home is not assertion for home in homes):
        raise _unsigned("A signature stands elsewhere than in the response or the assertion.")
    if len(set(homes)) < len(homes):
        raise _unsigned("An element has two signatures.")
    _require_own_ids(response)
    for signature, home in zip(signatures, homes, strict=True):
        _require_form(signature, home)
    xmlsec.tree.add_ids(response, ["ID"])
    for signature in signatures:
        _require_signed(signature, response, certificates)
    # What is read from here on has gone through the same form as what was digested.
    return parsed(canonical(assertion))


def _only_assertion(response: Element) -> Element:
    """Return the one assertion, which stands in the response and not deeper. Raises Unvouched."""
    found = list(response.iter(f"{SAML}Assertion"))
    if len(found) != 1:
        raise _unsigned(f"It has {len(found)} assertions.")
    if found[0].getparent() is not response:
        raise _unsigned("The assertion stands elsewhere than in the response.")
    return found[0]


def _require_own_ids(response: Element) -> None:
    """Refuse an id that stands for two elements, however the attribute is spelled."""
    ids = response.xpath(ALL_IDS)
    if len(set(ids)) < len(ids):
        raise _unsigned("Two elements have the same id.")


def _require_form(signature: Element, home: Element) -> None:
    """Refuse what a signature may not be made of, before anything of it is worked out."""
    if {part.tag for part in signature} - {f"{DS}{name}" for name in PARTS}:
        raise _unsigned("The signature holds more than a signature.")
    references = signature.findall("ds:SignedInfo/ds:Reference", PREFIXES)
    if len(references) != 1:
        raise _unsigned(f"The signature has {len(references)} references.")
    reference = references[0]
    if not home.get("ID") or reference.get("URI") != f"#{home.get('ID')}":
        raise _unsigned(f"The signature refers to {shown(reference.get('URI'))}, not to its place.")
    _require_method(signature, "ds:SignedInfo/ds:SignatureMethod", SIGNED_BY)
    _require_method(reference, "ds:DigestMethod", DIGESTED_BY)
    _require_method(signature, "ds:SignedInfo/ds:CanonicalizationMethod", WRITTEN_BY)
    transforms = reference.findall("ds:Transforms/ds:Transform", PREFIXES)
    names = [transform.get("Algorithm") for transform in transforms]
    if names[:1] != [ENVELOPED] or len(names) != 2:  # noqa: PLR2004
        raise _unsigned(f"{shown(str(names))} are not the transforms of SAML.")
    _require_method(reference, "ds:Transforms/ds:Transform[1]", {ENVELOPED})
    _require_method(reference, "ds:Transforms/ds:Transform[2]", WRITTEN_BY)


def _require_method(within: Element, path: str, allowed: AbstractSet[str]) -> None:
    """Refuse an algorithm that is not listed, or one with settings of its own."""
    method = within.find(path, PREFIXES)
    name = None if method is None else method.get("Algorithm")
    if name not in allowed:
        raise _unsigned(f"The algorithm {shown(name)} is not allowed.")
    if any(child.tag != NAMESPACES_KEPT for child in method):
        raise _unsigned(f"The algorithm {shown(name)} has settings.")


def _require_signed(signature: Element, response: Element, certificates: Iterable[str]) -> None:
    """Refuse a signature that no trusted key made; a key that came with it is not looked at."""
    for certificate in certificates:
        if Saml.validate_node_sign(signature, response, certificate):
            return
    raise _unsigned("The signature does not hold by any trusted certificate.")


def _unsigned(raw: str) -> Unvouched:
    sentence = "The provider's answer is not signed as it has to be."
    return Unvouched(sentence, raw)
