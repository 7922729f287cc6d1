"""Requests for access: asked, withdrawn, approved, declined (Q1, XE13).

A request changes nobody's access, so its text – which may hold anything – stays out of the
trail (XK4); that there was one, and who answered it how, stands in it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.models.user import User
from workspaces import models
from workspaces.access.engine import Access
from workspaces.access.naming import things_meant
from workspaces.access.who import who
from workspaces.catalogue import ACTIONS, WORKSPACE, ResourceType, known, role_of
from workspaces.change import Actor, Target, audit, lock_workspace, naming, reread, target, targets
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models.request import ASKED_LENGTH, EXTEND, JOIN, MESSAGE_LENGTH
from workspaces.operations.changes.seen import require_seen
from workspaces.operations.changes.texts import line, prose
from workspaces.operations.grants import grants, policies
from workspaces.operations.groups import membership
from workspaces.operations.requests import closing, offered
from workspaces.operations.requests.remedies import Remedy, remedies
from workspaces.spans import Span, require_span

MOST_OPEN = 20  # requests of one member that wait at once


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, as it was typed or addressed: `type/slug`, or in own words.

    The workspace itself is written `workspace/slug`.
    """

    which: str
    action: str

    @classmethod
    def of(cls, workspace: models.Workspace, which: str, action: str) -> "Asked":
        """Tidy what was typed: blanks, and the case of `type/slug`; the workspace is empty."""
        text = " ".join(which.split())
        if text.partition("/")[0].lower() in (*ResourceType, WORKSPACE):
            text = text.lower()
        return cls("" if text == f"{WORKSPACE}/{workspace.slug}" else text, action)


def ask(
    member: models.Member, asked: Asked, *, by: Actor, message: str = ""
) -> models.AccessRequest:
    """Ask the owners for an action on something, which need not be there (R5).

    What is asked for already and still waits is answered with that request: nothing new, no
    second mail (XI7). Raises Refused when the member may do it anyway, when the type lacks
    the action, or when too many of their requests wait.
    """
    if asked.which:
        asked = Asked(line(asked.which, field="which", most=ASKED_LENGTH), asked.action)
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        open_ones = models.AccessRequest.objects.open().of(member)
        waiting = open_ones.filter(asked_for=asked.which, action=asked.action, grant=None).first()
        if waiting is not None:
            return waiting
        thing = _thing(workspace, asked) if asked.which else workspace
        _require_sense(member, asked, thing)
        return _put(
            workspace,
            member,
            by,
            asked_for=asked.which,
            action=asked.action,
            resource=thing if isinstance(thing, models.Resource) else None,
            message=message,
        )


def _thing(workspace: models.Workspace, asked: Asked) -> models.Resource | None:
    """Return what is meant, where just one thing has that name and knows the action."""
    found = things_meant(workspace.resources.by_name(), [asked.which])[asked.which]
    fitting = [thing for thing in found if known(thing.type, asked.action)]
    return fitting[0] if len(fitting) == 1 else None


def _require_sense(
    member: models.Member, asked: Asked, thing: models.Resource | models.Workspace | None
) -> None:
    type_ = asked.which.partition("/")[0] if asked.which else WORKSPACE
    if asked.action not in ACTIONS.get(type_, (asked.action,)):
        raise Refused("Q1", "That cannot be done on such a thing.", field="do")
    if thing is not None and Access.of(member).check(asked.action, thing):
        raise Refused("Q1", "You may do that already.", field="do")


def ask_to_extend(
    member: models.Member, grant: models.Grant, *, by: Actor, message: str = ""
) -> models.AccessRequest:
    """Ask to keep a grant that ends, one's own or a group's; again answers the same (XI7).

    Raises Refused when the member does not hold it, or it does not end.
    """
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        held = workspace.grants.held_by(member).filter(pk=grant.pk).first()
        if held is None or held.expires_at is None:
            raise Refused("Q1", "There is no such grant that ends.")
        waiting = models.AccessRequest.objects.open().of(member).filter(grant=held).first()
        if waiting is not None:
            return waiting
        name = role_of(held.role).name
        return _put(
            workspace, member, by, asked_for=name, action=EXTEND, grant=held, message=message
        )


