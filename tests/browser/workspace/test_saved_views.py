"""A list is kept as it is filtered, and opened again: by keyboard, by mouse, without script."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from tests.browser.test_every_page import require_sound
from workspaces.models import SavedView

MEMBERS = "/w/northwind/members"


def kept():
    return [(view.name, view.query) for view in SavedView.objects.by_name()]


def test_by_keyboard_what_is_filtered_by_now_is_kept_also_beside_a_panel(open_as):
    page = open_as(OWNER)
    page.goto(f"{MEMBERS}?sort=-name")
    page.get_by_role("searchbox", name="Name or email").press_sequentially("a")
    expect(page).to_have_url(re.compile("q=a"))
    page.locator(".row-link").first.click()
    expect(page.locator("#panel")).to_be_visible()
    page.locator(".views summary").press("Enter")
    require_sound(page)
    page.get_by_label("Name of this view").press_sequentially("With an a")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The view “With an a” is saved.")
    expect(page).to_have_url(re.compile(r"/members\?q=a&sort=-name$"))
    assert kept() == [("With an a", "q=a&sort=-name")]


def test_by_mouse_a_view_is_opened_and_removed_once_that_is_confirmed(open_as):
    page = open_as(OWNER)
    page.goto(f"{MEMBERS}?status=owner")
    page.locator(".views summary").click()
    page.get_by_label("Name of this view").fill("Owners")
    page.get_by_role("button", name="Save this view").click()
    expect(page.locator(".toast")).to_be_visible()
    page.goto(MEMBERS)
    page.locator(".views summary").click()
    page.get_by_role("link", name="Owners", exact=True).click()
    expect(page).to_have_url(re.compile(r"/members\?status=owner$"))
    page.locator(".views summary").click()
    page.get_by_role("link", name="Remove Owners").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator(".toast")).to_contain_text("The view “Owners” is removed.")
    expect(page).to_have_url(re.compile(r"/members\?status=owner$"))
    assert kept() == []


def test_without_script_the_menu_leads_to_a_page(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto(f"{MEMBERS}?q=a")
    page.locator(".views summary").click()
    page.get_by_role("link", name="Saved views").click()
    page.get_by_label("Name of this view").fill("With an a")
    page.get_by_role("button", name="Save this view").click()
    expect(page).to_have_url(re.compile(r"/members\?q=a$"))
    assert kept() == [("With an a", "q=a")]
