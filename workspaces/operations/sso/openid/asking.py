"""What a browser is sent to a provider with (P7, P9)."""

import secrets
from dataclasses import dataclass, field

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from workspaces.operations.sso.openid.provider import OpenIdTrust, Provider

SCOPE = "openid email profile"
DRAWN_BYTES = 32  # of each secret: 43 characters, as PKCE wants at least


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the browser goes, and the three secrets its session keeps until it comes back."""

    url: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def ask(provider: Provider, trust: OpenIdTrust, callback_url: str, *, force: bool) -> Asked:
    """Return the address to send a browser to, for the code flow with PKCE, state and nonce.

    With `force` the person has to sign in there again, whatever they did before (P9).
    """
    state, nonce, verifier = (secrets.token_urlsafe(DRAWN_BYTES) for _ in range(3))
    url = prepare_grant_uri(
        provider.authorization_endpoint,
        trust.client_id,
        "code",
        redirect_uri=callback_url,
        scope=SCOPE,
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        prompt="login" if force else None,
        max_age="0" if force else None,
    )
    return Asked(url, state, nonce, verifier)
