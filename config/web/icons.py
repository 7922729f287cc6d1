"""The icons of pages. The library draws one anew, as XML, each time it is asked.

An icon is the same on every page, and a page of a list has hundreds: one named in the
template is drawn as the template is read, and one named by a variable is drawn once.
"""

from functools import cache
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, TextNode, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide as draw

register = template.Library()

QUOTES = ("'", '"')


class IconNode(Node):
    """An icon whose name only the context knows."""

    def __init__(self, name: FilterExpression, look: tuple[tuple[str, Any], ...]) -> None:
        self.name, self.look = name, look

    def render(self, context: Context) -> str:
        return _drawn(self.name.resolve(context), self.look)


@register.tag
def lucide(parser: Parser, token: Token) -> Node:
    """Draw an icon: its name, then its size and attributes, which are written out."""
    _tag, name, *rest = token.split_contents()
    kwargs = token_kwargs(rest, parser)
    look = tuple((key, value.resolve(Context())) for key, value in kwargs.items())
    if name.startswith(QUOTES):
        return TextNode(_drawn(name.strip("'\""), look))
    return IconNode(parser.compile_filter(name), look)


def icon(name: str, *, size: int = 13) -> SafeString:
    """Draw an icon for what is drawn without a template."""
    return SafeString(_drawn(name, (("size", size), ("aria_hidden", "true"))))


@cache
def _drawn(name: str, look: tuple[tuple[str, Any], ...]) -> str:
    return draw(name, **dict(look))
