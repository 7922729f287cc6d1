"""Who asks for a page: the member, or the support visit, found through what they belong to."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts import sessions
from accounts.guards import UserRequest
from accounts.sessions import is_freshly_proved
from config.web.http import HtmxRequest
from config.web.prepared import Prepared
from workspaces.access.engine import Access
from workspaces.change import Actor, Right
from workspaces.errors import OwnCredentialsNeeded, ProviderNeeded, SecondFactorNeeded
from workspaces.models import ActorKind, Member, Resource, SupportVisit
from workspaces.operations.sign_in.second_factor import with_second_factor
from workspaces.operations.sign_in.session_limits import limits_in, sign_in_of
from workspaces.operations.sso.reach import reach_in, reach_of
from workspaces.operations.support.visiting import visit_of

ACTIVITY_STEP = timedelta(minutes=1)


class MemberRequest(UserRequest):
    """A request of a member; the guard has proved it.

    On a support visit `visit` is set, and `member` is nobody's membership: it has no row.
    """

    member: Member
    visit: SupportVisit | None
    access: Access
    actor: Actor
    factor_asked_from: datetime | None  # what a member without a second factor is told


def as_member(request: HtmxRequest, slug: str) -> MemberRequest:
    """Find the workspace through the asker's membership, or through a support visit.

    Raises Http404 for strangers, and for everybody once the workspace is closed;
    OwnCredentialsNeeded beyond the reach of the session, whether there is such a workspace or
    not (P2); ProviderNeeded where the workspace is entered by its providers alone (P5); and
    SecondFactorNeeded where it requires one by now and neither the member has one nor a
    provider vouches (P9).
    """
    asking = cast("MemberRequest", request)
    reach = reach_of(request)
    if not reach.enters(slug):
        raise OwnCredentialsNeeded
    member = next(iter(MINE.rows(asking.user.pk, slug)), None)
    if member is None:
        if not reach.own:
            raise Http404  # a visit is made by own credentials
        return _as_visitor(asking, slug)
    if not reach.satisfies(member):
        raise ProviderNeeded(slug)
    if reach.lacks_factor(member):
        raise SecondFactorNeeded(slug)
    member.user = asking.user
    asking.visit, asking.member = None, member
    asking.access = Access.of_present(member) if asking.user.is_active else Access.of(member)
    shown = reach.shows_factor(member)
    asking.factor_asked_from = None if shown else member.workspace.mfa_required_from
    _note_activity(member)
    return asking


def _mine(user: int, slug: str) -> QuerySet[Member]:
    mine = Member.objects.select_related("workspace").filter(
        user=user, workspace__slug=slug, workspace__closed_at__isnull=True
    )
    return with_second_factor(mine)


MINE = Prepared(_mine)


def _as_visitor(asking: MemberRequest, slug: str) -> MemberRequest:
    """Find the workspace through a support visit that goes on now, asked on every request (XK7).

    No activity of any member is noted: a visit is nobody's membership.
    """
    visit = visit_of(asking.user, slug)
    access = Access.of(visit) if visit else None
    if visit is None or access is None or not access.policy.present:
        raise Http404
    asking.visit, asking.access, asking.factor_asked_from = visit, access, None
    # The id keeps apart what the browser remembers of one visit and another.
    asking.member = Member(workspace=visit.workspace, user=asking.user, public_id=visit.public_id)
    return asking


def _note_activity(member: Member) -> None:
    """Keep when the member was last active here, to the minute; owners see it."""
    now = timezone.now()
    if member.last_active_at is None or now - member.last_active_at > ACTIVITY_STEP:
        Member.objects.filter(pk=member.pk).update(last_active_at=now)


def actor_in(asking: MemberRequest, action: str, resource: Resource | None = None) -> Actor:
    """Return the asker as the actor of what they do here; a visitor acts as support."""
    actor = actor_of(asking, Right(asking.visit or asking.member, action, resource))
    return replace(actor, kind=ActorKind.SUPPORT) if asking.visit else actor


def actor_of(request: UserRequest, right: Right | None = None) -> Actor:
    """Return the signed-in user as the actor of a change, with the right that let them in."""
    return Actor(
        ActorKind.USER,
        request.user.email,
        request.user,
        request.META.get("REMOTE_ADDR"),
        getattr(request, "request_id", ""),
        right,
        proved=is_freshly_proved(request),
    )


def still_allowed(request: MemberRequest, action: str) -> bool:
    """Whether the session that asked still lives, and its member may still do the action (R4).

    Everything is read anew: the session, the account, the membership and its rights, and
    whether the workspace is open; 3 statements. Asking is no activity (S4).
    """
    sign_in = sign_in_of(request)
    if sign_in is None or not sign_in.user.is_active:
        return False
    limits = limits_in(sign_in)
    if sessions.is_over(sign_in, limits, sign_in.database_now):
        return False
    members = with_second_factor(Member.objects.select_related("workspace", "user"))
    member = members.filter(pk=request.member.pk, workspace__closed_at__isnull=True).first()
    reach = reach_in(sign_in, limits)
    if member is None or not reach.satisfies(member) or reach.lacks_factor(member):
        return False
    allowed: bool = Access.of(member).check(action, member.workspace)
    return allowed
