"""Connections to providers, whom they know, and sessions that they opened."""

from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.utils import timezone

from accounts.models.sign_in import SignIn
from tests.cast.factors import give_app
from tests.world import SYSTEM
from workspaces.change import lock_workspace
from workspaces.models import (
    ConnectionKind,
    ConnectionState,
    SsoBinding,
    SsoConnection,
    VouchedSession,
)
from workspaces.operations.sso import connections, requiring
from workspaces.operations.sso.openid.provider import OpenIdTrust
from workspaces.operations.sso.proving import domains
from workspaces.operations.sso.saml.trust import SamlTrust

ISSUER, SIGN_IN = "https://login.acme.example/saml", "https://login.acme.example/sso"
CLIENT, SECRET = "gatehouse", "s3cret-of-ours"
METADATA = """<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{issuer}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
        <ds:X509Certificate>{certificate}</ds:X509Certificate>
      </ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleSignOnService Location="{sign_in}"
      Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


@cache
def certificate(*, days: int = 400, of: str = "acme") -> str:
    """Return a provider's certificate, as PEM, that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, of)])
    ends = datetime.now().astimezone() + timedelta(days=days, hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=1000))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def saml(*, issuer=ISSUER, sign_in=SIGN_IN, certificates=()):
    return SamlTrust(issuer, sign_in, tuple(certificates) or (certificate(),))


def openid(*, issuer="https://login.acme.example", secret=SECRET):
    return OpenIdTrust(issuer, CLIENT, secret)


def metadata(*, issuer=ISSUER, sign_in=SIGN_IN, pem=None):
    """Return what a SAML provider says of itself."""
    body = "".join((pem or certificate()).strip().splitlines()[1:-1])
    return METADATA.format(issuer=issuer, sign_in=sign_in, certificate=body)


def a_connection(workspace, name="Acme SSO", trust=None, *, tested=True, active=False):
    """Add a connection; an active one is tested by the operator's word."""
    trust = trust or saml()
    kind = ConnectionKind.SAML if isinstance(trust, SamlTrust) else ConnectionKind.OPENID
    made = connections.add(workspace, name, kind, trust, by=SYSTEM)
    if active:
        return connections.switch(made, ConnectionState.ACTIVE, by=SYSTEM, untested=True)
    return connections.pass_test(made, by=SYSTEM) if tested else made


def bound(connection, user, subject="u-1007"):
    """Let a connection know somebody by an id."""
    issuer = (connection.latest or {}).get("issuer", ISSUER)
    with lock_workspace(connection.workspace_id):
        return SsoBinding.objects.create(
            workspace=connection.workspace, connection=connection, user=user,
            issuer=issuer, subject=subject,
        )  # fmt: skip


def vouch(binding, *, own=True):
    """Let a connection have opened the sessions of whom it binds; also by own credentials?"""
    for sign_in in SignIn.objects.filter(user=binding.user, vouched=None):
        VouchedSession.objects.create(sign_in=sign_in, binding=binding, vouched_at=timezone.now())
    SignIn.objects.filter(user=binding.user).update(own=own)


def requires(world, *, exempt="ada"):
    """Require single sign-on; somebody who has a second factor is the way back."""
    domains.prove_by_operator(world.workspace, world.domain, by=SYSTEM)
    connection = a_connection(world.workspace, active=True)
    give_app(world.user(exempt))
    requiring.exempt(world.workspace, [world.member(exempt).public_id], exempt=True, by=SYSTEM)
    requiring.require(world.workspace, on=True, vouched=True, by=SYSTEM)
    world.workspace.refresh_from_db()
    return SsoConnection.objects.select_related("workspace").get(pk=connection.pk)
