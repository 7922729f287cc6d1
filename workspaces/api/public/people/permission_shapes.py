"""Permissions as they stand on the wire."""

from ninja import Field, Schema

from workspaces.api.public.shapes import ExactBody, Ignored, answer_of

MOST = 1000  # permissions, or places of one, in a call
MOST_LABELS = 100  # labels of one place
NARROWS = "Labels, all of which must be carried; they narrow a `WORKSPACE`."


class LabelRef(ExactBody):
    """A label by key and value, which together are its identity, in any case of letters."""

    key: str
    value: str
    description: Ignored = None


class ResourceRef(ExactBody):
    """A place that a permission covers."""

    id: str
    type: str
    labels: list[LabelRef] = Field([], max_length=MOST_LABELS, description=NARROWS)


class InvitePermission(ExactBody):
    """A role and where it holds, within an invite: places, labels, or both."""

    roleId: str
    resources: list[ResourceRef] = Field([], max_length=MOST)
    labels: list[LabelRef] = Field([], max_length=MOST_LABELS, description=NARROWS)
    roleName: Ignored = None
    policyId: Ignored = None
    subjectId: Ignored = None
    subjectType: Ignored = None


class PermissionInput(InvitePermission):
    """A role and where it holds; a place is always named."""

    resources: list[ResourceRef] = Field(..., min_length=1, max_length=MOST)


class LabelShown(Schema):
    """A label in its own spelling: as it was made, however a client wrote it."""

    key: str
    value: str
    description: str


class Place(Schema):
    """A place that a permission covers, as it is shown."""

    id: str
    type: str
    labels: list[LabelShown]


class Permission(Schema):
    """A grant as it is shown; `labels` is there for older clients and stays empty."""

    roleId: str
    roleName: str
    resources: list[Place]
    labels: list[LabelShown] = []


class AccessPermission(Schema):
    """A grant as the answer to a change of permissions shows it."""

    roleId: str
    roleName: str
    resources: list[Place]


class PermissionsBody(ExactBody):
    permissions: list[PermissionInput] = Field(..., max_length=MOST)


PermissionsAnswer = answer_of("Permissions", permissions=list[AccessPermission])
