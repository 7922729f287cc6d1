"""Requests end by themselves: what they ask for is there, gone, or overtaken (Q1).

Every operation that may let somebody do more calls `settle` once, inside its lock and after
its change; a test holds each of them to it. Only what waits is looked at: where nothing does,
one statement.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces import models
from workspaces.access.decide import allows, allows_on_workspace
from workspaces.access.dialect import among
from workspaces.access.facts import load_facts, load_policies
from workspaces.access.naming import things_meant
from workspaces.catalogue import known
from workspaces.change import Actor, Target, audit, target, targets
from workspaces.models.request import EXTEND, JOIN

OWN = frozenset({EXTEND, JOIN})  # what is asked for by a name that means nothing else
MOST_TOLD = 200  # requests that one change closes; beyond that no mail tells of each


def settle(
    workspace: models.Workspace,
    *,
    by: Actor,
    moved: models.MemberQuerySet | Sequence[models.Member] = (),
    head: audit.Head | None = None,
) -> frozenset[str]:
    """Close the requests a change has satisfied, or left without what they were about.

    `moved` are members whose access changed: what they still wait for is closed as
    overtaken. `head` is the chain's, where the caller recorded the last event under this lock.
    Return the addresses that are told by mail. Under the lock; 1 statement where
    nobody waits, else a fixed number.
    """
    waiting = list(_open(workspace).with_details())
    if not waiting:
        return frozenset()
    overtaken = _among({request.member_id for request in waiting}, moved)
    satisfied, offered = _satisfied(waiting), _still_offered(waiting)
    outcomes: dict[models.Outcome, list[models.AccessRequest]] = defaultdict(list)
    for request in waiting:
        if request.pk in satisfied:
            outcomes[models.Outcome.SATISFIED].append(request)
        elif request.pk not in offered or (request.action == EXTEND and request.grant is None):
            outcomes[models.Outcome.GONE].append(request)
        elif request.member_id in overtaken:
            outcomes[models.Outcome.CHANGED].append(request)
    return _close(workspace, outcomes, by=by, head=head)


def _among(askers: set[int], moved: models.MemberQuerySet | Sequence[models.Member]) -> set[int]:
    """Return which of those who asked are among members; 1 statement for what is not at hand."""
    if isinstance(moved, Sequence):
        return askers & {member.pk for member in moved}
    return set(moved.filter(pk__in=askers).order_by().values_list("pk", flat=True))


def close_about(workspace: models.Workspace, things: models.ResourceQuerySet, *, by: Actor) -> None:
    """Close the requests about things that are about to be deleted; 1 statement for none."""
    about = list(_open(workspace).filter(resource__in=things.order_by()).with_details())
    _close(workspace, {models.Outcome.GONE: about}, by=by)


def is_satisfied(request: models.AccessRequest) -> bool:
    """Whether the asker may do by now what they asked for; a request read with its details."""
    return bool(_satisfied([request]))


def read_name(request: models.AccessRequest, chosen: str = "") -> list[models.Resource]:
    """Let a request be about what its name means, and return all that it may mean.

    Where that are several, it is about the one chosen as `type/slug`, or about none yet.
    """
    meant = _meant([request])[request.pk]
    request.resource = next(
        (thing for thing in meant if len(meant) == 1 or thing.ref == chosen), None
    )
    return meant


def told(request: models.AccessRequest) -> dict[str, str]:
    """Return what the trail keeps of a request: what was asked for, never its text (XK4)."""
    what = {"request": request.public_id, "asked_for": str(request), "action": request.action}
    return {**what, "until": request.until.isoformat()} if request.until else what


def about(request: models.AccessRequest) -> list[Target]:
    """Return a request, who asked and what about, as the trail mentions them."""
    rows = (request, request.member, request.resource, request.group)
    return targets(row for row in rows if row is not None)


def _open(workspace: models.Workspace) -> models.AccessRequestQuerySet:
    return models.AccessRequest.objects.open().filter(workspace=workspace)


def _meant(requests: Sequence[models.AccessRequest]) -> dict[int, list[models.Resource]]:
    """Return what each request may be about by its id; 1 statement where names are looked up."""
    found = {r.pk: [r.resource] if r.resource else [] for r in requests}
    vague = [r for r in requests if r.asked_for and r.action not in OWN and not r.resource]
    if vague:
        things = models.Resource.objects.filter(workspace=vague[0].workspace_id).by_name()
        named = things_meant(things, {r.asked_for for r in vague})
        for request in vague:
            meant = named[request.asked_for]
            found[request.pk] = [thing for thing in meant if known(thing.type, request.action)]
    return found


def _satisfied(requests: Sequence[models.AccessRequest]) -> frozenset[int]:
    """Return which requests ask for what their askers may do; 4 statements at most."""
    meant = {pk: things[0] for pk, things in _meant(requests).items() if len(things) == 1}
    policies = load_policies(list({r.member_id: r.member for r in requests}.values()))
    facts = load_facts(list(meant.values()), policies.values())
    inside = _inside(requests)

    def may(request: models.AccessRequest) -> bool:
        policy, thing = policies[request.member_id], meant.get(request.pk)
        if request.action == EXTEND:
            return request.grant is not None and request.grant.expires_at is None
        if request.action == JOIN:
            return (request.group_id, request.member_id) in inside
        if thing is not None:
            return allows(policy, request.action, facts[thing.pk])
        return not request.asked_for and allows_on_workspace(policy, request.action)

    return frozenset(request.pk for request in requests if may(request))


def _inside(requests: Sequence[models.AccessRequest]) -> frozenset[tuple[int, int]]:
    """Return who of those who ask for it is in which group now; 1 statement where anybody does."""
    groups = [r.group_id for r in requests if r.action == JOIN and r.group_id]
    if not groups:
        return frozenset()
    askers = among(r.member_id for r in requests)
    rows = models.GroupMember.objects.active().filter(group__in=among(groups), member__in=askers)
    return frozenset(rows.values_list("group_id", "member_id"))


def _still_offered(requests: Sequence[models.AccessRequest]) -> frozenset[int]:
    """Return all but those who ask for a group that is offered to nobody any more (W4)."""
    joining = [r for r in requests if r.action == JOIN]
    offered: frozenset[int] = frozenset()
    if joining:
        groups = among(r.group_id for r in joining if r.group_id)
        offers = models.Offer.objects.filter(group__in=groups)
        offered = frozenset(offers.values_list("group_id", flat=True))
    return frozenset(r.pk for r in requests if r.action != JOIN or r.group_id in offered)


def _close(
    workspace: models.Workspace,
    outcomes: Mapping[models.Outcome, Sequence[models.AccessRequest]],
    *,
    by: Actor,
    head: audit.Head | None = None,
) -> frozenset[str]:
    """Close requests, each with why; one event for the lot, and a mail for each that is told."""
    closed = [(outcome, request) for outcome, rows in outcomes.items() for request in rows]
    if not closed:
        return frozenset()
    now = timezone.now()
    for outcome, rows in outcomes.items():
        chosen = models.AccessRequest.objects.filter(pk__in=among(row.pk for row in rows))
        chosen.update(closed_at=now, outcome=outcome)
    audit.record(
        workspace,
        "requests.closed",
        by=by.plain(),
        target=target(workspace),
        concerned=[thing for _outcome, request in closed for thing in about(request)],
        after=[
            {**told(request), "of": request.member.user.email, "why": outcome}
            for outcome, request in closed
        ],
        head=head,
    )
    return _tell(workspace, [pair for pair in closed if pair[0] != models.Outcome.CHANGED])


def _tell(
    workspace: models.Workspace, closed: Sequence[tuple[models.Outcome, models.AccessRequest]]
) -> frozenset[str]:
    """Queue a mail for each request; an answer comes whatever one's preferences say."""
    if not closed or len(closed) > MOST_TOLD:
        return frozenset()
    url = outbox.absolute(reverse("workspaces:my_access", args=[workspace.slug]))
    outbox.queue_each(
        "request_closed",
        (
            (
                request.member.user.email,
                {
                    "workspace": workspace.name,
                    "action": request.action,
                    "asked_for": request.asked_for,
                    "outcome": outcome,
                    "my_access_url": url,
                },
            )
            for outcome, request in closed
        ),
    )
    return frozenset(request.member.user.email for _, request in closed)
