"""Signed tokens of a provider: whose signature it is, for whom, and for when (P7)."""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry, deserialize_compact

from workspaces.operations.sso.openid.documents import Unread, object_of, shown
from workspaces.operations.sso.openid.keys import key_of
from workspaces.operations.sso.openid.provider import OpenIdTrust, Provider
from workspaces.operations.sso.vouched import Unvouched

SKEW = timedelta(seconds=60)  # by which clocks may differ
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
MOST_SIGNS = 32_768  # of a whole token
HEADER_BYTES = 4096
LATEST = 253_402_300_799  # the last second of the year 9999
ID_LENGTH = 255  # characters of a subject, a session or a token's own id
NOBODY = (
    "What your provider sent could not be trusted, so nobody was signed in. Try again; if it "
    "stays so, an owner of the workspace can see why."
)


def unvouched(raw: str) -> Unvouched:
    """Return the refusal of what cannot be trusted, for the reason `raw`."""
    return Unvouched(NOBODY, raw)


@dataclass(frozen=True, slots=True)
class Signed:
    """A token whose signature is the provider's: its algorithm, its type if named, its claims."""

    algorithm: str
    kind: str
    claims: dict[str, Any]

    def text(self, name: str) -> str:
        """Return a claim that is an id: visible, of a length, without blanks at its ends.

        Empty where there is none. Raises Unvouched for what is no id.
        """
        found = self.claims.get(name, "")
        if not isinstance(found, str) or not found.isprintable():
            raise unvouched(f"{name} is no text")
        if found != found.strip() or len(found) > ID_LENGTH:
            raise unvouched(f"{name} has blanks at its ends, or over {ID_LENGTH} characters")
        return found

    def moment(self, name: str) -> float | None:
        """Return a claim that is a time, in seconds since 1970. Raises Unvouched."""
        if name not in self.claims:
            return None
        found = self.claims[name]
        number = isinstance(found, int | float) and not isinstance(found, bool)
        if not number or not 0 <= found <= LATEST:
            raise unvouched(f"{name} is no time")
        return float(found)


def signed_by(provider: Provider, token: str) -> Signed:
    """Return a token that one of the provider's published keys has signed. Raises Unvouched."""
    if len(token) > MOST_SIGNS or not COMPACT.fullmatch(token):
        raise unvouched("the token is no signed JWT")
    head = _part(token, 0)
    algorithm, kid, kind = head.get("alg"), head.get("kid"), head.get("typ", "")
    if algorithm not in provider.algorithms:
        raise unvouched(f"the token is signed by {shown(algorithm)}, which is not allowed")
    if "crit" in head or "b64" in head:
        raise unvouched("the token asks for what is not known here (crit)")
    if not isinstance(kid, str | None) or not isinstance(kind, str):
        raise unvouched("the head of the token is not well formed")
    key = key_of(provider.jwks_uri, kid, str(algorithm))
    if key is None:
        raise unvouched(f"there is no published key {shown(kid or '')} for {algorithm}")
    try:
        deserialize_compact(token, key, registry=_Allowed(algorithms=provider.algorithms))
    except (JoseError, ValueError, TypeError) as error:
        raise unvouched("the signature is not good") from error
    return Signed(str(algorithm), kind.lower(), _part(token, 1))


class _Allowed(JWSRegistry):
    """The algorithms a provider signs by, and no others."""

    max_header_length = HEADER_BYTES

    def __init__(self, algorithms: tuple[str, ...]) -> None:
        super().__init__(algorithms=algorithms, strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        # The library warns of EdDSA, by which name providers still call Ed25519.
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


def _part(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number]
    try:
        return object_of(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (Unread, ValueError) as error:
        raise unvouched("the token is not made of JSON objects") from error


def require_ours(signed: Signed, provider: Provider, trust: OpenIdTrust) -> None:
    """Require that a token is of this provider, for this client alone. Raises Unvouched."""
    claims = signed.claims
    if claims.get("iss") != provider.issuer:
        raise unvouched(f"the token is of another issuer: {shown(claims.get('iss'))}")
    named = claims.get("aud")
    audience = named if isinstance(named, list) else [named]
    if not audience or any(one != trust.client_id for one in audience):
        raise unvouched(f"the token is for others: {shown(named)}")
    authorized = claims.get("azp", None if len(audience) > 1 else trust.client_id)
    if authorized != trust.client_id:
        raise unvouched(f"the token was made for another client: {shown(authorized)}")


def require_now(signed: Signed, now: datetime) -> None:
    """Require that a token was made before now, and has not ended. Raises Unvouched.

    Its end is looked at where it has one.
    """
    at, skew = now.timestamp(), SKEW.total_seconds()
    made, begins, ends = (signed.moment(name) for name in ("iat", "nbf", "exp"))
    if made is None:
        raise unvouched("the token does not say when it was made")
    if made > at + skew or (begins is not None and begins > at + skew):
        raise unvouched("the token is of the future")
    if ends is not None and ends + skew <= at:
        raise unvouched("the token has ended")
