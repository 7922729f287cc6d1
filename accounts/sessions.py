"""How long a session lasts (S1–S3). The one place that says when one is over.

`workspaces` works out the limits of a user from today's memberships; what follows from
them – when a session ends, why, and that an ended one stays ended – stands here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TypedDict

from django.conf import settings
from django.db import models, transaction
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, Now
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac

from accounts import audit
from accounts.models import SignIn, SignInQuerySet, User
from accounts.sign_in.devices import browser_of, tell_of_new_device

IN_SESSION = "sign_in"  # where Django's session keeps the key of its sign-in
STAMP_EVERY = timedelta(minutes=1)  # how often activity is noted where no idle limit holds
ROWS = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one user; `idle` is None where only the whole length counts."""

    whole: timedelta
    idle: timedelta | None = None


def ordinary() -> Limits:
    """Return what holds for a user whom no workspace and no duty binds (S1)."""
    return Limits(whole=settings.SESSION_WHOLE)


def end_of(signed_in_at: datetime, last_active_at: datetime, limits: Limits) -> datetime:
    """Return the moment at which a session is over, if nothing more happens in it."""
    whole = signed_in_at + limits.whole
    return whole if limits.idle is None else min(whole, last_active_at + limits.idle)


@transaction.atomic
def begin(
    request: HttpRequest,
    user: User,
    limits: Limits,
    *,
    own: bool = True,
    proved_at: datetime | None = None,
) -> SignIn:
    """Note a new sign-in in the session; what the session was before is not taken over.

    `own` says whether own credentials opened it, which is a fresh proof (S8). Where somebody
    vouches instead (P2), the proof is as old as they say by `proved_at`, and none without it;
    nor is the browser known to be the person's from then on.

    It stands on the chain of the account (A1). Where it comes from a device that the
    account was never used from, its person is told by mail.
    """
    if IN_SESSION in request.session:  # the same person again: Django kept the session's id
        end(SignIn.objects.filter(key=request.session[IN_SESSION]))
        request.session.cycle_key()
    browser = browser_of(request, user)
    tell_of_new_device(request, user, browser)
    audit.record(user, audit.SIGNED_IN, request, browser=browser if own else "")
    sign_in = SignIn(
        key=get_random_string(22),
        user=user,
        address=request.META.get("REMOTE_ADDR"),
        device=request.headers.get("User-Agent", "")[:200],
        own=own,
    )
    now = _database_now(user)
    sign_in.signed_in_at = sign_in.last_active_at = now
    stale = now - settings.PROOF_LASTS
    sign_in.proved_at = now if own else min(proved_at or stale, now)
    sign_in.ends_at = end_of(now, now, limits)
    sign_in.save(force_insert=True)
    request.session[IN_SESSION] = sign_in.key
    note_age_of_proof(request, sign_in, now)
    return sign_in


def _database_now(user: User) -> datetime:
    now: datetime = User.objects.filter(pk=user.pk).values_list(Now(), flat=True).get()
    return now


def is_over(sign_in: SignIn, limits: Limits, now: datetime) -> bool:
    """Whether a session is over, by today's rule or by the one that held when it ran out."""
    by_rule = end_of(sign_in.signed_in_at, sign_in.last_active_at, limits)
    return now >= min(by_rule, sign_in.ends_at)


def why_over(sign_in: SignIn, limits: Limits, now: datetime) -> str:
    """Say what ended a session: its `whole` length, or that it was `idle` for too long."""
    return "whole" if now >= sign_in.signed_in_at + limits.whole else "idle"


class State(TypedDict):
    """What a page needs to know of its session, as seconds left and never as times: the
    reader's clock may be another one (XG11).

    `left` is until the end if nothing more happens, `whole` until the end of the whole
    length, `idle` the idle limit where one holds. `person` tells users apart and says
    nothing about them.
    """

    left: int
    whole: int
    idle: int | None
    person: str


def state_of(sign_in: SignIn, limits: Limits, now: datetime) -> State:
    """Return what is left of a living session; what is begun counts as a second."""
    ends_at = min(end_of(sign_in.signed_in_at, sign_in.last_active_at, limits), sign_in.ends_at)
    return State(
        left=_seconds(ends_at - now),
        whole=_seconds(sign_in.signed_in_at + limits.whole - now),
        idle=_seconds(limits.idle) if limits.idle is not None else None,
        person=salted_hmac("accounts.sessions.person", str(sign_in.user_id)).hexdigest()[:22],
    )


