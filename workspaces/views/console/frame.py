"""What stands around every page of a workspace: sidebar, switch, bottom bar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.drawing import draw
from config.web.icons import icon
from config.web.lists.listing import Drawn
from config.web.tags import grouped
from workspaces.catalogue import ResourceType
from workspaces.guards import MemberRequest
from workspaces.models import SupportVisit, Workspace
from workspaces.operations.sso.reach import reach_of
from workspaces.operations.workspace.workspaces import may_create
from workspaces.views.console import wording
from workspaces.views.console.around import Around, Running, around
from workspaces.views.sign_in.words import is_short

SHORT = 5 * 60  # seconds: from then on what runs is shown in amber
SLUG = "0-which-0"  # stands where the slug of a workspace will
WAITING = frozenset({"requests"})  # what is shown only where there is any
IN_SIDEBAR = """<li>
  <a href="{url}" data-key="{key}" title="{label}"
     {current}>
    {icon}<span>{label}</span>
    {count}
  </a>
</li>
"""
IN_SHEET = """<li>
  <a href="{url}" {current}>
    {icon}<span>{label}</span>
  </a>
</li>
"""
AT_HAND = frozenset({"overview", "members", "groups", "requests"})  # in an owner's bottom bar
COUNTED = ("members", "groups", "tokens", "requests", "reviews", "labels")


@dataclass(frozen=True, slots=True)
class Entry(Drawn):
    """A page one may go to. Every page draws each of them twice, so they draw themselves."""

    key: str
    label: str
    url: str
    icon: str
    count: int | None
    current: bool

    @property
    def in_sidebar(self) -> SafeString:
        return draw(
            IN_SIDEBAR,
            url=self.url,
            key=self.key,
            label=self.label,
            current=self._current,
            icon=icon(self.icon, size=16),
            count=self._count,
        )

    @property
    def in_sheet(self) -> SafeString:
        sign = icon(self.icon, size=16)
        return draw(IN_SHEET, url=self.url, label=self.label, current=self._current, icon=sign)

    @property
    def waiting(self) -> int:
        """How many wait for an answer there, as the bottom bar says it."""
        return (self.count or 0) if self.key in WAITING else 0

    @property
    def _current(self) -> SafeString:
        return SafeString('aria-current="page"' if self.current else "")

    @property
    def _count(self) -> SafeString:
        if self.key in WAITING:
            text = '<small class="count waiting">{}</small>' if self.count else ""
        else:
            text = '<small class="count">{}</small>' if self.count is not None else ""
        return draw(text, grouped(self.count))


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a title; `folded` are those of types that have nothing yet."""

    title: str
    entries: list[Entry]
    folded: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Visiting:
    """The support visit one is on, and where it is ended."""

    visit: SupportVisit
    end_url: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Something that runs, with the seconds it has left as the page is drawn."""

    name: str
    url: str
    end_url: str
    ends: datetime
    left: int

    @property
    def is_short(self) -> bool:
        """Whether it ends soon."""
        return self.left < SHORT


@dataclass(frozen=True, slots=True)
class Frame:
    workspace: Workspace
    member_id: str
    member_name: str
    member_email: str
    role_name: str
    may_create: bool
    is_short: bool
    workspaces_total: int
    own: bool
    workspaces: list[Choice]
    sizes: Mapping[str, int]
    sections: list[Section]
    bottom: list[Entry]
    visiting: Visiting | None
    factor_asked_from: datetime | None
    running: list[Clock]


def framed(
    request: MemberRequest, current: str, more: Callable[[], dict[str, Any]] = dict
) -> Callable[[], dict[str, Any]]:
    """Return what makes the context around a page: its frame, and whatever `more` makes.

    `current` is the key of the sidebar's entry one is at.
    """

    def make() -> dict[str, Any]:
        workspace = request.member.workspace
        owns, own = request.access.is_owner, reach_of(request).own
        sized = workspace if owns else None
        found = around(request.user.pk, sized, member_id=request.member.pk)
        counts = _badges(found) if owns else {}
        sections = sections_of(request, workspace, current, counts, manages=found.manages)
        entries = [entry for section in sections for entry in section.entries]
        frame = Frame(
            workspace=workspace,
            member_id=request.member.public_id,
            member_name=request.user.get_full_name(),
            member_email=request.user.email,
            role_name=_role_name(request),
            may_create=may_create(request.user),
            is_short=is_short(request),
            workspaces_total=found.total + bool(request.visit) if own else 1,
            own=own,
            workspaces=_choices(request, workspace, found),
            sizes=found.sizes,
            sections=sections,
            bottom=[one for one in entries if one.key in AT_HAND] if owns else entries[:4],
            visiting=_visiting(request.visit),
            factor_asked_from=request.factor_asked_from,
            running=[_clock(workspace, one) for one in found.running],
        )
        return {"frame": frame, **more()}

    return make


def seconds_left(ends: datetime) -> int:
    """Return how long something runs yet that ends then."""
    return max(0, round((ends - timezone.now()).total_seconds()))


def _clock(workspace: Workspace, one: Running) -> Clock:
    page, end = (workspace.url(route, one.ident) for route in ("take_up", "take_up_end"))
    return Clock(one.name, page, end, one.ends, seconds_left(one.ends))


def _badges(found: Around) -> dict[str, int]:
    """Return the number beside each entry of an owner's sidebar."""
    return {key: found.sizes.get(key, 0) for key in (*COUNTED, *ResourceType)}


