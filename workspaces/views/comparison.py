"""Two people side by side: what each reaches, and by which grants."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.listing import RowsPage, paged
from workspaces.access.comparison import Share, compare
from workspaces.access.facts import load_policies
from workspaces.forms.comparison import CompareForm
from workspaces.guards import MemberRequest, needs
from workspaces.models.grant import Grant
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.views.frame import framed
from workspaces.views.grant_cards import GrantCard, grant_cards, owner_card
from workspaces.views.membership import named_member
from workspaces.views.words import ICONS, plural


@dataclass(frozen=True, slots=True)
class Row:
    """One type of resource: what each can edit and only view, and what they share."""

    label: str
    icon: str
    total: int
    levels: list[tuple[str, int, int]]
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
    context: dict[str, Any] = {
        "member": member,
        "form": form,
        "sides": [],
        "rows": [],
        "back": reverse("workspaces:member", args=[workspace.slug, member.public_id]),
        "copy_url": reverse("workspaces:member_copy", args=[workspace.slug, member.public_id]),
    }
    if form.is_valid():
        other = form.cleaned_data["with"]
        context["other"] = other
        context["rows"] = _rows(member, other)
        context["sides"] = [
            _side(request, workspace, person, key)
            for person, key in ((member, "grants"), (other, "others"))
        ]
    return page(
        request,
        "workspaces/member_compare.html",
        context,
        around=framed(request, "members"),
        status=form.status,
    )


def _rows(first: Member, second: Member) -> list[Row]:
    policies = load_policies([first, second])
    names = [member.user.get_short_name() for member in (first, second)]
    return [
        Row(
            plural(compared.type),
            ICONS[compared.type],
            compared.total,
            [
                (name, edits, reads - edits)
                for name, edits, reads in zip(names, compared.edits, compared.reads, strict=True)
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


def _side(request: MemberRequest, workspace: Workspace, member: Member, key: str) -> Side:
    """Return a page of somebody's grants; 6 statements at most."""
    grants = workspace.grants.held_by(member).with_details(listed=0)
    shown = paged(request, grants.order_by("group__name", "role", "pk"), key=key)
    own = [owner_card()] if member.owner else []
    return Side(
        member,
        reverse("workspaces:member", args=[workspace.slug, member.public_id]),
        [*own, *grant_cards(workspace, shown.rows)],
        shown,
        key,
    )
