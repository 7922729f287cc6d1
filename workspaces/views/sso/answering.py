"""Where providers send browsers back to: people come in, prove who they are, or see a test."""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt

from accounts import sessions
from accounts.guards import public, signed_in
from workspaces.asker import actor_in, as_member
from workspaces.change import Actor
from workspaces.errors import Conflict, Denied, Refused
from workspaces.guards import UserRequest
from workspaces.models import ConnectionKind, SsoConnection
from workspaces.operations.sso import admission, connections, languages, logout, trust
from workspaces.operations.sso.admission import From, NotAdmitted
from workspaces.operations.sso.reach import reach_of
from workspaces.operations.sso.sessions import enter, put_aside
from workspaces.operations.sso.spent import spend
from workspaces.operations.sso.vouched import Unvouched, Vouched
from workspaces.views.sso import asked
from workspaces.views.sso.asked import Purpose, Waiting
from workspaces.views.sso.asking import known_connection, trusted_for
from workspaces.views.sso.counting import counted
from workspaces.views.sso.refusals import not_let_in

security = structlog.get_logger("gatehouse.security")
ANSWER_LASTS = 60  # seconds between a provider's form and the browser's next request
MOST_BYTES = 400_000  # of an answer that is kept for so long
HANDLE_LENGTH = 32


@csrf_exempt
@public("a SAML provider has the browser send its answer here", methods=("POST",))
@counted
def sso_acs(request: HttpRequest, connection: str) -> HttpResponse:
    """Take an answer: read it at once, or when the browser comes again by itself.

    Browsers send no cookies with a form of another site. So what was sent is kept for a moment,
    and the browser sent here once more: then its session says what it asked for.
    """
    found = _of_kind(connection, ConnectionKind.SAML)
    said = {name: request.POST.get(name, "") for name in ("SAMLResponse", "RelayState")}
    if asked.waits(request, said["RelayState"]):
        return _answered(request, found, said)
    handle = get_random_string(HANDLE_LENGTH)
    if sum(map(len, said.values())) <= MOST_BYTES:
        cache.set(f"sso-answer:{handle}", said, ANSWER_LASTS)
    return redirect(f"{found.url('answer')}?{urlencode({'answer': handle})}")


@public("a browser comes back with what its SAML provider said")
@counted
def sso_answer(request: HttpRequest, connection: str) -> HttpResponse:
    """Read an answer that was taken just before; each is read once."""
    found = _of_kind(connection, ConnectionKind.SAML)
    key = f"sso-answer:{request.GET.get('answer', '')}"
    said = cache.get(key)
    cache.delete(key)
    if said is None:
        error = Unvouched("This took too long. Sign in again.", "no answer is kept by that name")
        return not_let_in(request, found, error)
    return _answered(request, found, said)


@public("an OpenID provider sends the browser here")
@counted
def sso_callback(request: HttpRequest, connection: str) -> HttpResponse:
    """Read an answer; each part of it may be there once."""
    found = _of_kind(connection, ConnectionKind.OPENID)
    if any(len(values) > 1 for _name, values in request.GET.lists()):
        return not_let_in(
            request, found, Unvouched("This answer is not clear.", "a parameter came twice")
        )
    return _answered(request, found, request.GET.dict())


def _of_kind(ident: str, kind: ConnectionKind) -> SsoConnection:
    found = known_connection(ident)
    if found.kind != kind:
        raise Http404
    return found


def _answered(
    request: HttpRequest, connection: SsoConnection, said: Mapping[str, str]
) -> HttpResponse:
    key = said.get(languages.KEYS[ConnectionKind(connection.kind)], "")
    waiting = asked.take(request, key, connection)
    purpose = waiting.purpose if waiting else Purpose.ENTER
    testing = purpose == Purpose.TEST
    try:
        if not testing and not connection.is_active:
            raise Unvouched("Nobody signs in by this connection now.", "it is not active")
        vouched = languages.answer(
            connection,
            trusted_for(connection, purpose),
            said,
            waiting.question if waiting else None,
            force_since=waiting.since if waiting and purpose == Purpose.PROVE else None,
        )
        if waiting and purpose == Purpose.PROVE:
            return _proved(request, connection, vouched, waiting)
        if waiting and testing:
            return _tested(request, connection, vouched, waiting)
        return _let_in(request, connection, vouched, waiting.way_on if waiting else key)
    except Unvouched as error:
        return not_let_in(request, connection, error, raw=testing)
    except Denied:
        raise
    except Refused as refused:
        unread = Unvouched(refused.messages[0], str(refused))
        return not_let_in(request, connection, unread, raw=testing)


