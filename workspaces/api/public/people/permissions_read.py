"""Reads permissions of the Public API as grants (R10, R11).

One permission is one grant, or one for each place it names: a whole workspace, a workspace
narrowed by labels, and together the things it lists. Labels stand beside a place, or beside
all of them; either way they narrow (N4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labels.models import Label
from labels.syntax import LabelName, parse_label
from workspaces.api.public.errors import Invalid
from workspaces.api.public.people.permission_shapes import InvitePermission, LabelRef, ResourceRef
from workspaces.catalogue import OWNER, ROLES, Role, Scope
from workspaces.errors import Conflict
from workspaces.models import GrantTerms, Resource, Workspace
from workspaces.operations.grants import wording
from workspaces.operations.grants.said_by_programs import Wanted
from workspaces.operations.trail.reading_back import labels_named
from workspaces.spans import Span
from workspaces.terms import Terms

WORKSPACE_TYPE = "WORKSPACE"
MINIMAL = Role(
    wording.MINIMAL,
    "workspace",
    "Minimal Workspace Access",
    "Sees that the workspace is there, and whom to ask for access.",
)


def read(
    workspace: Workspace,
    permissions: Sequence[InvitePermission],
    *,
    group: bool = False,
    at: str = "permissions",
) -> Wanted:
    """Return what permissions mean. Raises Invalid that names the place in the input.

    Unknown roles, things and labels are refused, never passed over: what is not
    understood would widen access. A group holds ownership by a grant like any other.
    4 statements for any number.
    """
    asked = [_asked(workspace, one, f"{at}[{i}]") for i, one in enumerate(permissions)]
    known = _Known(workspace, _things(workspace, asked), _labels(workspace, asked))
    owner, grants, said = False, [], []
    for permission in asked:
        if permission.role is MINIMAL or (permission.role.slug == OWNER and not group):
            permission.body.require_no_span(permission.at, permission.role.name)
            _only_workspace(workspace, permission)
            owner = owner or permission.role is not MINIMAL
        else:
            grants += _grants(known, permission)
        said.append(_said(known, permission))
    return Wanted(owner, tuple(dict.fromkeys(grants)), tuple(said))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A permission with each label where it narrows; `at` is its place in the input."""

    role: Role
    places: tuple[ResourceRef, ...]
    at: str
    body: InvitePermission
    span: Span


def _asked(workspace: Workspace, permission: InvitePermission, at: str) -> _Asked:
    """Read one permission. Labels without a place narrow the workspace.

    Raises Invalid for neither, which is nothing at all and never everything.
    """
    places = permission.resources
    if not places:
        if not permission.labels:
            raise Invalid(f"{at}.resources", "Name resources or labels.")
        places = [ResourceRef(id=workspace.slug, type=WORKSPACE_TYPE, labels=[])]
    if permission.labels:
        places = [_narrowed(place, permission.labels, at) for place in places]
    role = _role(permission.roleId, at)
    return _Asked(role, tuple(places), at, permission, permission.span(at))


def _narrowed(place: ResourceRef, labels: list[LabelRef], at: str) -> ResourceRef:
    """Return a place with the labels that stand beside it.

    Raises Invalid where they cannot narrow it, or it has others of its own.
    """
    if place.type != WORKSPACE_TYPE:
        raise Invalid(f"{at}.labels", "Labels narrow a workspace, not single resources.")
    names = {_name(label, at) for label in labels}
    if place.labels and {_name(label, at) for label in place.labels} != names:
        raise Invalid(f"{at}.labels", "The labels here and those of a resource disagree.")
    return ResourceRef(id=place.id, type=place.type, labels=labels)


def _role(ident: str, place: str) -> Role:
    if ident == MINIMAL.slug:
        return MINIMAL
    if ident not in ROLES:
        raise Invalid(f"{place}.roleId", "There is no such role.")
    return ROLES[ident]


def _only_workspace(workspace: Workspace, permission: _Asked) -> None:
    for i, place in enumerate(permission.places):
        at = f"{permission.at}.resources[{i}]"
        _require_own(workspace, place, at)
        if place.labels:
            raise Invalid(f"{at}.labels", f"{permission.role.name} takes no labels.")


