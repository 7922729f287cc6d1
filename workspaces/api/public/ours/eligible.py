"""What people and groups hold as eligible: how it is taken up, and with whose leave."""

from collections.abc import Sequence
from typing import Any, Literal

from django.db.models import Prefetch
from ninja import Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, owners_only
from workspaces.api.public.ours.naming import ApproverOut, approver, named, person
from workspaces.api.public.people.groups import Person
from workspaces.api.public.people.permission_shapes import AccessPermission, shown_span
from workspaces.api.public.people.permissions_shown import bare, shown_new
from workspaces.api.public.people.users import GroupName
from workspaces.models import Approver, Eligibility, Grant, Workspace
from workspaces.operations.grants.said_by_programs import Wanted
from workspaces.operations.taking_up.held import Takable
from workspaces.spans import Span

router = Router(tags=["Time-Limited Access"], exclude_unset=True)


class EligibleOut(Schema):
    """A permission, or a place in a group, that gives nothing until it is taken up.

    It is held by one of `user`, `group` and `invite`; a place has both its user and its group.
    Without `approvers` nobody has to agree; with none in it, the owners do.
    """

    id: str
    type: Literal["PERMISSION", "MEMBERSHIP"]
    user: Person | None = None
    group: GroupName | None = None
    invite: str | None = None
    permission: AccessPermission | None = None
    longestMinutes: int
    asksForProof: bool
    breaksGlass: bool
    approvers: list[ApproverOut] | None = None
    startsAt: shapes.StartOrEndTold = None
    endsAt: shapes.StartOrEndTold = None


EligibleAnswer = shapes.answer_of(
    "Eligible", eligible=list[EligibleOut], pagination=paging.PageInfo
)


@router.get("/x/eligible", response=EligibleAnswer)
@owners_only
def list_eligible(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """All that can be taken up, now or from its start on; what has ended is left out."""
    rows = Eligibility.objects.filter(workspace=request.workspace).lasting().order_by("pk")
    grants = Grant.objects.select_related("member__user", "group", "invite").with_terms()
    rows = rows.select_related("membership__member__user", "membership__group").prefetch_related(
        Prefetch("approvers", Approver.objects.named()), Prefetch("grant", grants)
    )
    found, info = paging.paged(rows, page, lambda some: _shown(request.workspace, some))
    return {"data": {"eligible": found, "pagination": info}}


def _shown(workspace: Workspace, rows: Sequence[Eligibility]) -> list[dict[str, Any]]:
    return [
        {
            **(_grant(workspace, row.grant) if row.grant else _membership(row)),
            "longestMinutes": row.longest_minutes,
            "asksForProof": row.proof,
            "breaksGlass": row.break_glass,
            **({"approvers": [approver(one) for one in row.approvers.all()]} if row.asks else {}),
        }
        for row in rows
    ]


def _grant(workspace: Workspace, grant: Grant) -> dict[str, Any]:
    found: dict[str, Any] = {"id": Takable(grant).name, "type": "PERMISSION"}
    if grant.member:
        found["user"] = person(grant.member)
    if grant.group:
        found["group"] = named(grant.group)
    if grant.invite:
        found["invite"] = grant.invite.email
    if grant.understood:
        [found["permission"]] = bare(
            shown_new(Wanted(owner=False, grants=(grant.terms,)), workspace)
        )
    return found | shown_span(Span(grant.starts_at, grant.expires_at))


def _membership(row: Eligibility) -> dict[str, Any]:
    place = row.membership
    assert place is not None, "it is of a grant or of a membership"  # noqa: S101 – a constraint
    return {
        "id": Takable(membership=place).name,
        "type": "MEMBERSHIP",
        "user": person(place.member),
        "group": named(place.group),
        **shown_span(Span(place.starts_at, place.expires_at)),
    }
