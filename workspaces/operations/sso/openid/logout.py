"""Logout tokens, by which a provider ends sessions behind the browser's back (P10)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workspaces.operations.sso.openid.provider import OpenIdTrust, Provider
from workspaces.operations.sso.openid.signed import (
    SKEW,
    require_now,
    require_ours,
    signed_by,
    unvouched,
)

EVENT = "http://schemas.openid.net/event/backchannel-logout"
KINDS = frozenset({"", "logout+jwt", "application/logout+jwt", "jwt"})
GOOD_FOR = timedelta(minutes=10)  # after it was made, whatever end it names


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """Whose sessions end: all of a subject, or those of one session at the provider.

    One of the two may be empty; where both are there, the one session of the subject is meant.
    `token_id` is good once until `ends`, after which the token is refused for its age.
    """

    subject: str
    session_id: str
    token_id: str
    ends: datetime


def read_logout(token: str, provider: Provider, trust: OpenIdTrust, *, now: datetime) -> LoggedOut:
    """Return whom a provider has signed out, by a logout token. Raises Unvouched.

    An ID token is none, though signed by the same key: it has a nonce, and names no event
    (OpenID Connect Back-Channel Logout 1.0, 2.6).
    """
    signed = signed_by(provider, token)
    if signed.kind not in KINDS:
        raise unvouched("the token is of another type than a logout token")
    require_ours(signed, provider, trust)
    require_now(signed, now)
    events = signed.claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise unvouched("the token says of no logout (events)")
    if "nonce" in signed.claims:
        raise unvouched("the token has a nonce, as no logout token has")
    token_id, subject, session_id = (signed.text(name) for name in ("jti", "sub", "sid"))
    if not token_id:
        raise unvouched("the token has no id of its own (jti)")
    if not subject and not session_id:
        raise unvouched("the token names neither a subject nor a session")
    made = datetime.fromtimestamp(signed.moment("iat") or 0, UTC)
    ends = made + GOOD_FOR + SKEW
    if ends <= now:
        raise unvouched("the token is old")
    return LoggedOut(subject, session_id, token_id, ends)
