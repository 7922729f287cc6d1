"""How a resource gets its name and its connections back (U6)."""

from dataclasses import dataclass

from workspaces.change import Actor
from workspaces.models import Event, Resource, Workspace
from workspaces.operations.resources import resources
from workspaces.operations.trail.inverse import Inverse, moved_on
from workspaces.operations.trail.reading_back import others_of, resource_of


@dataclass(frozen=True, slots=True)
class NameBack(Inverse):
    resource: Resource
    name: str
    slug: str

    def apply(self, *, by: Actor) -> None:
        resources.rename(self.resource, self.name, slug=self.slug, by=by)


@dataclass(frozen=True, slots=True)
class ConnectionBack(Inverse):
    resource: Resource
    others: tuple[Resource, ...]
    connect: bool

    def apply(self, *, by: Actor) -> None:
        change = resources.connect if self.connect else resources.disconnect
        change(self.resource, self.others, by=by)


def renamed(workspace: Workspace, event: Event) -> Inverse:
    resource = resource_of(workspace, event)
    now = {"name": resource.name, "slug": resource.slug}
    if {**now, **event.after} != now:
        raise moved_on(workspace, event)
    was = {**now, **event.before}
    return NameBack(resource, was["name"], was["slug"])


def connected(workspace: Workspace, event: Event) -> Inverse:
    return _connection(workspace, event, event.after, connect=False)


def disconnected(workspace: Workspace, event: Event) -> Inverse:
    return _connection(workspace, event, event.before, connect=True)


def _connection(workspace: Workspace, event: Event, refs: list[str], *, connect: bool) -> Inverse:
    resource = resource_of(workspace, event)
    others = others_of(workspace, event, refs)
    joined = workspace.resources.among(others).connected_with(resource).count()
    if joined != (0 if connect else len(others)):
        raise moved_on(workspace, event)
    return ConnectionBack(resource, others, connect=connect)
