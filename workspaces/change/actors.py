"""Who makes a change: by which right, from where, and what else the trail keeps of how."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from workspaces.models import ActorKind

if TYPE_CHECKING:
    from accounts.models.user import User
    from workspaces.models import Event, Member, Resource, SupportVisit, Token

PROVISION = "provision"  # the right of a directory's token, which holds no grants


@dataclass(frozen=True, slots=True)
class Right:
    """What let the actor through the door: an action on a resource, or on the workspace."""

    subject: "Member | Token | SupportVisit"
    action: str
    resource: "Resource | None" = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something and from where; why, having looked at what, and taking back what.

    It is the one value that says how a change is made, and every operation takes it as `by`:
    what the event keeps of it is then said once, by the door, whatever operations the change
    goes through. Whatever follows from a change and has an event of its own – requests that
    close, invites that are void – is recorded by the `plain` actor, and so is what an operation
    does beside its own change by calling another one.

    `right` is asked again once the workspace is locked (XC4, XB7); those who act by another
    authority than access – the system, support staff – have none. `proved` says whether a
    person proved lately who they are (S8); nobody else is asked to. `member` is the lasting
    id of whoever acts as a member without being asked about a right: by an invite.
    `made` are the events recorded so far, oldest first, of which the door tells.
    """

    kind: ActorKind
    name: str
    user: "User | None" = None
    address: str | None = None
    request_id: str = ""
    right: Right | None = None
    proved: bool = True
    member: str = ""
    reason: str = ""
    seen: str = ""
    undoes: int | None = None
    made: "list[Event]" = field(default_factory=list, compare=False, repr=False)

    def because(self, reason: str) -> "Actor":
        """Return the actor with a reason, which the trail keeps."""
        return replace(self, reason=reason)

    def having_seen(self, digest: str) -> "Actor":
        """Return the actor as one who looked at the review with this digest."""
        return replace(self, seen=digest)

    def undoing(self, number: int) -> "Actor":
        """Return the actor as one who takes back the event of this number."""
        return replace(self, undoes=number)

    def plain(self) -> "Actor":
        """Return the actor alone, for a change that follows from theirs or is part of it."""
        return replace(self, reason="", seen="", undoes=None)

    @property
    def ident(self) -> str:
        """The lasting id of the member or token that acts; empty for system and support."""
        if self.right is None or self.kind == ActorKind.SUPPORT:
            return self.member
        return self.right.subject.public_id

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
