"""What pages say of a place in a group: whether it holds, and from when until when (W1)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.values.dates import end_words, length_words, start_words
from workspaces.models import DirectoryGroup, Group, GroupMember, InviteGroup, Member
from workspaces.models.group import GroupMemberQuerySet
from workspaces.spans import Span
from workspaces.terms import Eligible

LIVE, PLANNED, ENDED, ELIGIBLE = "live", "planned", "ended", "eligible"
SOON = timedelta(days=14)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a group, ready to draw; `state` tells what holds from what does not."""

    group: Group
    state: str
    text: str
    soon: bool
    member: Member | None = None
    pushed: bool = False
    what_if_url: str = ""

    @property
    def idle(self) -> bool:
        """Whether it gives nothing now."""
        return self.state != LIVE


def place_of(row: GroupMember) -> Place:
    """Put a row read `with_state`, with its member, group and eligibility, into words."""
    state = LIVE
    if row.planned or row.expired:  # type: ignore[attr-defined]
        state = PLANNED if row.planned else ENDED  # type: ignore[attr-defined]
    elif row.eligible:
        state = ELIGIBLE
    pushed = getattr(row, "pushed", False)
    soon = state == LIVE and row.expires_at is not None
    soon = soon and row.expires_at <= timezone.now() + SOON  # type: ignore[operator]
    return Place(row.group, state, span_words(row.span_in_short, state), soon, row.member, pushed)


def offered_place(row: InviteGroup) -> Place:
    """Say the same of a place that an invite offers, read with its group."""
    now, span = timezone.now(), row.span
    state = LIVE
    if span.ends is not None and span.ends <= now:
        state = ENDED
    elif not span.holds_at(now):
        state = PLANNED
    return Place(row.group, state, span_words(span, state), soon=False)


def span_words(span: Span, state: str = LIVE) -> str:
    """Say from when until when: "Starts 1 Jan 2027 (UTC), ends after 3 Jan 2027 (UTC)"."""
    if span.eligible and state != ENDED:
        dates = span_words(replace(span, eligible=None))
        return " · ".join(words for words in (eligible_words(span.eligible), dates) if words)
    if state == ENDED and span.ends:
        return _("Ended {when}").format(when=end_words(span.ends))
    starts = span.starts if span.starts and span.starts > timezone.now() else None
    if starts and span.ends:
        text = _("Planned – starts {first}, ends {last}")
        return text.format(first=start_words(starts), last=end_words(span.ends))
    if starts:
        return _("Planned – starts {when}").format(when=start_words(starts))
    return _("Ends {when}").format(when=end_words(span.ends)) if span.ends else ""


def eligible_words(eligible: Eligible) -> str:
    """Say how something is taken up: "Eligible – for up to 4 hours, somebody has to agree"."""
    found = [_("for up to {length}").format(length=length_words(eligible.longest_minutes))]
    if eligible.proof:
        found.append(_("after a proof of identity"))
    if eligible.break_glass:
        found.append(_("by breaking glass"))
    elif eligible.approvers is not None:
        found.append(_("somebody has to agree"))
    return _("Eligible – {how}").format(how=", ".join(found))


def places_of(member: Member) -> GroupMemberQuerySet:
    """Return the places a member has, had or will have, ready for `place_of`."""
    pushed = Exists(DirectoryGroup.objects.filter(group=OuterRef("group")))
    rows = member.joined_groups.with_state().annotate(pushed=pushed).select_related("eligibility")
    return rows.select_related("group", "member").order_by("group__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """The groups somebody is in now, and apart from them what is planned or has ended."""

    live: list[Place]
    idle: list[Place]
    more_live: int
    more_idle: int


def own_places(member: Member) -> OwnPlaces:
    """Return the first places of a member for their own page; 1 statement."""
    found = [place_of(row) for row in places_of(member)]
    live, idle = ([p for p in found if p.idle is gone] for gone in (False, True))
    return OwnPlaces(live[:SHOWN], idle[:SHOWN], len(live[SHOWN:]), len(idle[SHOWN:]))
