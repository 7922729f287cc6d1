"""Groups that members may ask for, and members who say who is in a group (W4, W6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from workspaces.catalogue import MANAGED
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.directory import DirectoryGroup
from workspaces.models.eligible import Approver
from workspaces.models.grant import Grant
from workspaces.models.group import GroupMember
from workspaces.models.member import Member
from workspaces.terms import OFFER_LONGEST, SHORTEST, Offered


class OfferQuerySet(ClosedQuerySet["Offer"]):
    def with_all(self) -> "OfferQuerySet":
        """Bring along the group and what `said` reads; 3 statements."""
        return self.select_related("group").prefetch_related(
            models.Prefetch("approvers", Approver.objects.named()),
            models.Prefetch("audience", OfferedTo.objects.select_related("group")),
        )

    def by_name(self) -> "OfferQuerySet":
        """Order by the groups' names."""
        return self.order_by("group__sort_key", "pk")

    def to(self, member: Member) -> "OfferQuerySet":
        """Those a member may ask for: offered to everybody, or to a group they are in now."""
        inside = GroupMember.objects.active().filter(member=member).values("group")
        theirs = OfferedTo.objects.filter(offer=OuterRef("pk"), group__in=inside)
        found = self.filter(workspace=member.workspace_id)
        return found.filter(Q(everybody=True) | Q(Exists(theirs)))

    def wanting(self, member: Member) -> "OfferQuerySet":
        """Those of groups that a member is not in, and could not take up either (W2)."""
        mine = GroupMember.objects.filter(member=member, group=OuterRef("group"))
        return self.exclude(Exists(mine.active())).exclude(Exists(mine.eligible()))


class Offer(ClosedModel):
    """That one may ask to be in a group for a while: for how long at most, and who agrees (W4)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="offers", db_index=False
    )
    group = models.OneToOneField("workspaces.Group", models.CASCADE, related_name="offer")
    everybody = models.BooleanField()
    longest_minutes = models.PositiveIntegerField()

    objects: ClassVar[OfferQuerySet] = OfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(longest_minutes__gte=SHORTEST, longest_minutes__lte=OFFER_LONGEST),
                name="offer_for_a_while",
            ),
        )
        indexes = (models.Index(fields=("workspace",), name="offers_of_workspace"),)

    @property
    def said(self) -> Offered:
        """What it says, read `with_all`."""
        to = frozenset(row.group.name for row in self.audience.all())
        approvers = frozenset(approver.said for approver in self.approvers.all())
        return Offered(None if self.everybody else to, self.longest_minutes, approvers)


class OfferedTo(ClosedModel):
    """A group whose people may ask for what is offered."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="audience", db_index=False)
    group = models.ForeignKey("workspaces.Group", models.CASCADE, related_name="+")

    objects: ClassVar[ClosedQuerySet["OfferedTo"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("offer", "group"), name="offered_to_a_group_once"),
        )


def without_managers(group: str) -> Q:
    """Match rows whose group, under this name, may have no managers (W6).

    Those are groups that a directory pushes, and groups that hold ownership or personal data, be
    it planned or eligible, or what only a newer version knows.
    """
    pushed = DirectoryGroup.objects.filter(group=OuterRef(group))
    grave = Grant.objects.lasting().filter(group=OuterRef(group)).exclude(role__in=MANAGED)
    return Q(Exists(pushed)) | Q(Exists(grave))


class ManagerQuerySet(ClosedQuerySet["Manager"]):
    def in_charge(self) -> "ManagerQuerySet":
        """Those whose group may have managers now (W6)."""
        return self.exclude(without_managers("group"))


class Manager(ClosedModel):
    """A member who puts people in one group and takes them out, and nothing else of it (W6)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    group = models.ForeignKey(
        "workspaces.Group", models.CASCADE, related_name="managers", db_index=False
    )
    member = models.ForeignKey("workspaces.Member", models.CASCADE, related_name="manages")

    objects: ClassVar[ManagerQuerySet] = ManagerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("group", "member"), name="manager_once_of_group"),
        )
