"""A named set of members with a shared policy."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models.functions import Coalesce, Lower

from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.ids import public_id

if TYPE_CHECKING:
    from workspaces.models.member import Member


class GroupQuerySet(ClosedQuerySet["Group"]):
    def by_name(self) -> "GroupQuerySet":
        return self.order_by(Lower("name"), "pk")

    def with_people(self) -> "GroupQuerySet":
        """Bring along `people`: how many are in each group."""
        joined = GroupMember.objects.filter(group=models.OuterRef("pk")).order_by()
        counted = joined.values("group").annotate(n=models.Count("pk")).values("n")
        return self.annotate(people=Coalesce(models.Subquery(counted), 0))

    def of_member(self, member: "Member") -> "GroupQuerySet":
        return self.filter(memberships__member=member)

    def called(self, text: str) -> "GroupQuerySet":
        """The group of this name; where there is none, those whose name contains it."""
        return self.filter(
            models.Q(name__iexact=text)
            | models.Q(name__icontains=text)
            & ~models.Exists(self.filter(name__iexact=text).order_by())
        )

    def matching(self, text: str) -> "GroupQuerySet":
        return self.filter(models.Q(name__icontains=text) | models.Q(description__icontains=text))


class Group(ClosedModel):
    """Its grants hold for everyone in it (R1). Names are unique without regard to case."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="groups", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    name = models.CharField(max_length=150)
    description = models.CharField(max_length=1000, blank=True)

    objects: ClassVar[GroupQuerySet] = GroupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint("workspace", Lower("name"), name="group_name_unique"),
        )

    def __str__(self) -> str:
        return self.name


class GroupMember(ClosedModel):
    """A member in a group."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_index=False)
    member = models.ForeignKey(
        "workspaces.Member", models.CASCADE, related_name="joined_groups", db_index=False
    )

    objects: ClassVar[ClosedQuerySet["GroupMember"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("group", "member"), name="member_once_in_group"),
        )
        indexes = (models.Index(fields=("member", "group"), name="groups_of_member"),)
