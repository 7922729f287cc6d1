"""What owners ask of their members' sign-in: shorter sessions, a second factor (S9).

Empty means the site's own. Nothing here lengthens what the site or the HIPAA flag says.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models.sign_in import SignIn, SignInQuerySet
from accounts.models.user import User
from accounts.sessions import Limits
from accounts.sign_in.second_factor import has_second_factor
from workspaces.change import Actor, audit, lock_workspace, require_proof, target
from workspaces.errors import Conflict, Refused
from workspaces.models import Event, MemberQuerySet, Workspace
from workspaces.operations.sign_in import open_sessions, second_factor, session_limits
from workspaces.operations.trail.inverse import Inverse, moved_on

SHORTEST_IDLE, SHORTEST_WHOLE = 5, 1  # minutes, hours
LONGEST_WHOLE = 7 * 24  # hours
RULES = ("idle_minutes", "session_hours", "mfa_required_from")


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The rules of one workspace; None is the site's own, or no requirement."""

    idle_minutes: int | None = None
    session_hours: int | None = None
    mfa_required_from: datetime | None = None

    def written(self) -> dict[str, Any]:
        """Return the rules as the trail keeps them."""
        since = self.mfa_required_from
        return {
            "idle_minutes": self.idle_minutes,
            "session_hours": self.session_hours,
            "mfa_required_from": since.isoformat() if since else None,
        }

    @classmethod
    def read(cls, written: dict[str, Any]) -> "SignInRules":
        """Read back what `written` made."""
        since = written["mfa_required_from"]
        return cls(**{**written, "mfa_required_from": parse_datetime(since) if since else None})


def rules_of(workspace: Workspace) -> SignInRules:
    return SignInRules(**{rule: getattr(workspace, rule) for rule in RULES})


def longest_idle(workspace: Workspace) -> int:
    """Return the most idle minutes that would not lengthen anything."""
    most = [settings.SESSION_WHOLE, timedelta(hours=LONGEST_WHOLE)]
    if workspace.hipaa_eligible:
        most.append(settings.SESSION_IDLE)
    return int(min(most).total_seconds()) // 60


