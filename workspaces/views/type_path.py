"""The part of an address that names a type of resource: `tracking-plans`."""

from workspaces.views.words import PATHS, TYPES


class TypePath:
    """Turns `tracking-plans` into `tracking_plan` and back; other words match no address."""

    regex = "|".join(PATHS.values())

    def to_python(self, value: str) -> str:
        return TYPES[value]

    def to_url(self, value: str) -> str:
        return PATHS[value]
