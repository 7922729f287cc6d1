"""An owner lets support in and out again; what either sees meanwhile (XK7)."""

import pytest

from tests.browser.conftest import OWNER
from tests.browser.test_every_page import WINDOWS, address, require_sound
from tests.cast.visiting import visiting
from tests.world import SYSTEM, World
from workspaces.models import Workspace
from workspaces.operations.support import support

PAGE = address("settings/support")


@pytest.fixture
def northwind(demo):
    return World(Workspace.objects.get(slug="northwind"))


def test_an_owner_opens_and_closes_a_window(open_as, northwind):
    page = open_as(OWNER)
    page.goto(address("overview"))
    page.get_by_role("link", name="Support").click()
    page.get_by_text("Support has never been let in here").wait_for()
    page.get_by_label("What support should look at").fill("Spaces are missing since Monday")
    page.get_by_role("button", name="Let support visit").click()
    page.get_by_role("heading", name="Support may visit now").wait_for()
    page.get_by_role("link", name="Close it now").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Support sees nothing of this workspace any more").wait_for()
    dialog.get_by_role("button", name="Close it").click()
    page.get_by_role("cell", name="Spaces are missing since Monday").wait_for()
    assert not northwind.workspace.support_windows.open().exists()


def test_a_visitor_looks_round_and_ends_the_visit(open_as, northwind):
    visit = visiting(northwind)
    page = open_as(visit.user.email)
    page.goto(address("members"))
    page.get_by_role("region", name="Support visit").wait_for()
    page.locator(".row-link").first.click()
    page.locator("#panel h2").wait_for()
    page.get_by_role("button", name="End visit").click()
    page.get_by_text("Your visit to Northwind").wait_for()
    visit.refresh_from_db()
    assert visit.ended_at is not None


def test_what_a_visitor_sends_is_refused_on_a_page_of_its_own(open_as, northwind):
    visit = visiting(northwind)
    page = open_as(visit.user.email, listen=False)  # the browser notes the 403 itself
    page.goto(address("settings/general"))
    page.get_by_label("Name").fill("Southwind")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="You are here to look").wait_for()
    require_sound(page)
    northwind.workspace.refresh_from_db()
    assert northwind.workspace.name != "Southwind"


@pytest.mark.parametrize("window", WINDOWS)
def test_pages_about_support_are_sound(open_as, northwind, window):
    visiting(northwind)
    support.close_window(northwind.workspace, by=SYSTEM)
    visit = visiting(northwind)
    owner = open_as(OWNER, **WINDOWS[window])
    for path in ("settings/support", "settings/support/close", "overview", "audit"):
        owner.goto(address(path))
        require_sound(owner)
    visitor = open_as(visit.user.email, **WINDOWS[window])
    for path in ("overview", "members", "settings/support"):
        visitor.goto(address(path))
        require_sound(visitor)
