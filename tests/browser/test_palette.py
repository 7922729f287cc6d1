"""The palette in Chromium: by keyboard, by mouse, and as a page with scripts off."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MEMBER, OWNER
from tests.browser.test_every_page import require_sound

PALETTE = "#palette"


def field(page):
    return page.locator("#palette-q")


def test_by_keyboard(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    expect(page.locator(PALETTE)).to_contain_text("Members")
    page.keyboard.type("leila")
    expect(page.locator(f"{PALETTE} .hit strong").first).to_have_text("Leila Haddad")
    expect(page.locator("[data-says]")).to_have_text("1 hit")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/members/\w+"))
    expect(page.get_by_role("heading", name="Leila Haddad")).to_be_visible()


def test_arrows_walk_the_hits_and_typing_leads_back_to_the_field(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.keyboard.press("Control+k")
    page.keyboard.type("check")
    expect(page.locator("#hits")).to_have_attribute("data-q", "check")
    hits = page.locator(f"{PALETTE} .hit")
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("o")
    expect(field(page)).to_have_value("checko")


def test_enter_goes_to_what_was_typed_last_even_before_it_is_shown(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.keyboard.press("Control+k")
    expect(page.locator(PALETTE)).to_contain_text("Members")
    page.keyboard.type("audit t")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/audit$"))


def test_escape_closes_it_and_focus_goes_back(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.get_by_label("Name or email").focus()
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(PALETTE)).to_be_hidden()
    expect(page.get_by_label("Name or email")).to_be_focused()


def test_by_mouse_and_what_was_opened_stands_on_top_the_next_time(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.get_by_role("link", name="Jump to…").click()
    field(page).fill("platform")
    page.locator(f"{PALETTE} .hit", has_text="Platform").first.click()
    page.wait_for_url(re.compile(r"/groups/\w+"))  # its scripts hear keys once it is loaded
    page.keyboard.press("Control+k")
    expect(page.locator(f"{PALETTE} .hits-title").first).to_have_text("Recent")
    expect(page.locator(f"{PALETTE} .hit").first).to_have_text("Platform")


def test_what_was_opened_is_forgotten_on_signing_out(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.keyboard.press("Control+k")
    page.locator(f"{PALETTE} .hit", has_text="Members").first.click()
    page.locator(".me-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    kept = page.evaluate("Object.keys(sessionStorage)")
    assert not [key for key in kept if key.startswith("recent:")]


def test_members_find_what_they_may_see(open_as):
    page = open_as(MEMBER)
    page.goto("/w/northwind/my-access")
    page.keyboard.press("Control+k")
    page.keyboard.type("leila")
    expect(page.locator(PALETTE)).to_contain_text("Nothing matches")


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_sound(open_as, dark):
    page = open_as(OWNER, dark=dark)
    page.goto("/w/northwind/overview")
    page.keyboard.press("Control+k")
    page.keyboard.type("e")
    expect(page.locator(PALETTE)).to_contain_text("People")
    require_sound(page)


def test_with_scripts_off_it_is_a_page(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto("/w/northwind/overview")
    page.get_by_role("link", name="Jump to…").click()
    page.get_by_label("Name").fill("leila")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Leila Haddad").click()
    expect(page).to_have_url(re.compile(r"/members/\w+"))


def test_on_a_phone_it_is_reached_from_more(open_as):
    page = open_as(OWNER, width=390, height=844)
    page.goto("/w/northwind/overview")
    page.locator(".bottombar summary").click()
    page.locator(".bottombar").get_by_role("link", name="Jump to…").click()
    page.get_by_label("Name").fill("leila")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Leila Haddad")).to_be_visible()
    require_sound(page)
