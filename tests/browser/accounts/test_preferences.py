"""Preferences hold at once, by mouse and by keyboard, and with a button where scripts are off."""

import pytest
from playwright.sync_api import expect

from accounts.models.user import User
from tests.browser.conftest import OWNER
from tests.browser.test_every_page import require_sound

PAGE = "/me/preferences"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def owner():
    return User.objects.get(email=OWNER)


def test_a_theme_holds_at_once_and_on_the_next_page(open_as):
    page = open_as(OWNER)
    page.goto(PAGE)
    light = page.evaluate(BACKGROUND)
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".toast")).to_have_text("Saved.")
    assert page.evaluate(BACKGROUND) != light
    page.goto("/w/northwind/overview")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_by_keyboard_focus_stays_where_it_is(open_as):
    page = open_as(OWNER)
    page.goto(PAGE)
    page.get_by_label("As the system").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".toast")).to_have_text("Saved.")
    expect(page.get_by_label("Light", exact=True)).to_be_focused()
    assert owner().theme == "light"


def test_compact_rows_are_36_pixels_high(open_as):
    page = open_as(OWNER)
    page.goto(PAGE)
    page.get_by_text("Compact").click()
    expect(page.locator(".toast")).to_have_text("Saved.")
    page.goto("/w/northwind/groups")
    assert page.locator("tbody tr").first.bounding_box()["height"] == pytest.approx(36, abs=1)
    require_sound(page)


def test_single_keys_are_switched_off(open_as):
    page = open_as(OWNER)
    page.goto(PAGE)
    page.get_by_label("Single-letter keys").uncheck()
    expect(page.locator(".toast")).to_have_text("Saved.")
    page.goto("/w/northwind/members")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_with_scripts_off_a_button_saves(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto(PAGE)
    page.get_by_label("Time zone").select_option("Europe/Stockholm")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("Saved.")
    assert owner().time_zone == "Europe/Stockholm"


def test_a_bar_says_when_one_is_offline_and_the_form_keeps_its_input(open_as):
    page = open_as(OWNER, listen=False)
    page.goto("/new")
    page.get_by_label("Name").fill("Typed before")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Typed before")
