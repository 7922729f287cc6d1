"""The two languages of providers behind one face: what is asked, and how an answer is read (P7).

What speaks them is imported when somebody does: their libraries are as large as a third of the
site, and most sites hear one of the two, or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import get_random_string

from workspaces.models import ConnectionKind, SsoConnection
from workspaces.operations.sso import places
from workspaces.operations.sso.openid.provider import OpenIdTrust, read_provider
from workspaces.operations.sso.trust import Trust
from workspaces.operations.sso.vouched import Unvouched, Vouched

KEY_LENGTH = 22  # characters that come back as RelayState
SKEW = timedelta(seconds=60)  # by which a provider's clock may differ
KEYS = {ConnectionKind.SAML: "RelayState", ConnectionKind.OPENID: "state"}  # what comes back by


@dataclass(frozen=True, slots=True)
class Question:
    """Where the browser goes, and what it has to remember until an answer comes by `key`."""

    url: str
    key: str
    request_id: str = ""
    state: str = ""
    nonce: str = ""
    verifier: str = ""


def question(connection: SsoConnection, trust: Trust, *, force: bool) -> Question:
    """Ask a provider who somebody is; anew, whatever they did before, with `force` (P9).

    Raises Refused where an OpenID provider's description cannot be read.
    """
    from workspaces.operations.sso.openid import asking as openid  # noqa: PLC0415 - as above
    from workspaces.operations.sso.saml import asking as saml  # noqa: PLC0415

    if isinstance(trust, OpenIdTrust):
        provider = read_provider(trust.issuer)
        asked = openid.ask(provider, trust, places.of(connection, "callback"), force=force)
        return Question(
            asked.url, asked.state, state=asked.state, nonce=asked.nonce, verifier=asked.verifier
        )
    key = get_random_string(KEY_LENGTH)
    sent = saml.ask(trust, places.saml_of(connection), relay=key, force=force)
    return Question(sent.url, key, request_id=sent.request_id)


def answer(
    connection: SsoConnection,
    trust: Trust,
    said: Mapping[str, str],
    asked: Question | None,
    *,
    force_since: datetime | None = None,
) -> Vouched:
    """Return whom an answer names. Raises Unvouched; Refused where the provider cannot be read.

    `asked` is what this browser asked, None where it did not: only SAML knows such answers, and
    only a connection that allows them. After `force_since` the person has to have proved anew
    who they are.
    """
    from workspaces.operations.sso.openid import answers as openid  # noqa: PLC0415 - as above
    from workspaces.operations.sso.saml import answers as saml  # noqa: PLC0415

    now = timezone.now()
    if isinstance(trust, OpenIdTrust):
        if asked is None:
            raise Unvouched("This answer belongs to no sign-in of this browser.", "unknown state")
        return openid.read(
            said, asked, read_provider(trust.issuer), trust, places.of(connection, "callback"),
            now=now, force_since=force_since,
        )  # fmt: skip
    if asked is None and not connection.unasked:
        raise Unvouched("Sign in from the page of this console.", "nobody asked for it")
    vouched = saml.read(
        said.get("SAMLResponse", ""),
        trust,
        places.saml_of(connection),
        asked=asked.request_id if asked else None,
        now=now,
    )
    if force_since is not None:
        at = vouched.authenticated_at
        if at is None or at < force_since - SKEW:
            raise Unvouched(
                "Your provider did not ask you anew who you are.", f"authenticated at {at}"
            )
    return vouched
