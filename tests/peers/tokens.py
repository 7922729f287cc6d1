"""Keys and signed tokens as a provider makes them, or as somebody else would like to."""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

P256_BYTES = 32


def b64(data: bytes | str | dict[str, Any]) -> str:
    """Return data, or JSON, in the alphabet of tokens."""
    text = json.dumps(data) if isinstance(data, dict) else data
    raw = text.encode() if isinstance(text, str) else text
    return urlsafe_b64encode(raw).decode().rstrip("=")


def b64_number(number: int, length: int | None = None) -> str:
    return b64(number.to_bytes(length or (number.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class Key:
    """A private key, by the name and for the algorithm under which it is published."""

    kid: str
    algorithm: str
    private: Any

    def published(self, **changes: Any) -> dict[str, Any]:
        public = self.private.public_key()
        head = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        return {**head, **self._numbers(public), **changes}

    def _numbers(self, public: Any) -> dict[str, str]:
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            return {"kty": "RSA", "n": b64_number(numbers.n), "e": b64_number(numbers.e)}
        if isinstance(public, ec.EllipticCurvePublicKey):
            numbers = public.public_numbers()
            x, y = (b64_number(one, P256_BYTES) for one in (numbers.x, numbers.y))
            return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes_raw())}

    def signature(self, text: bytes) -> bytes:
        if self.algorithm == "RS256":
            return self.private.sign(text, padding.PKCS1v15(), SHA256())
        if self.algorithm == "PS256":
            mask = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
            return self.private.sign(text, mask, SHA256())
        if self.algorithm == "ES256":
            r, s = utils.decode_dss_signature(self.private.sign(text, ec.ECDSA(SHA256())))
            return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")
        return self.private.sign(text)

    def token(self, claims: dict[str, Any], **head: Any) -> str:
        """Return a token signed by this key; `head` changes what its head says."""
        named = {"alg": self.algorithm, "kid": self.kid, **head}
        text = f"{b64({k: v for k, v in named.items() if v is not None})}.{b64(claims)}"
        return f"{text}.{b64(self.signature(text.encode()))}"


def elliptic(kid: str = "one") -> Key:
    return Key(kid, "ES256", ec.generate_private_key(ec.SECP256R1()))


def edwards(kid: str = "one", algorithm: str = "EdDSA") -> Key:
    return Key(kid, algorithm, ed25519.Ed25519PrivateKey.generate())


def of_rsa(kid: str = "one", algorithm: str = "RS256", bits: int = 2048) -> Key:
    return Key(kid, algorithm, rsa.generate_private_key(65537, bits))


def unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    return f"{b64({'alg': algorithm})}.{b64(claims)}."


def by_secret(claims: dict[str, Any], secret: bytes, kid: str = "one") -> str:
    """Return a token signed by a shared secret, whatever that may be in truth."""
    text = f"{b64({'alg': 'HS256', 'kid': kid})}.{b64(claims)}"
    return f"{text}.{b64(hmac.digest(secret, text.encode(), 'sha256'))}"
