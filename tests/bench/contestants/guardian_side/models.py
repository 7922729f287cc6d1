"""Sources as guardian guards them, and what was loaded into this database."""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

ACTIONS = ("read", "edit", "delete")


class Thing(models.Model):
    """A source, under the primary key it has in Gatehouse."""

    name = models.CharField(max_length=150)

    class Meta:
        default_permissions = ()
        permissions = tuple((f"{action}_thing", f"Can {action} a thing") for action in ACTIONS)
        indexes = (models.Index(fields=("name", "id"), name="thing_list"),)

    def __str__(self) -> str:
        return self.name


class ThingUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Thing, models.CASCADE)


class ThingGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Thing, models.CASCADE)


class Stamp(models.Model):
    """Which world lies here, and what bringing it in cost."""

    world = models.CharField(max_length=100)
    figures = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.world
