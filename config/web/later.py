"""Addresses whose views are imported when the first of them is asked for.

A worker that never hears of an interface does not carry it. The names below such addresses have a
namespace of their own, by which they are reversed as all others are.
"""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class Later(URLResolver):
    """The addresses of one module, which is imported when they are needed."""

    def _populate(self) -> None:
        """Gather the names, unless only those around are wanted.

        Django gathers the names of the whole site as soon as one anywhere is reversed; it looks
        for those of a namespace in its addresses.
        """
        if "urlconf_module" in self.__dict__:
            super()._populate()


def later(route: str, module: str, *, namespace: str) -> Later:
    """Return the addresses of a module below a route, as `include` does, but not imported yet."""
    pattern = RoutePattern(route, is_endpoint=False)
    return Later(pattern, module, app_name=namespace, namespace=namespace)
