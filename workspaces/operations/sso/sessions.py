"""Sessions that a connection opened: how they begin, go on and end (P2, P10)."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import sessions
from accounts.models.sign_in import SignIn
from workspaces.access.dialect import among
from workspaces.models import (
    MemberQuerySet,
    SsoBinding,
    VouchedSession,
    VouchedSessionQuerySet,
)
from workspaces.operations.sso.reach import reach_of

BACKEND = "accounts.backends.SignInBackend"
ASIDE = "vouched_aside"  # where Django's session keeps what goes on once one signed in oneself
ASIDE_FOR = timedelta(minutes=30)


def enter(request: HttpRequest, binding: SsoBinding, session_id: str) -> None:
    """Sign the bound person in, for the reach of the connection alone.

    Whoever is there by own credentials stays so, and reaches what the connection opens, too.
    Anybody else who was signed in leaves nothing behind.
    """
    vouched = VouchedSession(binding=binding, session_id=session_id)
    if request.user.pk == binding.user_id and reach_of(request).own:
        key = request.session.get(sessions.IN_SESSION, "")
        sign_in = SignIn.objects.filter(key=key, user=binding.user).first()
        if sign_in is not None:
            with transaction.atomic():
                VouchedSession.objects.filter(sign_in=sign_in).delete()
                vouched.sign_in = sign_in
                vouched.save(force_insert=True)
            return
    if request.user.is_authenticated:
        logout(request)
    request.vouching = vouched  # type: ignore[attr-defined]
    login(request, binding.user, backend=BACKEND)


def vouching(request: HttpRequest) -> VouchedSession | None:
    """Return what `enter` says of the session that is just beginning."""
    return getattr(request, "vouching", None)


def put_aside(request: HttpRequest) -> None:
    """Sign out, so that the person can sign in by own credentials in this browser (P2).

    What the connection opened goes on then, if it is the same person.
    """
    key = request.session.get(sessions.IN_SESSION, "")
    found = VouchedSession.objects.filter(sign_in__key=key, sign_in__user=request.user.pk).first()
    logout(request)
    if found is not None:
        request.session[ASIDE] = {
            "binding": found.binding_id,
            "session_id": found.session_id,
            "vouched_at": found.vouched_at.timestamp(),
            "at": timezone.now().timestamp(),
        }


def vouching_again(request: HttpRequest, sign_in: SignIn) -> None:
    """Let a connection go on to vouch for whoever signed in by own credentials since."""
    kept = request.session.pop(ASIDE, None)
    if kept is None or timezone.now().timestamp() - kept["at"] > ASIDE_FOR.total_seconds():
        return
    binding = SsoBinding.objects.filter(pk=kept["binding"], user=sign_in.user_id).first()
    if binding is not None:
        VouchedSession.objects.create(
            sign_in=sign_in,
            binding=binding,
            session_id=kept["session_id"],
            vouched_at=datetime.fromtimestamp(kept["vouched_at"], tz=UTC),
        )


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
