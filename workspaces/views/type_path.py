"""The parts of an address that name a type of resource, `tracking-plans`, and one of it."""

from workspaces.views.words import PATHS, TYPES


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
