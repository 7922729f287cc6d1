"""Groups that members may ask to be in for a while. People ask for themselves, in the console."""

from collections.abc import Sequence
from typing import Any

from ninja import Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, owners_only
from workspaces.api.public.ours.naming import ApproverOut, approver, named
from workspaces.api.public.people.users import GroupName
from workspaces.models import Offer
from workspaces.operations.groups.offers import offers_of

router = Router(tags=["Time-Limited Access"], exclude_unset=True)


class OfferOut(Schema):
    """A group on offer: to members of these groups, or where `to` is left out to everybody.

    With no approvers, the owners agree.
    """

    group: GroupName
    to: list[GroupName] | None = None
    longestMinutes: int
    approvers: list[ApproverOut]


OffersAnswer = shapes.answer_of("Offers", offers=list[OfferOut], pagination=paging.PageInfo)


@router.get("/x/offers", response=OffersAnswer)
@owners_only
def list_offers(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """The groups that members may ask for, by name."""
    found, info = paging.paged(offers_of(request.workspace), page, _shown)
    return {"data": {"offers": found, "pagination": info}}


def _shown(rows: Sequence[Offer]) -> list[dict[str, Any]]:
    return [
        {
            "group": named(row.group),
            **({} if row.everybody else {"to": [named(to.group) for to in row.audience.all()]}),
            "longestMinutes": row.longest_minutes,
            "approvers": [approver(one) for one in row.approvers.all()],
        }
        for row in rows
    ]