def ask_to_join(
    member: models.Member, group: models.Group, ends: datetime, *, by: Actor, message: str = ""
) -> models.AccessRequest:
    """Ask to be in a group that is offered to one, until `ends` (W4); again answers the same (XI7).

    Approvers and managers of the group get a mail. Raises Conflict where it is not offered (any
    more) or nobody could agree, and Refused for an end that is past or too far off.
    """
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        group = reread(workspace.groups.all(), group)
        waiting = models.AccessRequest.objects.open().of(member).filter(group=group).first()
        if waiting is not None:
            return waiting
        offer, span = offered.offer_to(member, group), Span(ends=ends)
        require_span(None, ends)
        offered.require_while(offer, span)
        return _put(
            workspace,
            member,
            by,
            asked_for=group.name[:ASKED_LENGTH],
            action=JOIN,
            group=group,
            until=ends,
            message=message,
        )


def _put(
    workspace: models.Workspace, member: models.Member, by: Actor, *, message: str, **asked: Any
) -> models.AccessRequest:
    if models.AccessRequest.objects.open().of(member).count() >= MOST_OPEN:
        raise Refused("Q1", f"{MOST_OPEN} requests of yours wait already. Withdraw one first.")
    message = prose(message, field="message", most=MESSAGE_LENGTH)
    request = models.AccessRequest.objects.create(
        workspace=workspace, member=member, message=message, **asked
    )
    audit.record(
        workspace,
        "request.made",
        by=by,
        target=target(request),
        concerned=closing.about(request),
        after=closing.told(request),
    )
    outbox.queue_alike(
        offered.addresses_to_ask(request),
        "request_made",
        {
            **_words(request),
            "asker": member.user.get_full_name(),
            "asker_email": member.user.email,
            "message": message,
            "url": outbox.absolute(
                reverse(offered.page_of(request), args=[workspace.slug, request.public_id])
            ),
        },
    )
    return request


def withdraw(request: models.AccessRequest, *, by: Actor) -> None:
    """Take back one's own request. Raises Conflict when it was answered meanwhile."""
    with lock_workspace(request.workspace_id, by=by) as workspace:
        request = _still_open(workspace, request)
        _close(request, models.Outcome.WITHDRAWN)
        audit.record(
            workspace,
            "request.withdrawn",
            by=by,
            target=target(request),
            concerned=closing.about(request),
            after=closing.told(request),
        )


def decline(request: models.AccessRequest, *, by: Actor, answer: str = "") -> None:
    """Say no, with a line that the asker reads. Raises Conflict when it was answered meanwhile."""
    with lock_workspace(request.workspace_id, by=by) as workspace:
        request = _still_open(workspace, request)
        offered.require_answerer(request, by)
        _close(request, models.Outcome.DECLINED, answer)
        audit.record(
            workspace,
            "request.declined",
            by=by.because(answer),
            target=target(request.member),
            concerned=closing.about(request),
            after=closing.told(request),
        )
        _answer(request, "request_declined", {"by": by.name, "answer": answer})


