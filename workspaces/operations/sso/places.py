"""Where a connection's provider reaches us: the addresses it has to know (P6)."""

from accounts.outbox import absolute
from workspaces.models import SsoConnection
from workspaces.operations.sso.saml.ours import Ours


def of(connection: SsoConnection, door: str) -> str:
    """Return the whole address of one of its doors, at the host that the settings name."""
    return absolute(connection.url(door))


def saml_of(connection: SsoConnection) -> Ours:
    """Return what we are called by a SAML provider, and where its answers go."""
    return Ours(entity_id=of(connection, "metadata"), acs_url=of(connection, "acs"))
