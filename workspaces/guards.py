"""The door of each view: who may open it. A view without a mark fails the sweep.

A guard stands on the line above the view, finds the workspace through the asker's own
membership, asks the engine and hands over what it found (R5, R9).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.guards import (
    SAFE,
    Guarded,
    UserRequest,
    freshly_proved,
    marked,
    prove_first,
    public,
    signed_in,
    wrong_method,
)
from accounts.sessions import is_freshly_proved
from config.web.http import HtmxRequest, sign_in_first
from workspaces.access.engine import Access
from workspaces.access.second_factor import with_second_factor
from workspaces.access.visiting import visit_of
from workspaces.audit import Actor, Right
from workspaces.catalogue import READ, WORKSPACE
from workspaces.errors import Denied, SecondFactorNeeded, Unproved
from workspaces.models.event import ActorKind
from workspaces.models.member import Member
from workspaces.models.request import ASKED_LENGTH, MESSAGE_LENGTH
from workspaces.models.resource import Resource
from workspaces.models.support import SupportVisit
from workspaces.models.workspace import Workspace
from workspaces.operations import reads, support
from workspaces.operations.trail import target

__all__ = [
    "SAFE", "Guarded", "MemberRequest", "UserRequest", "actor_of", "as_member", "freshly_proved",
    "locked_door", "needs", "needs_place", "needs_resource", "public", "resource_for", "signed_in",
]  # fmt: skip

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


WorkspaceView = Callable[Concatenate[MemberRequest, Workspace, ...], HttpResponseBase]
ResourceView = Callable[Concatenate[MemberRequest, Resource, ...], HttpResponseBase]


def needs(
    action: str, *, methods: tuple[str, ...] = SAFE, visitors: bool = True
) -> Callable[[WorkspaceView], Guarded]:
    """Open to members who may do the action on the workspace.

    A stranger gets 404, a member without the right the locked door (403). Pages about one's
    own membership are closed to `visitors`: a support visit is none (K7).
    """

    def decorate(view: WorkspaceView) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            asking = as_member(request, slug)
            workspace = asking.member.workspace
            if not asking.access.check(action, workspace):
                return locked_door(asking, action)
            if asking.visit and not visitors:
                raise PermissionDenied
            asking.actor = _actor_in(asking, action)
            return wrong_method(request, methods) or _answer(view, asking, workspace, kwargs)

        return marked(guarded, action, methods)

    return decorate


def needs_resource(
    action: str, *, methods: tuple[str, ...] = SAFE
) -> Callable[[ResourceView], Guarded]:
    """Open to members who may do the action on the resource named by type and slug.

    Whoever cannot read all of the type gets the same locked door for a slug that does
    not exist (R5), so that doors cannot be counted.
    """

    def decorate(view: ResourceView) -> Guarded:
        @wraps(view)
        def guarded(
            request: HtmxRequest, slug: str, type_: str, resource_slug: str, **kwargs: Any
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            asking = as_member(request, slug)
            try:
                resource = resource_for(asking, action, type_, resource_slug)
            except Denied:
                return locked_door(asking, action, f"{type_}/{resource_slug}")
            asking.actor = _actor_in(asking, action, resource)
            return wrong_method(request, methods) or _answer(
                _noting_reads(view), asking, resource, kwargs
            )

        return marked(guarded, f"{action} on the resource", methods)

    return decorate


def needs_place(*, methods: tuple[str, ...] = SAFE) -> Callable[[WorkspaceView], Guarded]:
    """Open to members who may add a resource of the type named in the address somewhere.

    Where exactly a destination goes is known when it is sent: the operation asks then.
    """

    def decorate(view: WorkspaceView) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, slug: str, type_: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            asking = as_member(request, slug)
            if not asking.access.may_add_somewhere(type_):
                return locked_door(asking, f"create_{type_}")
            asking.actor = _actor_in(asking, READ)
            kwargs["type_"] = type_
            workspace = asking.member.workspace
            return wrong_method(request, methods) or _answer(view, asking, workspace, kwargs)

        return marked(guarded, "a place for a new resource", methods)

    return decorate


def needs_anywhere(
    action: str, *, methods: tuple[str, ...] = SAFE
) -> Callable[[WorkspaceView], Guarded]:
    """Open to members who may do the action on anything in the workspace, or all of a type."""

    def decorate(view: WorkspaceView) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            asking = as_member(request, slug)
            if not asking.access.check_anywhere(action):
                return locked_door(asking, action, _("anything here"))
            asking.actor = _actor_in(asking, READ)
            workspace = asking.member.workspace
            return wrong_method(request, methods) or _answer(view, asking, workspace, kwargs)

        return marked(guarded, f"{action} on anything", methods)

    return decorate


def resource_for(request: MemberRequest, action: str, type_: str, slug: str) -> Resource:
    """Return the resource of that name for whoever may do the action on it.

    Raises Denied, which is the locked door, otherwise; also where there is none, unless
    the member reads all of the type: then Http404 (R5).
    """
    workspace = request.member.workspace
    rows = workspace.resources.select_related("source")
    resource = rows.filter(type=type_, slug=slug).first()
    if resource is None and request.access.policy.covers_all(READ, type_):
        raise Http404
    if resource is None or not request.access.check(action, resource):
        raise Denied("R5", "This door is locked.")
    resource.workspace = workspace
    return resource


def _noting_reads(view: ResourceView) -> ResourceView:
    """Make each page about a resource a read in the trail, where that is asked for (A3)."""

    def noted(request: MemberRequest, resource: Resource, **kwargs: Any) -> HttpResponseBase:
        if request.method in SAFE:
            page = request.resolver_match.url_name if request.resolver_match else None
            reads.note_resource(resource, page or "", by=request.actor)
        return view(request, resource, **kwargs)

    return noted


def as_member(request: HtmxRequest, slug: str) -> MemberRequest:
    """Find the workspace through the asker's membership, or through a support visit.

    Raises Http404 for strangers, and for everybody once the workspace is closed;
    SecondFactorNeeded where the workspace requires one by now and the member has none.
    """
    asking = cast("MemberRequest", request)
    mine = Member.objects.select_related("workspace").filter(
        user=request.user.pk, workspace__slug=slug, workspace__closed_at__isnull=True
    )
    member = with_second_factor(mine).first()
    if member is None:
        return _as_visitor(asking, slug)
    if member.factor_due and not member.has_factor:
        raise SecondFactorNeeded(slug)
    member.user = asking.user
    asking.visit, asking.member = None, member
    asking.access = Access.of(member)
    asking.factor_asked_from = None if member.has_factor else member.workspace.mfa_required_from
    _note_activity(member)
    return asking


def _as_visitor(asking: MemberRequest, slug: str) -> MemberRequest:
    """Find the workspace through a support visit that goes on now, asked on every request (K7).

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


