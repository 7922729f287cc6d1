"""The door of each view: who may open it. A view without a mark fails the sweep.

A guard stands on the line above the view, finds the workspace through the asker's own
membership, asks the engine and hands over what it found (R5, R9).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _

from accounts.guards import (
    SAFE,
    Guarded,
    UserRequest,
    freshly_proved,
    freshly_seen,
    marked,
    prove_first,
    public,
    signed_in,
    wrong_method,
)
from config.web.http import HtmxRequest, sign_in_first
from workspaces.access.naming import thing_named
from workspaces.asker import MemberRequest, actor_in, actor_of, as_member
from workspaces.catalogue import READ, WORKSPACE
from workspaces.change import target
from workspaces.errors import Denied, Unproved
from workspaces.models import Resource, Review, Workspace
from workspaces.models.request import ASKED_LENGTH, MESSAGE_LENGTH
from workspaces.operations.groups.offers import unasked
from workspaces.operations.resources import reads
from workspaces.operations.reviews.reviewing import reviews_for
from workspaces.operations.support import support
from workspaces.operations.taking_up.openings import Opening, openings

__all__ = [
    "SAFE", "Guarded", "MemberRequest", "UserRequest", "actor_of", "as_member", "freshly_proved",
    "freshly_seen", "locked_door", "needs", "needs_place", "needs_resource", "needs_review",
    "present_address", "public", "resource_for", "signed_in",
]  # fmt: skip

WorkspaceView = Callable[Concatenate[MemberRequest, Workspace, ...], HttpResponseBase]
ResourceView = Callable[Concatenate[MemberRequest, Resource, ...], HttpResponseBase]
ReviewView = Callable[Concatenate[MemberRequest, Review, ...], HttpResponseBase]
ReviewGuard = Callable[[ReviewView], Guarded]
View = Callable[..., HttpResponseBase]
OFFERED = 5  # groups that a locked door says one may ask for, whatever is behind it (R5, W4)
Named = dict[str, Any]  # what the address names below the workspace, by the route's names


def needs(
    action: str, *, methods: tuple[str, ...] = SAFE, visitors: bool = True
) -> Callable[[WorkspaceView], Guarded]:
    """Open to members who may do the action on the workspace.

    A stranger gets 404, a member without the right the locked door (403). Pages about one's
    own membership are closed to `visitors`: a support visit is none (XK7).
    """

    def enter(asking: MemberRequest, named: Named) -> Workspace | HttpResponse:
        workspace = asking.member.workspace
        if not asking.access.check(action, workspace):
            return locked_door(asking, action)
        if asking.visit and not visitors:
            raise PermissionDenied
        asking.actor = actor_in(asking, action)
        return workspace

    return _guard(enter, action, methods)


def needs_resource(
    action: str, *, methods: tuple[str, ...] = SAFE
) -> Callable[[ResourceView], Guarded]:
    """Open to members who may do the action on the resource named by type and slug.

    Whoever cannot read all of the type gets the same locked door for a slug that does
    not exist (R5), so that doors cannot be counted.
    """

    def enter(asking: MemberRequest, named: Named) -> Resource | HttpResponse:
        type_, slug = named.pop("type_"), named.pop("resource_slug")
        try:
            resource = resource_for(asking, action, type_, slug)
        except Denied:
            return locked_door(asking, action, f"{type_}/{slug}")
        if asking.method in SAFE and resource.slug != slug:
            return present_address(asking, resource)
        asking.actor = actor_in(asking, action, resource)
        return resource

    return _guard(enter, f"{action} on the resource", methods)


def needs_place(*, methods: tuple[str, ...] = SAFE) -> Callable[[WorkspaceView], Guarded]:
    """Open to members who may add a resource of the type named in the address somewhere.

    Where exactly a destination goes is known when it is sent: the operation asks then.
    """

    def enter(asking: MemberRequest, named: Named) -> Workspace | HttpResponse:
        if not asking.access.may_add_somewhere(named["type_"]):
            return locked_door(asking, f"create_{named['type_']}")
        asking.actor = actor_in(asking, READ)
        return asking.member.workspace

    return _guard(enter, "a place for a new resource", methods)


def needs_anywhere(
    action: str, *, methods: tuple[str, ...] = SAFE
) -> Callable[[WorkspaceView], Guarded]:
    """Open to members who may do the action on anything in the workspace, or all of a type."""

    def enter(asking: MemberRequest, named: Named) -> Workspace | HttpResponse:
        if not asking.access.check_anywhere(action):
            return locked_door(asking, action, _("anything here"))
        asking.actor = actor_in(asking, READ)
        return asking.member.workspace

    return _guard(enter, f"{action} on anything", methods)


def needs_review(*, methods: tuple[str, ...] = SAFE, visitors: bool = True) -> ReviewGuard:
    """Open to whoever reviews something of the review that the address names (V3).

    For everybody else it is not there (404), as one of another workspace is not.
    """

    def enter(asking: MemberRequest, named: Named) -> Review | HttpResponse:
        workspace = asking.member.workspace
        mine = reviews_for(workspace, asking.member, asking.access)
        review = mine.filter(public_id=named.pop("review_id")).first()
        if review is None:
            raise Http404
        if asking.visit and not visitors:
            raise PermissionDenied
        review.workspace = workspace
        asking.actor = actor_in(asking, READ)
        return review

    return _guard(enter, "something to review", methods)


def _guard(
    enter: Callable[[MemberRequest, Named], Workspace | Resource | Review | HttpResponse],
    needed: str,
    methods: tuple[str, ...],
) -> Callable[[View], Guarded]:
    """Make a guard out of what one kind of door asks.

    `enter` returns what the view is about, with the asker as its actor, or the answer that
    stands for a door one may not pass; it takes from `named` what the view needs no more.
    """

    def decorate(view: View) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, slug: str, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            asking = as_member(request, slug)
            found = enter(asking, named)
            if isinstance(found, HttpResponse):
                return found
            return wrong_method(request, methods) or _answer(view, asking, found, named)

        guarded.asks_reach = True  # type: ignore[attr-defined]
        return marked(guarded, needed, methods)

    return decorate


def _answer(
    view: View, asking: MemberRequest, thing: Workspace | Resource | Review, named: Named
) -> HttpResponseBase:
    """Call the view; whoever lost the right meanwhile meets the door as if they came now (XC4).

    A support visit only looks, and each look stands in the trail first (XK7); so does a page
    about a resource, where reads are asked for (A3). Who does what asks for a fresh proof of
    identity gives that first (S8).
    """
    if asking.visit and asking.method not in SAFE:
        return _only_looking(asking)
    try:
        if asking.visit:
            workspace = asking.visit.workspace
            support.note_page(workspace, target(thing), asking.path, by=asking.actor)
        if isinstance(thing, Resource) and asking.method in SAFE:
            shown = asking.resolver_match.url_name if asking.resolver_match else None
            reads.note_resource(thing, shown or "", by=asking.actor)
        return view(asking, thing, **named)
    except Unproved:
        return prove_first(asking)
    except Denied:
        as_member(asking, asking.member.workspace.slug)
        right = asking.actor.right
        ref = right.resource.ref if right and right.resource else ""
        return locked_door(asking, right.action if right else READ, ref)


def present_address(request: HtmxRequest, resource: Resource) -> HttpResponse:
    """Lead on to the same page under the resource's slug as it is now (R13); for a while only,
    since another thing may take the old one."""
    found = cast("ResolverMatch", request.resolver_match)
    there = reverse(found.view_name, kwargs={**found.kwargs, "resource_slug": resource.slug})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{there}?{query}" if query else there)


def resource_for(request: MemberRequest, action: str, type_: str, slug: str) -> Resource:
    """Return the resource of that slug, or that had it last, for whoever may do the action on it.

    Raises Denied, which is the locked door, otherwise; also where there is none, unless
    the member reads all of the type: then Http404 (R5).
    """
    workspace = request.member.workspace
    rows = workspace.resources.select_related("source")
    resource = rows.addressed(type_, slug).first()
    if resource is None and request.access.policy.covers_all(READ, type_):
        raise Http404
    if resource is None or not request.access.check(action, resource):
        raise Denied("R5", "This door is locked.")
    resource.workspace = workspace
    return resource


def locked_door(request: MemberRequest, action: str, ref: str = "") -> HttpResponse:
    """Answer 403 inside one's own workspace; it names whom to ask and never the thing (R5).

    What the asker could take up that would open it is theirs, so it is named to them (W8).
    Its form asks for the action on what the address named (`ref`, or words for it; the
    workspace itself otherwise), which it carries back as it came, whether there is such a
    thing or not.
    """
    if request.visit:
        return _only_looking(request)
    workspace = request.member.workspace
    context = {
        "request_id": getattr(request, "request_id", ""),
        "ask_url": workspace.url("access_ask"),
        "action": action,
        "which": (ref or f"{WORKSPACE}/{workspace.slug}")[:ASKED_LENGTH],
        "openings": _openings(request, action, ref),
        "longest": MESSAGE_LENGTH,
        "workspace": workspace,
        "owners": workspace.members.owners().select_related("user").by_name()[:5],
        "my_access_url": workspace.url("my_access"),
        "offers": [
            (offer.group, workspace.url("offer_ask", offer.group.public_id))
            for offer in unasked(request.member)[:OFFERED]
        ],
    }
    return _door(request, "errors/403.html", context)


def _openings(request: MemberRequest, action: str, ref: str) -> list[Opening]:
    workspace = request.member.workspace
    thing = thing_named(workspace, ref) if ref else workspace
    return openings(request.member, request.access, action, thing) if thing else []


def _only_looking(request: MemberRequest) -> HttpResponse:
    """Answer 403 to whatever a support visit sends: it changes nothing (XK7)."""
    context = {"request_id": getattr(request, "request_id", "")}
    return _door(request, "errors/visiting.html", context)


def _door(request: HtmxRequest, template: str, context: dict[str, object]) -> HttpResponse:
    answer = render(request, template, context, status=403)
    if request.htmx:
        answer.headers["HX-Retarget"] = "body"  # the door is a page, not a part of one
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer
