"""Where each field lies at the providers people use most, in those providers' own words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workspaces.models import ConnectionKind

ENTITY_ID, ACS, START = _("Entity ID"), _("Address for answers"), _("Start address")
CALLBACK, LOGOUT = _("Callback"), _("Back-channel logout address")
METADATA, ISSUER, SIGN_IN = _("Address of the metadata"), _("Issuer"), _("Sign-in address")
CERTIFICATE, CLIENT_ID, SECRET = _("Certificate"), _("Client ID"), _("Client secret")
MAIL = _("The person's address")
Text = str | Promise


@dataclass(frozen=True, slots=True)
class ProviderHelp:
    """Where one begins there, and pairs of (their field, what it is here)."""

    name: str
    place: str
    fields: tuple[tuple[str, Text], ...]
    note: Text = ""


SAML = (
    ProviderHelp(
        "Okta",
        "Applications > Create App Integration > SAML 2.0",
        (
            ("Single sign-on URL", ACS),
            ("Audience URI (SP Entity ID)", ENTITY_ID),
            ("Name ID format", "Persistent"),
            ("Attribute Statements: email = user.email", MAIL),
            ("Sign On > Metadata URL", METADATA),
            ("Sign On > More details > Issuer", ISSUER),
            ("Sign On > More details > Sign on URL", SIGN_IN),
            ("Sign On > More details > Signing Certificate", CERTIFICATE),
        ),
        _("Assign people or groups to the app under Assignments."),
    ),
    ProviderHelp(
        "Microsoft Entra",
        "Enterprise applications > New application > Create your own application > "
        "Single sign-on > SAML",
        (
            ("Identifier (Entity ID)", ENTITY_ID),
            ("Reply URL (Assertion Consumer Service URL)", ACS),
            ("Sign on URL", START),
            ("Attributes & Claims > emailaddress = user.mail", MAIL),
            ("App Federation Metadata Url", METADATA),
            ("Microsoft Entra Identifier", ISSUER),
            ("Login URL", SIGN_IN),
            ("Certificate (Base64)", CERTIFICATE),
        ),
        _("Let the Unique User Identifier be user.objectid, so that it lasts."),
    ),
    ProviderHelp(
        "Google Workspace",
        "Apps > Web and mobile apps > Add app > Add custom SAML app",
        (
            ("ACS URL", ACS),
            ("Entity ID", ENTITY_ID),
            ("Start URL", START),
            ("Name ID format", "PERSISTENT"),
            ("Attributes > Primary email = email", MAIL),
            ("Download metadata", _("The file of the metadata")),
            ("Entity ID (Google Identity Provider details)", ISSUER),
            ("SSO URL", SIGN_IN),
            ("Certificate", CERTIFICATE),
        ),
        _("Turn the app on for your people under User access."),
    ),
    ProviderHelp(
        "Keycloak",
        "Clients > Create client > SAML",
        (
            ("Client ID", ENTITY_ID),
            ("Master SAML Processing URL", ACS),
            ("Valid redirect URIs", ACS),
            ("Home URL", START),
            ("Name ID format", "persistent"),
            ("Client scopes > Dedicated > Add predefined mapper > X500 email", MAIL),
            ("Realm settings > Endpoints > SAML 2.0 Identity Provider Metadata", METADATA),
        ),
        _("Sign assertions: on. Client signature required: off."),
    ),
)
OPENID = (
    ProviderHelp(
        "Okta",
        "Applications > Create App Integration > OIDC > Web Application",
        (
            ("Sign-in redirect URIs", CALLBACK),
            ("Initiate login URI", START),
            ("Client ID", CLIENT_ID),
            ("Client secrets", SECRET),
            ("https://<your domain>.okta.com", ISSUER),
        ),
        _("Assign people or groups to the app under Assignments."),
    ),
    ProviderHelp(
        "Microsoft Entra",
        "App registrations > New registration",
        (
            ("Redirect URI (Web)", CALLBACK),
            ("Branding & properties > Home page URL", START),
            ("Application (client) ID", CLIENT_ID),
            ("Certificates & secrets > New client secret > Value", SECRET),
            ("https://login.microsoftonline.com/<Directory (tenant) ID>/v2.0", ISSUER),
            ("Token configuration > Optional claims > ID > email, xms_edov", MAIL),
        ),
    ),
    ProviderHelp(
        "Google Workspace",
        "Google Cloud console > Google Auth Platform > Clients > Create client > Web application",
        (
            ("Authorized redirect URIs", CALLBACK),
            ("Client ID", CLIENT_ID),
            ("Client secret", SECRET),
            ("https://accounts.google.com", ISSUER),
        ),
        _("Let the audience be Internal."),
    ),
    ProviderHelp(
        "Keycloak",
        "Clients > Create client > OpenID Connect",
        (
            ("Valid redirect URIs", CALLBACK),
            ("Home URL", START),
            ("Backchannel logout URL", LOGOUT),
            ("Client ID", CLIENT_ID),
            ("Credentials > Client Secret", SECRET),
            ("https://<host>/realms/<realm>", ISSUER),
        ),
        _("Client authentication: on. Users > Email verified: on, or nobody is let in."),
    ),
)
PROVIDERS = {ConnectionKind.SAML: SAML, ConnectionKind.OPENID: OPENID}
