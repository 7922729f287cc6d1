"""Django's translating tags; a sentence that a template writes out is translated once a language.

A page has a hundred of them, each of which Django looks up, and asks whether it is markup, every
time it is drawn.
"""

import re

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
register.tags = {**i18n.register.tags}
register.filters = {**i18n.register.filters}

# A sentence, and where it goes; anything else – filters, a message's context – is Django's.
WRITTEN_OUT = re.compile(r"""\w+ (?:"[^"]*"|'[^']*')(?: as \w+)?""")


class SentenceNode(Node):
    """A sentence that is the same for everybody who reads a language."""

    child_nodelists = ()

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.node, self.name = node, node.asvar
        self.known: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if (said := self.known.get(language)) is None:
            self.node.asvar = None
            said = self.known[language] = SafeString(self.node.render(context))
        if self.name is None:
            return said
        context[self.name] = said
        return SafeString()


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Translate a sentence, as Django's tag of this name does."""
    node: i18n.TranslateNode = i18n.do_translate(parser, token)
    return SentenceNode(node) if WRITTEN_OUT.fullmatch(token.contents) else node
