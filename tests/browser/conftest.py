"""Debian's Chromium, driven against a live server with the demo workspaces.

Without a Chromium on the machine these tests are skipped with that reason; where `CI` is
set, a skip is a failure (see tests/conftest.py).
"""

import os
import shutil

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from accounts.models.user import User
from accounts.sign_in.links import sign_in_path
from tests.world import SYSTEM
from workspaces.demo import demo_documents
from workspaces.operations.documents import load_documents

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OWNER, MEMBER = "mara.lindqvist@northwind.test", "greta.holm@northwind.test"

# Playwright keeps an event loop in the test's thread; the database is asked from there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# A busy machine answers late; what never comes still fails.
expect.set_options(timeout=15_000)  # milliseconds


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if item.path.name != "test_walk.py":
                item.add_marker(pytest.mark.any_database)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """No sandbox, because containers run as root; no chatter with the outside."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip
    return {"executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(autouse=True)
def _nothing_counted_yet(transactional_db):
    """Limits count in the cache, which outlives a test; each begins with none."""
    cache.clear()


@pytest.fixture
def demo(transactional_db):
    load_documents(list(demo_documents().items()), by=SYSTEM)


class Said(list):
    """Whatever the browser's console said of our pages; their policy leaves it silent."""

    def __init__(self, site):
        self.site = site

    def listen(self, page):
        page.on("console", lambda message: self.note(page, message.text))
        page.on("pageerror", lambda error: self.note(page, str(error)))

    def note(self, page, said):
        if page.url.startswith(self.site):
            self.append(said)


def sign_in_by_password(page, email, password):
    """Sign in on the page that asks to: the address first, then the password (P8)."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def undo_by_toast(page):
    """Take back what was just done: by its toast, once one has seen what that does (U6)."""
    page.locator(".toast").get_by_role("link", name="Undo").click()
    page.locator("#dialog").get_by_role("button", name="Undo").click()


@pytest.fixture
def open_window(demo, live_server, browser):
    """Return a page of a window of its own, where nobody is signed in: `open_window(width=390)`."""
    windows, said = [], Said(live_server.url)

    def open_page(*, width=1440, height=900, dark=False, scripts=True, listen=True):
        window = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            has_touch=width < 700,
        )
        windows.append(window)
        page = window.new_page()
        if listen:
            said.listen(page)
        return page

    yield open_page
    for window in windows:
        window.close()
    assert said == []


@pytest.fixture
def open_as(open_window, live_server):
    """Return such a page signed in as somebody: `open_as(OWNER, width=390)`."""

    def open_page(email, **more):
        page = open_window(**more)
        client = Client()
        client.post(sign_in_path(User.objects.get(email=email)))
        cookie = client.cookies["gatehouse"].value
        page.context.add_cookies([{"name": "gatehouse", "value": cookie, "url": live_server.url}])
        return page

    return open_page
