"""Sessions that a connection opened: how they begin, go on and end (P2, P10)."""

from datetime import datetime, timedelta

from django.contrib.auth import login, logout
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least, Now
from django.http import HttpRequest

from accounts import sessions
from accounts.models.sign_in import SignIn
from workspaces.access.dialect import among
from workspaces.change import Actor, lock_workspace
from workspaces.models import (
    ActorKind,
    ConnectionState,
    MemberQuerySet,
    SsoBinding,
    VouchedSession,
    VouchedSessionQuerySet,
)
from workspaces.operations.sso.reach import reach_of
from workspaces.operations.sso.vouched import Unvouched, Vouched

BACKEND = "accounts.backends.SignInBackend"
ASIDE = "vouched_aside"  # where Django's session keeps what goes on once one signed in oneself
ASIDE_FOR = timedelta(minutes=30)


def enter(request: HttpRequest, binding: SsoBinding, vouched: Vouched) -> None:
    """Sign the bound person in, for the reach of the connection alone.

    Whoever is there by own credentials stays so, and reaches what the connection opens, too.
    Anybody else who was signed in leaves nothing behind. Raises Unvouched where the binding or
    its connection has ended meanwhile: under the lock nothing ends that begins here.
    """
    session = VouchedSession(binding=binding, session_id=vouched.session_id)
    by = Actor(ActorKind.CONNECTION, binding.connection.name)
    with lock_workspace(binding.workspace_id, by=by):
        alive = SsoBinding.objects.filter(pk=binding.pk, connection__state=ConnectionState.ACTIVE)
        if not alive.exists():
            raise Unvouched("Nobody signs in by this connection now.", "it ended meanwhile")
        if request.user.pk == binding.user_id and reach_of(request).own:
            _join(request, session)
            return
        if request.user.is_authenticated:
            logout(request)
        request.vouching = session, vouched.authenticated_at  # type: ignore[attr-defined]
        login(request, binding.user, backend=BACKEND)


def _join(request: HttpRequest, session: VouchedSession) -> None:
    """Let a connection vouch for a session that own credentials opened; it reaches further."""
    sign_in = SignIn.objects.get(
        key=request.session.get(sessions.IN_SESSION, ""), user=session.binding.user
    )
    VouchedSession.objects.filter(sign_in=sign_in).delete()
    session.sign_in = sign_in
    session.save(force_insert=True)
    request.session.cycle_key()


def vouching(request: HttpRequest) -> tuple[VouchedSession, datetime | None] | None:
    """Return what `enter` says of the session that is just beginning, and when its provider
    last had the person prove who they are.
    """
    return getattr(request, "vouching", None)


@transaction.atomic
def put_aside(request: HttpRequest) -> None:
    """Sign out, so that the person can sign in by own credentials in this browser (P2).

    What the connection opened goes on then, if it is the same person. Until then it stays a
    session that no cookie opens, and ends by whatever ends one.
    """
    user, key = request.user.pk, request.session.pop(sessions.IN_SESSION, "")
    waiting = SignIn.objects.filter(key=key, user=user, own=False)
    kept = waiting.update(ends_at=Least(F("ends_at"), Now() + ASIDE_FOR))
    if not kept:
        request.session[sessions.IN_SESSION] = key
    logout(request)
    if kept:
        request.session[ASIDE] = key


def vouching_again(request: HttpRequest, sign_in: SignIn) -> None:
    """Let a connection go on to vouch for whoever signed in by own credentials since."""
    key = request.session.pop(ASIDE, "")
    waiting = SignIn.objects.filter(key=key, user=sign_in.user_id, own=False, ends_at__gt=Now())
    before = VouchedSession.objects.filter(sign_in__in=waiting).first()
    if before is not None:
        VouchedSession.objects.create(
            sign_in=sign_in,
            binding=before.binding,
            session_id=before.session_id,
            vouched_at=before.vouched_at,
        )
        waiting.delete()


@transaction.atomic
def end(rows: VouchedSessionQuerySet) -> int:
    """End sessions that a connection alone opened; return how many.

    Who opened theirs by own credentials too keeps it, and enters by those alone from now on.
    """
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return 0
    ended, _ = SignIn.objects.filter(pk__in=among(keys), own=False).delete()
    VouchedSession.objects.filter(pk__in=among(keys)).delete()
    return ended


def end_of_members(people: MemberQuerySet) -> int:
    """End what the connections of their workspace opened for members who go (P10, R8)."""
    theirs = VouchedSession.objects.filter(
        binding__workspace__in=people.order_by().values("workspace"),
        binding__user__in=people.order_by().values("user"),
    )
    return end(theirs)
