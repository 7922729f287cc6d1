"""Where account pages lead back to; loaded as a builtin."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from django import template
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest

register = template.Library()


@register.filter
def on_this_site(url: str | None) -> str:
    """Return an address to go on to, or nothing where it would lead off this site (XI4)."""
    return url if url and get_adapter().is_safe_url(url) else ""


@register.filter
def way_on(request: HttpRequest) -> str:
    """Return where a request says that one wants to go, if that is on this site."""
    return get_next_redirect_url(request) or ""


@register.filter
def as_next(url: str | None) -> str:
    """Return what a link between account pages adds, so that one gets where one wanted to go."""
    here = on_this_site(url)
    return f"?{urlencode({REDIRECT_FIELD_NAME: here})}" if here else ""
