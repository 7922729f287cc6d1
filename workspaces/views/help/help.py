"""Help: how things work here, in the words of the screens."""

from itertools import groupby
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from config.web.http import HtmxRequest, page
from workspaces.catalogue import ROLES
from workspaces.guards import public
from workspaces.views.console.wording import plural

TOPICS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "access": (_("Grants and roles"), "help/access.html"),
        "labels": (_("Labels"), "help/labels.html"),
        "sessions": (_("Sessions and HIPAA"), "help/sessions.html"),
        "tokens": (_("Tokens"), "help/tokens.html"),
        "reviews": (_("Reviews"), "help/reviews.html"),
    }
)


@public("how things work here is no secret")
def help_page(request: HtmxRequest, topic: str = "access") -> HttpResponse:
    """One page of help, with ways to the others."""
    if topic not in TOPICS:
        raise Http404
    title, template = TOPICS[topic]
    topics = [(key, words) for key, (words, _template) in TOPICS.items()]
    context: dict[str, Any] = {"topic": topic, "title": title, "topics": topics}
    if topic == "access":
        by_type = groupby(ROLES.values(), key=lambda role: role.type)
        context["roles"] = [(plural(type_), list(roles)) for type_, roles in by_type]
    return page(request, template, context)