def _actor_in(asking: MemberRequest, action: str, resource: Resource | None = None) -> Actor:
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


def _answer(
    view: Callable[..., HttpResponseBase],
    asking: MemberRequest,
    thing: object,
    kwargs: dict[str, Any],
) -> HttpResponseBase:
    """Call the view; whoever lost the right meanwhile meets the door as if they came now (C4).

    A support visit only looks, and each look stands in the trail first (K7). Who does what
    asks for a fresh proof of identity gives that first (S8).
    """
    if asking.visit and asking.method not in SAFE:
        return _only_looking(asking)
    try:
        if asking.visit:
            about = cast("Model", thing)
            workspace = asking.visit.workspace
            support.note_page(workspace, target(about), asking.path, by=asking.actor)
        return view(asking, thing, **kwargs)
    except Unproved:
        return prove_first(asking)
    except Denied:
        as_member(asking, asking.member.workspace.slug)
        right = asking.actor.right
        ref = right.resource.ref if right and right.resource else ""
        return locked_door(asking, right.action if right else READ, ref)


def _note_activity(member: Member) -> None:
    """Keep when the member was last active here, to the minute; owners see it."""
    now = timezone.now()
    if member.last_active_at is None or now - member.last_active_at > ACTIVITY_STEP:
        Member.objects.filter(pk=member.pk).update(last_active_at=now)


def locked_door(request: MemberRequest, action: str, ref: str = "") -> HttpResponse:
    """Answer 403 inside one's own workspace; it names whom to ask and never the thing (R5).

    Its form asks for the action on what the address named (`ref`, or words for it; the
    workspace itself otherwise), which it carries back as it came, whether there is such a
    thing or not.
    """
    if request.visit:
        return _only_looking(request)
    workspace = request.member.workspace
    context = {
        "request_id": getattr(request, "request_id", ""),
        "ask_url": reverse("workspaces:access_ask", args=[workspace.slug]),
        "action": action,
        "which": (ref or f"{WORKSPACE}/{workspace.slug}")[:ASKED_LENGTH],
        "longest": MESSAGE_LENGTH,
        "workspace": workspace,
        "owners": workspace.members.owners().select_related("user").by_name()[:5],
        "my_access_url": reverse("workspaces:my_access", args=[workspace.slug]),
    }
    return _door(request, "errors/403.html", context)


def _only_looking(request: MemberRequest) -> HttpResponse:
    """Answer 403 to whatever a support visit sends: it changes nothing (K7)."""
    context = {"request_id": getattr(request, "request_id", "")}
    return _door(request, "errors/visiting.html", context)


def _door(request: HtmxRequest, template: str, context: dict[str, object]) -> HttpResponse:
    answer = render(request, template, context, status=403)
    if request.htmx:
        answer.headers["HX-Retarget"] = "body"  # the door is a page, not a part of one
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer
