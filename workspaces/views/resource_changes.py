"""Adding, renaming, connecting and deleting resources."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.http import page
from config.web.tags import grouped
from config.web.toasts import toast
from workspaces.access.who import who
from workspaces.catalogue import DELETE, EDIT, READ, ROLES, ResourceType, partner_types
from workspaces.forms.changes import ChangeForm
from workspaces.forms.resources import ConnectForm, DeleteForm, RenameForm, ResourceForm
from workspaces.guards import SAFE, MemberRequest, needs_place, needs_resource, resource_for
from workspaces.models.grant import GrantQuerySet
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations import resources
from workspaces.operations.deletions import Deletion, holder_name, with_holders
from workspaces.views.confirm import confirm
from workspaces.views.frame import framed
from workspaces.views.resources import heading, resource_url
from workspaces.views.undo_links import undo_url_of
from workspaces.views.words import ICONS, plural, singular

NAMED = 10
WRITES = (*SAFE, "POST")


@needs_place(methods=WRITES)
def resource_new(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """A new resource: its name and slug, a destination's source, an owner's first labels."""
    form = ResourceForm(
        _sent(request),
        workspace=workspace,
        access=request.access,
        type_=type_,
        initial={"source": _asked_source(request, type_)},
    )
    if form.is_valid():
        with form.refusals():
            made = resources.create(
                workspace,
                type_,
                form.cleaned_data["slug"],
                form.cleaned_data["name"],
                source=form.cleaned_data.get("source"),
                labels=form.cleaned_data.get("labels", ()),
                ident=form.cleaned_data["once"],
                by=request.actor,
            )
            toast(request, _("Added {name}.").format(name=made.name))
            return redirect(resource_url(workspace, made))
    return page(
        request,
        "workspaces/resource_new.html",
        {
            "form": form,
            "title": _("Add a {thing}").format(thing=singular(type_).lower()),
            "list_title": plural(type_),
            "icon": ICONS[type_],
            "back": reverse("workspaces:resources", args=[workspace.slug, type_]),
        },
        around=framed(request, type_),
        status=form.status,
    )


def _asked_source(request: MemberRequest, type_: str) -> list[Resource]:
    """Return the source the address names, where a destination may be added beneath it."""
    slug = request.GET.get("source", "")
    if type_ != ResourceType.DESTINATION or not slug:
        return []
    readable = request.access.reach(READ, ResourceType.SOURCE)
    return list(readable.filter(slug=slug))


@needs_resource(EDIT, methods=WRITES)
def resource_edit(request: MemberRequest, resource: Resource) -> HttpResponse:
    """A new name; the slug stays."""
    drawn = {"name": resource.name, "seen": resource.name}
    form = RenameForm(_sent(request), initial=drawn)
    if form.is_valid():
        with form.refusals():
            sent = form.cleaned_data
            renamed = resources.rename(resource, sent["name"], seen=sent["seen"], by=request.actor)
            text = _("It is called {name} now.").format(name=renamed.name)
            toast(request, text, undo_url=_undo_url(request, renamed))
            return redirect(resource_url(resource.workspace, renamed))
    if form.clash:
        form.look_again(_name_now(resource))
    return page(
        request,
        "workspaces/resource_edit.html",
        {**heading(request, resource, "settings"), "form": form},
        around=framed(request, resource.type),
        status=form.status,
    )


def _name_now(resource: Resource) -> str:
    rows = resource.workspace.resources.filter(pk=resource.pk)
    return rows.values_list("name", flat=True).first() or ""


@needs_resource(DELETE, methods=WRITES)
def resource_delete(request: MemberRequest, resource: Resource) -> HttpResponse:
    """Asks before a resource goes, with everything that goes with it."""
    workspace = resource.workspace
    deletion = Deletion(resource)
    beneath = deletion.destinations.count()
    form = DeleteForm(
        _sent(request), resource=resource, beneath=beneath, initial={"seen": deletion.digest()}
    )
    if form.is_valid():
        with form.refusals():
            resources.delete(resource, by=request.actor, seen=form.cleaned_data["seen"])
            toast(request, _("Deleted {name}.").format(name=resource.name))
            return redirect("workspaces:resources", workspace.slug, resource.type)
    if form.clash:
        form.look_again(deletion.digest())
    return confirm(
        request,
        resource.type,
        form,
        title=_("Delete {name}?").format(name=resource.name),
        verb=_("Delete"),
        back=resource_url(workspace, resource),
        effects=list(_effects(request, deletion, beneath)),
    )


def _effects(request: MemberRequest, deletion: Deletion, beneath: int) -> Iterable[str]:
    """Say what goes, in numbers; who holds the grants is for owners (§9)."""
    yield _people(deletion.resource)
    if beneath:
        names = [row.name for row in deletion.destinations.by_name()[:NAMED]]
        text = ngettext(
            "{n} destination goes with it: {names}", "{n} destinations go with it: {names}", beneath
        )
        yield text.format(n=grouped(beneath), names=_some(names, beneath))
    resource = deletion.resource
    if connected := resource.workspace.resources.connected_with(resource).count():
        text = ngettext("{n} connection ends.", "{n} connections end.", connected)
        yield text.format(n=grouped(connected))
    if shrinking := deletion.shrinking.count():
        text = ngettext(
            "{n} grant names other things too and goes on with those",
            "{n} grants name other things too and go on with those",
            shrinking,
        )
        yield _with_holders(request, text, deletion.shrinking, shrinking)
    if emptied := deletion.emptied.count():
        text = ngettext(
            "{n} grant names nothing else and goes", "{n} grants name nothing else and go", emptied
        )
        yield _with_holders(request, text, deletion.emptied, emptied)
    yield _("It cannot be brought back.")


def _people(resource: Resource) -> str:
    readers = who(READ, resource).count()
    text = ngettext("{n} person reaches it today.", "{n} people reach it today.", readers)
    return text.format(n=grouped(readers))


def _with_holders(request: MemberRequest, text: str, grants: GrantQuerySet, total: int) -> str:
    sentence = text.format(n=grouped(total))
    if not request.access.is_owner:
        return f"{sentence}."
    first = with_holders(grants)[:NAMED]
    names = [
        _("{role} of {holder}").format(role=ROLES[grant.role].name, holder=holder_name(grant))
        for grant in first
    ]
    return f"{sentence}: {_some(names, total)}"


def _some(names: list[str], total: int) -> str:
    """Write the first names, and how many more there are."""
    more = total - len(names)
    text = ", ".join(names)
    return _("{names} and {n} more.").format(names=text, n=grouped(more)) if more else f"{text}."


@needs_resource(EDIT, methods=WRITES)
def resource_connect(request: MemberRequest, resource: Resource) -> HttpResponse:
    """Connects the resource with others; each end needs edit (B9)."""
    types = partner_types(resource.type)
    if not types:
        raise Http404
    form = ConnectForm(
        _sent(request),
        resource=resource,
        access=request.access,
        titles={type_: plural(type_) for type_ in types},
    )
    if form.is_valid():
        with form.refusals():
            new = resources.connect(resource, form.ends, by=request.actor)
            toast(request, _connected(new), undo_url=_undo_url(request, resource))
            return redirect(resource_url(resource.workspace, resource))
    return page(
        request,
        "workspaces/resource_connect.html",
        {**heading(request, resource, "settings"), "form": form},
        around=framed(request, resource.type),
        status=form.status,
    )


def _connected(new: list[Resource]) -> str:
    if not new:
        return _("That was connected already.")
    return _("Connected {names}").format(names=_some([row.name for row in new[:NAMED]], len(new)))


@needs_resource(EDIT, methods=WRITES)
def resource_disconnect(
    request: MemberRequest, resource: Resource, other_type: str, other_slug: str
) -> HttpResponse:
    """Asks before a connection ends; both ends need edit (B9)."""
    other = resource_for(request, EDIT, other_type, other_slug)
    connected = resource.workspace.resources.connected_with(resource)
    if request.method in SAFE and not connected.filter(pk=other.pk).exists():
        raise Http404
    back = resource_url(resource.workspace, resource)
    form = ChangeForm(_sent(request))
    if form.is_valid():
        with form.refusals():
            resources.disconnect(resource, [other], by=request.actor)
            text = _("Disconnected {name}.").format(name=other.name)
            toast(request, text, undo_url=_undo_url(request, resource))
            return redirect(back)
    return confirm(
        request,
        resource.type,
        form,
        title=_("Disconnect {one} and {other}?").format(one=resource.name, other=other.name),
        verb=_("Disconnect"),
        back=back,
        effects=[
            _("Nobody's access changes."),
            _("Whoever can edit both can connect them again."),
        ],
    )


def _undo_url(request: MemberRequest, resource: Resource) -> str:
    """Return where owners undo what was just done; undoing from the trail is theirs."""
    return undo_url_of(request, resource.workspace) if request.access.is_owner else ""


def _sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with; an empty one was sent too."""
    return request.POST if request.method == "POST" else None
