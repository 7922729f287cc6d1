"""What a plea asks for, in the words of whoever reads it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from workspaces.catalogue import ROLES
from workspaces.models.request import EXTEND, AccessRequest
from workspaces.models.workspace import Workspace
from workspaces.views.words import action_words


@dataclass(frozen=True, slots=True)
class Asked:
    """A plea's verb and thing; `url` leads owners to the thing, if there is one."""

    request: AccessRequest
    verb: str
    thing: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """The plea that has waited longest; how many wait the sidebar knows."""

    asked: Asked
    url: str


def as_typed(request: AccessRequest) -> Asked:
    """Read a plea back to the asker: just what they typed, as doors name nothing (R5)."""
    return Asked(request, verb_of(request), request.asked_for or _("this workspace"))


def as_found(workspace: Workspace, request: AccessRequest) -> Asked:
    """Tell owners what a plea names, where it names something; read with `with_details`."""
    verb, thing = verb_of(request), request.resource
    if thing is not None:
        args = [workspace.slug, thing.type, thing.slug]
        return Asked(request, verb, thing.name, reverse("workspaces:resource", args=args))
    if request.grant is not None:
        return Asked(request, verb, ROLES[request.grant.role].name)
    return Asked(request, verb, request.asked_for or workspace.name)


def verb_of(request: AccessRequest) -> str:
    return _("keep") if request.action == EXTEND else action_words(request.action)


def banner_of(workspace: Workspace) -> Banner | None:
    """Return what stands above the members list; 1 statement, asked where a page shows it."""
    waiting = AccessRequest.objects.open().filter(workspace=workspace)
    first = waiting.with_details().order_by("asked_at", "pk").first()
    if first is None:
        return None
    url = reverse("workspaces:request", args=[workspace.slug, first.public_id])
    return Banner(as_found(workspace, first), url)
