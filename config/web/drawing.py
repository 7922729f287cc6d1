"""Markup drawn without a template, for what a page has very many of.

Django's `format_html` asks of each value whether its translation waits, twice; on a list of fifty
rows that is a tenth of the page. What is no markup yet is escaped just the same (XI1).
"""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString


def draw(text: str, *values: object, **named: object) -> SafeString:
    """Fill `{}` and `{name}` in a text of ours: markup as it is, everything else escaped."""
    filled = text.format(
        *[_markup(value) for value in values],
        **{name: _markup(value) for name, value in named.items()},
    )
    return SafeString(filled)


def joined(parts: Iterable[object], between: str = "") -> SafeString:
    """Put what is drawn one after the other; what is no markup yet is escaped."""
    return SafeString(between.join(map(_markup, parts)))


def _markup(value: object) -> str:
    if type(value) is SafeString:
        return value
    if hasattr(value, "__html__"):
        markup: str = value.__html__()
        return markup
    return escape(str(value))
