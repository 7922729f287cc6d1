"""What the pages of reviews say of an item: what it gives now, what speaks for a look at it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from config.web.values.dates import day_words, first_day, last_day
from workspaces.catalogue import EDIT, ENGAGE, OWNER, PII, READ, WORKSPACE, Scope, role_of
from workspaces.models import Answer, Grant, GroupMember, Review, ReviewItem, Token, Way
from workspaces.operations.reviews.facts import IDLE, Facts, Given
from workspaces.views.console.grant_words import grant_words
from workspaces.views.console.review_words import joined
from workspaces.views.console.wording import action_words, counted

LOOK, TOLD = "look", "told"
SAID_BY: dict[str, str] = {Answer.KEEP: "keep", Answer.END: "end", Answer.REMOVE: "take"}


@dataclass(frozen=True, slots=True)
class Gives:
    """What an item gives now: the most of it, and the rest of the sentence."""

    most: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about an item: `look` when one should look, `told` when it is merely said."""

    tone: str
    icon: str
    text: str


def name_of(item: ReviewItem, facts: Facts | None) -> str:
    """Return what the holder is called now, as long as they are there."""
    holder = facts.holder if facts else None
    if holder is None or isinstance(holder, Token):
        return item.holder
    return holder.user.get_full_name()


def way_words(item: ReviewItem) -> str:
    """Say by which way it is held: "Own grant · Source Admin"."""
    if item.way == Way.OWNER:
        return str(Way(item.way).label)
    if item.way == Way.PLACE:
        return _("Group {name}").format(name=item.called)
    return _("{way} · {role}").format(way=Way(item.way).label, role=item.called)


def held_words(item: ReviewItem) -> str:
    """Say what is held as it was when the review opened, whatever became of it."""
    if item.way == Way.OWNER:
        return _("Everything, as owners do")
    if item.way == Way.PLACE:
        return _("What the group {name} gives").format(name=item.called)
    return grant_words(item.what)


def gives_words(item: ReviewItem, facts: Facts) -> Gives:
    """Say what it gives now: "Edit 7 sources", "and see 4 warehouses, also what comes later"."""
    if item.way == Way.OWNER or any(one.grant.role == OWNER for one in facts.given):
        return Gives(_("Everything"), _(", as owners do"))
    if facts.planned:
        return Gives(_("Nothing yet"), f": {held_words(item)}")
    if facts.eligible:
        return Gives(_("Nothing until it is taken up"), f": {held_words(item)}")
    parts = [*_levels(facts.given), *_beside(facts.given)]
    if not parts:
        return Gives(_("Nothing now"), f": {held_words(item)}")
    most, rest = parts[0], joined(parts[1:])
    text = _(" and {rest}").format(rest=rest) if rest else ""
    return Gives(most[:1].upper() + most[1:], text + _later(facts.given))


def _levels(given: Iterable[Given]) -> Iterator[str]:
    """Say on how many resources what is done; what several grants give is told at the least."""
    texts = {
        EDIT: _("edit {things}"),
        ENGAGE: _("engage with {things}"),
        READ: _("see {things}"),
    }
    alike: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for one in given:
        role = role_of(one.grant.role)
        level = next((action for action in texts if action in role.gives), "")
        if level and one.count:
            alike[level, role.type].append(one)
    for level, text in texts.items():
        things = [_things(type_, some) for (at, type_), some in alike.items() if at == level]
        if things:
            yield text.format(things=joined(things))


def _things(type_: str, given: Sequence[Given]) -> str:
    most = max(given, key=lambda one: one.count)
    beneath = any(role_of(one.grant.role).beneath for one in given)
    said = counted(most.count, type_)
    if len(given) > 1 and most.grant.scope != Scope.ALL:
        said = _("{things} or more").format(things=said)
    return _("{things} with destinations").format(things=said) if beneath else said


def _beside(given: Iterable[Given]) -> Iterator[str]:
    """Say what is given besides levels: personal data, and what is done to the workspace."""
    for one in given:
        role = role_of(one.grant.role)
        if role.slug == PII:
            yield _("see personal data where it can be read")
        if role.type == WORKSPACE:
            for action in sorted(role.on_workspace):
                yield _("{action} the workspace").format(action=action_words(action))


def _later(given: Iterable[Given]) -> str:
    scopes = {one.grant.scope for one in given if role_of(one.grant.role).gives}
    if Scope.ALL in scopes:
        return _(", also every future one")
    return _(", also new ones with these labels") if Scope.LABELS in scopes else ""


def hints_of(item: ReviewItem, facts: Facts, *, pushed: bool) -> Iterator[Hint]:
    """Yield what speaks for a look at it, then what is merely good to know."""
    if facts.changed:
        yield Hint(TOLD, "history", _("Changed meanwhile, will not be applied"))
        return
    if facts.idle:
        yield Hint(LOOK, "moon", idle_words(facts))
    if facts.twice:
        yield Hint(LOOK, "copy", _("Twice there"))
    if not facts.is_some and not facts.planned and not facts.eligible:
        yield Hint(LOOK, "circle-dashed", _("Gives nothing now"))
    row = facts.row
    if isinstance(row, Grant | GroupMember):
        if facts.planned and row.starts_at:
            text = _("Starts {day}").format(day=day_words(first_day(row.starts_at)))
            yield Hint(TOLD, "calendar-clock", text)
        if row.expires_at:
            text = _("Ends {day}").format(day=day_words(last_day(row.expires_at)))
            yield Hint(TOLD, "timer", text)
    if facts.eligible:
        yield Hint(TOLD, "hand", _("Could be taken up"))
    if pushed:
        yield Hint(TOLD, "refresh-cw", _("From the directory: becomes a task"))


def idle_words(facts: Facts) -> str:
    """Say that something lies idle, and how long as far as known."""
    if facts.last_used is None:
        return _("Never taken up") if facts.eligible else _("Never used")
    days = max((timezone.now() - facts.last_used).days, IDLE.days)
    return ngettext("Not used for {n} day", "Not used for {n} days", days).format(n=days)


def end_day(item: ReviewItem) -> str:
    """Return the day that an answer *end* names."""
    return day_words(last_day(item.ends_at)) if item.ends_at else ""


def covers_words(review: Review, filters: Iterable[str]) -> str:
    """Say what a review covers: "People: Idle 90 d"."""
    narrowed = ", ".join(filters)
    covers = review.get_covers_display()
    return _("{what}: {which}").format(what=covers, which=narrowed) if narrowed else covers
