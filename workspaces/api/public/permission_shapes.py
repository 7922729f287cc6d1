"""Permissions as they stand on the wire (public-api, section 2)."""

from ninja import Field, Schema

MOST = 1000  # permissions, or places of one, in a call


class LabelRef(Schema):
    """A label by key and value, which together are its identity."""

    key: str
    value: str
    description: str | None = None


class ResourceRef(Schema):
    """A place that a permission covers."""

    id: str
    type: str
    labels: list[LabelRef] = []


class PermissionInput(Schema):
    """A role and where it holds."""

    roleId: str
    resources: list[ResourceRef] = Field(..., min_length=1, max_length=MOST)


class InvitePermission(Schema):
    """The same within an invite, where labels stand beside the places."""

    roleId: str
    resources: list[ResourceRef] = Field([], max_length=MOST)
    labels: list[LabelRef] = Field([], max_length=MOST)


class Permission(Schema):
    """A grant as it is shown; `labels` is there for older clients and stays empty."""

    roleId: str
    roleName: str
    resources: list[ResourceRef]
    labels: list[LabelRef] = []


class AccessPermission(Schema):
    """A grant as the answer to a change of permissions shows it."""

    roleId: str
    roleName: str
    resources: list[ResourceRef]


class PermissionsBody(Schema):
    permissions: list[PermissionInput] = Field(..., max_length=MOST)


class PermissionsData(Schema):
    permissions: list[AccessPermission]


class PermissionsAnswer(Schema):
    data: PermissionsData
