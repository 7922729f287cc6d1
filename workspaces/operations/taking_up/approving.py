"""Who may agree to a taking up, or to what is offered (W3, W4)."""

from django.db.models import Q

from workspaces.access.who import who
from workspaces.models import (
    Eligibility,
    GroupMember,
    Member,
    MemberQuerySet,
    Offer,
    TakeUp,
    Token,
    Workspace,
)
from workspaces.operations.taking_up.held import Takable


def approvers_of(
    workspace: Workspace, named_by: Eligibility | Offer, asker: Member
) -> MemberQuerySet:
    """Return who may agree: the approvers named, and where nobody of them is left the owners.

    Never the asker, also not as one of an approving group.
    """
    named = _named(workspace, named_by, asker)
    return named if named.exists() else who("administer", workspace).exclude(pk=asker.pk)


def _named(workspace: Workspace, named_by: Eligibility | Offer, asker: Member) -> MemberQuerySet:
    rows = named_by.approvers.all()
    groups = GroupMember.objects.active().filter(group__in=[row.group_id for row in rows])
    people = workspace.members.active().exclude(pk=asker.pk)
    named = people.filter(pk__in=[row.member_id for row in rows if row.member_id])
    return named | people.filter(pk__in=groups.values("member"))


def may_answer(member: Member, take_up: TakeUp) -> bool:
    """Whether a member may answer the question, read `with_all`; 3 statements."""
    people = approvers_of(member.workspace, _eligibility(take_up), take_up.member)
    return people.filter(pk=member.pk).exists()


def program_may_answer(token: Token, take_up: TakeUp) -> bool:
    """Whether a program that owns may answer it: as the owners do, where nobody else is asked.

    Never by a token that who asked has made, or whose secret they drew: it is theirs.
    """
    asker = take_up.member
    if token.created_by_id == asker.user_id:
        return False
    theirs = Q(actor_id=asker.public_id) | Q(actor_name=asker.user.email)
    drawn = take_up.workspace.events.filter(theirs, action="token.rotated")
    if drawn.about(take_up.workspace_id, "token", token.public_id).exists():
        return False
    return not _named(take_up.workspace, _eligibility(take_up), asker).exists()


def _eligibility(take_up: TakeUp) -> Eligibility:
    return Takable(take_up.grant, take_up.membership).eligibility
