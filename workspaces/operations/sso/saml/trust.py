"""What of a provider is trusted: its name, its door, its certificates (P6)."""

import re
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from workspaces.errors import Refused

MOST_METADATA = 1024 * 1024  # bytes
LONGEST_ISSUER, LONGEST_URL = 500, 1024  # characters
MOST_CERTIFICATES = 2  # the old one and the new one, while a provider rolls over
LEAST_RSA, LEAST_EC = 2048, 256  # bits of a key
BLOCK = re.compile(
    r"-----BEGIN (?P<what>[A-Z0-9 ]+)-----(?P<body>.*?)-----END (?P=what)-----", re.DOTALL
)
ASK_FOR_ONE = "Paste one certificate, from -----BEGIN CERTIFICATE----- to its end."


@dataclass(frozen=True, slots=True)
class SamlTrust:
    """A provider as an owner trusts it; one or two certificates, each as PEM in its one form."""

    issuer: str
    sign_in_url: str
    certificates: tuple[str, ...]


def certificate_end(pem: str) -> datetime:
    """Return the moment, in UTC, after which a certificate is no longer good."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc


def clean_trust(issuer: str, sign_in_url: str, certificates: Iterable[str]) -> SamlTrust:
    """Return what is trusted as it is kept, from what was typed. Raises Refused with its field.

    A certificate that is left blank is none, and one that comes twice is one.
    """
    name = _clean_issuer(issuer)
    url = _clean_url(sign_in_url)
    kept = tuple(dict.fromkeys(clean_certificate(text) for text in certificates if text.strip()))
    if not kept:
        raise _refused("certificates", f"A provider has a certificate. {ASK_FOR_ONE}")
    if len(kept) > MOST_CERTIFICATES:
        sentence = f"At most {MOST_CERTIFICATES} certificates are trusted at a time."
        raise _refused("certificates", sentence)
    return SamlTrust(name, url, kept)


def _clean_issuer(text: str) -> str:
    name = text.strip()
    if not name or len(name) > LONGEST_ISSUER or not name.isprintable() or " " in name:
        sentence = (
            f"The issuer is one word of at most {LONGEST_ISSUER} characters, often an address."
        )
        raise _refused("issuer", sentence)
    return name


def _clean_url(text: str) -> str:
    url = text.strip()
    refused = _refused("sign_in_url", "Write an address that begins with https://.")
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise refused
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise refused from None
    if not host or parts.fragment or "@" in parts.netloc:
        raise refused
    plain = parts.scheme == "http" and not settings.PRODUCTION and _is_loopback(host)
    if parts.scheme != "https" and not plain:
        raise refused
    return url


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def clean_certificate(text: str) -> str:
    """Return a certificate as PEM in its one form, from PEM or from base64 alone. Raises Refused.

    Its key is RSA of 2048 bits or more, or of an elliptic curve of 256 or more. Whether it has
    ended is not asked: that is shown, and mailed before.
    """
    try:
        found = x509.load_der_x509_certificate(b64decode(_body_of(text), validate=True))
        key = found.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refused("certificates", f"This is no certificate. {ASK_FOR_ONE}") from error
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise _refused("certificates", "The key of the certificate is neither RSA nor ECDSA.")
    least = LEAST_RSA if isinstance(key, rsa.RSAPublicKey) else LEAST_EC
    if key.key_size < least:
        sentence = f"The key of the certificate has {key.key_size} bits; {least} are the least."
        raise _refused("certificates", sentence)
    return found.public_bytes(Encoding.PEM).decode()


def _body_of(text: str) -> str:
    """Return the base64 of the one certificate in a text. Raises Refused."""
    blocks = list(BLOCK.finditer(text))
    if any("PRIVATE KEY" in block["what"] for block in blocks):
        sentence = "This holds a private key, which stays with the provider. Make a new one there."
        raise _refused("certificates", sentence)
    bodies = [block["body"] for block in blocks if block["what"] == "CERTIFICATE"]
    if len(bodies) > 1:
        raise _refused("certificates", f"These are several certificates. {ASK_FOR_ONE}")
    return "".join((bodies[0] if bodies else text).split())


def _refused(field: str, sentence: str) -> Refused:
    return Refused("P6", sentence, field=field)
