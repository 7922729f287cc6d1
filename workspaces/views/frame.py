"""What stands around every page of a workspace: sidebar, switch, bottom bar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from labels.models import Label
from workspaces.catalogue import ResourceType
from workspaces.guards import MemberRequest
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.request import AccessRequest
from workspaces.models.resource import Resource
from workspaces.models.support import SupportVisit
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.operations.workspaces import may_create
from workspaces.views.sign_in_words import is_short
from workspaces.views.words import ICONS, plural

SWITCH = 12


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    label: str
    url: str
    icon: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    entries: list[Entry]


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
class Frame:
    workspace: Workspace
    member_id: str
    member_name: str
    member_email: str
    role_name: str
    may_create: bool
    is_short: bool
    workspaces_total: int
    workspaces: list[Choice]
    sections: list[Section]
    bottom: list[Entry]
    visiting: Visiting | None
    factor_asked_from: datetime | None


def framed(
    request: MemberRequest, current: str, more: Callable[[], dict[str, Any]] = dict
) -> Callable[[], dict[str, Any]]:
    """Return what makes the context around a page: its frame, and whatever `more` makes.

    `current` is the key of the sidebar's entry one is at.
    """

    def make() -> dict[str, Any]:
        workspace = request.member.workspace
        choices, total = _choices(request, workspace)
        counts = _counts(workspace) if request.access.is_owner else {}
        sections = sections_of(request, workspace, current, counts)
        entries = [entry for section in sections for entry in section.entries]
        frame = Frame(
            workspace=workspace,
            member_id=request.member.public_id,
            member_name=request.user.get_full_name(),
            member_email=request.user.email,
            role_name=_role_name(request),
            may_create=may_create(request.user),
            is_short=is_short(request),
            workspaces_total=total,
            workspaces=choices,
            sections=sections,
            bottom=entries[:4],
            visiting=_visiting(request.visit),
            factor_asked_from=request.factor_asked_from,
        )
        return {"frame": frame, **more()}

    return make


def _role_name(request: MemberRequest) -> str:
    if request.visit:
        return _("Support visit")
    return _("Owner") if request.access.is_owner else _("Member")


def _visiting(visit: SupportVisit | None) -> Visiting | None:
    return Visiting(visit, reverse("visit_end", args=[visit.public_id])) if visit else None


def _choices(request: MemberRequest, current: Workspace) -> tuple[list[Choice], int]:
    mine = Workspace.objects.open().of_user(request.user).by_name()
    rows = list(mine[: SWITCH + 1])
    total = len(rows) if len(rows) <= SWITCH else mine.count()
    shown = rows[:SWITCH]
    if request.visit:
        shown, total = [current, *shown], total + 1
    return [
        Choice(row.name, reverse("workspaces:start", args=[row.slug]), row.pk == current.pk)
        for row in shown
    ], total


def sections_of(
    request: MemberRequest,
    workspace: Workspace,
    current: str = "",
    counts: Mapping[str, int] = MappingProxyType({}),
) -> list[Section]:
    """Return the pages that open for the asker, as the sidebar groups them; no statement."""

    def entry(key: str, label: str, icon: str, *path: str) -> Entry:
        url = reverse(f"workspaces:{path[0]}", args=[workspace.slug, *path[1:]])
        return Entry(key, label, url, icon, counts.get(key), key == current)

    inventory = [
        entry(type_, plural(type_), ICONS[type_], "resources", type_) for type_ in ResourceType
    ]
    oneself = entry("my_access", _("My access"), "user-round-check", "my_access")
    own = [] if request.visit else [oneself]
    check = entry("check", _("Check access"), "circle-check", "check")
    if not request.access.is_owner:
        return [
            Section("", [oneself, check]),
            Section(_("Inventory"), inventory),
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
                check,
                *own,
            ],
        ),
        Section(
            _("Inventory"),
            [*inventory, entry("labels", _("Labels"), "tags", "labels")],
        ),
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


def _counts(workspace: Workspace) -> dict[str, int]:
    """Count everything the sidebar shows; 1 statement."""
    resources = Resource.objects.all()
    counted: dict[str, QuerySet[Model]] = {
        "members": Member.objects.all(),
        "groups": Group.objects.all(),
        "tokens": Token.objects.filter(revoked_at__isnull=True),
        "requests": AccessRequest.objects.open(),
        "labels": Label.objects.all(),
        **{type_: resources.filter(type=type_) for type_ in ResourceType},
    }
    fields = {f"n_{key}": _count(rows) for key, rows in counted.items()}
    row: Any = Workspace.objects.filter(pk=workspace.pk).values(**fields).get()
    return {key: row[f"n_{key}"] for key in counted}


def _count(rows: QuerySet[Model]) -> Coalesce:
    per_workspace = rows.filter(workspace=OuterRef("pk")).order_by().values("workspace")
    number = per_workspace.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
