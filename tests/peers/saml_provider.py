"""An identity provider of SAML 2.0 as a program, which also answers as no honest one would.

Its signatures are worked out here by hand, with keys of `cryptography`: so they share nothing
with what checks them, and can be wrong in every way there is. An answer is a tree that is
edited, signed, edited again, and sent: see `Provider.answer`.
"""

import hashlib
import hmac
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree

NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
DS, MORE, XENC = (
    NAMES["ds"],
    "http://www.w3.org/2001/04/xmldsig-more#",
    "http://www.w3.org/2001/04/xmlenc#",
)
ENVELOPED, EXCLUSIVE = f"{DS}enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA_SHA256, RSA_SHA1, HMAC_SHA256 = f"{MORE}rsa-sha256", f"{DS}rsa-sha1", f"{MORE}hmac-sha256"
ECDSA_SHA256, ECDSA_SHA1 = f"{MORE}ecdsa-sha256", f"{MORE}ecdsa-sha1"
DIGESTS = {
    f"{MORE}md5": "md5",
    f"{DS}sha1": "sha1",
    f"{XENC}sha256": "sha256",
    f"{MORE}sha384": "sha384",
    f"{XENC}sha512": "sha512",
}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

ASSERTION = "saml:Assertion"
SUBJECT = f"{ASSERTION}/saml:Subject"
NAME_ID = f"{SUBJECT}/saml:NameID"
CONFIRMATION = f"{SUBJECT}/saml:SubjectConfirmation"
DATA = f"{CONFIRMATION}/saml:SubjectConfirmationData"
CONDITIONS = f"{ASSERTION}/saml:Conditions"
AUDIENCE = f"{CONDITIONS}/saml:AudienceRestriction/saml:Audience"
STATEMENT = f"{ASSERTION}/saml:AuthnStatement"
ATTRIBUTES = f"{ASSERTION}/saml:AttributeStatement"

Element = Any
Edit = Callable[[Element], None]
ANSWER = """
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
    xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0"
    IssueInstant="{now}" Destination="{acs_url}" InResponseTo="{asked}">
  <saml:Issuer>{issuer}</saml:Issuer>
  <samlp:Status>
    <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
  </samlp:Status>
  <saml:Assertion ID="_assertion" Version="2.0" IssueInstant="{now}">
    <saml:Issuer>{issuer}</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="{persistent}">u-1007</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData Recipient="{acs_url}" NotOnOrAfter="{ends}"
          InResponseTo="{asked}"/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="{now}" NotOnOrAfter="{ends}">
      <saml:AudienceRestriction><saml:Audience>{entity_id}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="{signed_in}" SessionIndex="s-1">
      <saml:AuthnContext>
        <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
      </saml:AuthnContext>
    </saml:AuthnStatement>
    <saml:AttributeStatement>
      <saml:Attribute Name="mail"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"
        >Ann@Acme.example</saml:AttributeValue></saml:Attribute>
      <saml:Attribute Name="displayName">
        <saml:AttributeValue>Ann Ash</saml:AttributeValue>
      </saml:Attribute>
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>
"""


@dataclass(frozen=True)
class Key:
    """A key of a provider and the certificate it hands out."""

    private: Any
    certificate: str


@cache
def made_key(name: str, kind: str = "rsa", size: int = 2048) -> Key:
    """Return the key of a name, made once for all tests of a process."""
    kinds = {
        "rsa": lambda: rsa.generate_private_key(65537, size),
        "ec": lambda: ec.generate_private_key({256: ec.SECP256R1, 192: ec.SECP192R1}[size]()),
        "ed": ed25519.Ed25519PrivateKey.generate,
    }
    private: Any = kinds[kind]()
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=3650))
        .sign(private, None if kind == "ed" else hashes.SHA256())
    )
    return Key(private, certificate.public_bytes(Encoding.PEM).decode())


def setting(path: str, value: str | None) -> Edit:
    """Set the text of an element, or of an attribute where the path ends with `@name`."""
    place, _, name = path.partition("@")

    def edit(tree: Element) -> None:
        element = tree.find(place.rstrip("/"), NAMES) if place else tree
        if not name:
            element.text = value
        elif value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    return edit


def without(path: str) -> Edit:
    """Take an element out."""

    def edit(tree: Element) -> None:
        element = tree.find(path, NAMES)
        element.getparent().remove(element)

    return edit


def twice(path: str, value: str | None = None) -> Edit:
    """Put a second element like the first behind it, with another text where one is given."""

    def edit(tree: Element) -> None:
        element = tree.find(path, NAMES)
        second = copy_of(element)
        if value is not None:
            second.text = value
        element.addnext(second)

    return edit


def adding(path: str, xml: str) -> Edit:
    """Put an element, written as XML, at the end of another one."""

    def edit(tree: Element) -> None:
        place = tree.find(path, NAMES) if path else tree
        place.append(read_within(xml))

    return edit


def read_within(xml: str) -> Element:
    """Return an element written with the prefixes of SAML."""
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMES.items())
    return etree.fromstring(f"<all {spaces}>{xml}</all>")[0]


def copy_of(element: Element) -> Element:
    """Return a copy that stands alone."""
    return etree.fromstring(etree.tostring(element, with_tail=False))