def _require_own(workspace: Workspace, resource: ResourceRef, at: str) -> None:
    if resource.type != WORKSPACE_TYPE:
        raise Invalid(f"{at}.type", "This role is given on the workspace.")
    if resource.id != workspace.slug:
        raise Invalid(f"{at}.id", "This is not the workspace of the token.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the workspace has of what the permissions name, by type and id, and by name."""

    workspace: Workspace
    things: dict[tuple[str, str], Resource]
    labels: dict[str, Label]

    def labels_of(self, place: ResourceRef, at: str) -> tuple[Label, ...]:
        return tuple(self.labels[_name(label, at)] for label in place.labels)

    def thing(self, place: ResourceRef, at: str) -> Resource:
        """Return the thing a place names. Raises Invalid for none, and for labels beside it."""
        if place.labels:
            raise Invalid(f"{at}.labels", "Labels narrow a workspace, not single resources.")
        found = self.things.get((place.type, place.id))
        if found is None:
            raise Invalid(f"{at}.id", f"There is no such {place.type.lower()}.")
        return found


def _grants(known: _Known, permission: _Asked) -> list[GrantTerms]:
    """Return the grants of one permission; whether role and scope fit, operations ask."""
    role, listed, span = permission.role.slug, [], permission.span
    found: list[GrantTerms] = []
    for i, place in enumerate(permission.places):
        if place.type == WORKSPACE_TYPE:
            _require_own(known.workspace, place, f"{permission.at}.resources[{i}]")
            narrowed = known.labels_of(place, permission.at)
            scope = Scope.LABELS if narrowed else Scope.ALL
            found.append(Terms(role, scope, labels=narrowed, starts=span.starts, ends=span.ends))
        else:
            listed.append(known.thing(place, f"{permission.at}.resources[{i}]"))
    if listed:
        things = tuple(dict.fromkeys(listed))
        found.append(Terms(role, Scope.RESOURCES, (), things, span.ends, span.starts))
    return found


def _said(known: _Known, permission: _Asked) -> wording.Said:
    """Return the same as it is kept to be read again."""
    places = []
    for i, place in enumerate(permission.places):
        if place.type != WORKSPACE_TYPE:
            thing = known.thing(place, f"{permission.at}.resources[{i}]")
            places.append([wording.THING, thing.public_id])
        elif place.labels:
            labels = known.labels_of(place, permission.at)
            places.append([wording.LABELS, *(label.public_id for label in labels)])
        else:
            places.append([wording.ALL])
    return {"role": permission.role.slug, "places": places, **permission.span.told()}


def _name(label: LabelRef, at: str) -> str:
    """Return a label's folded name. Raises Invalid for what is no label at all (L1)."""
    try:
        return str(parse_label(str(LabelName(label.key, label.value))).folded)
    except ValueError as error:
        raise Invalid(f"{at}.labels", str(error)) from error


def _things(workspace: Workspace, permissions: Iterable[_Asked]) -> dict[tuple[str, str], Resource]:
    ids = {place.id for p in permissions for place in p.places if place.type != WORKSPACE_TYPE}
    rows = workspace.resources.filter(public_id__in=ids) if ids else ()
    return {(row.type.upper(), row.public_id): row for row in rows}


def _labels(workspace: Workspace, permissions: Iterable[_Asked]) -> dict[str, Label]:
    """Return labels by their folded names. Raises Invalid where the first stands that is none."""
    places = {
        _name(label, f"{permission.at}.resources[{i}]"): f"{permission.at}.resources[{i}].labels"
        for permission in reversed(list(permissions))
        for i, place in reversed(list(enumerate(permission.places)))
        for label in place.labels
    }
    try:
        return labels_named(workspace, list(places))
    except Conflict as error:
        there = {str(label).lower() for label in workspace.labels.all()}
        missing = [name for name in places if name not in there]
        raise Invalid(
            places[missing[-1]], f"The label {missing[-1]} is not in the workspace."
        ) from error
