"""One's own sessions: where one is signed in, until when and why, and ending them (S7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from accounts import sessions
from accounts.models.sign_in import SignIn
from accounts.operations import sign_in as operations
from accounts.sessions import Limits
from accounts.sign_in.devices import words_of
from config.web.http import page, toast
from config.web.lists.listing import paged
from config.web.tags import grouped
from config.web.values.dates import length_words
from workspaces.forms.console.changes import ChangeForm
from workspaces.guards import SAFE, UserRequest, signed_in
from workspaces.models import SsoBinding
from workspaces.operations.sign_in.session_limits import limits_of
from workspaces.operations.sign_in.session_reasons import Reasons, reasons_of
from workspaces.views.console import answers

BOUND = 20  # connections that are listed; nobody has more than a few


@dataclass(frozen=True, slots=True)
class Row:
    """One session; `why` says what ends it at `ends_at`, if nothing more happens in it."""

    sign_in: SignIn
    device: str
    ends_at: datetime
    why: str
    here: bool
    by: str


@signed_in("everybody sees their own sessions")
def my_sessions(request: UserRequest) -> HttpResponse:
    """Every session of one's own, this one first, and the connections one is bound to (P3);
    6 statements however many there are.
    """
    limits = limits_of([request.user.pk])[request.user.pk]
    reasons = reasons_of(request.user, limits)
    here = request.session.get(sessions.IN_SESSION, "")
    mine = sessions.living(request.user, limits).select_related("vouched__binding__connection")
    found = paged(request, mine.this_first(here))
    bindings = SsoBinding.objects.in_force().filter(user=request.user.pk)
    return page(
        request,
        "workspaces/sign_in/my_sessions.html",
        {
            "page": found,
            "rows": [_row(sign_in, limits, reasons, here) for sign_in in found.rows],
            "list_url": reverse("my_sessions"),
            "bindings": bindings.select_related("connection__workspace").newest_first()[:BOUND],
        },
    )


def _row(sign_in: SignIn, limits: Limits, reasons: Reasons, here: str) -> Row:
    by_rule = sessions.end_of(sign_in.signed_in_at, sign_in.last_active_at, limits)
    idle = by_rule < sign_in.signed_in_at + limits.whole
    return Row(
        sign_in,
        device=words_of(sign_in.device),
        ends_at=min(by_rule, sign_in.ends_at),
        why=_idle_words(limits.idle, reasons) if idle else _whole_words(limits.whole, reasons),
        here=sign_in.key == here,
        by=_opened_by(sign_in),
    )


def _opened_by(sign_in: SignIn) -> str:
    """Say by what a session was opened, where that was not own credentials alone (P2)."""
    vouched = getattr(sign_in, "vouched", None)
    if vouched is None:
        return ""
    words = _("By you, and by {name}.") if sign_in.own else _("By {name}, for its workspace alone.")
    return words.format(name=vouched.binding.connection.name)


def _idle_words(idle: timedelta | None, reasons: Reasons) -> str:
    length = length_words(idle or settings.SESSION_IDLE)
    if reasons.hipaa:
        words = _("After {length} without activity, since you belong to HIPAA-eligible {names}.")
    elif reasons.idle:
        words = _("After {length} without activity, as {names} asks.")
    else:
        words = _("After {length} without activity, as for everybody on the staff.")
    return words.format(length=length, names=_listed(reasons.hipaa or reasons.idle))


def _whole_words(whole: timedelta, reasons: Reasons) -> str:
    if not reasons.whole:
        words = _("{length} after signing in, as everybody's.")
        return words.format(length=length_words(whole))
    hours = whole // timedelta(hours=1)
    words = ngettext(
        "{n} hour after signing in, as {names} asks.",
        "{n} hours after signing in, as {names} asks.",
        hours,
    )
    return words.format(n=hours, names=_listed(reasons.whole))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


@signed_in("everybody ends their own sessions", methods=(*SAFE, "POST"))
def my_session_end(request: UserRequest, key: str) -> HttpResponse:
    """End one session; where it is this one, that is signing out."""
    sign_in = get_object_or_404(request.user.sign_ins, key=key)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        operations.end_session(request.user, sign_in, request)
        toast(request, _("That session is over."))
        return redirect("my_sessions")
    where = words_of(sign_in.device)
    effects = [_("Whoever uses it there has to sign in again.")]
    if key == request.session.get(sessions.IN_SESSION):
        effects = [_("It is the one you use now: you have to sign in again.")]
    return answers.confirm_outside(
        request,
        form,
        title=_("End the session on {device}?").format(device=where),
        verb=_("End session"),
        back=reverse("my_sessions"),
        effects=effects,
    )


@signed_in("everybody ends their own sessions", methods=(*SAFE, "POST"))
def my_sessions_end(request: UserRequest) -> HttpResponse:
    """End every session but this one."""
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ended = operations.end_other_sessions(request.user, request)
        words = ngettext("{n} session is over.", "{n} sessions are over.", ended)
        toast(request, words.format(n=grouped(ended)))
        return redirect("my_sessions")
    limits = limits_of([request.user.pk])[request.user.pk]
    here = request.session.get(sessions.IN_SESSION, "")
    others = sessions.living(request.user, limits).exclude(key=here).count()
    words = ngettext("Ends {n} session at once.", "Ends {n} sessions at once.", others)
    return answers.confirm_outside(
        request,
        form,
        title=_("End all your other sessions?"),
        verb=_("End them"),
        back=reverse("my_sessions"),
        effects=[words.format(n=grouped(others)), _("This one goes on.")],
    )
