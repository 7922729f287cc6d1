"""Where things of the SCIM interface are: absolute, at the configured host, whatever was asked."""

from django.conf import settings

BASE = "/scim/v2"
USERS, GROUPS = "Users", "Groups"


def location(*parts: str) -> str:
    """Return the address of `Users/<id>`, `Schemas`, …; of the whole without parts."""
    return "/".join((f"{settings.SITE_URL}{BASE}", *parts))
