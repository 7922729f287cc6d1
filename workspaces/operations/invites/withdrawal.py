"""Ends invites (I1): withdrawn ones, those whose sender is no longer an owner (XE6), those to
people who came in by another door, or went, and those that lose all they offer (R11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.models.user import User
from workspaces import models
from workspaces.access import dialect, facts
from workspaces.change import Actor, audit, lock_workspace, naming, target, targets
from workspaces.models.workspace import WorkspaceQuerySet

NAMED = 20


@dataclass(frozen=True, slots=True)
class Losing:
    """The invites that lose something, by address, and those that then give nothing: void."""

    invites: tuple[models.Invite, ...]
    void: tuple[models.Invite, ...]

    @property
    def told(self) -> dict[str, list[str]]:
        """What the trail keeps of it; nothing where no invite loses anything."""
        if not self.invites:
            return {}
        return {
            "invites": [invite.email for invite in self.invites],
            "invites_void": [invite.email for invite in self.void],
        }

    def end(self, workspace: models.Workspace) -> None:
        """Void those that give nothing any more, without an event; under the lock."""
        if self.void:
            over = workspace.invites.filter(pk__in=dialect.among(invite.pk for invite in self.void))
            end(workspace, over)


def void_orphans(workspace: models.Workspace, *, by: Actor) -> list[str]:
    """Void the pending invites of senders who are no owners any more; tell the owners.

    Called by every operation that may take ownership from somebody, in its transaction;
    an ownership that ended by its date is found when the invite is accepted, and once a
    day. Returns the addresses; one event for the lot.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        lost = orphans(locked)
        voided = list(lost.by_address())
        addresses = [invite.email for invite in voided]
        if addresses:
            names = _senders_of(lost)
            end(locked, lost)
            audit.record(
                locked,
                "invites.voided",
                by=by.plain(),
                target=target(locked),
                concerned=targets(voided),
                before={"addresses": addresses, "sent_by": names},
            )
            _tell_owners(locked, addresses, names)
        return addresses


def with_pending_invites() -> WorkspaceQuerySet:
    """Return the open workspaces in which an invite may have lost its sender."""
    return models.Workspace.objects.open().having(models.Invite.objects.pending())


def _senders_of(invites: models.InviteQuerySet) -> list[str]:
    """Return who sent invites: people by address, tokens by name; 2 statements."""
    return [
        name
        for field in ("sent_by__email", "sent_by_token__name")
        for name in invites.exclude(**{field: None})
        .order_by(field)
        .values_list(field, flat=True)
        .distinct()
    ]


def orphans(workspace: models.Workspace) -> models.InviteQuerySet:
    """Return the pending invites whose sender is no active owner now; 5 statements at most.

    A sender whose account is gone is none; a token is one while it lives and holds ownership.
    Suspended invites are asked about when confirmed: their token may be suspended too.
    A directory's token holds none: what it asks for, without grants, counts while it lives.
    """
    pending = workspace.invites.pending().filter(suspended_at__isnull=True)
    senders = list(pending.order_by().values_list("sent_by", "sent_by_token").distinct())
    if not senders:
        return pending.none()
    members = workspace.members.filter(user__in={user for user, _ in senders if user})
    tokens = workspace.tokens.filter(pk__in={token for _, token in senders if token})
    owning = Q(sent_by__in=[member.user_id for member in _owners(members)])
    owning |= Q(sent_by_token__in=[token.pk for token in _owners(tokens)])
    owning |= Q(sent_by_token__in=tokens.of_directories().values("pk"))
    return pending.exclude(pk__in=workspace.invites.filter(owning).values("pk"))


S = TypeVar("S", models.Member, models.Token)


def _owners(senders: QuerySet[S]) -> list[S]:
    rows = list(senders)
    policies = facts.load_policies(rows)
    return [row for row in rows if policies[row.pk].is_owner]


def end(workspace: models.Workspace, invites: models.InviteQuerySet) -> None:
    """Void invites without an event; what they offered is let go, so that no label stays (L4)."""
    ids = list(invites.values_list("pk", flat=True))
    release(workspace, ids)
    models.Invite.objects.filter(pk__in=dialect.among(ids)).update(voided_at=timezone.now())


