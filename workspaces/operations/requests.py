"""Pleas for access: asked, withdrawn, approved, declined (Q1, E13).

A plea changes nobody's access, so its text – which may hold anything – stays out of the
trail (K4); that there was one, and who answered it how, stands in it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.models.user import User
from workspaces import audit
from workspaces.access.engine import Access
from workspaces.access.naming import thing_named
from workspaces.access.who import who
from workspaces.audit import Actor, Target
from workspaces.catalogue import ACTIONS, ROLES, WORKSPACE, ResourceType
from workspaces.errors import Conflict, Denied, Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.grant import Grant
from workspaces.models.group import GroupMember
from workspaces.models.member import Member
from workspaces.models.request import EXTEND, AccessRequest, Outcome
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations import grants
from workspaces.operations.policies import state_of
from workspaces.operations.remedies import Remedy, is_satisfied, remedies
from workspaces.operations.reviews import require_seen
from workspaces.operations.trail import target

MOST_OPEN = 20  # pleas of one member that wait at once


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, as it was typed or addressed: `type/slug`, or in own words.

    The workspace itself is written `workspace/slug`.
    """

    which: str
    action: str

    @classmethod
    def of(cls, workspace: Workspace, which: str, action: str) -> "Asked":
        """Tidy what was typed: blanks, and the case of `type/slug`; the workspace is empty."""
        text = " ".join(which.split())
        if text.partition("/")[0].lower() in (*ResourceType, WORKSPACE):
            text = text.lower()
        return cls("" if text == f"{WORKSPACE}/{workspace.slug}" else text, action)


def ask(member: Member, asked: Asked, *, by: Actor, message: str = "") -> AccessRequest:
    """Ask the owners for an action on something, which need not be there (R5).

    What is asked for already and still waits is answered with that plea: nothing new, no
    second mail (I7). Raises Refused when the member may do it anyway, when the type lacks
    the action, or when too many of their pleas wait.
    """
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        open_ones = AccessRequest.objects.open().of(member)
        waiting = open_ones.filter(asked_for=asked.which, action=asked.action, grant=None).first()
        if waiting is not None:
            return waiting
        thing = thing_named(workspace, asked.which) if asked.which else workspace
        _require_sense(member, asked, thing)
        return _put(
            workspace,
            member,
            by,
            asked_for=asked.which,
            action=asked.action,
            resource=thing if isinstance(thing, Resource) else None,
            message=message,
        )


def _require_sense(member: Member, asked: Asked, thing: Resource | Workspace | None) -> None:
    type_ = asked.which.partition("/")[0] if asked.which else WORKSPACE
    if asked.action not in ACTIONS.get(type_, (asked.action,)):
        raise Refused("Q1", "That cannot be done on such a thing.", field="do")
    if thing is not None and Access.of(member).check(asked.action, thing):
        raise Refused("Q1", "You may do that already.", field="do")


def ask_to_extend(member: Member, grant: Grant, *, by: Actor, message: str = "") -> AccessRequest:
    """Ask to keep a grant that ends, one's own or a group's; again answers the same (I7).

    Raises Refused when the member does not hold it, or it does not end.
    """
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        held = workspace.grants.held_by(member).filter(pk=grant.pk).first()
        if held is None or held.expires_at is None:
            raise Refused("Q1", "There is no such grant that ends.")
        waiting = AccessRequest.objects.open().of(member).filter(grant=held).first()
        if waiting is not None:
            return waiting
        name = ROLES[held.role].name
        return _put(
            workspace, member, by, asked_for=name, action=EXTEND, grant=held, message=message
        )


def _put(
    workspace: Workspace, member: Member, by: Actor, *, message: str, **asked: Any
) -> AccessRequest:
    if AccessRequest.objects.open().of(member).count() >= MOST_OPEN:
        raise Refused("Q1", f"{MOST_OPEN} requests of yours wait already. Withdraw one first.")
    request = AccessRequest.objects.create(
        workspace=workspace, member=member, message=message, **asked
    )
    audit.record(workspace, "request.made", by=by, target=_named(request), after=_told(request))
    owners = who("administer", workspace).by_name().values_list("user__email", flat=True)
    outbox.queue_alike(
        owners,
        "request_made",
        {
            **_words(request),
            "asker": member.user.get_full_name(),
            "asker_email": member.user.email,
            "message": message,
            "url": outbox.absolute(
                reverse("workspaces:request", args=[workspace.slug, request.public_id])
            ),
        },
    )
    return request


def withdraw(request: AccessRequest, *, by: Actor) -> None:
    """Take back one's own plea. Raises Conflict when it was answered meanwhile."""
    with lock_workspace(request.workspace_id, by=by) as workspace:
        request = _still_open(workspace, request)
        _close(request, Outcome.WITHDRAWN)
        audit.record(
            workspace, "request.withdrawn", by=by, target=_named(request), after=_told(request)
        )


