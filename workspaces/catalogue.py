"""The role catalogue (R10) as data. Everything that knows a role reads it here.

Actions on a type of resource, and on the workspace itself, are plain strings; a role is
one row of `ROLES`. An action that a type lacks is *no* for everybody, owners included.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class ResourceType(StrEnum):
    """The kinds of resource below a workspace, in the order screens list them."""

    SOURCE = "source"
    DESTINATION = "destination"
    WAREHOUSE = "warehouse"
    SPACE = "space"
    TRACKING_PLAN = "tracking_plan"
    FUNCTION = "function"


class Scope(StrEnum):
    """What a grant covers (R11)."""

    ALL = "all"
    LABELS = "labels"
    RESOURCES = "resources"


WORKSPACE = "workspace"
LABELLED = (ResourceType.SOURCE, ResourceType.SPACE)
CONNECTABLE = (ResourceType.WAREHOUSE, ResourceType.SPACE, ResourceType.TRACKING_PLAN)

READ, EDIT, DELETE, LABEL, ENGAGE, VIEW_PII = (
    "read",
    "edit",
    "delete",
    "label",
    "engage",
    "view_pii",
)

ADMINISTER = "administer"  # the workspace itself: what owners do

_BASE = (READ, EDIT, DELETE)
ACTIONS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        ResourceType.SOURCE: (*_BASE, LABEL, VIEW_PII),
        ResourceType.DESTINATION: _BASE,
        ResourceType.WAREHOUSE: _BASE,
        ResourceType.SPACE: (*_BASE, LABEL, ENGAGE, VIEW_PII),
        ResourceType.TRACKING_PLAN: _BASE,
        ResourceType.FUNCTION: _BASE,
        WORKSPACE: (
            READ,
            ADMINISTER,
            *(f"create_{type_}" for type_ in ResourceType),
            "edit_identity",
            "read_identity",
            "edit_privacy",
            "read_privacy",
            "edit_entities",
            "read_entities",
            "decide",
        ),
    }
)
# Everything that may be asked of anything, in the order of the types.
QUESTIONS = tuple(dict.fromkeys(action for actions in ACTIONS.values() for action in actions))


@dataclass(frozen=True, slots=True)
class Role:
    """One entry of the catalogue.

    `gives` are actions on things of `type`; `beneath` are actions on the destinations
    of the sources a grant covers; `on_workspace` are actions on the workspace itself
    that a grant with scope *all* adds.
    """

    slug: str
    type: str
    name: str
    description: str
    gives: frozenset[str] = frozenset()
    beneath: frozenset[str] = frozenset()
    on_workspace: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset({Scope.ALL})

    @property
    def grave(self) -> bool:
        """Whether taking it up asks for a proof of identity unless one says otherwise (W2).

        That is what edits, shows personal data, or owns.
        """
        return self.level != "view" or self.slug == PII

    @property
    def level(self) -> str:
        """How strong the role is, for badges and sorting: owner, edit, view or unknown."""
        if self.type == UNKNOWN:
            return UNKNOWN
        if self.slug == OWNER:
            return "owner"
        actions = self.gives | self.on_workspace
        return "edit" if any(a.startswith("edit") or a == "engage" for a in actions) else "view"


UNKNOWN = "unknown"
OWNER = "workspace-owner"
PII = "pii-access"
DECISION_READER = "decision-reader"

_ANY_SCOPE = frozenset(Scope)
_NO_LABELS = frozenset({Scope.ALL, Scope.RESOURCES})
_READ = frozenset({READ})
_EDIT = frozenset(_BASE)


def _admin(type_: ResourceType, name: str, description: str, **more: frozenset[str]) -> Role:
    """Give *admin* on a type: everything but the modifiers, and create where scope is all."""
    modifiers = {VIEW_PII} | ({ENGAGE} if type_ != ResourceType.SPACE else set())
    return Role(
        slug=f"{type_.replace('_', '-')}-admin",
        type=type_,
        name=name,
        description=description,
        gives=frozenset(ACTIONS[type_]) - modifiers,
        on_workspace=frozenset({f"create_{type_}"}),
        scopes=_ANY_SCOPE if type_ in LABELLED else _NO_LABELS,
        **more,
    )


def _reader(type_: ResourceType, name: str, description: str, **more: frozenset[str]) -> Role:
    return Role(
        slug=f"{type_.replace('_', '-')}-read-only",
        type=type_,
        name=name,
        description=description,
        gives=_READ,
        scopes=_ANY_SCOPE if type_ in LABELLED else _NO_LABELS,
        **more,
    )


def _on_workspace(slug: str, name: str, description: str, *actions: str) -> Role:
    return Role(slug, WORKSPACE, name, description, on_workspace=frozenset(actions))


_T = ResourceType
ROLES: MappingProxyType[str, Role] = MappingProxyType(
    {
        role.slug: role
        for role in (
            _on_workspace(
                OWNER,
                "Workspace Owner",
                "Everything, everywhere in the workspace, including what is added later.",
                *ACTIONS[WORKSPACE],
            ),
            _admin(
                _T.SOURCE,
                "Source Admin",
                "Change settings, connected destinations, schema and the write key.",
                beneath=_EDIT,
            ),
            _reader(
                _T.SOURCE,
                "Source Read-only",
                "See settings, schema and live data.",
                beneath=_READ,
            ),
            _admin(_T.DESTINATION, "Destination Admin", "Change destinations and their mappings."),
            _reader(
                _T.DESTINATION, "Destination Read-only", "See destinations and their mappings."
            ),
            _admin(_T.WAREHOUSE, "Warehouse Admin", "Change warehouses and their settings."),
            _reader(_T.WAREHOUSE, "Warehouse Read-only", "See warehouses and their settings."),
            _admin(
                _T.SPACE,
                "Unify and Engage Admin",
                "Change spaces, profiles and audiences, and run journeys.",
            ),
            Role(
                "engage-user",
                _T.SPACE,
                "Unify Read-only, Engage User",
                "See spaces and profiles; build audiences and journeys.",
                gives=frozenset({READ, ENGAGE}),
                scopes=_ANY_SCOPE,
            ),
            _reader(
                _T.SPACE,
                "Unify and Engage Read-only",
                "See spaces, profiles, audiences and journeys.",
            ),
            _admin(_T.TRACKING_PLAN, "Tracking Plan Admin", "Change tracking plans."),
            _reader(_T.TRACKING_PLAN, "Tracking Plan Read-only", "See tracking plans."),
            _admin(_T.FUNCTION, "Function Admin", "Write, change and deploy functions."),
            _reader(_T.FUNCTION, "Function Read-only", "See functions and their code."),
            _on_workspace(
                "identity-admin",
                "Identity Admin",
                "Change how people are matched into profiles.",
                "edit_identity",
                "read_identity",
            ),
            _on_workspace(
                "privacy-admin",
                "End User Privacy Admin",
                "Change the data inventory and handle deletion requests.",
                "edit_privacy",
                "read_privacy",
            ),
            _on_workspace(
                "entities-admin",
                "Entities Admin",
                "Change entities and their relationships.",
                "edit_entities",
                "read_entities",
            ),
            _on_workspace(
                "entities-read-only",
                "Entities Read-only",
                "See entities and their relationships.",
                "read_entities",
            ),
            _on_workspace(
                DECISION_READER,
                "Decision Reader",
                "For services: may put every question of the decision API, and nothing else.",
                "decide",
            ),
            Role(
                PII,
                "modifier",
                "PII Access",
                "See personal data on sources and spaces that can be read anyway.",
            ),
        )
    }
)

MANAGED = frozenset(ROLES) - {OWNER, PII}  # what a group with managers may hold (W6)


@dataclass(frozen=True, slots=True)
class _Index:
    """Which roles give an action on a type, and the other way round; built once from `ROLES`."""

    direct: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    beneath: dict[str, frozenset[str]] = field(default_factory=dict)
    given: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = field(
        default_factory=dict
    )


def _build_index() -> _Index:
    index = _Index()
    for type_ in ResourceType:
        for action in ACTIONS[type_]:
            index.direct[type_, action] = frozenset(
                role.slug for role in ROLES.values() if role.type == type_ and action in role.gives
            )
    for action in ACTIONS[WORKSPACE]:
        index.direct[WORKSPACE, action] = frozenset(
            role.slug for role in ROLES.values() if action in role.on_workspace
        )
    for action in ACTIONS[ResourceType.DESTINATION]:
        index.beneath[action] = frozenset(
            role.slug for role in ROLES.values() if action in role.beneath
        )
    for role in ROLES.values():
        if role.gives:
            index.given[role.slug, role.type] = role.gives, frozenset()
        if role.beneath:
            index.given[role.slug, _T.DESTINATION] = frozenset(), role.beneath
    return index


_INDEX = _build_index()
_SCOPES = frozenset(str(scope) for scope in Scope)


def partner_types(type_: str) -> tuple[str, ...]:
    """Return the types of what such a resource can be connected with; none for most."""
    if type_ == ResourceType.SOURCE:
        return CONNECTABLE
    return (ResourceType.SOURCE,) if type_ in CONNECTABLE else ()


def understood(role: str, scope: str) -> bool:
    """Whether this version knows what a stored grant says.

    Another node, of a newer version, may have written one that it does not. Such a grant
    gives nothing here, is shown as unknown, and stays until somebody takes it away (N4).
    """
    return role in ROLES and scope in _SCOPES


def role_of(slug: str) -> Role:
    """Return a stored role; what stands for an unknown one gives nothing and takes no scope."""
    return ROLES.get(slug) or Role(
        slug, UNKNOWN, slug, "This version does not know it. It gives nothing.", scopes=frozenset()
    )


def known(type_: str, action: str) -> bool:
    """Whether things of this type have the action at all."""
    return action in ACTIONS.get(type_, ())


def roles_giving(type_: str, action: str) -> frozenset[str]:
    """Roles whose grants give the action on what they cover; empty for the unknown (R5).

    For `view_pii` this is empty: it comes from owning or from the modifier `pii-access`.
    """
    return _INDEX.direct.get((type_, action), frozenset())


def roles_giving_beneath(type_: str, action: str) -> frozenset[str]:
    """Roles whose grants on a *source* give the action on that source's destinations."""
    return _INDEX.beneath.get(action, frozenset()) if type_ == _T.DESTINATION else frozenset()


def given_on(role: str, type_: str) -> tuple[frozenset[str], frozenset[str]]:
    """Actions that a role gives on what a grant of it covers, and beneath that, by type.

    Ownership and the modifier stand apart: they give by rules of their own.
    """
    return _INDEX.given.get((role, type_), (frozenset(), frozenset()))
