"""What of a provider is trusted, as the database keeps it: a client's secret is sealed."""

from datetime import datetime
from typing import Any

from accounts.sign_in import sealing
from workspaces.models import ConnectionKind, SsoConnection
from workspaces.operations.sso.openid.provider import OpenIdTrust
from workspaces.operations.sso.saml.trust import SamlTrust, certificate_end

Trust = SamlTrust | OpenIdTrust


def kept(trust: Trust) -> dict[str, Any]:
    """Return what the database keeps of it; `read` gives it back."""
    if isinstance(trust, SamlTrust):
        return {
            "issuer": trust.issuer,
            "sign_in_url": trust.sign_in_url,
            "certificates": list(trust.certificates),
        }
    return {
        "issuer": trust.issuer,
        "client_id": trust.client_id,
        "client_secret": sealing.seal(trust.client_secret),
    }


def read(kind: str, values: dict[str, Any]) -> Trust:
    """Return what `kept` wrote. Raises InvalidToken where the site's key does not fit."""
    if kind == ConnectionKind.SAML:
        return SamlTrust(values["issuer"], values["sign_in_url"], tuple(values["certificates"]))
    return OpenIdTrust(
        values["issuer"], values["client_id"], sealing.unseal(values["client_secret"])
    )


def same(kind: str, values: dict[str, Any] | None, trust: Trust) -> bool:
    """Whether the database keeps just this; what is sealed reads otherwise each time."""
    return values is not None and read(kind, values) == trust


def certificate_ends(values: dict[str, Any] | None) -> list[datetime]:
    """Return when the certificates among kept values end, the first to end first."""
    return sorted(certificate_end(one) for one in (values or {}).get("certificates", ()))


def ends_of(connection: SsoConnection) -> list[datetime]:
    """Return when the certificates in force end; a connection without any has none."""
    return certificate_ends(connection.trusted or connection.wanted)
