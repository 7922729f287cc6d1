"""The times that something eligible was taken up: asked for, answered, ended.

A program is nobody who takes something up, and the operation says so. With ownership it answers
as the owners do.
"""

from collections.abc import Sequence
from typing import Any, Literal

from ninja import Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, limited_as_change, one_of, owners_only
from workspaces.api.public.ours.naming import person
from workspaces.api.public.people.groups import Person
from workspaces.models import TakeUpQuerySet
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import Takable
from workspaces.operations.taking_up.telling import name_of

router = Router(tags=["Time-Limited Access"], exclude_unset=True)
State = Literal["WAITING", "RUNNING", "ENDED", "REFUSED", "VOID"]


class TakeUpOut(Schema):
    """One time that somebody took something up, or asked to.

    `REFUSED` is also what was taken back, `VOID` what nobody answered for a day. `eligibleId` is
    the id of what was taken up among what is eligible, `name` its role, or the group.
    """

    id: str
    user: Person
    eligibleId: str
    name: str
    minutes: int
    reason: str
    state: State
    brokeGlass: bool
    askedAt: str
    startsAt: shapes.StartOrEndTold = None
    endsAt: shapes.StartOrEndTold = None


TakeUpAnswer = shapes.answer_of("TakeUp", takeUp=TakeUpOut)
TakeUpsAnswer = shapes.answer_of("TakeUps", takeUps=list[TakeUpOut], pagination=paging.PageInfo)


class TakeUpsQuery(paging.PageQuery):
    state: State | None = None


class TakeUpBody(shapes.ExactBody):
    userId: str
    eligibleId: str
    minutes: int
    reason: str


class TakeUpAnswerBody(shapes.ExactBody):
    agreed: bool


def _rows(request: ApiRequest) -> TakeUpQuerySet:
    return request.workspace.take_ups.with_all().with_state()


def _shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.public_id,
            "user": person(row.member),
            "eligibleId": Takable(row.grant, row.membership).name,
            "name": name_of(row),
            "minutes": row.minutes,
            "reason": row.reason,
            "state": row.state.upper(),
            "brokeGlass": row.glass,
            "askedAt": shapes.told(row.asked_at),
            **({"startsAt": shapes.told_exactly(row.starts_at)} if row.starts_at else {}),
            **({"endsAt": shapes.told_exactly(row.ends_at)} if row.ends_at else {}),
        }
        for row in rows
    ]


def _answer(request: ApiRequest, ident: str) -> dict[str, Any]:
    return {"data": {"takeUp": _shown([one_of(_rows(request), ident)])[0]}}


@router.get("/x/take-ups", response=TakeUpsAnswer)
@owners_only
def list_take_ups(request: ApiRequest, query: Query[TakeUpsQuery]) -> Any:
    """The times that something was taken up, newest first; those of one state."""
    rows: Any = _rows(request).order_by("-pk")
    if query.state:
        rows = rows.filter(state=query.state.lower())
    found, info = paging.paged(rows, query, _shown)
    return {"data": {"takeUps": found, "pagination": info}}


@router.post("/x/take-ups", response=TakeUpAnswer)
@owners_only
@limited_as_change
def make_take_up(request: ApiRequest, body: TakeUpBody) -> Any:
    """Take something up for a user. People do so for themselves alone: to programs this is 403."""
    member = one_of(request.workspace.members.select_related("user"), body.userId)
    row = take_ups.take_up(member, body.eligibleId, body.minutes, body.reason, by=request.actor)
    return _answer(request, row.public_id)


@router.get("/x/take-ups/{take_up_id}", response=TakeUpAnswer)
@owners_only
def get_take_up(request: ApiRequest, take_up_id: str) -> Any:
    """One of them."""
    return _answer(request, take_up_id)


@router.post("/x/take-ups/{take_up_id}/answer", response=TakeUpAnswer)
@owners_only
@limited_as_change
def answer_take_up(request: ApiRequest, take_up_id: str, body: TakeUpAnswerBody) -> Any:
    """Agree, or refuse, as the owners do: where no approver but they are asked.

    Never for whoever made this token or drew its secret. What waits no longer is a clash.
    """
    row = one_of(_rows(request), take_up_id)
    take_ups.answer(row, agreed=body.agreed, by=request.actor)
    return _answer(request, take_up_id)


@router.post("/x/take-ups/{take_up_id}/end", response=TakeUpAnswer)
@owners_only
@limited_as_change
def end_take_up(request: ApiRequest, take_up_id: str) -> Any:
    """End it now, or take back what waits; whoever took it up is told of an end."""
    take_ups.end(one_of(_rows(request), take_up_id), by=request.actor)
    return _answer(request, take_up_id)
