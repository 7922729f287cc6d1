"""Adding, renaming, connecting and deleting resources."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to, carried
from config.web.tags import grouped
from workspaces.access.who import who
from workspaces.catalogue import DELETE, EDIT, READ, ResourceType, partner_types, role_of
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.resources.resources import ConnectForm, DeleteForm, RenameForm, ResourceForm
from workspaces.guards import SAFE, MemberRequest, needs_place, needs_resource, resource_for
from workspaces.models import GrantQuerySet, Resource, Workspace
from workspaces.operations.resources import resources
from workspaces.operations.resources.deletion import Deletion, holder_name, with_holders
from workspaces.views.console import answers, concerned_words, wording
from workspaces.views.resources.resource import heading, resource_url

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
            answers.toast(request, _("Added {name}.").format(name=made.name))
            return redirect(resource_url(workspace, made))
    return answers.page(
        request,
        "workspaces/resources/resource_new.html",
        {
            "form": form,
            "title": _("Add a {thing}").format(thing=wording.singular(type_).lower()),
            "list_title": wording.plural(type_),
            "icon": wording.ICONS[type_],
            "back": workspace.url("resources", type_),
        },
        at=type_,
        status=form.status,
    )


def _asked_source(request: MemberRequest, type_: str) -> list[Resource]:
    """Return the source the address names, where a destination may be added beneath it."""
    slug = request.GET.get("source", "")
    if type_ != ResourceType.DESTINATION or not slug:
        return []
    readable = request.access.reach(READ, ResourceType.SOURCE)
    return list(readable.slugged(ResourceType.SOURCE, slug))


@needs_resource(EDIT, methods=WRITES)
def resource_edit(request: MemberRequest, resource: Resource) -> HttpResponse:
    """A new name, a new slug; the address of the old one leads on."""
    form = RenameForm(_sent(request), initial=_called(resource))
    if form.is_valid():
        with form.refusals():
            sent = form.cleaned_data
            renamed = resources.rename(
                resource,
                sent["name"],
                slug=sent["slug"] or None,
                drawn=(sent["seen"], sent["seen_slug"]),
                by=request.actor,
            )
            text = _("It is called {name} now.").format(name=renamed.name)
            answers.toast(request, text, undo=answers.changed_by(request))
            return redirect(resource_url(resource.workspace, renamed) + carried(request))
    if form.clash:
        now = _called(resource.workspace.resources.filter(pk=resource.pk).first() or resource)
        form.look_again(now["seen"], now["seen_slug"])
    return answers.page(
        request,
        "workspaces/resources/resource_edit.html",
        {**heading(request, resource, "settings"), "form": form},
        at=resource.type,
        status=form.status,
    )


def _called(resource: Resource) -> dict[str, str]:
    """Return what a resource is called, as the form that changes it begins."""
    name, slug = resource.name, resource.slug
    return {"name": name, "slug": slug, "seen": name, "seen_slug": slug}


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
            resources.delete(resource, by=form.said_by(request.actor))
            answers.toast(request, _("Deleted {name}.").format(name=resource.name))
            return back_to(request, workspace.url("resources", resource.type))
    if form.clash:
        form.look_again(deletion.digest())
    return answers.confirm(
        request,
        form,
        at=resource.type,
        title=_("Delete {name}?").format(name=resource.name),
        verb=_("Delete"),
        back=resource_url(workspace, resource),
        effects=list(_effects(request, deletion, beneath)),
    )


def _effects(request: MemberRequest, deletion: Deletion, beneath: int) -> Iterable[str]:
    """Say what goes, in numbers; who holds the grants is for owners (R14)."""
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
    if request.access.is_owner:
        yield from concerned_words.invites_words(deletion.losing())
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
        _("{role} of {holder}").format(role=role_of(grant.role).name, holder=holder_name(grant))
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
    """Connects the resource with others; each end needs edit (XB9)."""
    types = partner_types(resource.type)
    if not types:
        raise Http404
    form = ConnectForm(
        _sent(request),
        resource=resource,
        access=request.access,
        titles={type_: wording.plural(type_) for type_ in types},
    )
    if form.is_valid():
        with form.refusals():
            new = resources.connect(resource, form.ends, by=request.actor)
            answers.toast(request, _connected(new), undo=answers.changed_by(request))
            return redirect(resource_url(resource.workspace, resource) + carried(request))
    return answers.page(
        request,
        "workspaces/resources/resource_connect.html",
        {**heading(request, resource, "settings"), "form": form},
        at=resource.type,
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
    """Asks before a connection ends; both ends need edit (XB9)."""
    other = resource_for(request, EDIT, other_type, other_slug)
    connected = resource.workspace.resources.connected_with(resource)
    if request.method in SAFE and not connected.filter(pk=other.pk).exists():
        raise Http404
    back = resource_url(resource.workspace, resource) + carried(request)
    form = ChangeForm(_sent(request))
    if form.is_valid():
        with form.refusals():
            resources.disconnect(resource, [other], by=request.actor)
            text = _("Disconnected {name}.").format(name=other.name)
            answers.toast(request, text, undo=answers.changed_by(request))
            return redirect(back)
    return answers.confirm(
        request,
        form,
        at=resource.type,
        title=_("Disconnect {one} and {other}?").format(one=resource.name, other=other.name),
        verb=_("Disconnect"),
        back=back,
        effects=[
            _("Nobody's access changes."),
            _("Whoever can edit both can connect them again."),
        ],
    )


def _sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with; an empty one was sent too."""
    return request.POST if request.method == "POST" else None