def approve(
    request: models.AccessRequest,
    key: str,
    *,
    by: Actor,
    starts: datetime | None = None,
    ends: datetime | None = None,
    thing: str = "",
) -> None:
    """Give what one of the remedies says, from `starts` until `ends`; one event, of the request.

    `thing` is which was chosen, as `type/slug`, where the name that was asked for means
    several. The asker's other requests go on waiting, unless this satisfied them too.
    Raises Conflict when what was looked at no longer fits or the request was answered meanwhile,
    Refused when `ends` is over, lies before `starts` or does not extend anything, and Denied when
    somebody decides about their own request while another owner could (XE13).
    """
    with lock_workspace(request.workspace_id, by=by) as workspace:
        request = _still_open(workspace, request)
        offered.require_answerer(request, by)
        if another_must_decide(request, by.user):
            raise Denied("XE13", "Another owner decides about your own request.")
        closing.read_name(request, thing)
        remedy = next((found for found in remedies(request) if found.key == key), None)
        if remedy is None:
            raise Conflict("stale", "This would not do any more. Look again, then approve.")
        require_seen(by, lambda: remedy.digest)
        before = policies.state_of(request.member)
        span = Span(starts, ends)
        _give(workspace, request, remedy, by, span)
        request.save(update_fields=["resource"])
        _close(request, models.Outcome.APPROVED)
        audit.record(
            workspace,
            "request.approved",
            by=by,
            target=target(request.member),
            concerned=[*closing.about(request), *_given_by(remedy)],
            before=before,
            after={
                **policies.state_of(request.member),
                "group": {"id": remedy.group.public_id, "name": remedy.group.name, **span.told()}
                if remedy.group
                else None,
                "request": closing.told(request),
            },
        )
        closing.settle(workspace, by=by)
        _answer(request, "request_approved", {"by": by.name, "group": remedy.group, "span": span})


def another_must_decide(request: models.AccessRequest, user: User | None) -> bool:
    """Whether the request is the user's own and somebody else could decide about it (XE13)."""
    if user is None or user.pk != request.member.user_id:
        return False
    return who("administer", request.workspace).exclude(pk=request.member_id).exists()


def _still_open(workspace: models.Workspace, request: models.AccessRequest) -> models.AccessRequest:
    request = reread(workspace.requests.with_details(), request)
    if request.closed_at is not None:
        raise Conflict("Q1", "This request was answered or withdrawn meanwhile.")
    request.workspace = workspace
    return request


def _give(
    workspace: models.Workspace,
    request: models.AccessRequest,
    remedy: Remedy,
    by: Actor,
    span: Span,
) -> None:
    if remedy.group is not None:
        require_span(span.starts, span.ends)
        if request.action == JOIN:
            offered.require_while(offered.offer_to(request.member, remedy.group), span)
        membership.put_in(workspace, remedy.group, [request.member], span)
        return
    if remedy.extends is not None:
        _extend(remedy.extends, span)
    else:
        for grant in remedy.grants:
            given = replace(grant, starts=span.starts, ends=span.ends)
            grants.write(workspace, [request.member], given, by)


def _extend(grant: models.Grant, span: Span) -> None:
    ends = span.ends
    if span.starts is not None:
        raise Refused("Q1", "What is there keeps its start.", field="starts")
    require_span(grant.starts_at, ends)
    if ends is not None and grant.expires_at is not None and ends <= grant.expires_at:
        raise Refused("Q1", "That is no later than it ends now.", field="ends")
    grant.expires_at, grant.end_told_at = ends, None
    grant.save(update_fields=["expires_at", "end_told_at"])


def _close(request: models.AccessRequest, outcome: models.Outcome, answer: str = "") -> None:
    request.closed_at, request.outcome, request.answer = timezone.now(), outcome, answer
    request.save(update_fields=["closed_at", "outcome", "answer"])


def _given_by(remedy: Remedy) -> list[Target]:
    groups = [remedy.group] if remedy.group else []
    return [*targets(groups), *naming.named_in(remedy.grants)]


def _words(request: models.AccessRequest) -> dict[str, Any]:
    return {
        "workspace": request.workspace.name,
        "action": request.action,
        "asked_for": request.asked_for,
        "until": request.until,
        "my_access_url": outbox.absolute(
            reverse("workspaces:my_access", args=[request.workspace.slug])
        ),
    }


def _answer(request: models.AccessRequest, template: str, more: dict[str, Any]) -> None:
    """Mail the asker; an answer to one's own question comes whatever one's preferences say."""
    outbox.queue(request.member.user.email, template, {**_words(request), **more})
