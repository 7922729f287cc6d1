"""The page of one connection: four steps, its settings, who came by it (P6)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.listing import in_order, paged, sorting
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.sso.connections import ConnectionForm, MetadataForm, OpenIdForm, SamlForm
from workspaces.guards import MemberRequest
from workspaces.models import ConnectionKind, SsoBindingQuerySet, SsoConnection, Workspace
from workspaces.operations.sso import places, trust
from workspaces.operations.sso.certificates import DAYS
from workspaces.views.console import answers
from workspaces.views.sso.provider_help import PROVIDERS

SORTS = {
    "name": SsoBindingQuerySet.by_name,
    "since": SsoBindingQuerySet.newest_first,
    "used": SsoBindingQuerySet.by_last_use,
}
# What a provider asks for: our door, what it is called, what its button says, what that did.
NEEDED = {
    ConnectionKind.SAML: (
        ("metadata", gettext_lazy("Entity ID, which is also the address of our metadata")),
        ("acs", gettext_lazy("Address for answers (ACS URL, Reply URL, Single sign-on URL)")),
        ("start", gettext_lazy("Start address (Sign on URL), if it asks for one")),
    ),
    ConnectionKind.OPENID: (
        ("callback", gettext_lazy("Callback (Redirect URI)")),
        ("start", gettext_lazy("Start address (Initiate login URI), if it asks for one")),
        ("logout", gettext_lazy("Back-channel logout address, if it asks for one")),
    ),
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of a provider; `soon` is set from 30 days before its end on."""

    ends: datetime
    soon: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Copied:
    """An address of ours that the provider has to know."""

    ident: str
    label: str
    copy: str
    done: str
    value: str


@dataclass(frozen=True)
class Steps:
    """How far a connection has come."""

    connection: SsoConnection

    @cached_property
    def handed_in(self) -> bool:
        """Whether the provider said what it is."""
        return self.connection.latest is not None

    @cached_property
    def tested(self) -> bool:
        """Whether something is in force, so that it may be switched on."""
        return self.connection.trusted is not None

    @cached_property
    def waiting(self) -> bool:
        """Whether newer values than those in force wait for a test."""
        return self.tested and self.connection.wanted is not None


def named(workspace: Workspace, connection_id: str) -> SsoConnection:
    """Return the connection an address names. Raises Http404 for everybody else's ids (XA1)."""
    rows = workspace.sso_connections.select_related("workspace")
    return get_object_or_404(rows, public_id=connection_id)


def certificates_of(connection: SsoConnection) -> list[Certificate]:
    """Return the certificates of a provider, the first to end first."""
    now = timezone.now()
    return [
        Certificate(end, soon=(end - now).days < max(DAYS), over=end <= now)
        for end in trust.ends_of(connection)
    ]


def trust_form(
    connection: SsoConnection, request: MemberRequest | None = None
) -> SamlForm | OpenIdForm:
    """Return the form of what is trusted, of the kind that the connection is."""
    data = request.POST if request else None
    if connection.kind == ConnectionKind.SAML:
        return SamlForm(data, values=connection.latest or {})
    return OpenIdForm(data, connection=connection)


def draw(
    request: MemberRequest,
    connection: SsoConnection,
    *,
    settings: ConnectionForm | None = None,
    trusted: SamlForm | OpenIdForm | None = None,
    metadata: MetadataForm | None = None,
    switching: ChangeForm | None = None,
) -> HttpResponse:
    """Draw the page of a connection; a form that was sent stands there with what is wrong."""
    workspace = connection.workspace
    sent = settings or trusted or metadata or switching
    fresh = named(workspace, connection.public_id) if sent else connection
    people = fresh.bindings.select_related("user").with_members()
    sort = sorting(request, SORTS, "since")
    return answers.page(
        request,
        "workspaces/sso/settings_connection.html",
        {
            "connection": fresh,
            "steps": Steps(fresh),
            "is_saml": fresh.kind == ConnectionKind.SAML,
            "needed": _needed(fresh),
            "providers": PROVIDERS[ConnectionKind(fresh.kind)],
            "certificates": certificates_of(fresh),
            "settings": settings or ConnectionForm(connection=fresh),
            "trusted": trusted or trust_form(fresh),
            "metadata": metadata or MetadataForm(),
            "switching": switching or ChangeForm(),
            "page": paged(request, in_order(people, sort, SORTS), key="people"),
            "sort": sort,
            "url": workspace.url("settings_connection", fresh.public_id),
            "members_url": workspace.url("members"),
            "domains_url": workspace.url("settings_domains"),
            "proved": workspace.domains.proved().exists(),
        },
        at="sign_in",
        status=sent.status if sent else HTTPStatus.OK,
    )


def _needed(connection: SsoConnection) -> list[Copied]:
    return [
        Copied(
            f"our-{door}",
            str(label),
            _("Copy: {label}").format(label=label),
            _("Address copied"),
            places.of(connection, door),
        )
        for door, label in NEEDED[ConnectionKind(connection.kind)]
    ]
