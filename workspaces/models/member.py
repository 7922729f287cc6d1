"""A user in a workspace, either owner or member."""

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.addresses import sought
from config.web.values.public_ids import may_be_id, public_id
from config.web.values.text_columns import beginning, called, holding
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.group import Group, GroupMember, GroupQuerySet


class MemberQuerySet(ClosedQuerySet["Member"]):
    def by_name(self) -> "MemberQuerySet":
        """Order by name and address; no two members of a workspace have one address.

        Just the column of an index on users: one more, and SQLite would sort everybody.
        """
        return self.order_by("user__sort_key")

    def by_activity(self) -> "MemberQuerySet":
        """Order by last activity here, newest first; never active counts as the longest ago."""
        return self.order_by(models.F("last_active_at").desc(nulls_last=True), "pk")

    def active(self) -> "MemberQuerySet":
        """Members whose account is not deactivated."""
        return self.filter(user__is_active=True)

    def present(self) -> "MemberQuerySet":
        """Active members of workspaces that are open."""
        return self.active().filter(workspace__closed_at__isnull=True)

    def owners(self) -> "MemberQuerySet":
        """Active owners by own role; the only ones that count for R7."""
        return self.active().filter(owner=True)

    def last_owners(self) -> "MemberQuerySet":
        """Owners among these without whom, all of them gone, an open workspace has none (R7)."""
        staying = Member.objects.owners().exclude(pk__in=self.order_by().values("pk"))
        staying = staying.filter(workspace=OuterRef("workspace"))
        return self.owners().filter(~Exists(staying), workspace__closed_at__isnull=True)

    def in_group(self, group: Group) -> "MemberQuerySet":
        """Those who are in the group now."""
        return self.filter(pk__in=GroupMember.objects.active().filter(group=group).values("member"))

    def listed_in(self, group: Group) -> "MemberQuerySet":
        """Those in the group, and those whose time in it is planned or has ended (W1)."""
        return self.filter(joined_groups__group=group)

    def in_any(self, groups: models.QuerySet[Group]) -> "MemberQuerySet":
        """Those who are in any of the groups now, each once."""
        joined = GroupMember.objects.active().filter(group__in=groups.order_by())
        return self.filter(pk__in=joined.values("member"))

    def outside(self, group: Group) -> "MemberQuerySet":
        """Those who are not in the group now."""
        joined = GroupMember.objects.active().filter(group=group, member=OuterRef("pk"))
        return self.filter(~Exists(joined))

    def with_place_in(self, group: Group) -> "MemberQuerySet":
        """Bring along `has_place`: whether the group lists them, be it planned or ended (W1)."""
        listed = GroupMember.objects.filter(group=group, member=OuterRef("pk"))
        return self.annotate(has_place=Exists(listed))

    def among(self, members: Iterable["Member"]) -> "MemberQuerySet":
        """These members; where they are a QuerySet they stay in the database."""
        if isinstance(members, models.QuerySet):
            return self.filter(pk__in=members.order_by().values("pk"))
        return self.filter(pk__in=[member.pk for member in members])

    def called(self, text: str) -> "MemberQuerySet":
        """Whoever has this address; of what is none, those of this name (N2) or this id."""
        address = sought(text)
        if address:
            return self.filter(user__email=address)
        named = called(text, "user__search_key", "user__name_key")
        return self.filter(named | models.Q(public_id=text) if may_be_id(text) else named)

    def begun(self, text: str) -> "MemberQuerySet":
        """Members whose name begins so."""
        return self.filter(beginning(text, "user__search_key", "user__sort_key"))

    def matching(self, text: str) -> "MemberQuerySet":
        """Members whose name or address holds all the words, or has this address (N3)."""
        return self.filter(holding(sought(text) or text, "user__search_key"))


class Member(ClosedModel):
    """A membership. `owner` is a member's own ownership (R7): a flag, not a grant.

    `sso_exempt` lets them in by own credentials where the workspace requires its providers (P5).
    """

    OPEN_FIELDS = frozenset({"last_active_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="members", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    owner = models.BooleanField(default=False)
    sso_exempt = models.BooleanField(default=False, db_default=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    last_active_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[MemberQuerySet] = MemberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("workspace", "user"), name="member_once"),)
        indexes = (
            models.Index(fields=("user", "workspace"), name="member_of_user"),
            models.Index(fields=("workspace", "owner"), name="member_owners"),
            models.Index(fields=("workspace", "last_active_at"), name="member_idle"),
        )

    def __str__(self) -> str:
        return self.user.get_full_name()

    def groups(self) -> GroupQuerySet:
        """The groups this member is in now."""
        joined = GroupMember.objects.active().filter(member=self)
        return Group.objects.filter(pk__in=joined.values("group"))
