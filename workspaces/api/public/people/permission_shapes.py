"""Permissions as they stand on the wire."""

from typing import Any

from ninja import Field, Schema

from workspaces.api.public.errors import Invalid
from workspaces.api.public.shapes import (
    ExactBody,
    Ignored,
    StartOrEnd,
    StartOrEndTold,
    answer_of,
    told_exactly,
)
from workspaces.errors import Refused
from workspaces.spans import Span, require_span

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


class SpannedBody(ExactBody):
    """What may hold from a start and until an end, with their zones."""

    startsAt: StartOrEnd = Field(None, description="Before this moment it gives nothing.")
    endsAt: StartOrEnd = Field(None, description="From this moment on it gives nothing.")

    def span(self, at: str = "") -> Span:
        """Return the two. Raises Invalid that names one which cannot be given (W1)."""
        try:
            require_span(self.startsAt, self.endsAt)
        except Refused as refused:
            key = "startsAt" if refused.field == "starts" else "endsAt"
            raise Invalid(f"{at}.{key}" if at else key, refused.messages[0]) from refused
        return Span(self.startsAt, self.endsAt)

    def require_no_span(self, at: str, role: str) -> None:
        """Raise Invalid where one of the two is set beside a role that holds always."""
        for key in ("startsAt", "endsAt"):
            if getattr(self, key) is not None:
                raise Invalid(f"{at}.{key}", f"{role} has no start and no end here.")


class InvitePermission(SpannedBody):
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


class AccessPermission(Schema):
    """A grant as the answer to a change of permissions shows it.

    `startsAt` and `endsAt` stand where they are set; what starts later gives nothing yet.
    """

    roleId: str
    roleName: str
    resources: list[Place]
    startsAt: StartOrEndTold = None
    endsAt: StartOrEndTold = None


class Permission(AccessPermission):
    """A grant as it is shown; `labels` is there for older clients and stays empty."""

    labels: list[LabelShown] = []


def shown_span(span: Span) -> dict[str, Any]:
    """Return a start and an end as answers show them: where they are set."""
    moments = {"startsAt": span.starts, "endsAt": span.ends}
    return {key: told_exactly(at) for key, at in moments.items() if at}


class PermissionsBody(ExactBody):
    permissions: list[PermissionInput] = Field(..., max_length=MOST)


PermissionsAnswer = answer_of("Permissions", permissions=list[AccessPermission])
