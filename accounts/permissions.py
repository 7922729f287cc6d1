"""Whom a permission question about a thing goes to (architecture §2)."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import load_backend
from django.contrib.contenttypes.models import ContentType
from guardian.core import ObjectPermissionChecker
from guardian.models import GroupObjectPermission, UserObjectPermission

if TYPE_CHECKING:
    from accounts.models.user import User

ACCESS = "workspaces.access.backend.AccessBackend"
SUPPORT = "support_workspace"


def has_object_permission(user: "User", perm: str, thing: Any) -> bool:
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


def forget_object_permissions(thing: Any) -> None:
    """Drop who was assigned to a thing that is about to go."""
    about = {
        "content_type": ContentType.objects.get_for_model(thing),
        "object_pk": str(thing.pk),
    }
    UserObjectPermission.objects.filter(**about).delete()
    GroupObjectPermission.objects.filter(**about).delete()
