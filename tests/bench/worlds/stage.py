"""What people have done in a world, so that each of its pages has something to show.

All of it is done once and kept, by the operations that pages call: invites, requests, tokens, a
review, a group that is offered and managed, a provider, and a trail.
"""

from datetime import timedelta

from django.utils import timezone

from tests.bench.worlds.load import BENCH
from tests.bench.worlds.world import DOMAIN, OWNER, USUAL, address
from tests.cast import connecting
from tests.world import World, give_grants
from workspaces.catalogue import ResourceType
from workspaces.change import Actor, audit, lock_workspace, target
from workspaces.models import Grant, Member, Workspace
from workspaces.operations.groups import groups, managers, offers
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.resources import resources
from workspaces.operations.reviews import opening
from workspaces.operations.sso.proving import domains
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.operations.tokens import tokens
from workspaces.terms import Eligible, Offered, Terms

OFFERED, TOKEN = "Offered", "Stage"
REVIEWED = 2000  # members at most, of about five items each
EVENTS = 2000  # at most, beside those of what is done here
SOME = 100  # invites, and requests, at most
HOUR, FORTNIGHT = timedelta(hours=1), timedelta(days=14)
READING = Terms("space-read-only", "all")
OWNING = address(OWNER, 0)


def staged(workspace: Workspace) -> dict[str, str]:
    """Do it where it is not done yet; return what stands for each word of `tests/doors.py`."""
    world = World(workspace, DOMAIN)
    if not workspace.groups.named(OFFERED).exists():
        _do(world)
    source = workspace.resources.of_type(ResourceType.SOURCE).by_name()[0]
    label, unused = workspace.labels.order_by("pk")[:2]
    review = workspace.reviews.order_by("pk")[0]
    connection = workspace.sso_connections.order_by("pk")[0]
    offered = workspace.groups.named(OFFERED).get()
    asked = workspace.requests.filter(closed_at=None).order_by("pk")
    return {
        "{bo}": world.member(address(USUAL, 0)).public_id,
        "{cy}": (ending := _ending(workspace)).member.public_id,
        "{grant}": ending.pk,
        "{growth}": workspace.groups.order_by("pk")[0].public_id,
        "{managed}": offered.public_id,
        "{offered}": offered.public_id,
        "{token}": workspace.tokens.get(name=TOKEN).public_id,
        "{invited}": workspace.invites.order_by("pk")[0].public_id,
        "{request}": asked.filter(group=None)[0].public_id,
        "{joining}": asked.filter(group=offered)[0].public_id,
        "{take_up}": _taken_up(world),
        "{review}": review.public_id,
        "{item}": review.items.in_order()[review.items.count() // 2].number,
        "{domain}": workspace.domains.order_by("pk")[0].public_id,
        "{connection}": connection.public_id,
        "{binding}": connection.bindings.order_by("pk")[0].public_id,
        "a": source.slug,
        "environment:prod": str(label),
        "product:truck": str(unused),
        "bq": source.connected_to.order_by("pk")[0].target.slug,
    }


def _do(world: World) -> None:
    workspace = world.workspace
    people = workspace.members.select_related("user").order_by("pk")
    some = list(people.exclude(owner=True)[: min(SOME, people.count() // 2)])
    _tell_something(workspace)
    _offer_and_ask(world, some)
    tokens.create(workspace, TOKEN, by=BENCH, policy=[Terms("source-admin", "all")])
    addresses = [f"invited-{number}@{DOMAIN}" for number in range(len(some))]
    invites.send(workspace, addresses, Offer(grants=(READING,)), by=_owner(world), ident="stage")
    of_them = [member.pk for member in people[:REVIEWED]]
    words = opening.Asked("Autumn", "people", (timezone.now() + FORTNIGHT).date())
    opening.open_review(
        workspace, words, lambda locked: locked.members.filter(pk__in=of_them), by=_owner(world)
    )
    source = workspace.resources.of_type(ResourceType.SOURCE).by_name()[0]
    lakes = workspace.resources.of_type(ResourceType.WAREHOUSE).by_name()[:1]
    resources.connect(source, lakes, by=BENCH)
    domains.add(workspace, DOMAIN, by=BENCH)
    connecting.bound(connecting.a_connection(workspace, tested=False), some[0].user)


def _tell_something(workspace: Workspace) -> None:
    with lock_workspace(workspace.pk) as locked:
        for _ in range(min(EVENTS, locked.members.count())):
            audit.record(locked, "workspace.settings_changed", by=BENCH, target=target(locked))


def _offer_and_ask(world: World, some: list[Member]) -> None:
    """Offer a group that the owner manages; let people ask to be in it, and for other things."""
    group = groups.create(world.workspace, OFFERED, by=BENCH)
    offers.set_offer(group, Offered(None), by=BENCH)
    managers.set_managers(group, [world.member(OWNING)], by=BENCH)
    ends = timezone.now() + HOUR
    for member in some:
        requests.ask_to_join(member, group, ends, by=BENCH)
        requests.ask(member, Asked("source/whatever", "read"), by=BENCH)
    give_grants(some[0], [Terms(READING.role, READING.scope, ends=timezone.now() + FORTNIGHT)])


def _ending(workspace: Workspace) -> Grant:
    rows = workspace.grants.filter(member__isnull=False, expires_at__isnull=False)
    return rows.select_related("member").order_by("pk")[0]


def _taken_up(world: World) -> str:
    """Return the id of what the owner has taken up, which may have run out since the last time."""
    owner = world.member(OWNING)
    running = owner.take_ups.going_on().first()
    if running:
        return running.public_id
    if not takable(owner):
        give_grants(owner, [Terms(READING.role, READING.scope, eligible=Eligible(proof=False))])
    what = takable(owner)[0].name
    return take_ups.take_up(owner, what, 60, "Pager", by=_owner(world)).public_id


def _owner(world: World) -> Actor:
    return world.actor(OWNING)
