"""The audit trail: record a change in its own transaction, verify the chain (A1, A2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone

from accounts.chain import GENESIS, Break, first_break, keyed_hash
from workspaces.models.event import ActorKind, Event
from workspaces.models.workspace import Workspace

if TYPE_CHECKING:
    from accounts.models.user import User
    from workspaces.models.member import Member
    from workspaces.models.resource import Resource
    from workspaces.models.support import SupportVisit
    from workspaces.models.token import Token

PURGED = "audit.purged"
PROVISION = "provision"  # the right of a directory's token, which holds no grants


@dataclass(frozen=True, slots=True)
class Right:
    """What let the actor through the door: an action on a resource, or on the workspace."""

    subject: "Member | Token | SupportVisit"
    action: str
    resource: "Resource | None" = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, and from where.

    `right` is asked again once the workspace is locked (C4, B7); those who act by another
    authority than access – the system, support staff – have none. `proved` says whether a
    person proved lately who they are (S8); nobody else is asked to.
    """

    kind: ActorKind
    name: str
    user: "User | None" = None
    address: str | None = None
    request_id: str = ""
    right: Right | None = None
    proved: bool = True

    @classmethod
    def system(cls, name: str = "Gatehouse") -> "Actor":
        """The operator at a command line, or Gatehouse itself."""
        return cls(ActorKind.SYSTEM, name)

    @classmethod
    def program(
        cls, token: "Token", right: Right | None, *, address: str | None, request_id: str
    ) -> "Actor":
        """A program, by its token; the trail names it by name and id."""
        name = f"{token.name[:200]} ({token.public_id})"
        return cls(ActorKind.TOKEN, name, None, address, request_id, right)

    @classmethod
    def directory(
        cls, token: "Token", *, address: str | None = None, request_id: str = ""
    ) -> "Actor":
        """A directory that provisions by its SCIM token, as long as that lives."""
        acting = cls.program(token, Right(token, PROVISION), address=address, request_id=request_id)
        return replace(acting, kind=ActorKind.SCIM)


def token_of(actor: Actor) -> "Token | None":
    """Return the token that acts, None where a person does or Gatehouse itself."""
    if actor.kind not in {ActorKind.TOKEN, ActorKind.SCIM} or actor.right is None:
        return None
    return cast("Token", actor.right.subject)


@dataclass(frozen=True, slots=True)
class Target:
    """What a change is about: kept as text, so that the trail outlives it."""

    type: str
    id: str
    name: str


def record(
    workspace: Workspace,
    action: str,
    *,
    by: Actor,
    target: Target,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    undoes: int | None = None,
) -> Event:
    """Append one event to the workspace's chain; the caller holds the workspace lock (A1).

    `undoes` is the number of the event this change takes back.
    """
    last = Event.objects.filter(workspace=workspace).newest_first().only("number", "digest").first()
    event = Event(
        workspace=workspace,
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        actor_kind=by.kind,
        actor_name=by.name[:254],
        action=action,
        target_type=target.type,
        target_id=target.id[:64],
        target_name=target.name[:254],
        before=before,
        after=after,
        reason=reason,
        undoes=undoes,
        address=by.address,
        request_id=by.request_id,
    )
    event.digest = digest(event, last.digest if last else GENESIS)
    event.save(force_insert=True)
    return event


def digest(event: Event, previous: str) -> str:
    """Return the keyed hash (hex) over an event and the digest before it (A2)."""
    body = {
        "workspace": event.workspace_id,
        "number": event.number,
        "at": event.at.isoformat(),
        "actor": [event.actor_kind, event.actor_name],
        "action": event.action,
        "target": [event.target_type, event.target_id, event.target_name],
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "address": event.address,
        "request": event.request_id,
        "undoes": event.undoes,
    }
    return keyed_hash(body, previous)


def verify(workspace: Workspace, head: str | None = None) -> Break | None:
    """Walk the chain and return where it breaks first, or None when it holds.

    `head` is the newest `number:digest` as noted outside the database; with it a tail
    that was cut off or made anew is found too.
    """
    return first_break(_events(workspace), digest, start=_start(workspace), head=head)


def _start(workspace: Workspace) -> tuple[int, str]:
    """Return number and digest of the last event purged, as the newest purge recorded them."""
    purge = Event.objects.filter(workspace=workspace, action=PURGED).newest_first().first()
    kept: dict[str, Any] = (purge.after or {}) if purge else {}
    return kept.get("up_to", 0), kept.get("digest", GENESIS)


def _events(workspace: Workspace) -> Iterator[Event]:
    return Event.objects.filter(workspace=workspace).order_by("number").iterator(chunk_size=500)


def newest(workspace: Workspace) -> str:
    """Return the chain's newest `number:digest`, to be kept outside the database."""
    last = Event.objects.filter(workspace=workspace).newest_first().first()
    return f"{last.number}:{last.digest}" if last else f"0:{GENESIS}"
