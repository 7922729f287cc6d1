"""Groups that members may ask to be in for a while: to whom they are offered, and how (W4).

Who asks, and who answers, stands among requests (`operations/requests/offered.py`).
"""

from workspaces.change import Actor, Target, audit, lock_workspace, reread, target, targets
from workspaces.errors import Refused
from workspaces.models import (
    AccessRequest,
    Approver,
    Group,
    Member,
    Offer,
    OfferedTo,
    OfferQuerySet,
    Workspace,
)
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.operations.directory.pushed_groups import hold_on, require_by_hand
from workspaces.operations.requests.closing import settle
from workspaces.operations.taking_up.eligibility import approver_columns
from workspaces.terms import OFFER_LONGEST, SHORTEST, Offered


def offers_of(workspace: Workspace) -> OfferQuerySet:
    """Return all offers of a workspace by name, with all that they say; 3 statements."""
    return workspace.offers.with_all().by_name()


def open_to(member: Member) -> OfferQuerySet:
    """Return what a member may ask for now, without the groups they are in; 3 statements."""
    return Offer.objects.to(member).wanting(member).with_all().by_name()


def unasked(member: Member) -> OfferQuerySet:
    """Return what a member may ask for and does not wait for, with its group; 1 statement."""
    asked = AccessRequest.objects.open().of(member).filter(group__isnull=False)
    found = Offer.objects.to(member).wanting(member).exclude(group__in=asked.values("group"))
    return found.select_related("group").by_name()


def digest(group: Group, said: Offered | None) -> str:
    """Return the digest of a review that shows what is offered now, and what would be."""
    return digest_of(group.workspace_id, (_told(_offer_of(group)), said and said.as_json()))


def set_offer(group: Group, said: Offered | None, *, by: Actor) -> None:
    """Offer a group like this, or to nobody any more; one event, none where it is so already.

    Who waits for what is no longer offered is told. Raises Refused that names the field where it
    cannot be so, and Conflict for a group that a directory pushes, or when the review that was
    looked at no longer fits.
    """
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        by = require_seen(by, lambda: digest(group, said))
        if said is not None:
            require_by_hand([group])
        _change(workspace, group, said, by=by)


def withdraw_pushed(workspace: Workspace, group: Group, *, by: Actor) -> None:
    """Offer a group no longer that a directory pushes by now; 2 statements. Under the lock."""
    if hold_on(group) is not None:
        _change(workspace, group, None, by=by.plain())


def write(workspace: Workspace, group: Group | int, said: Offered) -> Offer:
    """Write an offer of a group that has none, without an event; under the lock.

    2 statements, one more for each group and approver. Raises Refused that names the field.
    """
    if not SHORTEST <= said.longest_minutes <= OFFER_LONGEST:
        words = f"Between {SHORTEST} minutes and {OFFER_LONGEST // 60 // 24} days."
        raise Refused("W4", words, field="longest_minutes")
    pk = group if isinstance(group, int) else group.pk
    audience = [_named(workspace, name, besides=pk) for name in sorted(said.to or ())]
    offer = Offer.objects.create(
        workspace=workspace,
        group_id=pk,
        everybody=said.to is None,
        longest_minutes=said.longest_minutes,
    )
    OfferedTo.objects.bulk_create(
        OfferedTo(workspace=workspace, offer=offer, group=one) for one in audience
    )
    Approver.objects.bulk_create(
        Approver(workspace=workspace, offer=offer, **one)
        for one in approver_columns(workspace, said.approvers)
    )
    return offer


def _named(workspace: Workspace, name: str, *, besides: int) -> Group:
    found = workspace.groups.named(name).first()
    if found is None:
        raise Refused("W4", f"There is no group {name} here.", field="to")
    if found.pk == besides:
        raise Refused("W4", "Whoever is in it need not ask for it.", field="to")
    return found


def _change(workspace: Workspace, group: Group, said: Offered | None, *, by: Actor) -> None:
    before = _offer_of(group)
    told, concerned = _told(before), _named_by(before)
    if before is not None:
        before.delete()
    if said is not None:
        write(workspace, group, said)
    after = _offer_of(group)
    if _told(after) == told:
        return
    audit.record(
        workspace,
        "group.offer_changed",
        by=by,
        target=target(group),
        concerned=[*concerned, *_named_by(after)],
        before={"offer": told},
        after={"offer": _told(after)},
    )
    settle(workspace, by=by.plain())


def _offer_of(group: Group) -> Offer | None:
    return Offer.objects.with_all().filter(group=group).first()


def _told(offer: Offer | None) -> object:
    return offer.said.as_json() if offer else None


def _named_by(offer: Offer | None) -> list[Target]:
    """Return the groups and members that an offer names, as the trail mentions them."""
    if offer is None:
        return []
    named = [row.group or row.member for row in offer.approvers.all()]
    return targets(
        [*(row.group for row in offer.audience.all()), *(one for one in named if one is not None)]
    )
