"""The list one left is the list one comes back to: its filters, its sort, its page.

The panel beside a list carries the list's query as its own. What is done from there is a
page of its own, which carries it as `back`, through its forms to where it leads afterwards.
`back` is a query, never an address: it cannot lead anywhere else (XG1).

A page that has such a list behind it, and filters of its own, is left by `left`: its whole query,
its `back` within. Whoever reads it knows which page that was.
"""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url

BACK, LEFT = "back", "left"
LONGEST = 2000  # characters; no list of ours makes more
PANEL = frozenset({"tab", "grants", "groups", "people", "waiting"})  # not the list's own


def left_from(request: HttpRequest, key: str = BACK) -> str:
    """Return the query of the list that was left for this page; empty where there is none."""
    text = request.GET.get(key, "")
    return QueryDict(text).urlencode() if len(text) <= LONGEST else ""


def leaving(request: HttpRequest) -> str:
    """Return what a link adds that leaves this list, or the panel beside it: "?back=…"."""
    if BACK in request.GET:
        return carried(request)
    kept = request.GET.copy()
    for key in PANEL:
        kept.pop(key, None)
    return f"?{urlencode({BACK: kept.urlencode()})}" if kept else ""


def carried(request: HttpRequest) -> str:
    """Return what a link adds that stays away from the list for longer."""
    query = left_from(request)
    return f"?{urlencode({BACK: query})}" if query else ""


def here(request: HttpRequest) -> str:
    """Return this page's own address, for its form: with the list one came from."""
    return f"{request.path}{carried(request)}"


def returning(request: HttpRequest, url: str) -> str:
    """Return the address of a list or panel as one left it."""
    path, _question, own = url.partition("?")
    query = QueryDict(left_from(request), mutable=True)
    for key, values in QueryDict(own).lists():
        query.setlist(key, values)
    return f"{path}?{query.urlencode()}" if query else path


def back_to(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
    """Redirect to a list or panel, as one left it."""
    return HttpResponseRedirect(returning(request, resolve_url(to, *args, **kwargs)))


def leaving_page(request: HttpRequest, *, but: Collection[str] = ()) -> dict[str, str]:
    """Return what an address says that leaves this page, all it says itself but those keys."""
    kept = request.GET.copy()
    for key in but:
        kept.pop(key, None)
    return {LEFT: kept.urlencode()} if kept else {}


def carried_page(request: HttpRequest) -> dict[str, str]:
    """Return what an address says that stays away from the page for longer."""
    query = left_from(request, LEFT)
    return {LEFT: query} if query else {}


def page_left(request: HttpRequest, url: str) -> str:
    """Return the address of the page as one left it."""
    query = left_from(request, LEFT)
    return f"{url}?{query}" if query else url
