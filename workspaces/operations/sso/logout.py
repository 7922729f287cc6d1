"""Ends the sessions that a provider's own logout names (P10, OpenID Back-Channel Logout 1.0)."""

from django.utils import timezone

from workspaces.models import SsoConnection, VouchedSession
from workspaces.operations.sso import sessions, trust as trusts
from workspaces.operations.sso.openid.provider import OpenIdTrust, read_provider
from workspaces.operations.sso.spent import spend
from workspaces.operations.sso.vouched import Unvouched


def end_named(connection: SsoConnection, token: str) -> int:
    """End what a logout token names: one session of a person, or all; return how many ended.

    Raises Unvouched for a token that is not believed, or came before; Refused where the
    provider cannot be read.
    """
    from workspaces.operations.sso.openid.logout import (  # noqa: PLC0415 - as in `languages`
        read_logout,
    )

    if connection.trusted is None:
        raise Unvouched("Nothing is trusted here.", "the connection was never tested")
    trust = trusts.read(connection.kind, connection.trusted)
    if not isinstance(trust, OpenIdTrust):
        raise Unvouched("This is no such connection.", "not an OpenID connection")
    said = read_logout(token, read_provider(trust.issuer), trust, now=timezone.now())
    spend(connection, said.token_id, said.ends)
    rows = VouchedSession.objects.filter(
        binding__connection=connection, binding__issuer=trust.issuer
    )
    if said.subject:
        rows = rows.filter(binding__subject=said.subject)
    if said.session_id:
        rows = rows.filter(session_id=said.session_id)
    return sessions.end(rows)