def replace_open(workspace: models.Workspace, invites: models.InviteQuerySet) -> dict[str, object]:
    """Void open invites to make room for others; return what they offered, by address (XE8)."""
    gone: dict[str, object] = {invite.email: naming.offered(invite) for invite in invites}
    if gone:
        end(workspace, invites)
    return gone


def overtake(
    workspace: models.Workspace,
    users: Iterable[int],
    *,
    by: Actor,
    besides: models.Invite | None = None,
) -> None:
    """Void what is still open for the addresses of users who come in or go (I1, XE8).

    By whatever door: a link that outlived it would let somebody back in, or in with more
    than they have. `besides` is the invite they come in by. One event for the lot.
    """
    addresses = User.objects.filter(pk__in=dialect.among(users)).values("email")
    over = workspace.invites.pending().filter(email__in=addresses)
    over = over.exclude(pk=besides.pk) if besides else over
    concerned = targets(over.by_address())
    if concerned:
        concerned += naming.people(workspace.members.filter(user__in=dialect.among(users)))
        gone = replace_open(workspace, over)
        audit.record(
            workspace,
            "invites.overtaken",
            by=by.plain(),
            target=target(workspace),
            concerned=concerned,
            before=gone,
        )


def release(workspace: models.Workspace, ids: list[int]) -> None:
    """Drop the grants and groups of invites that are over, how they were worded, and their mail.

    Mail that still waits for its time would bring a link that is dead.
    """
    workspace.grants.filter(invite__in=dialect.among(ids)).delete()
    models.PolicyWording.objects.filter(workspace=workspace, invite__in=dialect.among(ids)).delete()
    models.InviteGroup.objects.filter(workspace=workspace, invite__in=dialect.among(ids)).delete()
    over = workspace.invites.filter(pk__in=dialect.among(ids), mail_at__gt=timezone.now())
    outbox.withdraw(mail_about(ident) for ident in over.values_list("public_id", flat=True))


def mail_about(ident: str) -> str:
    """Return what the mail of an invite (public id) is about."""
    return f"invite {ident}"


def _tell_owners(workspace: models.Workspace, addresses: list[str], senders: list[str]) -> None:
    context = {
        "workspace": workspace.name,
        "addresses": addresses[:NAMED],
        "more": len(addresses[NAMED:]),
        "senders": senders,
        "url": outbox.absolute(reverse("workspaces:members", args=[workspace.slug])),
    }
    owners = workspace.members.owners().values_list("user__email", flat=True)
    outbox.queue_alike(owners, "invites_void", context)


def losing(
    workspace: models.Workspace,
    *,
    groups: Iterable[models.Group] = (),
    grants: models.GrantQuerySet | None = None,
) -> Losing:
    """Return the open invites that name one of the groups or hold one of the grants; 1 statement.

    One that offered nothing else gives nothing when those go. What a directory asks for stays:
    it wants the person here, whatever groups they are put in.
    """
    going = models.Grant.objects.none() if grants is None else grants
    named = models.InviteGroup.objects.filter(group__in=dialect.among(group.pk for group in groups))
    other_groups = models.InviteGroup.objects.filter(invite=OuterRef("pk")).exclude(pk__in=named)
    other_grants = models.Grant.objects.filter(invite=OuterRef("pk")).exclude(
        pk__in=going.order_by().values("pk")
    )
    asked = models.DirectoryPerson.objects.filter(invite=OuterRef("pk"))
    concerned = workspace.invites.pending().filter(
        Q(pk__in=named.values("invite")) | Q(pk__in=going.order_by().values("invite"))
    )
    rows = concerned.annotate(
        gives=Q(owner=True) | Exists(other_groups) | Exists(other_grants) | Exists(asked)
    )
    found = tuple(rows.by_address())
    return Losing(found, tuple(row for row in found if not row.gives))  # type: ignore[attr-defined]


def end_emptied(workspace: models.Workspace, lost: Losing, *, by: Actor) -> None:
    """Void those that give nothing any more; one event, for imports, whose own names no invite."""
    lost.end(workspace)
    if lost.invites:
        audit.record(
            workspace,
            "invites.emptied",
            by=by.plain(),
            target=target(workspace),
            concerned=targets(lost.invites),
            before=lost.told,
        )
