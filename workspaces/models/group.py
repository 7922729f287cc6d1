"""A named set of members with a shared policy."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce

from config.web.values.public_ids import public_id
from config.web.values.text import same_key
from config.web.values.text_columns import (
    LineColumn,
    SameColumn,
    SearchColumn,
    SortColumn,
    TextColumn,
    beginning,
    holding,
)
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.eligible import Takable, TakableQuerySet, TakeUp, joined_now
from workspaces.models.spanned import in_order

DESCRIPTION_LENGTH = 1000  # characters


class GroupQuerySet(ClosedQuerySet["Group"]):
    def by_name(self) -> "GroupQuerySet":
        return self.order_by("sort_key", "pk")

    def by_people(self) -> "GroupQuerySet":
        """Order rows that come with their people by how many these are, the fewest first."""
        return self.order_by("people", "sort_key", "pk")

    def with_people(self) -> "GroupQuerySet":
        """Bring along `people`: how many are in each group now."""
        joined = GroupMember.objects.active().filter(group=models.OuterRef("pk")).order_by()
        counted = joined.values("group").annotate(n=models.Count("pk")).values("n")
        return self.annotate(people=Coalesce(models.Subquery(counted), 0))

    def called(self, text: str) -> "GroupQuerySet":
        """The group of this name (N2), or of this id."""
        return self.filter(models.Q(name_key=same_key(text)) | models.Q(public_id=text))

    def named(self, name: str) -> "GroupQuerySet":
        """The group of this name (N2)."""
        return self.filter(name_key=same_key(name))

    def begun(self, text: str) -> "GroupQuerySet":
        """Groups whose name begins so."""
        return self.filter(beginning(text, "search_key", "sort_key"))

    def matching(self, text: str) -> "GroupQuerySet":
        """Groups whose name or description holds all the words (N3)."""
        return self.filter(holding(text, "search_key", "description_key"))


class Group(ClosedModel):
    """Its grants hold for everyone in it (R1). No two of a workspace are called the same (N2)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="groups", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    name = LineColumn(max_length=150)
    name_key = SameColumn(of=("name",))
    search_key = SearchColumn(of=("name",))
    sort_key = SortColumn(of=("name",))
    description = TextColumn(max_length=DESCRIPTION_LENGTH, blank=True)
    description_key = SearchColumn(of=("description",), max_length=2000)

    objects: ClassVar[GroupQuerySet] = GroupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("workspace", "name_key"), name="group_name_unique"),
        )
        indexes = (models.Index(fields=("workspace", "sort_key", "id"), name="group_list"),)

    def __str__(self) -> str:
        return self.name


class GroupMemberQuerySet(TakableQuerySet["GroupMember"]):
    """Memberships of groups."""

    def drop(self) -> None:
        """Delete them, with how they are taken up and what was; 2 statements for standing ones."""
        taken = TakeUp.objects.filter(membership=models.OuterRef("pk"))
        self.filter(models.Q(eligible=True) | models.Q(models.Exists(taken))).delete()
        self.delete_alone()

    def with_joined(self) -> "GroupMemberQuerySet":
        """Bring along `joined`: whether somebody is in the group by it now."""
        return self.annotate(joined=joined_now())

    def active(self) -> "GroupMemberQuerySet":
        """Those by which somebody is in the group now: standing, or taken up (W2)."""
        return self.filter(joined_now())


class GroupMember(Takable):
    """A member in a group, perhaps from a start and until an end (W1).

    `end_told_at` is when they last heard of that end.
    """

    OPEN_FIELDS = frozenset({"end_told_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_index=False)
    member = models.ForeignKey(
        "workspaces.Member", models.CASCADE, related_name="joined_groups", db_index=False
    )
    end_told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[GroupMemberQuerySet] = GroupMemberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("group", "member"), name="member_once_in_group"),
            in_order("membership_starts_before_it_ends"),
        )
        indexes = (
            models.Index(fields=("member", "group"), name="groups_of_member"),
            models.Index(
                fields=("workspace", "expires_at"),
                name="membership_ending",
                condition=models.Q(expires_at__isnull=False),
            ),
        )
