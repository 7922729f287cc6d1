"""Ways to providers, in templates."""

from django import template
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.utils.http import urlencode

from workspaces.models import SsoConnection

register = template.Library()


@register.filter
def sso_start(connection: SsoConnection, way_on: str) -> str:
    """Return where one signs in by a connection, to go on at `way_on` afterwards."""
    start = connection.url("start")
    return f"{start}?{urlencode({REDIRECT_FIELD_NAME: way_on})}" if way_on else start