def longest_whole() -> int:
    """Return the most hours of a session that would not lengthen anything."""
    return min(int(settings.SESSION_WHOLE.total_seconds()) // 3600, LONGEST_WHOLE)


def without_second_factor(workspace: Workspace) -> MemberQuerySet:
    """Return the members, less those deactivated, who have no second factor."""
    return workspace.members.active().filter(second_factor.without_second_factor())


@dataclass(frozen=True, slots=True)
class RulesReview:
    """What proposed rules would do to people, before they are saved.

    `mine` is what holds and what would hold for the person looking, where that moves;
    `my_end` is when their own session would be over in any case.
    """

    sooner: int
    later: int
    ending: int
    unready: int
    mine: tuple[Limits, Limits] | None = None
    my_end: datetime | None = None


def preview(workspace: Workspace, rules: SignInRules, *, mine: SignIn | None = None) -> RulesReview:
    """Work out whom proposed rules would move; 3 statements.

    A person whom another workspace, or their duty, holds to the shorter limit anyway is
    not moved.
    """
    proposed = session_limits.limits_by(
        workspace, idle_minutes=rules.idle_minutes, session_hours=rules.session_hours
    )
    today = session_limits.limits_set_by(workspace)
    people = workspace.members.active().order_by().values("user")
    others = session_limits.limits_elsewhere(User.objects.filter(pk__in=people), workspace)
    moved = [
        (session_limits.shortest(other, today), session_limits.shortest(other, proposed), n)
        for other, n in Counter(others.values()).items()
    ]
    mine_of = others.get(mine.user_id) if mine else None
    was, becomes = (
        session_limits.shortest(mine_of, own) if mine_of else None for own in (today, proposed)
    )
    return RulesReview(
        sooner=sum(n for old, new, n in moved if _is_sooner(new, old)),
        later=sum(n for old, new, n in moved if _is_sooner(old, new)),
        ending=_over_by(proposed, SignIn.objects.filter(user__in=people)).count(),
        unready=without_second_factor(workspace).count(),
        mine=(was, becomes) if was and becomes and was != becomes else None,
        my_end=mine.signed_in_at + becomes.whole if mine and becomes else None,
    )


def _over_by(limits: Limits, rows: SignInQuerySet) -> SignInQuerySet:
    """Narrow to living sessions that these limits would end at once."""
    now = timezone.now()
    over = Q(signed_in_at__lte=now - limits.whole)
    if limits.idle is not None:
        over |= Q(last_active_at__lte=now - limits.idle)
    return rows.filter(over, ends_at__gt=now)


def _is_sooner(one: Limits, other: Limits) -> bool:
    """Whether somebody held to the one is signed out sooner, in one way or the other."""
    endless = timedelta.max
    return one.whole < other.whole or (one.idle or endless) < (other.idle or endless)


def change(
    workspace: Workspace, rules: SignInRules, *, by: Actor, drawn: dict[str, Any] | None = None
) -> Event | None:
    """Set the rules; open sessions follow in the same transaction (S3). None: nothing changed.

    `drawn` is what stood there when the form was drawn; raises Conflict when somebody
    changed it meanwhile (XI8), and Refused for what would lengthen a session, lies out of
    bounds, or would shut out the owner who asks for it.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        require_proof(by)
        now, wanted = rules_of(locked), rules.written()
        before = now.written()
        if drawn is not None and drawn != before:
            raise Conflict(
                "XI8", "Somebody changed these rules meanwhile. What stands here now is theirs."
            )
        changed = [rule for rule in RULES if wanted[rule] != before[rule]]
        if not changed:
            return None
        _require_bounds(locked, rules, changed)
        if "mfa_required_from" in changed and rules.mfa_required_from is not None:
            _require_fair_start(rules.mfa_required_from, by)
        for rule in changed:
            setattr(locked, rule, getattr(rules, rule))
        locked.save(update_fields=changed)
        if {"idle_minutes", "session_hours"} & set(changed):
            open_sessions.follow(open_sessions.users_of(locked))
        return audit.record(
            locked,
            "workspace.sign_in_changed",
            by=by,
            target=target(locked),
            before={rule: before[rule] for rule in changed},
            after={rule: wanted[rule] for rule in changed},
        )


def _require_bounds(workspace: Workspace, rules: SignInRules, changed: list[str]) -> None:
    """Raise Refused for a limit that is too short, or longer than what holds anyway."""
    bounds = {
        "idle_minutes": (SHORTEST_IDLE, longest_idle(workspace), "minutes"),
        "session_hours": (SHORTEST_WHOLE, longest_whole(), "hours"),
    }
    for rule in set(changed) & bounds.keys():
        value, (least, most, unit) = getattr(rules, rule), bounds[rule]
        if value is not None and not least <= value <= most:
            raise Refused("S1", f"At least {least} and at most {most} {unit}.", field=rule)


def _require_fair_start(since: datetime, by: Actor) -> None:
    """Raise Refused for a day that is over, or one that would shut out the owner who asks.

    Days are days in UTC. From the moment the requirement holds, people without a second
    factor are led to set one up; an owner goes first.
    """
    if since < datetime.combine(timezone.now().astimezone(UTC).date(), time(), UTC):
        raise Refused("S8", "That day is over. Choose today or a later one.", field="required_from")
    if since <= timezone.now() and by.user is not None and not has_second_factor(by.user):
        raise Refused(
            "S8",
            "You have no second factor yourself. Set one up first, or choose a later day.",
            field="required_from",
        )


@dataclass(frozen=True, slots=True)
class SignInRulesBack(Inverse):
    """The rules of sign-in that an event changed become what they were."""

    workspace: Workspace
    rules: SignInRules

    def apply(self, *, by: Actor) -> None:
        change(self.workspace, self.rules, by=by)


def changed_back(workspace: Workspace, event: Event) -> Inverse:
    now = rules_of(Workspace.objects.get(pk=workspace.pk)).written()
    if any(now[rule] != value for rule, value in event.after.items()):
        raise moved_on(workspace, event)
    return SignInRulesBack(workspace, SignInRules.read({**now, **event.before}))
