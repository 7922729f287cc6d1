"""The ways to a provider: to come in, to prove who one is, to test; and what it needs of us."""

from allauth.account.adapter import get_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.guards import public, signed_in
from workspaces.errors import Refused
from workspaces.guards import MemberRequest, UserRequest, freshly_seen, needs
from workspaces.models import ConnectionKind, SsoConnection, Workspace
from workspaces.operations.sso import languages, places, trust
from workspaces.operations.sso.reach import reach_of
from workspaces.operations.sso.trust import Trust
from workspaces.operations.sso.vouched import Unvouched
from workspaces.views.sso import asked
from workspaces.views.sso.asked import Purpose, Waiting
from workspaces.views.sso.counting import counted
from workspaces.views.sso.refusals import not_let_in


@public("whoever signs in begins here; it says no more than that there is such a connection")
@counted
def sso_start(request: HttpRequest, connection: str) -> HttpResponse:
    """Send the browser to the provider, and back to `next` afterwards."""
    return _ask(request, connection_in_use(connection), Purpose.ENTER)


@signed_in("whoever came by a connection proves who they are with its provider", asks_reach=True)
def sso_prove(request: UserRequest, connection: str) -> HttpResponse:
    """Let the provider ask anew who somebody is, whose session it opened (P9)."""
    reach = reach_of(request)
    if reach.own or reach.connection != connection:
        raise PermissionDenied  # own credentials prove what is one's own
    return _ask(request, connection_in_use(connection), Purpose.PROVE)


@needs("administer")
@freshly_seen
def connection_test(
    request: MemberRequest, workspace: Workspace, connection_id: str
) -> HttpResponse:
    """Sign the owner in by what is to be trusted, without opening a session (P6)."""
    found = workspace.sso_connections.filter(public_id=connection_id).first()
    if found is None or found.latest is None:
        raise Http404
    return _ask(request, found, Purpose.TEST)


@public("a provider reads what it needs to know of us")
def sso_metadata(request: HttpRequest, connection: str) -> HttpResponse:
    """What a SAML provider takes as its description of us."""
    from workspaces.operations.sso.saml import metadata  # noqa: PLC0415 - as in `languages`

    found = known_connection(connection)
    if found.kind != ConnectionKind.SAML:
        raise Http404
    text = metadata.metadata_of(places.saml_of(found))
    return HttpResponse(text, content_type="application/samlmetadata+xml")


def known_connection(ident: str) -> SsoConnection:
    """Return a connection of an open workspace. Raises Http404."""
    open_ones = SsoConnection.objects.filter(workspace__closed_at=None)
    found = open_ones.select_related("workspace").filter(public_id=ident).first()
    if found is None:
        raise Http404
    return found


def connection_in_use(ident: str) -> SsoConnection:
    """Return a connection by which people come in. Raises Http404."""
    found = known_connection(ident)
    if not found.is_active:
        raise Http404
    return found


def trusted_for(connection: SsoConnection, purpose: Purpose) -> Trust:
    """Return what is trusted: for a test what waits for one, if anything does (P6)."""
    values = connection.latest if purpose == Purpose.TEST else connection.trusted
    return trust.read(connection.kind, values)


def _ask(request: HttpRequest, connection: SsoConnection, purpose: Purpose) -> HttpResponse:
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    way_on = wanted if wanted and get_adapter(request).is_safe_url(wanted) else ""
    trusted, since = trusted_for(connection, purpose), timezone.now().timestamp()
    try:
        question = languages.question(connection, trusted, force=purpose == Purpose.PROVE)
    except Refused as refused:  # the provider's description cannot be read just now
        return not_let_in(request, connection, Unvouched(refused.messages[0], str(refused)))
    trusts = asked.sum_of(connection)
    waiting = Waiting(connection.public_id, purpose, way_on, since, trusts, question)
    asked.note(request, waiting)
    return redirect(question.url)