def canonical(element: Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


@dataclass(frozen=True)
class Way:
    """How something is signed, honestly or not; `references` are addresses and their content."""

    algorithm: str = RSA_SHA256
    digest: str = f"{XENC}sha256"
    transforms: tuple[str, ...] = (
        f'<ds:Transform Algorithm="{ENVELOPED}"/>',
        f'<ds:Transform Algorithm="{EXCLUSIVE}"/>',
    )
    canonicalization: str = f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
    references: tuple[tuple[str | None, bytes], ...] | None = None
    method_holds: str = ""
    shown_certificate: str = ""

    def sign(self, element: Element, key: Key) -> None:
        """Put a signature behind the issuer of an element."""
        references = self.references
        if references is None:
            references = ((f"#{element.get('ID')}", canonical(element)),)
        signature = read_within(
            f"<ds:Signature><ds:SignedInfo>{self.canonicalization}"
            f'<ds:SignatureMethod Algorithm="{self.algorithm}">{self.method_holds}'
            "</ds:SignatureMethod>"
            f"{''.join(self._reference(*one) for one in references)}</ds:SignedInfo>"
            f"<ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
            f"{bare(self.shown_certificate or key.certificate)}"
            f"</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
        )
        element.find("saml:Issuer", NAMES).addnext(signature)
        value = signed_by(key, self.algorithm, canonical(signature.find("ds:SignedInfo", NAMES)))
        signature.find("ds:SignatureValue", NAMES).text = b64encode(value).decode()

    def _reference(self, uri: str | None, content: bytes) -> str:
        named = "" if uri is None else f' URI="{uri}"'
        value = b64encode(hashlib.new(DIGESTS[self.digest], content).digest()).decode()
        transforms = f"<ds:Transforms>{''.join(self.transforms)}</ds:Transforms>"
        return (
            f"<ds:Reference{named}>{transforms if self.transforms else ''}"
            f'<ds:DigestMethod Algorithm="{self.digest}"/><ds:DigestValue>{value}</ds:DigestValue>'
            "</ds:Reference>"
        )


def bare(certificate: str) -> str:
    """Return a certificate as it stands in XML: base64 alone."""
    return "".join(certificate.splitlines()[1:-1])


def signed_by(key: Key, algorithm: str, text: bytes) -> bytes:
    """Return the value of a signature; of HMAC the one whose secret is the public certificate."""
    kind, _, name = algorithm.partition("#")[2].partition("-")
    chosen = getattr(hashes, name.upper())
    if kind == "hmac":
        return hmac.digest(key.certificate.encode(), text, name)
    if kind == "rsa":
        return key.private.sign(text, padding.PKCS1v15(), chosen())
    size = (key.private.key_size + 7) // 8
    parts = decode_dss_signature(key.private.sign(text, ec.ECDSA(chosen())))
    return b"".join(part.to_bytes(size, "big") for part in parts)


HONEST = Way()


@dataclass(frozen=True)
class Provider:
    """A provider that knows one service and one person, and signs with a key."""

    entity_id: str
    acs_url: str
    key: Key
    issuer: str = "https://idp.example/saml"
    sign_in_url: str = "https://idp.example/sign-in"

    def tree(self, now: datetime, asked: str | None) -> Element:
        """Return an answer as a tree, not signed yet; good for five minutes."""
        text = ANSWER.format(
            now=moment(now),
            ends=moment(now + timedelta(minutes=5)),
            signed_in=moment(now - timedelta(minutes=2)),
            issuer=self.issuer,
            acs_url=self.acs_url,
            entity_id=self.entity_id,
            persistent=PERSISTENT,
            asked=asked or "",
        )
        tree = etree.fromstring(text.strip().encode())
        if asked is None:
            for edit in (setting("@InResponseTo", None), setting(f"{DATA}/@InResponseTo", None)):
                edit(tree)
        return tree

    def answer(
        self,
        now: datetime,
        asked: str | None = None,
        *,
        before: Iterable[Edit] = (),
        signed: Iterable[str] = (ASSERTION,),
        way: Way = HONEST,
        after: Iterable[Edit] = (),
    ) -> str:
        """Return the field of a form: edited, signed, edited once more.

        `signed` are paths, the inner ones first; `.` is the response.
        """
        tree = self.tree(now, asked)
        for edit in before:
            edit(tree)
        for path in signed:
            way.sign(tree.find(path, NAMES) if path != "." else tree, self.key)
        for edit in after:
            edit(tree)
        return field_of(etree.tostring(tree))

    def metadata(self, *certificates: str) -> str:
        """Return this provider's metadata, by default with its one certificate."""
        keys = "".join(
            '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            f"{bare(one)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for one in certificates or (self.key.certificate,)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<md:EntityDescriptor '
            f'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="{DS}" '
            f'entityID="{self.issuer}">'
            f'<md:IDPSSODescriptor protocolSupportEnumeration="{NAMES["samlp"]}">{keys}'
            '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
            f'Location="{self.sign_in_url}/post"/>'
            '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
            f'Location="{self.sign_in_url}"/></md:IDPSSODescriptor></md:EntityDescriptor>'
        )


def moment(at: datetime) -> str:
    """Return a moment as SAML writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def field_of(xml: bytes) -> str:
    """Return XML as the field of a form."""
    return b64encode(xml).decode()


def request_in(url: str) -> tuple[Element, str]:
    """Return the request and the relay that an address carries to a provider."""
    sent = parse_qs(urlsplit(url).query)
    return etree.fromstring(zlib.decompress(b64decode(sent["SAMLRequest"][0]), -15)), sent[
        "RelayState"
    ][0]
