"""Shows addresses as people write them; loaded as a builtin."""

from django import template

from accounts.addresses import spelled

register = template.Library()


@register.filter
def written(address: str) -> str:
    """Write the domain of an address in its own letters, where that is safe."""
    return spelled(address)
