"""Views of a list that one keeps for oneself: the menu beside its filters, which is a page too."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from config.web.lists.returning import back_to
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.saved_views import OF_OWNERS, SaveViewForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Workspace
from workspaces.operations.workspace import saved_views
from workspaces.views.console import answers


@needs("administer", methods=(*SAFE, "POST"), visitors=False)
def list_views(request: MemberRequest, workspace: Workspace, which: str) -> HttpResponse:
    """One's own views of a list for owners, and a form that keeps what one sees as another."""
    if which not in OF_OWNERS:
        raise Http404
    return _answer(request, workspace, which)


@needs("read", methods=(*SAFE, "POST"), visitors=False)
def resource_views(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """One's own views of the things of a type, and a form that keeps what one sees as another."""
    return _answer(request, workspace, type_)


@needs("read", methods=(*SAFE, "POST"), visitors=False)
def view_remove(request: MemberRequest, workspace: Workspace, view_id: str) -> HttpResponse:
    """Keep one of one's own views no more."""
    view = get_object_or_404(workspace.saved_views.kept_by(request.user), public_id=view_id)
    there = list_url(workspace, view.which)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        saved_views.remove(view)
        answers.toast(request, _("The view “{name}” is removed.").format(name=view.name))
        return back_to(request, there)
    return answers.confirm(
        request,
        form,
        at=_at(view.which),
        title=_("Remove the view “{name}”?").format(name=view.name),
        verb=_("Remove"),
        back=there,
    )


def list_url(workspace: Workspace, which: str) -> str:
    """Return the address of a list that can be kept."""
    if which in OF_OWNERS:
        return workspace.url(which)
    return workspace.url("resources", which)


def _at(which: str) -> str:
    """Return the sidebar's entry of a list."""
    return "members" if which == "invites" else which


def _answer(request: MemberRequest, workspace: Workspace, which: str) -> HttpResponse:
    there, posted = list_url(workspace, which), request.method == "POST"
    query = QueryDict(request.POST.get("query", "")) if posted else _seen(request)
    form = SaveViewForm(request.POST if posted else None, which=which, query=query)
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            view = saved_views.save(workspace, request.user, which, said["name"], said["query"])
            answers.toast(request, _("The view “{name}” is saved.").format(name=view.name))
            return redirect(f"{there}?{view.query}")
    kept = workspace.saved_views.kept_by(request.user).of_list(which).by_name()
    return answers.page(
        request,
        "workspaces/console/saved_views.html",
        {"views": kept, "form": form, "list_url": there, "views_url": request.path},
        fragments=("views",),
        at=_at(which),
        status=form.status,
    )


def _seen(request: MemberRequest) -> QueryDict:
    """Return what the address of the list says: of the page on which the menu opens, by script."""
    if request.htmx:
        return QueryDict(urlsplit(request.htmx.current_url or "").query)
    return request.GET
