"""What owners hand in about a provider, as far as it is not written in the form itself (P6)."""

from http import HTTPStatus

from workspaces.errors import Refused
from workspaces.models import SsoConnection
from workspaces.operations.sso import trust as trusts
from workspaces.operations.sso.network import outside
from workspaces.operations.sso.openid.provider import OpenIdTrust, clean_trust, discover

XML = "application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1"
ANOTHER_PROVIDER = "The provider is another one. Write the secret it gave you."


def metadata_at(url: str) -> str:
    """Return the text at the address of a SAML provider's metadata. Raises Refused."""
    try:
        answer = outside.get(url.strip(), accept=XML)
    except outside.Unreached as error:
        raise _unread(f"There was no answer: {error.why}.") from error
    if answer.status != HTTPStatus.OK:
        raise _unread(f"The answer was {answer.status}.")
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unread("What is there is no text in UTF-8.") from error


def openid_of(
    connection: SsoConnection, issuer: str, client_id: str, client_secret: str
) -> OpenIdTrust:
    """Return what of an OpenID provider is to be trusted, once it said who it is.

    A blank secret is the one that is kept; to another issuer than its own it is never sent.
    Raises Refused by the field.
    """
    secret = client_secret.strip()
    kept = connection.latest
    if kept is not None and not secret:
        latest = trusts.read(connection.kind, kept)
        if isinstance(latest, OpenIdTrust):
            if issuer.strip() != latest.issuer:
                raise Refused("P6", ANOTHER_PROVIDER, field="client_secret")
            secret = latest.client_secret
    trust = clean_trust(issuer, client_id, secret)
    discover(trust.issuer)
    return trust


def _unread(sentence: str) -> Refused:
    return Refused("P6", sentence, field="address")
