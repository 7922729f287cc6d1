"""Open invites; on the wire an invite is its address."""

from typing import Any

from django.db import transaction
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from workspaces.api.public.errors import Invalid
from workspaces.api.public.guards import ApiRequest, owners_only
from workspaces.api.public.paging import PageInfo, PageQuery, paged
from workspaces.api.public.permission_shapes import InvitePermission
from workspaces.api.public.permissions import of_invite, read
from workspaces.api.public.statuses import SUCCESS, StatusAnswer
from workspaces.errors import TooOften
from workspaces.models.ids import public_id
from workspaces.models.workspace import Workspace
from workspaces.operations import invites
from workspaces.operations.offers import Offer
from workspaces.operations.verdicts import PAUSE, Kind, judge

router = Router(tags=["IAM Users"], exclude_unset=True)
MOST = 100  # invites in one call


class InviteInput(Schema):
    email: str = Field(..., max_length=254)
    permissions: list[InvitePermission] = Field([], max_length=1000)


class InvitesBody(Schema):
    invites: list[InviteInput] = Field(..., min_length=1, max_length=MOST)


class InvitesData(Schema):
    invites: list[str]
    pagination: PageInfo


class InvitesAnswer(Schema):
    data: InvitesData


class EmailsData(Schema):
    emails: list[str]


class EmailsAnswer(Schema):
    data: EmailsData


class Emails(Schema):
    emails: list[str] = Field(..., min_length=1, max_length=MOST)


@router.get("/invites", response=InvitesAnswer)
@owners_only
def list_invites(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """The addresses of invites that can still be accepted."""
    rows = request.workspace.invites.open().by_address()
    found, info = paged(rows, page, lambda some: [invite.email for invite in some])
    return {"data": {"invites": found, "pagination": info}}


@router.post("/invites", response={201: EmailsAnswer})
@owners_only
def create_invites(request: ApiRequest, body: InvitesBody) -> Any:
    """Invite people, all of them or nobody; an open invite to an address is replaced (E8)."""
    workspace = request.workspace
    typed = [invite.email for invite in body.invites]
    _require_good(workspace, typed)
    with transaction.atomic():
        for i, invite in enumerate(body.invites):
            place = f"invites[{i}].permissions"
            permissions = [
                of_invite(permission, workspace, f"{place}[{j}]")
                for j, permission in enumerate(invite.permissions)
            ]
            wanted = read(workspace, permissions)
            offer = Offer(owner=wanted.owner, grants=wanted.grants)
            invites.send(workspace, [invite.email], offer, by=request.actor, ident=public_id())
    return Status(201, {"data": {"emails": typed}})


def _require_good(workspace: Workspace, typed: list[str]) -> None:
    """Raise Invalid for the first address that cannot be invited, TooOften for one just mailed."""
    verdicts = {verdict.typed: verdict for verdict in judge(workspace, typed)}
    for i, address in enumerate(typed):
        verdict = verdicts.get(address)
        if verdict is None or address in typed[:i]:
            raise Invalid(f"invites[{i}].email", "This address is named twice.")
        if verdict.kind == Kind.RECENT:
            wait = int(PAUSE.total_seconds())
            raise TooOften("E12", f"{verdict.email} was mailed within the hour.", wait=wait)
        if not verdict.good:
            raise Invalid(f"invites[{i}].email", verdict.why or "It is a member's address.")


@router.delete("/invites", response=StatusAnswer)
@owners_only
def delete_invites(request: ApiRequest, query: Query[Emails]) -> Any:
    """Withdraw open invites, all of them or none."""
    wanted = {email.lower() for email in query.emails}
    rows = {row.email: row for row in request.workspace.invites.pending().filter(email__in=wanted)}
    if missing := sorted(wanted - rows.keys()):
        raise Invalid("emails", f"There is no open invite for {missing[0]}.")
    with transaction.atomic():
        for email in sorted(rows):
            invites.revoke(rows[email], by=request.actor)
    return SUCCESS
