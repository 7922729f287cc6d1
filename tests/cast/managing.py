"""Managers of groups, and groups that are offered."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from tests.world import SYSTEM, World
from workspaces.change import Actor, Right
from workspaces.models import AccessRequest, Group
from workspaces.operations.groups import managers, offers
from workspaces.operations.requests import requests
from workspaces.terms import Offered


def through(world: World, name: str, action: str = "read") -> Actor:
    """Return somebody as the door of a page makes them the actor, by their right to that."""
    return replace(world.actor(name), right=Right(world.member(name), action))


def manage(world: World, *names: str, group: str = "growth") -> None:
    """Let these manage a group."""
    people = [world.member(name) for name in names]
    managers.set_managers(world.group(group), people, by=SYSTEM)


def offer(world: World, *approvers: str, minutes: int = 60, group: str = "growth", to=None) -> None:
    """Offer a group, to everybody unless it says to which groups."""
    names = frozenset(f"{name}@example.org" if ":" not in name else name for name in approvers)
    said = Offered(None if to is None else frozenset(to), minutes, names)
    offers.set_offer(world.group(group), said, by=SYSTEM)


def ask_to_join(
    world: World, name: str, *, group: str = "growth", minutes: int = 30
) -> AccessRequest:
    """Let somebody ask to be in a group, for so long from now."""
    ends = timezone.now() + timedelta(minutes=minutes)
    return requests.ask_to_join(
        world.member(name), world.group(group), ends, by=through(world, name)
    )


def offered(world: World, group: str = "growth") -> Group:
    """Return a group that is offered to everybody."""
    offer(world, group=group)
    return world.group(group)
