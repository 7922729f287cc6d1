"""Reads what a provider answers about a person, and believes none of it unchecked (P7, P9)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from secrets import compare_digest
from typing import Any, Protocol

from authlib.oidc.core.util import create_half_hash
from django.utils.datastructures import MultiValueDict

from workspaces.operations.sso.network import outside
from workspaces.operations.sso.openid.documents import Unread, as_texts, object_at, object_of, shown
from workspaces.operations.sso.openid.people import address_in, name_in
from workspaces.operations.sso.openid.provider import OpenIdTrust, Provider
from workspaces.operations.sso.openid.signed import (
    SKEW,
    Signed,
    require_now,
    require_ours,
    signed_by,
    unvouched,
)
from workspaces.operations.sso.vouched import Unvouched, Vouched

TURNED_DOWN = "Your provider did not sign you in."
STALE = "Your provider did not ask you to sign in again, so this is no proof of who you are."


class Kept(Protocol):
    """What the session of a browser has kept since it was sent away."""

    @property
    def state(self) -> str: ...
    @property
    def nonce(self) -> str: ...
    @property
    def verifier(self) -> str: ...


def read(
    query: Mapping[str, str],
    asked: Kept,
    provider: Provider,
    trust: OpenIdTrust,
    callback_url: str,
    *,
    now: datetime,
    force_since: datetime | None = None,
) -> Vouched:
    """Return whom a provider vouches for, by the query a browser came back with.

    The code in it is exchanged at the provider, which spends it. `force_since` is when the
    person was sent away to sign in again: they must have done so since then (P9). Raises
    Unvouched for whatever is not as it has to be.
    """
    code = _code_in(query, asked, provider)
    form = {"code": code, "redirect_uri": callback_url, "code_verifier": asked.verifier}
    id_token, access_token = _exchanged(form, provider, trust)
    signed = signed_by(provider, id_token)
    require_ours(signed, provider, trust)
    _require_of_this_browser(signed, asked.nonce, access_token)
    if "exp" not in signed.claims:
        raise unvouched("the ID token has no end (exp)")
    require_now(signed, now)
    authenticated_at = _authenticated_at(signed, now, force_since)
    subject = signed.text("sub")
    if not subject:
        raise unvouched("the ID token names nobody (sub)")
    person = signed.claims
    if not person.get("email"):
        person = _said_of(subject, provider, access_token)
    return Vouched(
        issuer=provider.issuer,
        subject=subject,
        address=address_in(person),
        name=name_in(person),
        session_id=signed.text("sid"),
        authenticated_at=authenticated_at,
        said=as_texts({**person, **signed.claims}),
    )


def _code_in(query: Mapping[str, str], asked: Kept, provider: Provider) -> str:
    """Return the code a browser came back with, for what it was sent away with."""
    if not asked.state or not compare_digest(_one(query, "state").encode(), asked.state.encode()):
        raise unvouched("the answer is not for what this browser asked (state)")
    issuer = _one(query, "iss")
    if ("iss" in query or provider.names_itself) and issuer != provider.issuer:
        raise unvouched(f"the answer is of another issuer: {shown(issuer)}")
    if "error" in query:
        words = f"{_one(query, 'error')}: {_one(query, 'error_description')}"
        raise Unvouched(TURNED_DOWN, f"the provider says {shown(words)}")
    code = _one(query, "code")
    if not code:
        raise unvouched("the answer has no code")
    return code


def _one(query: Mapping[str, str], name: str) -> str:
    """Return a value that comes once, empty where it does not come."""
    if isinstance(query, MultiValueDict) and len(query.getlist(name)) > 1:
        raise unvouched(f"{name} comes more than once")
    found = query.get(name, "")
    return found.encode(errors="replace").decode()


def _exchanged(
    form: dict[str, str], provider: Provider, trust: OpenIdTrust
) -> tuple[str, str | None]:
    """Return the ID token and the access token for a code."""
    form = {"grant_type": "authorization_code", **form}
    auth = (trust.client_id, trust.client_secret)
    if not provider.basic:
        form |= {"client_id": trust.client_id, "client_secret": trust.client_secret}
    try:
        answer = outside.post_form(provider.token_endpoint, form, auth if provider.basic else None)
    except outside.Unreached as error:
        raise unvouched(f"the token endpoint was not reached: {error.why}") from error
    if answer.status != HTTPStatus.OK:
        words = shown(answer.body.decode(errors="replace"))
        raise unvouched(f"the token endpoint answered {answer.status} {words}")
    try:
        said = object_of(answer.body)
    except Unread as error:
        raise unvouched(f"what the token endpoint answers {error}") from error
    id_token, access_token = said.get("id_token"), said.get("access_token")
    if not isinstance(id_token, str):
        raise unvouched("the token endpoint gave no ID token")
    return id_token, access_token if isinstance(access_token, str) else None


def _require_of_this_browser(signed: Signed, nonce: str, access_token: str | None) -> None:
    """Require the nonce the browser was sent away with, and the access token beside it."""
    if not nonce or signed.claims.get("nonce") != nonce:
        raise unvouched("the ID token is not for what this browser asked (nonce)")
    if "at_hash" in signed.claims:
        # Both names of the one curve are hashed the same way.
        algorithm = "EdDSA" if signed.algorithm.startswith("Ed") else signed.algorithm
        expected = create_half_hash(access_token or "", algorithm).decode()
        if access_token is None or signed.claims["at_hash"] != expected:
            raise unvouched("the access token is another one (at_hash)")


def _authenticated_at(
    signed: Signed, now: datetime, force_since: datetime | None
) -> datetime | None:
    """Return when a person proved at the provider who they are; lately, where that is asked."""
    moment = signed.moment("auth_time")
    proved = None if moment is None else datetime.fromtimestamp(moment, UTC)
    if proved is not None and proved > now + SKEW:
        raise unvouched("auth_time is of the future")
    if force_since is not None and (proved is None or proved < force_since - SKEW):
        raise Unvouched(STALE, f"auth_time is {proved}, wanted since {force_since}")
    return proved


def _said_of(subject: str, provider: Provider, access_token: str | None) -> dict[str, Any]:
    """Return what the provider tells about a person whom the ID token only names."""
    if not provider.userinfo_endpoint or not access_token:
        return {}
    try:
        said = object_at(provider.userinfo_endpoint, bearer=access_token)
    except Unread as error:
        raise unvouched(f"what the provider tells about the person {error}") from error
    if said.get("sub") != subject:
        raise unvouched(f"it tells about another person: {shown(said.get('sub'))}")
    return said
