"""Rules of signing in, and what a change of them does, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from accounts.sessions import Limits, ordinary
from config.web.tags import grouped
from config.web.values.dates import day_words, first_day, length_words
from workspaces.models import Workspace
from workspaces.operations.sign_in.rules import RulesReview, SignInRules
from workspaces.operations.sign_in.session_limits import limits_by

SOON = timedelta(hours=1)  # a session of one's own that ends before that is warned of
GAIN, DROP, LOSS = "gain", "drop", "loss"


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of what would happen; `tone` as the reviews of access have it."""

    tone: str
    text: str
    note: str = ""


def is_short(request: HttpRequest) -> bool:
    """Whether anything makes the session of whoever asks shorter than the site's (S6)."""
    return getattr(request, "limits", ordinary()) != ordinary()


def limits_words(limits: Limits) -> str:
    """Say how long a session lasts: "7 days, or 15 minutes without activity"."""
    whole = length_words(limits.whole)
    if limits.idle is None:
        return whole
    text = _("{whole}, or {idle} without activity")
    return text.format(whole=whole, idle=length_words(limits.idle))


def requirement_words(since: datetime | None) -> str:
    """Say whether a second factor is required, and from when; days are days in UTC."""
    if since is None:
        return _("No second factor is required.")
    day = day_words(first_day(since))
    if since <= timezone.now():
        return _("A second factor is required, since {day}.").format(day=day)
    return _("A second factor is required from {day} on.").format(day=day)


def rules_words(workspace: Workspace, rules: SignInRules) -> str:
    """Say all the rules in one line."""
    limits = limits_by(
        workspace, idle_minutes=rules.idle_minutes, session_hours=rules.session_hours
    )
    sessions = _("Sessions last {limits}.").format(limits=limits_words(limits))
    return f"{sessions} {requirement_words(rules.mfa_required_from)}"


def effects_of(review: RulesReview, rules: SignInRules, was: SignInRules) -> list[Effect]:
    """Say what proposed rules would do, whom it touches first; empty where nothing moves."""
    said = []
    if review.sooner:
        words = ngettext("{n} person", "{n} people", review.sooner)
        text = words.format(n=grouped(review.sooner))
        said.append(Effect(DROP, text, _("signed out sooner than today, in every workspace")))
    if review.later:
        words = ngettext("{n} person", "{n} people", review.later)
        text = words.format(n=grouped(review.later))
        said.append(Effect(GAIN, text, _("signed out later than today")))
    if review.ending:
        words = ngettext("{n} open session", "{n} open sessions", review.ending)
        text = words.format(n=grouped(review.ending))
        said.append(Effect(LOSS, text, _("over at once, as you save")))
    if rules.mfa_required_from != was.mfa_required_from:
        said.append(_requirement(review, rules))
    return said


def _requirement(review: RulesReview, rules: SignInRules) -> Effect:
    if rules.mfa_required_from is None:
        return Effect(DROP, _("A second factor"), _("is no longer required"))
    words = ngettext(
        "{n} person without a second factor", "{n} people without a second factor", review.unready
    )
    day = day_words(first_day(rules.mfa_required_from))
    note = _("led to set one up from {day} on, before they go on here").format(day=day)
    return Effect(DROP, words.format(n=grouped(review.unready)), note)


def own_words(review: RulesReview) -> str:
    """Warn of what it does to the session of whoever is looking; empty where nothing soon."""
    if review.mine is None or review.my_end is None:
        return ""
    now, (was, becomes) = timezone.now(), review.mine
    if review.my_end <= now:
        return _("Your own session is over as you save. Then sign in again.")
    if review.my_end <= now + SOON:
        text = _("Your own session then ends at {time}, whatever you do.")
        return text.format(time=date_format(timezone.localtime(review.my_end), "H:i"))
    if becomes.idle is not None and becomes.idle != was.idle and becomes.idle <= SOON:
        text = _("You yourself are then signed out after {idle} without activity.")
        return text.format(idle=length_words(becomes.idle))
    return ""