def _seconds(time: timedelta) -> int:
    return ceil(time.total_seconds())


def note_activity(sign_in: SignIn, limits: Limits, now: datetime) -> None:
    """Push the idle end on: somebody did something (S4). Exact where an idle limit holds.

    Activity noted by a clock that was ahead does not count for longer (XG11): the last one
    holds, even when it is the earlier time.
    """
    since = now - sign_in.last_active_at
    if limits.idle is None and timedelta() <= since < STAMP_EVERY:
        return
    sign_in.last_active_at = now
    sign_in.ends_at = end_of(sign_in.signed_in_at, now, limits)
    # Only a row that is still there: one that was ended meanwhile is not made again.
    SignIn.objects.filter(pk=sign_in.pk, user_id=sign_in.user_id).update(
        last_active_at=sign_in.last_active_at, ends_at=sign_in.ends_at
    )


def end(sign_ins: Iterable[SignIn]) -> int:
    """End sessions at once, in every process; return how many there still were (S7)."""
    return SignIn.objects.filter(pk__in=[sign_in.pk for sign_in in sign_ins]).delete()[0]


def end_others(user: User, kept: str) -> int:
    """End every session of a user but the one with this key; return how many (XG8)."""
    return SignIn.objects.filter(user=user).exclude(key=kept).delete()[0]


def own_key(request: HttpRequest | None, user: User) -> str:
    """Return the key of the session that asks, where it is the user's own; else nothing."""
    if request is None or request.user.pk != user.pk:
        return ""
    key: str = request.session.get(IN_SESSION, "")
    return key


def end_all(user: User) -> int:
    """End every session of a user; return how many (XG8)."""
    return SignIn.objects.filter(user=user).delete()[0]


def living(user: User, limits: Limits) -> SignInQuerySet:
    """Return the sessions of a user that are not over, by the limits that hold now (S7)."""
    rows = SignIn.objects.filter(user=user, ends_at__gt=Now())
    rows = rows.filter(signed_in_at__gt=Now() - limits.whole)
    return rows if limits.idle is None else rows.filter(last_active_at__gt=Now() - limits.idle)


def note_age_of_proof(request: HttpRequest, sign_in: SignIn, now: datetime) -> None:
    """Let the request say how old the last proof of identity is, without another statement."""
    request.age_of_proof = now - sign_in.proved_at  # type: ignore[attr-defined]


def is_freshly_proved(request: HttpRequest) -> bool:
    """Whether the person proved lately who they are, by the database's clock (S8).

    A proof "in the future", by a clock that was set back since, is none (XG11).
    """
    age: timedelta | None = getattr(request, "age_of_proof", None)
    return age is not None and timedelta() <= age < settings.PROOF_LASTS


def note_proof(request: HttpRequest, user: User) -> None:
    """Keep that the person proved just now who they are (S8)."""
    key = request.session.get(IN_SESSION, "")
    if SignIn.objects.filter(key=key, user=user).update(proved_at=Now()):
        request.age_of_proof = timedelta()  # type: ignore[attr-defined]


def proof_of(request: HttpRequest) -> str:
    """Return what tells the last proof of this session from others; 1 statement."""
    rows = SignIn.objects.filter(key=request.session.get(IN_SESSION, ""))
    at = rows.values_list("proved_at", flat=True).first()
    return at.isoformat() if at else ""


def restamp(users: Iterable[int], limits_of: Callable[[list[int]], dict[int, Limits]]) -> None:
    """Let open sessions of users follow a change of the rule (S3), in its transaction.

    Those that had run out by the rule before the change end for good; the ends of the
    others are worked out anew, for better or worse.
    """
    wanted = sorted(set(users))
    for start in range(0, len(wanted), ROWS):
        rows = SignIn.objects.filter(user__in=wanted[start : start + ROWS])
        rows.run_out().delete()
        alike: dict[Limits, list[int]] = defaultdict(list)
        for user, limits in limits_of(list(rows.values_list("user", flat=True).distinct())).items():
            alike[limits].append(user)
        for limits, bound in alike.items():
            rows.filter(user__in=bound).update(ends_at=_end_by(limits))


def _end_by(limits: Limits) -> Combinable:
    """Say in SQL what `end_of` says."""
    whole = models.F("signed_in_at") + limits.whole
    return whole if limits.idle is None else Least(whole, models.F("last_active_at") + limits.idle)
