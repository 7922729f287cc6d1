"""Giving somebody access from the thing's own page: whom, how far, until when.

The answers lead into the access editor of that person or group, which opens with the grant in it
and the review beside it; nothing is saved before. What the editor is opened with stands in its
address, where somebody may have written it by hand: what is not understood leads nowhere (N4).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from config.web.lists.returning import LEFT, carried_page, left_from, page_left
from workspaces.forms.resources.giving import GivingForm, GrantOnForm
from workspaces.guards import MemberRequest, needs, present_address
from workspaces.models import GrantTerms, Member, Resource, Workspace
from workspaces.operations.resources import reads
from workspaces.views.console import answers
from workspaces.views.grants.editor import Left
from workspaces.views.resources.resource import heading, resource_url

GIVE, ASKED = "give", "go"  # the thing an editor gives; that the form here was sent


@dataclass(frozen=True, slots=True)
class Given:
    """What an editor is opened with, and where it leads back to: the people of the thing."""

    grants: tuple[GrantTerms, ...]
    left: Left


@needs("administer")
def resource_give(
    request: MemberRequest, workspace: Workspace, type_: str, resource_slug: str
) -> HttpResponse:
    """Ask to whom, how far and until when; then go on to the editor of whoever was named."""
    found = _thing(workspace, type_, resource_slug)
    if found.slug != resource_slug:
        return present_address(request, found)
    reads.note_resource(found, "resource_give", by=request.actor)
    form = GivingForm(request.GET if ASKED in request.GET else None, resource=found)
    if form.is_valid():
        return redirect(_editor_url(request, form))
    return answers.page(
        request,
        "workspaces/resources/resource_give.html",
        {
            **heading(request, found, "people"),
            "form": form,
            "give_url": resource_url(workspace, found, "resource_give"),
            "left": left_from(request, LEFT),
            "home": _people(request, found),
        },
        at=found.type,
        status=form.status,
    )


def given(request: HttpRequest, workspace: Workspace) -> Given | None:
    """Return what the editor at this address is opened with, if anything.

    Raises Http404 for what is not understood.
    """
    if GIVE not in request.GET:
        return None
    type_, _slash, slug = request.GET[GIVE].partition("/")
    thing = _thing(workspace, type_, slug)
    if request.method == "POST":  # the form itself says what is given by now
        return Given((), _left(request, thing))
    form = GrantOnForm(request.GET, resource=thing)
    if not form.is_valid():
        raise Http404
    return Given((form.terms,), _left(request, thing))


def _left(request: HttpRequest, thing: Resource) -> Left:
    home = _people(request, thing)
    return Left(f"?{urlencode({GIVE: thing.ref, **carried_page(request)})}", home, home)


def _people(request: HttpRequest, thing: Resource) -> str:
    """Return the people of the thing, as they were left."""
    return page_left(request, resource_url(thing.workspace, thing, "resource_people"))


def _thing(workspace: Workspace, type_: str, slug: str) -> Resource:
    found = get_object_or_404(workspace.resources.addressed(type_, slug))
    found.workspace = workspace
    return found


def _editor_url(request: HttpRequest, form: GivingForm) -> str:
    holder, said = form.holder, form.cleaned_data
    kind = "member" if isinstance(holder, Member) else "group"
    query = {
        GIVE: form.resource.ref,
        "role": said["role"],
        "ends": said["ends"] or "",
        **carried_page(request),
    }
    url: str = form.resource.workspace.url(f"{kind}_access", holder.public_id)
    return f"{url}?{urlencode(query)}"
