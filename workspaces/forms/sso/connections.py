"""Forms of a connection: what it is called, what of its provider is trusted, who is exempt."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.text_fields import LineField
from workspaces.errors import Refused
from workspaces.forms.console.changes import ChangeForm, CreateForm
from workspaces.forms.console.names import PeopleField
from workspaces.models import ConnectionKind, SsoConnection, Workspace
from workspaces.models.sso.connection import NAME_LENGTH
from workspaces.operations.sso import handing_in
from workspaces.operations.sso.openid.provider import OpenIdTrust
from workspaces.operations.sso.saml import trust as saml
from workspaces.operations.sso.saml.trust import SamlTrust

TYPED_LENGTH = 2000  # characters; the operation says what is an issuer, an address, an id
PEM_LENGTH = 20_000  # characters of one certificate
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


def _name() -> LineField:
    return LineField(
        most=NAME_LENGTH,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("People read it on the button they sign in by."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _typed(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=TYPED_LENGTH,
        widget=forms.TextInput(attrs=PLAIN),
    )


def _pem(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=PEM_LENGTH,
        widget=forms.Textarea(attrs={**PLAIN, "rows": 4}),
    )


class NewConnectionForm(CreateForm):
    """The first step: which language the provider speaks, and what the connection is called."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=ConnectionKind.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Most providers speak both. Take the one you know."),
    )
    name = _name()


class ConnectionForm(ChangeForm):
    """What is decided here about a connection, whatever its provider says."""

    name = _name()
    makes_members = forms.BooleanField(
        label=gettext_lazy("Make members of those who come"),
        required=False,
        help_text=gettext_lazy(
            "Whoever has an address of a proved domain becomes a member with minimal access. "
            "Off: only members are let in."
        ),
    )
    unasked = forms.BooleanField(
        label=gettext_lazy("Let people begin at the provider"),
        required=False,
        help_text=gettext_lazy(
            "For a tile on the provider's own page. Answers come then that nobody here asked for."
        ),
    )

    def __init__(self, data: Any = None, *, connection: SsoConnection) -> None:
        initial = {name: getattr(connection, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        if connection.kind != ConnectionKind.SAML:
            del self.fields["unasked"]


class MetadataForm(ChangeForm):
    """What a SAML provider says of itself, in one of three ways."""

    WAYS = ("metadata", "file", "address")

    address = _typed(
        gettext_lazy("Address of the metadata"),
        gettext_lazy("It is read once, now."),
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Or the file"),
        required=False,
        help_text=gettext_lazy("XML, at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".xml,text/xml,application/xml"}),
    )
    metadata = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        max_length=saml.MOST_METADATA,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_file(self) -> str:
        """Return the text of the file; none where there is no file."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > saml.MOST_METADATA:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This is no text in UTF-8.")) from error
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and sum(bool(cleaned.get(way)) for way in self.WAYS) != 1:
            raise forms.ValidationError(_("Hand the metadata in by one of the three ways."))
        return cleaned

    def read(self) -> SamlTrust:
        """Return what the metadata of a valid form says. Raises Refused, by the way it came."""
        from workspaces.operations.sso.saml import metadata  # noqa: PLC0415 - as in `languages`

        said = self.cleaned_data
        way = next(one for one in self.WAYS if said[one])
        try:
            if way == "address":
                return metadata.read_metadata(handing_in.metadata_at(said[way]))
            return metadata.read_metadata(said[way])
        except Refused as refused:
            raise Refused(refused.rule, refused.messages[0], field=way) from refused


class SamlForm(ChangeForm):
    """The same by hand. Two certificates may be trusted at a time (P6)."""

    issuer = _typed(gettext_lazy("Issuer"), gettext_lazy("Also called entity ID."))
    sign_in_url = _typed(
        gettext_lazy("Sign-in address"),
        gettext_lazy("Also called SSO URL or login URL; the one for HTTP-Redirect."),
    )
    certificates = _pem(
        gettext_lazy("Certificate"), gettext_lazy("From -----BEGIN CERTIFICATE----- to its end.")
    )
    next_certificate = _pem(
        gettext_lazy("Second certificate"),
        gettext_lazy("The next one, while the provider goes over to it."),
        required=False,
    )

    def __init__(self, data: Any = None, *, values: Mapping[str, Any]) -> None:
        certificates = [*values.get("certificates", ()), "", ""]
        super().__init__(
            data,
            initial={
                "issuer": values.get("issuer", ""),
                "sign_in_url": values.get("sign_in_url", ""),
                "certificates": certificates[0],
                "next_certificate": certificates[1],
            },
        )

    def clean_certificates(self) -> str:
        return saml.clean_certificate(self.cleaned_data["certificates"])

    def clean_next_certificate(self) -> str:
        text: str = self.cleaned_data["next_certificate"]
        return saml.clean_certificate(text) if text.strip() else ""

    def read(self) -> SamlTrust:
        """Return what a valid form says is trusted. Raises Refused by the field."""
        said = self.cleaned_data
        certificates = (said["certificates"], said["next_certificate"])
        return saml.clean_trust(said["issuer"], said["sign_in_url"], certificates)


class OpenIdForm(ChangeForm):
    """What of an OpenID provider is trusted. The secret is only ever written."""

    issuer = _typed(
        gettext_lazy("Issuer"),
        gettext_lazy("Exactly as the provider writes it. It is asked at once who it is."),
    )
    client_id = _typed(gettext_lazy("Client ID"))
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        max_length=TYPED_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, connection: SsoConnection) -> None:
        self.connection = connection
        values = connection.latest or {}
        initial = {name: values.get(name, "") for name in ("issuer", "client_id")}
        super().__init__(data, initial=initial)
        if values:
            self.fields["client_secret"].help_text = _("Leave it blank to keep the one that is.")

    def read(self) -> OpenIdTrust:
        """Return what a valid form says is trusted. Raises Refused by the field."""
        said = self.cleaned_data
        return handing_in.openid_of(
            self.connection, said["issuer"], said["client_id"], said["client_secret"]
        )


class ExemptForm(ChangeForm):
    """Members who are to come by own credentials too (P5)."""

    members = forms.Field()  # a field of names; it needs the workspace

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.fields["members"] = PeopleField(
            workspace,
            label=_("People"),
            placeholder=_("Name or email"),
            url=workspace.url("pick_members"),
        )
