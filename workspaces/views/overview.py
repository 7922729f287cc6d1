"""Where owners begin: the numbers that need care, and the last changes."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext

from config.web.http import page
from workspaces.access.holders import with_broad_access
from workspaces.forms.members import IDLE, SOON, MemberFilters
from workspaces.guards import MemberRequest, needs
from workspaces.models.event import Event
from workspaces.models.workspace import Workspace
from workspaces.views.event_sentences import sentences
from workspaces.views.frame import framed

CHANGES = 8


@dataclass(frozen=True, slots=True)
class Number:
    """One number with what it counts, and the list it is the length of."""

    count: int
    text: str
    url: str
    icon: str
    care: bool = False


@needs("administer")
def overview(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """What an owner with little time should look at first."""
    events = Event.objects.filter(workspace=workspace).newest_first()[:CHANGES]
    return page(
        request,
        "workspaces/overview.html",
        {
            "workspace": workspace,
            "numbers": _numbers(workspace),
            "rows": sentences(events),
            "audit_url": reverse("workspaces:audit", args=[workspace.slug]),
        },
        around=framed(request, "overview"),
    )


def _numbers(workspace: Workspace) -> list[Number]:
    """Count what the cards show; 6 statements."""
    return [*_people(workspace), *_care(workspace)]


def _people(workspace: Workspace) -> list[Number]:
    members = reverse("workspaces:members", args=[workspace.slug])
    everybody = workspace.members.count()
    owners = MemberFilters({"status": "owner"}).narrow(workspace).count()
    return [
        Number(everybody, ngettext("person", "people", everybody), members, "users"),
        Number(
            owners,
            ngettext("owner", "owners", owners),
            f"{members}?status=owner",
            "crown",
            care=owners < 2,  # noqa: PLR2004 with one, nobody can step in
        ),
    ]


def _care(workspace: Workspace) -> list[Number]:
    members = reverse("workspaces:members", args=[workspace.slug])
    broad = workspace.members.filter(with_broad_access(workspace)).count()
    ending = MemberFilters({"ends": "on"}).narrow(workspace).count()
    idle = MemberFilters({"idle": "on"}).narrow(workspace).count()
    unused = workspace.tokens.never_used().count()
    broad_words = ngettext(
        "person can edit everything of a type, also what comes later",
        "people can edit everything of a type, also what comes later",
        broad,
    )
    ending_words = ngettext(
        "person has access that ends within {days} days",
        "people have access that ends within {days} days",
        ending,
    ).format(days=SOON.days)
    idle_words = ngettext(
        "person not seen here for {days} days", "people not seen here for {days} days", idle
    ).format(days=IDLE.days)
    unused_words = ngettext("token never used", "tokens never used", unused)
    tokens = reverse("workspaces:tokens", args=[workspace.slug])
    return [
        Number(broad, broad_words, f"{members}?broad=on", "infinity", care=broad > 0),
        Number(ending, ending_words, f"{members}?ends=on", "timer", care=ending > 0),
        Number(idle, idle_words, f"{members}?idle=on", "moon"),
        Number(unused, unused_words, f"{tokens}?unused=1", "key", care=unused > 0),
    ]
