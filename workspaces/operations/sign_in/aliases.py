"""Alias accounts: another address of one's own, for workspaces with long sessions (S6).

An alias is a stranger to the account it was asked from (XF1): it has a password, a name and
an address, and no membership, grant or session comes along. Who asks proves the address by
mail; owners are then asked to invite it like anyone else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.addresses import LOCAL_LENGTH, normalise
from accounts.models.user import User
from accounts.sessions import Limits, ordinary
from accounts.sign_in import links
from workspaces.access.who import who
from workspaces.catalogue import READ
from workspaces.change import Actor, Right, Target, audit, lock_workspace, target
from workspaces.errors import Conflict, Denied, Refused, Spent
from workspaces.models import ActorKind, AliasRequest, Member, Workspace
from workspaces.operations.invites.links import link_hash, new_secret
from workspaces.operations.sign_in.session_limits import limits_of, shortens

LIFE = timedelta(hours=1)
SPENT = "This link was used, or is too old."


@dataclass(frozen=True, slots=True)
class Shortness:
    """How long a user's sessions last, and which of their own workspaces make them short."""

    limits: Limits
    on_duty: bool
    short: list[Workspace]
    others: list[Workspace]

    @property
    def is_short(self) -> bool:
        return self.limits != ordinary()


def shortness_of(user: User) -> Shortness:
    """Look at today's memberships of a user; 2 statements."""
    rows = Member.objects.present().filter(user=user).select_related("workspace")
    mine = [member.workspace for member in rows.order_by("workspace__sort_key", "pk")]
    return Shortness(
        limits_of([user.pk])[user.pk],
        user.is_staff,
        [workspace for workspace in mine if shortens(workspace)],
        [workspace for workspace in mine if not shortens(workspace)],
    )


def around_plus(address: str) -> tuple[str, str]:
    """Return what stands before and after the plus part of one's aliases: "ann+", "@x.org"."""
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+", f"@{domain}"


def proposed(address: str, workspace: Workspace) -> str:
    """Return the plus part to begin with, short enough for the address to be one."""
    return workspace.slug[: max(LOCAL_LENGTH - len(around_plus(address)[0]), 0)]


def ask(user: User, plus: str, chosen: Sequence[Workspace]) -> AliasRequest:
    """Mail a link to the alias address, by which whoever reads it there makes the account.

    Whether there is such an account already is told by that mail alone (XF2): there is one
    row and one mail either way. An older link to the same address is dead. Raises Refused
    for who has no short sessions, a workspace that would not help, or no good address.
    """
    shortness = shortness_of(user)
    if not shortness.is_short:
        raise Refused("S6", "Nothing shortens your sessions.")
    if not chosen or not set(chosen) <= set(shortness.others):
        raise Refused("S6", "Choose workspaces of yours with long sessions.", field="workspaces")
    email, secret = _address(user, plus), f"{new_secret()}{links.state_of(user)}"
    with transaction.atomic():
        asked, _made = AliasRequest.objects.update_or_create(
            user=user,
            email=email,
            defaults={
                "link_hash": link_hash(secret),
                "workspaces": [workspace.slug for workspace in chosen],
                "expires_at": timezone.now() + LIFE,
            },
        )
        known = User.objects.filter(email=email).exists()
        outbox.queue(
            email,
            "alias_known" if known else "alias_proof",
            {
                "asker": user.get_full_name(),
                "asker_email": user.email,
                "names": [workspace.name for workspace in chosen],
                "url": outbox.absolute(reverse("alias_proof", args=[secret])),
                "reset_url": outbox.absolute(reverse("account_reset_password")),
            },
        )
        return asked


def _address(user: User, plus: str) -> str:
    before, after = around_plus(user.email)
    try:
        email = normalise(f"{before}{plus}{after}")
    except ValueError as error:
        raise Refused("S6", str(error), field="plus") from error
    if email == user.email:
        raise Refused("S6", "That is the address you have.", field="plus")
    return email


def waiting(user: User) -> list[AliasRequest]:
    """Return what the user asked for and nobody opened yet."""
    return list(AliasRequest.objects.open().filter(user=user).by_address())


def request_of(secret: str) -> AliasRequest | None:
    """Return what a link was sent for; None once it is used, too old or never was."""
    rows = AliasRequest.objects.open().select_related("user")
    asked = rows.filter(link_hash=link_hash(secret)).first()
    if asked is None or not _fits(asked, secret):
        return None
    if User.objects.filter(email=asked.email).exists():
        return None
    return asked if _still_in(asked) else None


def _fits(asked: AliasRequest, secret: str) -> bool:
    """Whether nothing changed about the asker's account since; a link ends in its state."""
    return links.still_good(asked.user, secret[-links.LENGTH :])


def _still_in(asked: AliasRequest) -> list[Member]:
    """Return the asker's memberships in the chosen workspaces, in the order of their locks."""
    rows = Member.objects.present().filter(user=asked.user, workspace__slug__in=asked.workspaces)
    return list(rows.select_related("workspace").order_by("workspace"))


def make(
    secret: str, *, name: str, password: str, address: str | None = None, request_id: str = ""
) -> tuple[User, list[Workspace]]:
    """Make the account, once, and ask the owners of the chosen workspaces to invite it.

    `address` is where the request came from. Return the user and the workspaces whose
    owners were asked. Raises Spent when the link works no more, or its asker belongs to
    none of the workspaces any longer.
    """
    with transaction.atomic():
        rows = AliasRequest.objects.open().select_for_update(of=("self",)).select_related("user")
        asked = rows.filter(link_hash=link_hash(secret)).first()
        if asked is None or not _fits(asked, secret):
            raise Spent("S6", SPENT)
        user = _new_user(asked.email, name, password)
        AliasRequest.objects.filter(email=asked.email).delete()
        told = [
            member.workspace
            for member in _still_in(asked)
            if _ask_owners(member, asked, address, request_id)
        ]
        if not told:
            raise Spent("S6", SPENT)
        return user, told


def _new_user(email: str, name: str, password: str) -> User:
    """Make the user with a proved address: the link that is used went there by mail."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
    except IntegrityError as error:  # an account of that address was made meanwhile
        raise Spent("S6", SPENT) from error
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _ask_owners(member: Member, asked: AliasRequest, address: str | None, request_id: str) -> bool:
    """Ask the owners of one workspace, by mail and in the trail; False when it cannot be.

    They learn the alias and who asks, nothing of the asker's other workspaces (XA3). It
    changes nobody's access: inviting is theirs.
    """
    asker = asked.user
    right = Right(member, READ)
    by = Actor(ActorKind.USER, asker.email, asker, address, request_id, right)
    try:
        with lock_workspace(member.workspace_id, by=by) as workspace:
            about = Target("address", asked.email[:64], asked.email)
            audit.record(workspace, "alias.asked", by=by, target=about, concerned=[target(member)])
            _mail_owners(workspace, asker, asked.email)
    except (Conflict, Denied):  # closed, or the asker left, since this was read
        return False
    return True


def _mail_owners(workspace: Workspace, asker: User, email: str) -> None:
    page = reverse("workspaces:invite_people", args=[workspace.slug])
    outbox.queue_alike(
        who("administer", workspace).by_name().values_list("user__email", flat=True),
        "alias_asked",
        {
            "workspace": workspace.name,
            "asker": asker.get_full_name(),
            "asker_email": asker.email,
            "alias": email,
            "url": outbox.absolute(f"{page}?{urlencode({'address': email})}"),
        },
    )
