"""What screens call the types of resource and the actions on them."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from workspaces.catalogue import ACTIONS, WORKSPACE, ResourceType

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
    "edit_identity": _("change how people are matched in"),
    "read_identity": _("see how people are matched in"),
    "edit_privacy": _("change end-user privacy in"),
    "read_privacy": _("see end-user privacy in"),
    "edit_entities": _("change entities of"),
    "read_entities": _("see entities of"),
    "decide": _("ask, as a program, who may do what in"),
}


def action_words(action: str) -> str:
    """Return an action as a verb before its thing: "edit", "create sources in"."""
    return str(_ACTIONS.get(action, action))


def choices(actions: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return actions with their words for a menu, under what they can be done to."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        groups.setdefault(_done_to(action), []).append((action, action_words(action)))
    return list(groups.items())


def _done_to(action: str) -> str:
    types = [type_ for type_ in ResourceType if action in ACTIONS[type_]]
    if len(types) == len(ResourceType):
        return gettext("Anything")
    if not types:
        return gettext("The workspace itself")
    first, *more = [plural(type_) for type_ in types]
    return (
        gettext("{first} and {last}").format(first=first, last=", ".join(more).lower())
        if more
        else first
    )


def plural(type_: str) -> str:
    """Return the heading of a type's list."""
    return str(_PLURALS.get(type_, type_))


def singular(type_: str) -> str:
    """Return what one thing of the type is called."""
    return str(_SINGULARS.get(type_, type_))


def noun(type_: str, number: int) -> str:
    """Return the type's noun in running text, for this many."""
    if type_ not in _PLURALS:
        return ngettext("thing", "things", number)
    return (singular(type_) if number == 1 else plural(type_)).lower()


def counted(number: int, type_: str) -> str:
    """Return how many things of the type in running text: "1 source", "1,276 sources"."""
    return f"{number_format(number, force_grouping=True)} {noun(type_, number)}"
