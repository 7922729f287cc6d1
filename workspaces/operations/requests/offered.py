"""Asking to be in a group that is offered, and who may answer that (W4)."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER
from workspaces.change import Actor
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import (
    AccessRequest,
    AccessRequestQuerySet,
    Approver,
    Group,
    GroupMember,
    Member,
    MemberQuerySet,
    Offer,
)
from workspaces.models.request import JOIN
from workspaces.operations.groups.managers import managers_of
from workspaces.operations.taking_up.approving import approvers_of
from workspaces.spans import Span


def offer_to(member: Member, group: Group | None) -> Offer:
    """Return the offer of a group to a member, who is not in it.

    Raises Conflict where there is none (any more).
    """
    found = Offer.objects.to(member).wanting(member).with_all().filter(group=group).first()
    if found is None:
        raise Conflict("W4", "This is not offered any more, or not to them.")
    return found


def require_while(offer: Offer, span: Span) -> None:
    """Raise Refused unless the span ends, and is no longer than the offer lets it be."""
    begins = max(span.starts or timezone.now(), timezone.now())
    if span.ends is None:
        raise Refused("W4", "What is offered has an end. Name it.", field="ends")
    if span.ends - begins > timedelta(minutes=offer.longest_minutes):
        words = f"At most {offer.longest_minutes} minutes."
        raise Refused("W4", words, field="ends")


def answerers_of(request: AccessRequest) -> MemberQuerySet:
    """Return who may answer: approvers, the group's managers, owners; never who asked.

    Also not as one of an approving group (W3).
    """
    workspace, group = request.workspace, request.group
    owners = who(ADMINISTER, workspace).values("pk")
    either = Q(pk__in=owners)
    offer = Offer.objects.with_all().filter(group=group).first()
    if offer is not None and group is not None:
        either |= Q(pk__in=approvers_of(workspace, offer, request.member).values("pk"))
        either |= Q(pk__in=managers_of(group).values("pk"))
    return workspace.members.filter(either).exclude(pk=request.member_id)


def page_of(request: AccessRequest) -> str:
    """Return the route of the page where whoever may answer does."""
    return "workspaces:asked" if request.action == JOIN else "workspaces:request"


def addresses_to_ask(request: AccessRequest) -> list[str]:
    """Return who is told of a new request: owners, of a group its approvers and managers.

    Raises Conflict where nobody could agree to be told of.
    """
    workspace, group = request.workspace, request.group
    people = who(ADMINISTER, workspace)
    if group is not None:
        approving = approvers_of(workspace, offer_to(request.member, group), request.member)
        either = Q(pk__in=approving.values("pk")) | Q(pk__in=managers_of(group).values("pk"))
        people = workspace.members.filter(either).exclude(pk=request.member_id)
    addresses = list(people.by_name().values_list("user__email", flat=True))
    if group is not None and not addresses:
        raise Conflict("W4", "There is nobody who could agree to this.")
    return addresses


def may_answer(member: Member, request: AccessRequest) -> bool:
    """Whether a member may answer a request to be in a group."""
    return answerers_of(request).filter(pk=member.pk).exists()


def waiting_for_approver(member: Member) -> AccessRequestQuerySet:
    """Return what others wait for that names this member as an approver, or a group of theirs.

    The longest waiting first, with details; 1 statement.
    """
    inside = GroupMember.objects.active().filter(member=member).values("group")
    naming = Approver.objects.filter(Q(member=member) | Q(group__in=inside))
    rows = AccessRequest.objects.open().filter(workspace=member.workspace_id, action=JOIN)
    asked = rows.filter(group__offer__in=naming.values("offer")).exclude(member=member)
    return asked.with_details().open_first()


def require_answerer(request: AccessRequest, by: Actor) -> None:
    """Raise Denied unless the actor may answer a request; under the lock.

    About access in general owners decide; about a group that is offered whoever `answerers_of`
    names, who has to be a person.
    """
    if request.action != JOIN:
        if by.right is not None and by.right.action != ADMINISTER:
            raise Denied("Q1", "Owners answer this.")
        return
    if by.user is None or by.user.pk == request.member.user_id:
        raise Denied("W4", "Somebody else has to agree to this.")
    if not answerers_of(request).filter(user=by.user).exists():
        raise Denied("W4", "You may not answer this.")
