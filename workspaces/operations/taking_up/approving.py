"""Who may agree to a taking up (W3)."""

from workspaces.access.who import who
from workspaces.models import Eligibility, GroupMember, Member, MemberQuerySet, TakeUp, Workspace
from workspaces.operations.taking_up.held import Takable


def approvers_of(workspace: Workspace, eligibility: Eligibility, asker: Member) -> MemberQuerySet:
    """Return who may agree: the approvers named, and where nobody of them is left the owners.

    Never the asker, also not as one of an approving group.
    """
    rows = eligibility.approvers.all()
    groups = GroupMember.objects.active().filter(group__in=[row.group_id for row in rows])
    people = workspace.members.active().exclude(pk=asker.pk)
    named = people.filter(pk__in=[row.member_id for row in rows if row.member_id])
    named |= people.filter(pk__in=groups.values("member"))
    return named if named.exists() else who("administer", workspace).exclude(pk=asker.pk)


def may_answer(member: Member, take_up: TakeUp) -> bool:
    """Whether a member may answer the question, read `with_all`; 3 statements."""
    eligibility = Takable(take_up.grant, take_up.membership).eligibility
    people = approvers_of(member.workspace, eligibility, take_up.member)
    return people.filter(pk=member.pk).exists()
