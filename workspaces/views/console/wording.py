"""What screens call the types of resource and the actions on them."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _

from workspaces.catalogue import WORKSPACE, ResourceType

ICONS: MappingProxyType[str, str] = MappingProxyType(
    {
        ResourceType.SOURCE: "log-in",
        ResourceType.DESTINATION: "log-out",
        ResourceType.WAREHOUSE: "database",
        ResourceType.SPACE: "orbit",
        ResourceType.TRACKING_PLAN: "route",
        ResourceType.FUNCTION: "square-function",
        WORKSPACE: "building-2",
    }
)
_PLURALS: dict[str, Any] = {
    ResourceType.SOURCE: _("Sources"),
    ResourceType.DESTINATION: _("Destinations"),
    ResourceType.WAREHOUSE: _("Warehouses"),
    ResourceType.SPACE: _("Spaces"),
    ResourceType.TRACKING_PLAN: _("Tracking plans"),
    ResourceType.FUNCTION: _("Functions"),
}
_SINGULARS: dict[str, Any] = {
    ResourceType.SOURCE: _("Source"),
    ResourceType.DESTINATION: _("Destination"),
    ResourceType.WAREHOUSE: _("Warehouse"),
    ResourceType.SPACE: _("Space"),
    ResourceType.TRACKING_PLAN: _("Tracking plan"),
    ResourceType.FUNCTION: _("Function"),
    WORKSPACE: _("Workspace"),
}
_ACTIONS: dict[str, Any] = {
    "read": _("read"),
    "edit": _("edit"),
    "delete": _("delete"),
    "label": _("label"),
    "engage": _("engage with"),
    "view_pii": _("see personal data of"),
    "administer": _("administer"),
    "create_source": _("create sources in"),
    "create_destination": _("create destinations in"),
    "create_warehouse": _("create warehouses in"),
    "create_space": _("create spaces in"),
    "create_tracking_plan": _("create tracking plans in"),
    "create_function": _("create functions in"),
    "edit_identity": _("edit identity resolution of"),
    "read_identity": _("read identity resolution of"),
    "edit_privacy": _("edit end-user privacy of"),
    "read_privacy": _("read end-user privacy of"),
    "edit_entities": _("edit entities of"),
    "read_entities": _("read entities of"),
    "decide": _("put decision questions to"),
}


def action_words(action: str) -> str:
    """Return an action as a verb before its thing: "edit", "create sources in"."""
    return str(_ACTIONS.get(action, action))


def choices(actions: Iterable[str]) -> list[tuple[str, str]]:
    """Return actions with their words, for a menu."""
    return [(action, action_words(action)) for action in actions]


def plural(type_: str) -> str:
    """Return the heading of a type's list."""
    return str(_PLURALS.get(type_, type_))


def singular(type_: str) -> str:
    """Return what one thing of the type is called."""
    return str(_SINGULARS.get(type_, type_))


def noun(type_: str, number: int) -> str:
    """Return the type's noun in running text, for this many."""
    return (
        gettext("things")
        if type_ not in _PLURALS
        else (singular(type_) if number == 1 else plural(type_)).lower()
    )
