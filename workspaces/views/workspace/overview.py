"""Where owners begin: what needs a look, how far access reaches, and the last changes."""

from dataclasses import dataclass
from functools import partial

from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext as _, ngettext

from workspaces.access.counts.coverage import totals_of
from workspaces.access.counts.highest import highest_access
from workspaces.access.who import with_broad_access, with_everything
from workspaces.catalogue import ResourceType
from workspaces.forms.members.filters import IDLE, SOON, MemberFilters
from workspaces.guards import MemberRequest, needs
from workspaces.models import AccessRequest, Event, TakeUp, Workspace
from workspaces.operations.sign_in.rules import without_second_factor
from workspaces.operations.sign_in.session_limits import limits_set_by
from workspaces.operations.taking_up.telling import name_of
from workspaces.views.console import answers, wording
from workspaces.views.requests.words import banner_of
from workspaces.views.sign_in.words import limits_words, requirement_words
from workspaces.views.trail.event_lines import sentences
from workspaces.views.workspace import charts

CHANGES = 8
MOST_TAKEN = 20


@dataclass(frozen=True, slots=True)
class Number:
    """One number with what it counts, and the list it is the length of."""

    count: int
    text: str
    url: str
    icon: str


@needs("administer")
def overview(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """What an owner with little time should look at first."""
    events = Event.objects.filter(workspace=workspace).changes().newest_first()[:CHANGES]
    return answers.page(
        request,
        "workspaces/workspace/overview.html",
        {
            "workspace": workspace,
            "waiting": partial(banner_of, workspace),
            "window": workspace.support_windows.open().first(),
            "taken": _taken_up(workspace),
            "care": _care(workspace),
            "numbers": _people(workspace),
            "broad": _broad(workspace),
            "policy": _policy(workspace),
            "rows": sentences(workspace, events),
            **_charts(workspace),
            "audit_url": workspace.url("audit"),
            "support_url": workspace.url("settings_support"),
        },
        at="overview",
    )


def _charts(workspace: Workspace) -> answers.Context:
    """Return what is drawn of how access stands, how it changed, and when it ends; 5 statements."""
    highest, ends = highest_access(workspace.pk), charts.weeks(workspace)
    return {
        "highest": highest,
        "parts": charts.parts(highest, workspace.url("members")),
        "standing": charts.standing(workspace, highest.standing),
        "weeks": ends,
        "n_ends": sum(week.number for week in ends),
        "n_soon": sum(week.number for week in ends if week.soon),
    }


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody has taken up: it runs, or glass was broken for it and nobody has looked."""

    take_up: TakeUp
    what: str
    url: str

    @property
    def red(self) -> bool:
        """Whether an owner has still to look at it (W5)."""
        return self.take_up.glass and self.take_up.looked_at is None


def _taken_up(workspace: Workspace) -> list[Taken]:
    """Say what is taken up just now, broken glass that nobody has looked at first; 1 statement."""
    rows = workspace.take_ups.running() | workspace.take_ups.broken_glass()
    rows = rows.select_related("member__user", "grant", "membership__group")
    found = [
        Taken(row, name_of(row), workspace.url("take_up", row.public_id))
        for row in rows.order_by("-glass", "-pk")[:MOST_TAKEN]
    ]
    return sorted(found, key=lambda taken: not taken.red)


@dataclass(frozen=True, slots=True)
class Policy:
    """How people sign in here: what holds, and how many have no second factor yet."""

    limits: str
    requirement: str
    unready: int
    url: str


def _policy(workspace: Workspace) -> Policy:
    """Say the sign-in policy; 1 statement."""
    return Policy(
        limits_words(limits_set_by(workspace)),
        requirement_words(workspace.mfa_required_from),
        without_second_factor(workspace).count(),
        workspace.url("settings_sign_in"),
    )


def _people(workspace: Workspace) -> list[Number]:
    """Count what is there, whether it needs a look or not; 4 statements."""
    members = workspace.url("members")
    everybody = workspace.members.count()
    owners = MemberFilters({"status": "owner"}, workspace=workspace).members().count()
    broad = workspace.members.filter(with_broad_access(workspace)).count()
    invited = workspace.invites.pending().count()
    invites = workspace.url("invites")
    invited_words = ngettext(
        "invite waits for its answer", "invites wait for their answer", invited
    )
    broad_words = ngettext(
        "person can edit everything of a type, also what comes later",
        "people can edit everything of a type, also what comes later",
        broad,
    )
    return [
        Number(everybody, ngettext("person", "people", everybody), members, "users"),
        Number(owners, ngettext("owner", "owners", owners), f"{members}?status=owner", "crown"),
        Number(invited, invited_words, invites, "mail"),
        Number(broad, broad_words, f"{members}?broad=on", "infinity"),
    ]


def _care(workspace: Workspace) -> list[Number]:
    """Return what somebody should look at; what is in order is left out. 9 statements at most."""
    members = workspace.url("members")
    tokens = workspace.url("tokens")
    ending = MemberFilters({"ends": "on"}, workspace=workspace).members().count()
    idle = MemberFilters({"idle": "on"}, workspace=workspace).members().count()
    unused = workspace.tokens.never_used().count()
    owners = workspace.members.owners().count()
    waiting = AccessRequest.objects.open().filter(workspace=workspace).count()
    requests = workspace.url("requests")
    numbers = [
        Number(
            waiting, ngettext("open request", "open requests", waiting),
            f"{requests}?status=open", "inbox",
        ),
        Number(
            ending,
            ngettext(
                "person has access that ends within {days} days",
                "people have access that ends within {days} days",
                ending,
            ).format(days=SOON.days),
            f"{members}?ends=on",
            "timer",
        ),
        Number(
            idle,
            ngettext(
                "person not seen here for {days} days", "people not seen here for {days} days", idle
            ).format(days=IDLE.days),
            f"{members}?idle=on",
            "moon",
        ),
        *_reviews(workspace),
        Number(
            unused, ngettext("token never used", "tokens never used", unused),
            f"{tokens}?state=unused", "key",
        ),
    ]  # fmt: skip
    if workspace.mfa_required_from or workspace.hipaa_eligible:
        numbers.append(_without_factor(workspace, members))
    if owners == 1:
        alone = _("owner only: nobody can step in. Make somebody else an owner too.")
        numbers.insert(0, Number(owners, alone, f"{members}?status=owner", "crown"))
    return [number for number in numbers if number.count]


def _reviews(workspace: Workspace) -> list[Number]:
    """Count the reviews that are open, and apart from them those that are overdue; 2 statements."""
    reviews = workspace.url("reviews")
    overdue = workspace.reviews.overdue().count()
    waiting = workspace.reviews.open().count() - overdue
    return [
        Number(
            overdue,
            ngettext("review is overdue", "reviews are overdue", overdue),
            f"{reviews}?state=overdue",
            "calendar-clock",
        ),
        Number(
            waiting,
            ngettext("open review", "open reviews", waiting),
            f"{reviews}?state=open",
            "clipboard-check",
        ),
    ]


def _without_factor(workspace: Workspace, members: str) -> Number:
    """Count who has a password only, where that matters; 1 statement."""
    count = MemberFilters({"no_mfa": "on"}, workspace=workspace).members().count()
    words = ngettext("person without a second factor", "people without a second factor", count)
    return Number(count, words, f"{members}?no_mfa=on", "shield-off")


def _broad(workspace: Workspace) -> list[Number]:
    """Count per type who can edit every current and future thing of it; 2 statements."""
    members = workspace.url("members")
    totals = totals_of(workspace.pk)
    types = [type_ for type_ in ResourceType if type_ in totals]
    counts = workspace.members.aggregate(
        **{str(type_): Count("pk", filter=with_everything(workspace, type_)) for type_ in types}
    )
    return [
        Number(
            counts[type_],
            ngettext(
                "person can edit every current and future {thing}",
                "people can edit every current and future {thing}",
                counts[type_],
            ).format(thing=wording.noun(type_, 1)),
            f"{members}?every={type_}",
            wording.ICONS[type_],
        )
        for type_ in types
    ]
