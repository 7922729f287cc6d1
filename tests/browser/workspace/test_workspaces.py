"""A workspace is made, renamed and closed: by mouse, by keyboard, and with scripts off."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models.user import User
from tests.browser.conftest import OWNER
from tests.browser.test_every_page import require_sound

GENERAL = "/w/northwind/settings/general"
DIALOG = "#dialog"


@pytest.mark.parametrize("scripts", [True, False])
def test_making_one_by_mouse(open_as, scripts):
    page = open_as(OWNER, scripts=scripts)
    page.goto("/w/northwind/overview")
    page.locator(".switch summary").click()
    page.get_by_role("link", name="New workspace").click()
    page.get_by_label("Name").fill("Blåbär & Söner")
    if scripts:
        expect(page.get_by_label("Address")).to_have_value("blabar-soner")
    page.get_by_role("button", name="Create workspace").click()
    expect(page).to_have_url(re.compile("/w/blabar-soner/overview"))
    expect(page.locator(".toast")).to_contain_text("you own it")


def test_an_address_one_typed_is_not_written_over(open_as):
    page = open_as(OWNER)
    page.goto("/new")
    page.get_by_label("Name").fill("Blue Note")
    page.get_by_label("Address").fill("bn")
    page.get_by_label("Name").fill("Blue Note Records")
    expect(page.get_by_label("Address")).to_have_value("bn")


def test_errors_are_summed_up_and_lead_into_their_fields(open_as):
    page = open_as(OWNER, listen=False)  # the browser itself notes each 4xx on its console
    page.goto("/new")
    page.get_by_label("Name").fill("Again")
    page.get_by_label("Address").fill("northwind")
    page.keyboard.press("Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Address")).to_be_focused()
    require_sound(page)


def test_renaming_by_keyboard(open_as):
    page = open_as(OWNER)
    page.goto(GENERAL)
    page.get_by_label("Name").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Northwind Traders")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Settings saved")
    expect(page.locator(".switch-text strong")).to_have_text("Northwind Traders")


def test_closing_asks_in_a_dialog_and_gives_focus_back(open_as):
    page = open_as(OWNER)
    page.goto(GENERAL)
    opener = page.get_by_role("link", name="Close workspace…")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(DIALOG)).to_contain_text("no longer reach anything")
    expect(page.locator(DIALOG).get_by_text("Cancel")).to_be_focused()
    require_sound(page)
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_closing_it_for_good(open_as, scripts):
    page = open_as(OWNER, scripts=scripts)
    page.goto(GENERAL)
    page.get_by_role("link", name="Close workspace…").click()
    page.get_by_label("Type its name to close it").fill("Northwind")
    page.get_by_role("button", name="Close workspace").click()
    expect(page.locator(".toast")).to_contain_text("Support can reopen it until")
    expect(page.get_by_role("link", name="Northwind", exact=True)).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_who_belongs_nowhere_is_helped(open_as, width):
    User.objects.create_user("nobody@northwind.test")
    page = open_as("nobody@northwind.test", width=width)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("nobody@northwind.test")
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    require_sound(page)
    page.get_by_role("link", name="Create workspace").click()
    expect(page.get_by_role("heading", name="New workspace")).to_be_visible()