def _let_in(
    request: HttpRequest, connection: SsoConnection, vouched: Vouched, way_on: str
) -> HttpResponse:
    came = From(request.META.get("REMOTE_ADDR"), getattr(request, "request_id", ""))
    binding = admission.admit(connection, vouched, came=came)
    enter(request, binding, vouched)
    safe = way_on and get_adapter(request).is_safe_url(way_on)
    return redirect(way_on if safe else connection.workspace.url("start"))


def _proved(
    request: HttpRequest, connection: SsoConnection, vouched: Vouched, waiting: Waiting
) -> HttpResponse:
    """Keep that the person of this session proved anew who they are (P9).

    It proves nothing for a session that own credentials opened, too: what is theirs is not the
    provider's to open (P2).
    """
    reach = reach_of(request)
    if reach.own or reach.connection != connection.public_id:
        raise Unvouched("This is another session than the one that asked.", "another session")
    mine = connection.bindings.in_force().filter(
        issuer=vouched.issuer, subject=vouched.subject, user=request.user.pk
    )
    bound = mine.select_related("user").first()
    if bound is None or bound.user.email != vouched.address:
        raise NotAdmitted(
            "Your provider named somebody else.", "another person than the session's", ask=False
        )
    spend(connection, vouched.answer_id, vouched.answer_ends)
    sessions.note_proof(request, bound.user)
    way_on = urlencode({REDIRECT_FIELD_NAME: waiting.way_on or connection.workspace.url("start")})
    return redirect(f"{reverse('sso_proved')}?{way_on}")


@signed_in("goes on with what asked for a proof, which asks again itself", asks_reach=True)
def sso_proved(request: UserRequest) -> HttpResponse:
    """Go on where a proof was asked for, and do what was sent there (S8)."""
    return reauthentication.resume_request(request) or redirect("home")


def _tested(
    request: HttpRequest, connection: SsoConnection, vouched: Vouched, waiting: Waiting
) -> HttpResponse:
    """Show the owner what came, and put in force what was tested; no session is opened (P6)."""
    by = _owner(request, connection)
    if waiting.trusted != asked.sum_of(connection):
        raise Unvouched("It was changed while it was tested. Test it again.", "changed meanwhile")
    spend(connection, vouched.answer_id, vouched.answer_ends)
    try:
        tested = connections.pass_test(connection, by=by)
    except Conflict as clash:
        raise Unvouched(clash.messages[0], "changed meanwhile") from clash
    domains = connection.workspace.domains.proved()
    context = {
        "connection": tested,
        "workspace": connection.workspace,
        "vouched": vouched,
        "said": sorted(vouched.said.items()),
        "ends": trust.ends_of(tested),
        "of_domain": domains.of_address(vouched.address).exists(),
        "back": connection.workspace.url("settings_connection", connection.public_id),
    }
    return render(request, "workspaces/sso/tested.html", context)


def _owner(request: HttpRequest, connection: SsoConnection) -> Actor:
    """Return the owner who tests, as the actor. Raises Http404 for anybody else."""
    if not request.user.is_authenticated:
        raise Http404
    asking = as_member(request, connection.workspace.slug)  # type: ignore[arg-type]
    if asking.visit or not asking.access.check("administer", connection.workspace):
        raise Http404
    return actor_in(asking, "administer")


@signed_in("whoever came by a connection goes on to sign in as themself",
           methods=("POST",), asks_reach=True)  # fmt: skip
def own_credentials(request: UserRequest) -> HttpResponse:
    """Lead to the sign-in page by own credentials; what the connection opened goes on then (P2)."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME, "")
    query = {"password": "on"}
    if wanted and get_adapter(request).is_safe_url(wanted):
        query[REDIRECT_FIELD_NAME] = wanted
    put_aside(request)
    return redirect(f"{reverse('account_login')}?{urlencode(query)}")


@csrf_exempt
@public("an OpenID provider says that somebody signed out there", methods=("POST",))
@counted
def sso_logout(request: HttpRequest, connection: str) -> HttpResponse:
    """End the sessions that a provider's logout names (P10); 400 for what is not believed."""
    found = _of_kind(connection, ConnectionKind.OPENID)
    try:
        logout.end_named(found, request.POST.get("logout_token", ""))
    except (Unvouched, Refused) as error:
        security.warning("sso_logout_refused", connection=found.public_id, reason=str(error))
        return JsonResponse({"error": "invalid_request"}, status=HTTPStatus.BAD_REQUEST)
    answer = HttpResponse(status=HTTPStatus.OK)
    answer.headers["Cache-Control"] = "no-store"
    return answer
