"""What is known of a directory that provisions by SCIM: its people, its groups, its calls."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from config.web.values.public_ids import public_id
from config.web.values.text import KEY_LENGTH
from config.web.values.text_columns import LineColumn, SameColumn
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.invite import Invite
from workspaces.models.member import Member

EXTERNAL_ID_LENGTH = 255
USER_NAME_LENGTH = 254


class DirectoryPersonQuerySet(ClosedQuerySet["DirectoryPerson"]):
    def with_standing(self) -> "DirectoryPersonQuerySet":
        """Add `inside`, whether they are a member, and `asked`, whether an invite waits."""
        waiting = Invite.objects.open().filter(pk=OuterRef("invite"))
        return self.annotate(inside=_inside(), asked=Exists(waiting))

    def visible(self) -> "DirectoryPersonQuerySet":
        """Those the directory may see: members, and whom it knew and has not deleted since."""
        return self.with_standing().filter(Q(shown=True) | Q(_inside()))

    def inactive(self) -> "DirectoryPersonQuerySet":
        """Those the directory sees as not active: neither members nor being asked."""
        return self.visible().filter(Q(inside=False, asked=False))

    def pushed_members(self) -> "DirectoryPersonQuerySet":
        """Members whom the directory keeps here."""
        return self.filter(_inside(), pushed=True)

    def asked(self) -> "DirectoryPersonQuerySet":
        """Those who were asked by mail first and have not answered; whose link still works."""
        return self.filter(invite__in=Invite.objects.open())


def _inside() -> Exists:
    return Exists(Member.objects.filter(workspace=OuterRef("workspace"), user=OuterRef("user")))


class DirectoryPerson(ClosedModel):
    """Somebody whom the directory put here, or who was here once; their id outlives it.

    A member without such a row is one like any other, and `Member.public_id` is their id.
    Whoever comes back by whatever door gets the id of their row again (`operations.comings`).
    `shown` says whether the directory still sees them while they are no member, `pushed`
    that it is the directory who keeps them here. `met` is set once they are or were a member:
    until then the directory knows them by `sent_name` alone. `may_return` is set where it may
    put them in without asking: they were taken out by others, or their account was made for
    it. `invite` is the last one that asked them. `user_name` is what the directory calls them,
    as it wrote it, and its key (N2) tells them apart here; empty where it never did.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        models.CASCADE,
        related_name="directory_people",
        db_index=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="directory_records"
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    external_id = models.CharField(max_length=EXTERNAL_ID_LENGTH, blank=True)
    user_name = models.CharField(max_length=USER_NAME_LENGTH, blank=True)
    user_name_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    sent_name = LineColumn(max_length=150, blank=True)
    sent_name_key = SameColumn(of=("sent_name",))
    shown = models.BooleanField(default=True)
    pushed = models.BooleanField(default=False)
    met = models.BooleanField(default=False)
    may_return = models.BooleanField(default=False)
    invite = models.ForeignKey(
        "workspaces.Invite", models.SET_NULL, null=True, related_name="directory_people"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[DirectoryPersonQuerySet] = DirectoryPersonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("workspace", "user"), name="directory_person_once"),
            models.UniqueConstraint(
                fields=("workspace", "user_name_key"),
                condition=~Q(user_name_key=""),
                name="directory_person_called_once",
            ),
        )
        indexes = (models.Index(fields=("workspace", "external_id"), name="directory_person_ids"),)

    def __str__(self) -> str:
        return self.user.email

    @property
    def display_name(self) -> str:
        """The name the directory may know: their own, or what it sent of who never was here."""
        return self.user.name if self.met else self.sent_name


def pushed_person() -> Exists:
    """Return the condition on members that the directory keeps them here."""
    kept = DirectoryPerson.objects.filter(
        workspace=OuterRef("workspace"), user=OuterRef("user"), pushed=True
    )
    return Exists(kept)


class DirectoryGroup(ClosedModel):
    """The directory's hold on a group: it names it and says who is in it.

    An owner may open one that holds ownership to the directory (XL7), and may end the hold.
    """

    OPEN_FIELDS = frozenset({"synced_at"})

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="directory_groups", db_index=False
    )
    group = models.OneToOneField(
        "workspaces.Group", models.CASCADE, related_name="directory", primary_key=True
    )
    external_id = models.CharField(max_length=EXTERNAL_ID_LENGTH, blank=True)
    opened_at = models.DateTimeField(null=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    synced_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[ClosedQuerySet["DirectoryGroup"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=("workspace", "external_id"), name="directory_group_ids"),)

    def __str__(self) -> str:
        return self.group.name


class WaitingMember(ClosedModel):
    """Somebody the directory put into a group while they are not active here.

    It gives nothing and counts nowhere. They are in the group once the directory puts them
    back into the workspace; by any other door they come without it (R8).
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    group = models.ForeignKey(
        "workspaces.Group", models.CASCADE, related_name="waiting", db_index=False
    )
    person = models.ForeignKey(
        DirectoryPerson, models.CASCADE, related_name="waits_for", db_index=False
    )

    objects: ClassVar[ClosedQuerySet["WaitingMember"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("group", "person"), name="waits_once_for_group"),
        )
        indexes = (models.Index(fields=("person", "group"), name="waits_of_person"),)


def pushed_group() -> Exists:
    """Return the condition on groups that the directory pushes them."""
    return Exists(DirectoryGroup.objects.filter(group=OuterRef("pk")))


class DirectoryCallQuerySet(models.QuerySet["DirectoryCall"]):
    def newest_first(self) -> "DirectoryCallQuerySet":
        return self.order_by("-pk")


class DirectoryCall(models.Model):
    """One of the last calls of the directory, for an owner who looks why it does not work."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="directory_calls", db_index=False
    )
    at = models.DateTimeField(default=timezone.now, editable=False)
    method = models.CharField(max_length=16)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()
    detail = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects: ClassVar[DirectoryCallQuerySet] = DirectoryCallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=("workspace", "id"), name="directory_call_newest"),)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
