"""What a page says about a change that was just made, with the way to undo it."""

from django.contrib import messages
from django.http import HttpRequest


def toast(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Say a sentence on the next page; `undo_url` takes a POST that undoes the change."""
    messages.success(request, text, extra_tags=undo_url)
