"""Scripts and styles as a production site serves them: hashed, and hashed where they meet."""

import re
from http import HTTPStatus
from posixpath import join, normpath

import pytest
from django.core.management import call_command
from django.test import Client

from config.settings import STORAGES
from tests.test_architecture import ROOT

pytestmark = pytest.mark.any_database

HASHED = re.compile(r"(/static/.+)\.[0-9a-f]{12}(\.\w+)")
NAMED = {
    "html": r'<(?:script|link rel="stylesheet")[^>]*? (?:src|href)="([^"]+)"',
    "js": r'(?m)^import\b[^"]*"([^"]+)"',
    "css": r'@import url\("([^"]+)"\)',
}


@pytest.fixture
def collected(settings, tmp_path, db):
    """A client of the site after `collectstatic`, as production serves it."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = STORAGES
    settings.WHITENOISE_AUTOREFRESH = False
    call_command("collectstatic", interactive=False, verbosity=0)
    return Client()


def fetched(client, address):
    """Return the text at an address, which may be kept for ever."""
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, address
    assert "immutable" in answer["Cache-Control"], address
    return answer.getvalue().decode()


def reached(client, page):
    """Return every file of ours that a page leads to, by the name it has in `static/`."""
    waiting = re.findall(NAMED["html"], client.get(page).content.decode())
    found = set()
    while waiting:
        address = waiting.pop()
        hashed = HASHED.fullmatch(address)
        assert hashed, f"{address} is not hashed"
        if address in found or hashed[1].startswith("/static/django_htmx/"):
            continue
        found.add(address)
        named = re.findall(NAMED[hashed[2][1:]], fetched(client, address))
        waiting += [normpath(join(address, "..", name)) for name in named]
    return {HASHED.sub(r"\1\2", address).removeprefix("/static/") for address in found}


def test_a_page_leads_to_every_script_and_style_by_its_hashed_name(collected):
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css"}]
    named = {path.relative_to(ROOT / "static").as_posix() for path in files}
    assert reached(collected, "/accounts/login/") == named
