"""The audit trail: record a change in its own transaction (A1). `chain` verifies it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.chain import GENESIS, kept_json, kept_text, recording
from config.web.values.network import normal_address
from workspaces import events
from workspaces.change.actors import Actor
from workspaces.change.chain import digest
from workspaces.errors import Refused
from workspaces.models import Event, Mention, Workspace


@dataclass(frozen=True, slots=True)
class Target:
    """What a change is about, or concerned: kept as text, so that the trail outlives it.

    An empty `id` stands for no single thing, such as a page of a list.
    """

    type: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a chain, by number and digest; the next one is joined to it."""

    number: int = 0
    digest: str = GENESIS

    @classmethod
    def after(cls, event: Event) -> "Head":
        """Return the head of a chain whose newest event this is."""
        return cls(event.number, event.digest)


def head_of(workspace: Workspace) -> Head:
    """Return the head of a workspace's chain; 1 statement, under the lock."""
    newest_first = Event.objects.filter(workspace=workspace).newest_first()
    last = newest_first.only("number", "digest").first()
    return Head.after(last) if last else Head()


def record(
    workspace: Workspace,
    action: str,
    *,
    by: Actor,
    target: Target,
    concerned: Iterable[Target] = (),
    before: Any = None,
    after: Any = None,
    head: Head | None = None,
) -> Event:
    """Append one event to the workspace's chain; the caller holds the workspace lock (A1).

    `action` is one of `events.KINDS`; Refused where it has to have a reason and has none.

    `concerned` is whom and what the change concerned besides its target: they find the event
    under their own name. Its reason, and the event it takes back, are the actor's. `head` is the
    chain's, where the caller read it under this lock and recorded nothing since.
    """
    told = {"workspace": workspace.slug, "actor": by.name, "address": by.address}
    if action not in events.KINDS:
        raise ValueError(f"{action} is no kind of event.")
    if events.KINDS[action].reasoned and not by.reason:
        raise Refused("R17", "Say why.", field="reason")
    with recording(action, **told):
        last = head or head_of(workspace)
        event = Event(
            workspace=workspace,
            number=last.number + 1,
            at=timezone.now(),
            actor_kind=by.kind,
            actor_id=by.ident,
            actor_name=kept_text(by.name, 254),
            action=action,
            target_type=target.type,
            target_id=kept_text(target.id, 64),
            target_name=kept_text(target.name, 254),
            before=kept_json(before),
            after=kept_json(after),
            reason=kept_text(by.reason, 500),
            undoes=by.undoes,
            address=normal_address(by.address or "") or None,
            request_id=kept_text(by.request_id, 64),
        )
        mentions = _mentions([target, *concerned])
        event.digest = digest(event, mentions, last.digest)
        event.save(force_insert=True)
        Mention.objects.insert(event.workspace, event.number, mentions)
    by.made.append(event)
    return event


def _mentions(things: Iterable[Target]) -> list[tuple[str, str, str]]:
    """Return kind, id and name of everything an event mentions, each once."""
    found = {
        (thing.type, kept_text(thing.id, 64)): kept_text(thing.name, 254)
        for thing in things
        if thing.id
    }
    return [(kind, ident, name) for (kind, ident), name in found.items()]