def decline(request: AccessRequest, *, by: Actor, answer: str = "") -> None:
    """Say no, with a line that the asker reads. Raises Conflict when it was answered meanwhile."""
    with lock_workspace(request.workspace_id, by=by) as workspace:
        request = _still_open(workspace, request)
        _close(request, Outcome.DECLINED, answer)
        audit.record(
            workspace,
            "request.declined",
            by=by,
            target=target(request.member),
            after=_told(request),
            reason=answer,
        )
        _answer(request, "request_declined", {"by": by.name, "answer": answer})


def approve(
    request: AccessRequest, key: str, *, by: Actor, ends: datetime | None = None, seen: str = ""
) -> None:
    """Give what one of the remedies says, until `ends`; one event that names the plea.

    The asker's other pleas go on waiting, unless this satisfied them too. `seen` is the
    digest of what was looked at. Raises Conflict when it no longer fits or the plea was
    answered meanwhile, Refused when `ends` does not extend anything, and Denied when
    somebody decides about their own plea while another owner could (E13).
    """
    with lock_workspace(request.workspace_id, by=by) as workspace:
        request = _still_open(workspace, request)
        if another_must_decide(request, by.user):
            raise Denied("E13", "Another owner decides about your own request.")
        remedy = next((found for found in remedies(request) if found.key == key), None)
        if remedy is None:
            raise Conflict("stale", "This would not do any more. Look again, then approve.")
        require_seen(seen, remedy.digest)
        before = state_of(request.member)
        _give(workspace, request, remedy, by, ends)
        _close(request, Outcome.APPROVED)
        _close_satisfied(request)
        audit.record(
            workspace,
            "request.approved",
            by=by,
            target=target(request.member),
            before=before,
            after={
                **state_of(request.member),
                "group": {"id": remedy.group.public_id, "name": remedy.group.name}
                if remedy.group
                else None,
                "request": _told(request),
            },
        )
        _answer(request, "request_approved", {"by": by.name, "group": remedy.group, "ends": ends})


def another_must_decide(request: AccessRequest, user: User | None) -> bool:
    """Whether the plea is the user's own and somebody else could decide about it (E13)."""
    if user is None or user.pk != request.member.user_id:
        return False
    return who("administer", request.workspace).exclude(pk=request.member_id).exists()


def _still_open(workspace: Workspace, request: AccessRequest) -> AccessRequest:
    request = reread(workspace.requests.with_details(), request)
    if request.closed_at is not None:
        raise Conflict("Q1", "This request was answered or withdrawn meanwhile.")
    request.workspace = workspace
    return request


def _give(
    workspace: Workspace, request: AccessRequest, remedy: Remedy, by: Actor, ends: datetime | None
) -> None:
    if remedy.group is not None:
        if ends is not None:
            raise Refused("Q1", "Being in a group does not end by itself.", field="ends")
        GroupMember.objects.create(workspace=workspace, group=remedy.group, member=request.member)
    elif remedy.extends is not None:
        _extend(remedy.extends, ends)
    else:
        for grant in remedy.grants:
            new = grants.NewGrant(grant.role, grant.scope, grant.labels, grant.resources, ends)
            grants.write(workspace, request.member, new, by)


def _extend(grant: Grant, ends: datetime | None) -> None:
    if ends is not None and grant.expires_at is not None and ends <= grant.expires_at:
        raise Refused("Q1", "That is no later than it ends now.", field="ends")
    grant.expires_at, grant.end_told_at = ends, None
    grant.save(update_fields=["expires_at", "end_told_at"])


def _close(request: AccessRequest, outcome: Outcome, answer: str = "") -> None:
    request.closed_at, request.outcome, request.answer = timezone.now(), outcome, answer
    request.save(update_fields=["closed_at", "outcome", "answer"])


def _close_satisfied(request: AccessRequest) -> None:
    others = AccessRequest.objects.open().of(request.member).with_details()
    for other in others.select_related("workspace"):
        if is_satisfied(other):
            _close(other, Outcome.CHANGED)


def _named(request: AccessRequest) -> Target:
    return Target("request", request.public_id, str(request))


def _told(request: AccessRequest) -> dict[str, str]:
    """Return what the trail keeps of a plea: what was asked for, never its text (K4)."""
    return {"request": request.public_id, "asked_for": str(request), "action": request.action}


def _words(request: AccessRequest) -> dict[str, Any]:
    return {
        "workspace": request.workspace.name,
        "action": request.action,
        "asked_for": request.asked_for,
        "my_access_url": outbox.absolute(
            reverse("workspaces:my_access", args=[request.workspace.slug])
        ),
    }


def _answer(request: AccessRequest, template: str, more: dict[str, Any]) -> None:
    """Mail the asker; an answer to one's own question comes whatever one's preferences say."""
    outbox.queue(request.member.user.email, template, {**_words(request), **more})
