"""Two people side by side: what each reaches, and by which grants."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from config.web.lists.listing import RowsPage
from config.web.lists.returning import carried, returning
from workspaces.access.counts.comparison import Share, compare
from workspaces.access.counts.extent import Extent, extents
from workspaces.access.decide import Policy
from workspaces.access.facts import load_policies, load_policies_at_most
from workspaces.catalogue import ResourceType
from workspaces.forms.members.membership import CompareForm
from workspaces.guards import MemberRequest, needs
from workspaces.models import Grant, Member, Workspace
from workspaces.views.console import answers, wording
from workspaces.views.grants.cards import GrantCard, held_page
from workspaces.views.members.membership import named_member


@dataclass(frozen=True, slots=True)
class Row:
    """One type of resource: what each can edit and only view, and what they share."""

    label: str
    icon: str
    total: int
    levels: list[tuple[str, int, int, Extent | None]]
    shares: list[tuple[str, Share]]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two people, with their grants, own and through groups."""

    member: Member
    url: str
    cards: list[GrantCard]
    page: RowsPage[Grant]
    key: str


@needs("administer")
def member_compare(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """Compare a member with another one, named by the address."""
    member = named_member(workspace, member_id)
    form = CompareForm(request.GET if "with" in request.GET else None, workspace=workspace)
    context: answers.Context = {
        "member": member,
        "form": form,
        "sides": [],
        "rows": [],
        "back": returning(request, workspace.url("member", member.public_id)),
        "copy_url": workspace.url("member_copy", member.public_id) + carried(request),
    }
    if form.is_valid():
        other = form.cleaned_data["with"]
        context["other"] = other
        context["rows"] = _rows(member, other)
        context["sides"] = [
            _side(request, workspace, person, key)
            for person, key in ((member, "grants"), (other, "others"))
        ]
    return answers.page(
        request,
        "workspaces/members/member_compare.html",
        context,
        at="members",
        status=form.status,
    )


def _rows(first: Member, second: Member) -> list[Row]:
    policies = load_policies([first, second])
    names = [member.user.get_short_name() for member in (first, second)]
    at_most = load_policies_at_most([first, second])
    could = [_could(policies[member.pk], at_most[member.pk]) for member in (first, second)]
    return [
        Row(
            wording.plural(compared.type),
            wording.ICONS[compared.type],
            compared.total,
            [
                (name, edits, reads - edits, most.get(compared.type))
                for name, edits, reads, most in zip(
                    names, compared.edits, compared.reads, could, strict=True
                )
            ],
            [
                (_("Only {name}").format(name=names[0]), compared.only_first),
                (_("Only {name}").format(name=names[1]), compared.only_second),
                (_("Both"), compared.both),
                (_("Both, and only one can edit"), compared.differ),
            ],
        )
        for compared in compare(policies[first.pk], policies[second.pk])
    ]


def _could(policy: Policy, at_most: Policy) -> dict[ResourceType, Extent]:
    """Return how far somebody could reach at most, where that is further (W8); 2 statements."""
    if not set(at_most.held) > set(policy.held):
        return {}
    now = {extent.type: extent for extent in extents(policy)}
    return {most.type: most for most in extents(at_most) if most != now[most.type]}


def _side(request: MemberRequest, workspace: Workspace, member: Member, key: str) -> Side:
    """Return a page of somebody's grants; 6 statements at most."""
    shown, held = held_page(request, member, listed=0, key=key)
    return Side(member, workspace.url("member", member.public_id), held, shown, key)
