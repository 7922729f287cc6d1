"""Whom a permission question about a thing goes to (R19)."""

from typing import Any

from django.contrib.auth import load_backend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from guardian.core import ObjectPermissionChecker
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import get_objects_for_user

ACCESS = "workspaces.access.backend.AccessBackend"
SUPPORT = "support_workspace"


def has_object_permission(user: AbstractBaseUser, perm: str, thing: Any) -> bool:
    """Ask the one place that decides about a thing.

    That is the access engine; only who may visit for support is asked of guardian's
    rows. Being superuser opens the admin, never a workspace.
    """
    if not user.is_active:
        return False
    codename = perm.rpartition(".")[2]
    if codename != SUPPORT:
        backend: Any = load_backend(ACCESS)
        return bool(backend.has_perm(user, perm, thing))
    rows = ObjectPermissionChecker(user)
    return SUPPORT in {*rows.get_user_perms(thing), *rows.get_group_perms(thing)}


def assigned_to(user: AbstractBaseUser, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow workspaces to those a support person was assigned; superusers keep them all (XK7)."""
    found: QuerySet[Any] = get_objects_for_user(
        user, f"workspaces.{SUPPORT}", klass=rows, accept_global_perms=False
    )
    return found


def strange_object_permissions(workspace: type[Model]) -> list[QuerySet[Any]]:
    """Return guardian's rows about anything but who may visit a workspace: there are none."""
    proper = Q(
        content_type=ContentType.objects.get_for_model(workspace), permission__codename=SUPPORT
    )
    return [
        UserObjectPermission.objects.exclude(proper),
        GroupObjectPermission.objects.exclude(proper),
    ]


def forget_object_permissions(thing: Any) -> None:
    """Drop who was assigned to a thing that is about to go."""
    about = {
        "content_type": ContentType.objects.get_for_model(thing),
        "object_pk": str(thing.pk),
    }
    UserObjectPermission.objects.filter(**about).delete()
    GroupObjectPermission.objects.filter(**about).delete()
