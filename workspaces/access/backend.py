"""Django's permission API over the engine: `user.has_perm("workspaces.edit_source", source)`."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser

from workspaces.access.engine import Access
from workspaces.catalogue import WORKSPACE
from workspaces.models import Member, Resource, Workspace

if TYPE_CHECKING:
    from accounts.models.user import User


class AccessBackend(BaseBackend):
    """Answers per-object questions about resources and workspaces; signs nobody in."""

    def get_user(self, user_id: Any) -> None:
        return None

    def has_perm(
        self, user_obj: "User | AnonymousUser", perm: str, obj: object | None = None
    ) -> bool:
        """Ask the engine for `workspaces.<action>_<type>` on a thing of that type.

        False for anything else: no object, another type, a stranger, an unknown
        permission (R5). Being superuser changes nothing here.
        """
        if not isinstance(obj, Resource | Workspace) or not user_obj.is_active:
            return False
        app, _, codename = perm.partition(".")
        type_ = obj.type if isinstance(obj, Resource) else WORKSPACE
        action = codename.removesuffix(f"_{type_}")
        if app != "workspaces" or action == codename:
            return False
        workspace_id = obj.pk if isinstance(obj, Workspace) else obj.workspace_id
        member = Member.objects.filter(user_id=user_obj.pk, workspace_id=workspace_id).first()
        return member is not None and Access.of(member).check(action, obj)
