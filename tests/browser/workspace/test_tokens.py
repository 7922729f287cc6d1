"""An owner makes, rotates and revokes a token: by mouse, by keyboard, with scripts off."""

import re

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import OWNER, undo_by_toast
from tests.browser.test_every_page import require_sound
from tests.cast.tokens import token_of
from tests.world import SYSTEM
from workspaces.access.engine import Access
from workspaces.models import Workspace
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

TOKENS = "/w/northwind/tokens"
PANEL = "#panel"


@pytest.fixture
def token(demo):
    workspace = Workspace.objects.get(slug="northwind")
    policy = [Terms("source-admin", "all")]
    return tokens.create(workspace, "Old sync", by=SYSTEM, policy=policy)


def shown(page):
    return page.get_by_label("Secret", exact=True).input_value()


def test_by_mouse(open_as, demo):
    page = open_as(OWNER)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(TOKENS)
    page.get_by_role("link", name="New token").first.click()
    page.get_by_label("Name", exact=True).fill("Warehouse sync")
    page.get_by_label("Never", exact=True).check()
    expect(page.locator(".if-never")).to_be_visible()
    page.get_by_label("90 days", exact=True).check()
    expect(page.locator(".if-never")).to_be_hidden()
    page.get_by_label("Warehouse Admin").check()
    expect(page.locator("#change-review")).to_contain_text("gains edit on 4 warehouses")
    page.get_by_role("button", name="Make the token").click()
    secret = shown(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#said")).to_have_text("Secret copied")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert token_of(secret, None).name == "Warehouse sync"
    page.get_by_role("link", name="I have stored it").click()
    expect(page.locator(PANEL)).to_contain_text("Warehouse sync")
    expect(page.locator(PANEL)).to_contain_text("Never used")
    assert secret not in page.content()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()  # nothing kept the answer


def test_rotating_and_revoking_by_mouse(open_as, token):
    row, old = token
    page = open_as(OWNER)
    page.goto(TOKENS)
    page.get_by_role("link", name="Old sync").click()
    page.locator(PANEL).get_by_role("link", name="Rotate").click()
    expect(page.locator("#dialog")).to_contain_text("24 hours more")
    expect(page.locator("[data-cancel]")).to_be_focused()
    page.get_by_role("button", name="Rotate").click()
    new = shown(page)
    assert token_of(old, None) == token_of(new, None) == row
    page.get_by_role("link", name="I have stored it").click()
    page.locator(PANEL).get_by_role("link", name="Revoke").click()
    expect(page.locator("#dialog")).to_contain_text("Removes 1 grant.")
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator(".toast")).to_contain_text("Old sync works no more.")
    assert token_of(old, None) is token_of(new, None) is None


def test_access_is_edited_and_undone_by_mouse(open_as, token):
    row, _ = token
    page = open_as(OWNER)
    page.goto(f"{TOKENS}/{row.public_id}")
    page.locator(PANEL).get_by_role("link", name="Edit access").click()
    page.get_by_label("Function Admin").check()
    expect(page.locator("#change-review")).to_contain_text("functions")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(PANEL)).to_contain_text("Function Admin")
    undo_by_toast(page)
    expect(page.locator(".toast")).to_contain_text("Undone.")
    expect(page.locator(PANEL)).not_to_contain_text("Function Admin")


def test_by_keyboard(open_as, demo):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile(TOKENS))
    page.get_by_role("link", name="New token").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator('[name="ends"][value="90"]')).to_be_checked()
    page.get_by_label("Function Read-only").focus()
    page.keyboard.press("Space")
    expect(page.locator("#change-review")).to_contain_text("gains view of 3 functions")
    page.get_by_role("button", name="Make the token").focus()
    page.keyboard.press("Enter")
    assert token_of(shown(page), None).name == "By keyboard"


def test_with_scripts_off(open_as, demo):
    page = open_as(OWNER, scripts=False)
    page.goto(f"{TOKENS}/new?for=service")
    page.get_by_label("Name", exact=True).fill("Asks")
    page.get_by_label("Never", exact=True).check()
    page.get_by_label("Function Read-only").check()
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#change-review")).to_contain_text("gains view of 3 functions")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Asks")
    page.get_by_role("button", name="Make the token").click()
    found = token_of(shown(page), None)
    assert (found.name, found.expires_at) == ("Asks", None)
    assert "decide" in Access.of(found).on_workspace()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    page.get_by_role("link", name="I have stored it").click()
    page.locator(PANEL).get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator(PANEL)).to_contain_text("Revoked")


@pytest.mark.parametrize("window", [{"width": 1440, "dark": True}, {"width": 390}])
def test_the_secret_page_is_sound(open_as, token, window):
    row, _ = token
    page = open_as(OWNER, **window)
    page.goto(f"{TOKENS}/{row.public_id}/rotate")
    page.get_by_role("button", name="Rotate").click()
    expect(page.get_by_role("link", name="I have stored it")).to_be_visible()
    require_sound(page)
