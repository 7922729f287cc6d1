"""No line of any log holds what opens something (XE10, XH1, XK4)."""

import io
import json
import logging

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from config.web.logs import hidden
from tests.peers.called import asked

SECRET = "hNq3vXw7LkzP0aTt"
LINKS = [
    f"/invites/{SECRET}", f"/invites/{SECRET}/sign-in", f"/invites/{SECRET}/sign-up",
    f"/accounts/alias/{SECRET}", f"/accounts/address/confirm/{SECRET}",
    f"/accounts/sign-in-link/{SECRET}", f"/accounts/password/reset/key/1-{SECRET}/",
]  # fmt: skip
# Arguments of addresses outside a workspace that are ids: to know one opens nothing.
IDS = {"accounts/sessions/<slug:key>/end"}
WAYS = [
    {},
    {"method": "POST"},
    {"method": "POST", "HTTP_HOST": "evil.example"},
    {"method": "PUT"},
    {"HTTP_HOST": "["},
    {"CONTENT_TYPE": "x; charset=hex"},
    {"HTTP_HX_CURRENT_URL": "http://["},
]
SPELLINGS = ["{}", "{}/", "{}%00", "{}\0", "/{}", "{}/x", "{}//", "{}\u00ff", "{}?next=//["]


@pytest.fixture
def written():
    """What our handler writes, as text, instead of to standard error."""
    handler = next(h for h in logging.root.handlers if type(h) is logging.StreamHandler)
    before = handler.setStream(io.StringIO())
    yield handler.stream
    handler.setStream(before)


@pytest.mark.parametrize("link", LINKS)
def test_no_secret_of_a_link_stands_in_a_log_XE10(db, written, link):
    for spelling in SPELLINGS:
        for way in WAYS:
            asked(spelling.format(link), **way)
    asked(link.replace("invites", "Invites").replace("accounts", "Accounts"))
    said = written.getvalue()
    assert '"path"' in said
    assert SECRET not in said


def routes(patterns, before=""):
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, here)
        elif isinstance(one, URLPattern):
            yield here


def test_every_address_with_a_secret_is_known_to_the_logs_XE10():
    """An address outside a workspace that takes a text takes a secret, or says that it does not."""
    held = [
        route
        for route in routes(get_resolver().url_patterns)
        if "token>" in route or "key>" in route
    ]
    shown = [
        route
        for route in held
        if route not in IDS and not route.startswith(("w/", "admin/", "api/"))
    ]
    assert shown
    for route in shown:
        path = route.replace("^", "").replace("(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)", SECRET)
        path = path.replace("<str:token>", SECRET)
        assert SECRET in path
        assert SECRET not in hidden(f"/{path}"), route


@pytest.mark.parametrize(
    "text",
    [
        f"Invalid request GET /invites%2F{SECRET} HTTP/1.1",
        f"https://x.test/invites/{SECRET}?a=b",
        f"Authorization: Bearer {SECRET}",
        f"gth_{SECRET}",
        f"/Accounts/Alias//{SECRET}",
    ],
)
def test_a_library_that_writes_it_hides_it_too(written, text):
    for name in ("gunicorn.error", "gunicorn.access", "django.security.csrf", "somebody.else"):
        logging.getLogger(name).error("it was %s", text)
        try:
            raise ValueError(text)
        except ValueError:
            logging.getLogger(name).exception("it broke")
    said = written.getvalue()
    assert said.count('"event"') == 8
    assert SECRET not in said


def test_what_is_no_secret_is_left_as_it_is():
    line = {"path": "/w/acme/members/Xy12", "status": 200, "why": ["a", None], "n": 1.5}
    assert json.loads(json.dumps(hidden(line))) == line
