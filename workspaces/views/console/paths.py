"""The parts of an address that name a type of resource, `tracking-plans`, one of it, a label."""

from types import MappingProxyType

from labels.models import Label
from labels.syntax import LabelName, parse_label
from workspaces.catalogue import ResourceType

PATHS: MappingProxyType[str, str] = MappingProxyType(
    {
        ResourceType.SOURCE: "sources",
        ResourceType.DESTINATION: "destinations",
        ResourceType.WAREHOUSE: "warehouses",
        ResourceType.SPACE: "spaces",
        ResourceType.TRACKING_PLAN: "tracking-plans",
        ResourceType.FUNCTION: "functions",
    }
)
TYPES: MappingProxyType[str, str] = MappingProxyType({path: type_ for type_, path in PATHS.items()})
LABEL_PART = "[A-Za-z][A-Za-z0-9_-]{0,62}"


class TypePath:
    """Turns `tracking-plans` into `tracking_plan` and back; other words match no address."""

    regex = "|".join(PATHS.values())

    def to_python(self, value: str) -> str:
        return TYPES[value]

    def to_url(self, value: str) -> str:
        return PATHS[value]


class ResourcePath:
    """Turns the slug of a resource into its part of an address.

    Beside the resources of a type stands the page that adds one, `new`. A resource of that
    very slug is at `-new`, which is no slug itself: none begins with a dash.
    """

    regex = "[-a-zA-Z0-9_]+"

    def to_python(self, value: str) -> str:
        return "new" if value == "-new" else value

    def to_url(self, value: str) -> str:
        return "-new" if value == "new" else value


class LabelPath:
    """Turns `environment:prod`, in any spelling, into the name of a label and back (L1)."""

    regex = f"{LABEL_PART}:{LABEL_PART}"

    def to_python(self, value: str) -> LabelName:
        return parse_label(value)

    def to_url(self, value: Label | LabelName) -> str:
        return str(value)
