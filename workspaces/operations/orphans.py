"""Ends invites: withdrawn ones, and those whose sender is no longer an owner (I1, E6)."""

from typing import TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces import audit
from workspaces.access.dialect import among
from workspaces.access.facts import load_policies
from workspaces.audit import Actor
from workspaces.locks import lock_workspace
from workspaces.models.invite import Invite, InviteGroup, InviteQuerySet
from workspaces.models.member import Member
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.operations.trail import target

NAMED = 20


def void_orphans(workspace: Workspace, *, by: Actor) -> list[str]:
    """Void the pending invites of senders who are no owners any more; tell the owners.

    Called by every operation that may take ownership from somebody, in its transaction;
    an ownership that ended by its date is found when the invite is accepted, and once a
    day. Returns the addresses; one event for the lot.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        lost = orphans(locked)
        addresses = list(lost.by_address().values_list("email", flat=True))
        if addresses:
            names = _senders_of(lost)
            end(locked, lost)
            audit.record(
                locked,
                "invites.voided",
                by=by,
                target=target(locked),
                before={"addresses": addresses, "sent_by": names},
            )
            _tell_owners(locked, addresses, names)
        return addresses


def _senders_of(invites: InviteQuerySet) -> list[str]:
    """Return who sent invites: people by address, tokens by name; 2 statements."""
    return [
        name
        for field in ("sent_by__email", "sent_by_token__name")
        for name in invites.exclude(**{field: None})
        .order_by(field)
        .values_list(field, flat=True)
        .distinct()
    ]


def orphans(workspace: Workspace) -> InviteQuerySet:
    """Return the pending invites whose sender is no active owner now; 5 statements at most.

    A sender whose account is gone is none; a token is one while it lives and holds ownership.
    Held invites are asked about when they are confirmed, since their token may be held too.
    A directory's token holds none: what it asks for, without grants, counts while it lives.
    """
    pending = workspace.invites.pending().filter(held_at__isnull=True)
    senders = list(pending.order_by().values_list("sent_by", "sent_by_token").distinct())
    if not senders:
        return pending.none()
    members = workspace.members.filter(user__in={user for user, _ in senders if user})
    tokens = workspace.tokens.filter(pk__in={token for _, token in senders if token})
    owning = Q(sent_by__in=[member.user_id for member in _owners(members)])
    owning |= Q(sent_by_token__in=[token.pk for token in _owners(tokens)])
    owning |= Q(sent_by_token__in=tokens.of_directories().values("pk"))
    return pending.exclude(pk__in=workspace.invites.filter(owning).values("pk"))


S = TypeVar("S", Member, Token)


def _owners(senders: QuerySet[S]) -> list[S]:
    rows = list(senders)
    policies = load_policies(rows)
    return [row for row in rows if policies[row.pk].is_owner]


def end(workspace: Workspace, invites: InviteQuerySet) -> None:
    """Void invites without an event; what they held is let go, so that no label stays (L4)."""
    ids = list(invites.values_list("pk", flat=True))
    release(workspace, ids)
    Invite.objects.filter(pk__in=among(ids)).update(voided_at=timezone.now())


def release(workspace: Workspace, ids: list[int]) -> None:
    """Drop the grants and groups of invites that are over."""
    workspace.grants.filter(invite__in=among(ids)).delete()
    InviteGroup.objects.filter(workspace=workspace, invite__in=among(ids)).delete()


def _tell_owners(workspace: Workspace, addresses: list[str], senders: list[str]) -> None:
    context = {
        "workspace": workspace.name,
        "addresses": addresses[:NAMED],
        "more": len(addresses[NAMED:]),
        "senders": senders,
        "url": outbox.absolute(reverse("workspaces:members", args=[workspace.slug])),
    }
    owners = workspace.members.owners().values_list("user__email", flat=True)
    outbox.queue_alike(owners, "invites_void", context)
