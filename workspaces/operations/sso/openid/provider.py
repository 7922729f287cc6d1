"""Who a provider of OpenID Connect is, by what an owner typed and by what it says itself (P6)."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache

from accounts.addresses import BLANKS
from workspaces.errors import Refused
from workspaces.operations.sso.network import outside
from workspaces.operations.sso.openid.documents import Unread, cache_key, object_at, texts_in

WELL_KNOWN = "/.well-known/openid-configuration"
LASTS = timedelta(hours=1)
LENGTHS = {"issuer": 255, "client_id": 255, "client_secret": 500}  # characters
# Signed with a private key, checked with a published one; never `none`, never a shared secret.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenIdTrust:
    """What a connection trusts: an issuer, and as whom the console asks it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider says about itself, as far as it was checked.

    `basic` is whether the client's secret goes into a header, else into the form;
    `names_itself` whether each answer carries the issuer (RFC 9207). Without
    `userinfo_endpoint` all that is known of a person stands in the ID token.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    userinfo_endpoint: str = ""
    basic: bool = True
    names_itself: bool = False


def clean_trust(issuer: str, client_id: str, client_secret: str) -> OpenIdTrust:
    """Return what an owner typed, in the form it is kept. Raises Refused, by the field (P6)."""
    return OpenIdTrust(
        _clean_issuer(issuer.strip(BLANKS)),
        _clean("client_id", client_id.strip(BLANKS)),
        _clean("client_secret", client_secret.strip(BLANKS)),
    )


def _clean_issuer(text: str) -> str:
    issuer = _clean("issuer", text)
    if WELL_KNOWN in issuer:
        raise _refused(f"Write the issuer alone, without {WELL_KNOWN}.")
    try:
        outside.checked(issuer)
    except outside.Unreached:
        raise _refused("An issuer is an address such as https://login.example.org.") from None
    if "?" in issuer:
        raise _refused("An issuer is an address without a question mark.")
    return issuer


def _clean(name: str, text: str) -> str:
    if not text:
        raise Refused("P6", "This is needed.", field=name)
    if not text.isascii() or not text.isprintable() or len(text) > LENGTHS[name]:
        sentence = f"These are at most {LENGTHS[name]} plain letters, digits and signs."
        raise Refused("P6", sentence, field=name)
    return text


def discover(issuer: str) -> Provider:
    """Ask a provider who it is, and check what it says. Raises Refused (P6)."""
    return _understood(issuer, _asked(issuer))


def read_provider(issuer: str) -> Provider:
    """Return a provider as it was within the last hour, for all nodes. Raises Refused (P6).

    What is kept is what it said: it is checked by this version's rules each time.
    """
    key = cache_key("provider", issuer)
    kept = cache.get(key)
    if kept is not None:
        return _understood(issuer, json.loads(kept))
    said = _asked(issuer)
    found = _understood(issuer, said)
    cache.set(key, json.dumps(said), LASTS.total_seconds())
    return found


def _asked(issuer: str) -> dict[str, Any]:
    try:
        return object_at(issuer.removesuffix("/") + WELL_KNOWN)
    except Unread as error:
        raise _refused(f"What the provider says about itself {error}.") from error


def _understood(issuer: str, said: dict[str, Any]) -> Provider:
    if said.get("issuer") != issuer:
        raise _refused("The provider names another issuer. Write it exactly as it does.")
    if "code" not in (texts_in(said, "response_types_supported") or []):
        raise _refused("The provider does not offer the code flow.")
    if "S256" not in (texts_in(said, "code_challenge_methods_supported") or ["S256"]):
        raise _refused("The provider does not offer PKCE with S256.")
    offered = texts_in(said, "id_token_signing_alg_values_supported") or []
    algorithms = tuple(one for one in ALGORITHMS if one in offered)
    if not algorithms:
        raise _refused("The provider signs by no algorithm of published keys.")
    userinfo = "userinfo_endpoint" in said
    return Provider(
        issuer,
        _endpoint(said, "authorization_endpoint"),
        _endpoint(said, "token_endpoint"),
        _endpoint(said, "jwks_uri"),
        algorithms,
        userinfo_endpoint=_endpoint(said, "userinfo_endpoint") if userinfo else "",
        basic=_takes_basic(said),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(said: dict[str, Any], name: str) -> str:
    url = said.get(name)
    try:
        outside.checked(url if isinstance(url, str) else "")
    except outside.Unreached:
        raise _refused(f"The provider's {name} is no https address.") from None
    return str(url)


def _takes_basic(said: dict[str, Any]) -> bool:
    ways = texts_in(said, "token_endpoint_auth_methods_supported")
    if ways is None or "client_secret_basic" in ways:
        return True
    if "client_secret_post" in ways:
        return False
    raise _refused("The provider takes no client secret.")


def _refused(sentence: str) -> Refused:
    return Refused("P6", sentence, field="issuer")
