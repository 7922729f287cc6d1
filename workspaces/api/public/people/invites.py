"""Open invites; on the wire an invite is its address."""

from typing import Any

from django.db import transaction
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from accounts.addresses import sought
from config.web.values.public_ids import public_id
from workspaces.api.public import errors, gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, limited_as_change, owners_only
from workspaces.api.public.people.permission_shapes import InvitePermission
from workspaces.api.public.people.permissions_read import read
from workspaces.errors import TooOften
from workspaces.models import Workspace
from workspaces.operations.grants import said_by_programs as permissions
from workspaces.operations.invites import invites
from workspaces.operations.invites.addresses import PAUSE, Kind, judge

router = Router(tags=["IAM Users"], exclude_unset=True)
MOST = 100  # invites in one call


class InviteInput(shapes.ExactBody):
    email: str = Field(..., max_length=254)
    permissions: list[InvitePermission] = Field([], max_length=1000)


class InvitesBody(shapes.ExactBody):
    invites: list[InviteInput] = Field(..., min_length=1, max_length=MOST)


InvitesAnswer = shapes.answer_of("Invites", invites=list[str], pagination=paging.PageInfo)
EmailsAnswer = shapes.answer_of("Emails", emails=list[str])


class Emails(Schema):
    emails: list[str] = Field(..., min_length=1, max_length=MOST)


@router.get("/invites", response=InvitesAnswer)
@owners_only
def list_invites(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """The addresses of invites that can still be accepted."""
    rows = request.workspace.invites.open().by_address()
    found, info = paging.paged(rows, page, lambda some: [invite.email for invite in some])
    return {"data": {"invites": found, "pagination": info}}


@router.post("/invites", response={201: EmailsAnswer})
@owners_only
@limited_as_change
def create_invites(request: ApiRequest, body: InvitesBody) -> Any:
    """Invite people, all of them or nobody; an open invite to an address is replaced."""
    workspace = request.workspace
    typed = [invite.email for invite in body.invites]
    _require_good(workspace, typed)
    asked = []
    with transaction.atomic():
        for i, invite in enumerate(body.invites):
            wanted = read(workspace, invite.permissions, at=f"invites[{i}].permissions")
            asked.append(
                permissions.invite(
                    workspace, invite.email, wanted, by=request.actor, ident=public_id()
                )
            )
    return Status(201, {"data": {"emails": asked}})


def _require_good(workspace: Workspace, typed: list[str]) -> None:
    """Raise Invalid for the first address that cannot be invited, TooOften for one just mailed."""
    verdicts = {verdict.typed: verdict for verdict in judge(workspace, typed)}
    for i, address in enumerate(typed):
        verdict = verdicts.get(address)
        if verdict is None or address in typed[:i]:
            raise errors.Invalid(f"invites[{i}].email", "This address is named twice.")
        if verdict.kind == Kind.RECENT:
            wait = int(PAUSE.total_seconds())
            raise TooOften("XE12", f"{verdict.email} was mailed within the hour.", wait=wait)
        if not verdict.good:
            raise errors.Invalid(f"invites[{i}].email", verdict.why or "It is a member's address.")


@router.delete("/invites", response=shapes.StatusAnswer)
@owners_only
@limited_as_change
def delete_invites(request: ApiRequest, query: Query[Emails]) -> Any:
    """Withdraw open invites, all of them or none; one that is over already is no error."""
    wanted = {sought(typed) or typed for typed in query.emails}
    pending = request.workspace.invites.pending().filter(email__in=wanted)
    rows = {row.email: row for row in pending}
    if missing := gone.never_invited(request.workspace, wanted - rows.keys()):
        raise errors.Invalid("emails", f"There is no open invite for {missing[0]}.")
    with transaction.atomic():
        for email in sorted(rows):
            invites.revoke(rows[email], by=request.actor)
    return shapes.SUCCESS