def _role_name(request: MemberRequest) -> str:
    if request.visit:
        return _("Support visit")
    return _("Owner") if request.access.is_owner else _("Member")


def _visiting(visit: SupportVisit | None) -> Visiting | None:
    return Visiting(visit, reverse("visit_end", args=[visit.public_id])) if visit else None


def _choices(request: MemberRequest, current: Workspace, found: Around) -> list[Choice]:
    named = found.workspaces
    if not reach_of(request).own:  # what else one belongs to is not the provider's to see (P2)
        named = [(current.slug, current.name)]
    if request.visit:
        named = [(current.slug, current.name), *named]
    return [
        Choice(name, reverse("workspaces:start", args=[slug]), slug == current.slug)
        for slug, name in named
    ]


@cache
def _way(_prefix: str, route: str, *path: str) -> str:
    """Return the address of a page that every workspace has, with `SLUG` for which one."""
    return reverse(f"workspaces:{route}", args=[SLUG, *path])


def sections_of(
    request: MemberRequest,
    workspace: Workspace,
    current: str = "",
    counts: Mapping[str, int] = MappingProxyType({}),
    *,
    manages: bool = False,
) -> list[Section]:
    """Return the pages that open for the asker, as the sidebar groups them; no statement.

    `manages` is whether there are groups they manage (W6).
    """

    def entry(key: str, label: str, sign: str, route: str, *path: str) -> Entry:
        url = _way(get_script_prefix(), route, *path).replace(SLUG, workspace.slug)
        return Entry(key, str(label), url, sign, counts.get(key), key == current)

    inventory = [
        entry(type_, wording.plural(type_), wording.ICONS[type_], "resources", type_)
        for type_ in ResourceType
    ]
    oneself = entry("my_access", _("My access"), "user-round-check", "my_access")
    managed = [entry("my_groups", _("My groups"), "user-cog", "my_groups")] if manages else []
    own = [] if request.visit else [oneself, *managed]
    check = entry("check", _("Check access"), "circle-check", "check")
    if not request.access.is_owner:
        return [
            Section("", [oneself, check, *managed]),
            _inventory(inventory),
        ]
    return [
        Section("", [entry("overview", _("Overview"), "layout-dashboard", "overview")]),
        Section(
            _("Access"),
            [
                entry("members", _("Members"), "users", "members"),
                entry("groups", _("Groups"), "boxes", "groups"),
                entry("tokens", _("Tokens"), "key", "tokens"),
                entry("requests", _("Requests"), "inbox", "requests"),
                entry("reviews", _("Reviews"), "clipboard-check", "reviews"),
                check,
                *own,
            ],
        ),
        _inventory(inventory, entry("labels", _("Labels"), "tags", "labels")),
        Section(
            _("Workspace"),
            [
                entry("audit", _("Audit trail"), "scroll-text", "audit"),
                entry("general", _("General"), "sliders-horizontal", "settings_general"),
                entry("sign_in", _("Sign-in"), "lock-keyhole", "settings_sign_in"),
                entry("scim", _("Directory"), "refresh-cw", "settings_scim"),
                entry("support", _("Support"), "life-buoy", "settings_support"),
            ],
        ),
    ]


def _inventory(types: list[Entry], *more: Entry) -> Section:
    """Fold the types of which there is nothing, unless there is nothing at all or one is there."""
    empty = [one for one in types if one.count == 0 and not one.current]
    folded = empty if any(one.count for one in types) else []
    shown = [one for one in types if one not in folded]
    return Section(_("Inventory"), [*shown, *more], folded)
