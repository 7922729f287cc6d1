"""What comes of a person for whom a provider vouches: let in, made a member, or turned away."""

from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone

from accounts.addresses import clean_name, spelled
from accounts.models.user import NO_PASSWORD, User
from workspaces.change import Actor, audit, lock_workspace, target
from workspaces.errors import Conflict
from workspaces.models import ActorKind, DirectoryPerson, SsoBinding, SsoConnection, Workspace
from workspaces.operations.members import joining
from workspaces.operations.sign_in.open_sessions import follow
from workspaces.operations.sso import telling_owners
from workspaces.operations.sso.spent import spend
from workspaces.operations.sso.vouched import Unvouched, Vouched

TOLD_EVERY = 24 * 60 * 60  # seconds between two mails to owners about one person


class NotAdmitted(Unvouched):
    """The provider vouches for somebody whom this workspace does not let in by that (P3, P4).

    `ask` is set where an owner can let them in.
    """

    def __init__(self, sentence: str, raw: str, *, ask: bool = True) -> None:
        super().__init__(sentence, raw)
        self.ask = ask


class Mismatch(NotAdmitted):
    """Id and address do not belong together as they did before; owners are told (P3)."""


@dataclass(frozen=True, slots=True)
class From:
    """Where an answer came from: the address of the browser, and the request's id."""

    address: str | None = None
    request_id: str = ""


def admit(connection: SsoConnection, vouched: Vouched, *, came: From) -> SsoBinding:
    """Return the binding by which a session may be opened, made where it is the first time.

    Whoever is no member yet becomes one with minimal access where the connection makes members
    (P4): one event. Raises NotAdmitted, and Unvouched for an answer that was spent before (P7).
    """
    by = _acting(connection, came)
    try:
        with lock_workspace(connection.workspace_id, by=by) as workspace:
            return _admitted(workspace, connection, vouched, by=by)
    except Mismatch as error:
        _tell_of_mismatch(connection, vouched, error)
        raise
    except Conflict as error:
        raise NotAdmitted("This workspace is closed.", str(error), ask=False) from error


def _admitted(
    workspace: Workspace, connection: SsoConnection, vouched: Vouched, *, by: Actor
) -> SsoBinding:
    found = workspace.sso_connections.active().filter(pk=connection.pk).first()
    if found is None or (found.trusted or {}).get("issuer") != vouched.issuer:
        raise NotAdmitted("Nobody signs in by this connection now.", "switched or changed")
    spend(found, vouched.answer_id, vouched.answer_ends)
    if not workspace.domains.proved().of_address(vouched.address).exists():
        raise NotAdmitted(
            f"{spelled(vouched.address)} is not of a domain that {workspace.name} has proved.",
            f"no proved domain for {vouched.address}",
        )
    bound = _bound(found, vouched)
    user = bound.user if bound else User.objects.filter(email=vouched.address).first()
    if user is not None and not user.is_active:
        raise NotAdmitted("This account is deactivated.", "deactivated")
    member = workspace.members.select_related("user").filter(user=user).first() if user else None
    if member is not None and bound is not None:
        return _used(bound)
    if member is None:
        _require_open(found, workspace, user, vouched)
        member = joining.enter(workspace, user or _made(vouched), by=by)
        follow([member.user_id])
        action = "member.admitted"
    else:
        action = "member.bound"
    bound = bound or SsoBinding.objects.create(
        workspace=workspace, connection=found, user=member.user,
        issuer=vouched.issuer, subject=vouched.subject,
    )  # fmt: skip
    audit.record(
        workspace, action, by=by, target=target(member), concerned=[target(found)],
        after={"connection": found.name, "id": vouched.subject},
    )  # fmt: skip
    return _used(bound)


def _acting(connection: SsoConnection, came: From) -> Actor:
    return Actor(
        ActorKind.CONNECTION, connection.name, address=came.address, request_id=came.request_id,
        member=connection.public_id,
    )  # fmt: skip


def _used(binding: SsoBinding) -> SsoBinding:
    now = timezone.now()
    SsoBinding.objects.filter(pk=binding.pk).update(last_used_at=now)
    SsoConnection.objects.filter(pk=binding.connection_id).update(last_used_at=now)
    return binding


def _bound(connection: SsoConnection, vouched: Vouched) -> SsoBinding | None:
    """Return the binding of the provider's id. Raises Mismatch where the address is another's."""
    mine = connection.bindings.filter(issuer=vouched.issuer).select_related("user", "connection")
    bound = mine.filter(subject=vouched.subject).first()
    if bound is not None and bound.user.email != vouched.address:
        raise Mismatch(
            "Your company's provider knows you by another address than before.",
            f"{vouched.subject} is bound to {bound.user.email} and came as {vouched.address}",
        )
    if bound is None and mine.filter(user__email=vouched.address).exists():
        raise Mismatch(
            "Your company's provider knows you by another id than before.",
            f"{vouched.address} is bound to another id than {vouched.subject}",
        )
    return bound


def _require_open(
    connection: SsoConnection, workspace: Workspace, user: User | None, vouched: Vouched
) -> None:
    """Raise NotAdmitted unless somebody who is no member may become one by this (P4)."""
    if not connection.makes_members:
        raise NotAdmitted(f"You are no member of {workspace.name}.", "makes no members")
    if user is not None and _taken_out(workspace, user):
        raise NotAdmitted(
            f"You were taken out of {workspace.name}.", f"{vouched.address} was taken out"
        )


def _taken_out(workspace: Workspace, user: User) -> bool:
    """Whether others took somebody out, or the directory keeps them as not active."""
    record = DirectoryPerson.objects.filter(workspace=workspace, user=user).first()
    return record is not None and (record.may_return or not record.met)


def _made(vouched: Vouched) -> User:
    """Make the account, or return the one that somebody else made at the same moment.

    It has no password: until its person sets one, by a link that goes to their address, it
    is entered by providers alone.
    """
    try:
        name = clean_name(vouched.name)
    except ValueError:
        name = ""
    user, _made_here = User.objects.get_or_create(
        email=vouched.address, defaults={"name": name, "password": NO_PASSWORD}
    )
    if not user.is_active:
        raise NotAdmitted("This account is deactivated.", "deactivated")
    return user


def _tell_of_mismatch(connection: SsoConnection, vouched: Vouched, error: Mismatch) -> None:
    """Mail the owners, once a day for each address: an answer is sent again easily (P3)."""
    key = sha256(f"{connection.pk}\n{vouched.address}".encode()).hexdigest()
    if cache.add(f"sso-mismatch:{key}", "told", TOLD_EVERY):
        telling_owners.tell_of_mismatch(connection, vouched.address, str(error))
