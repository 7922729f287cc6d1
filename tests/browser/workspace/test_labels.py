"""Labels by mouse, by keyboard alone and with scripts off: make, assign, replace, relabel."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER, undo_by_toast

LABELS = "/w/northwind/labels"
CHECKOUT = "/w/northwind/sources/checkout-web/labels"
REVIEW = "#change-review"


def toast(page):
    return page.locator(".toast")


def test_a_label_is_made_with_the_format_told_while_typing(open_as):
    page = open_as(OWNER)
    page.goto(LABELS)
    page.get_by_role("link", name="Create label").click()
    name = page.get_by_label("Label", exact=True)
    name.press_sequentially("stage")
    expect(page.locator("#label-check")).to_contain_text("with a colon")
    name.press_sequentially(":live")
    expect(page.locator("#label-check")).to_contain_text("stage will be a new key")
    expect(name).to_be_focused()
    page.get_by_role("button", name="Create label").click()
    expect(toast(page)).to_contain_text("Made the label stage:live.")


def test_a_label_in_many_grants_is_replaced_in_four_clicks_L5(open_as):
    page = open_as(OWNER)
    page.goto(LABELS)
    page.get_by_role("link", name="environment:prod").click()
    page.get_by_role("link", name="Replace by").click()
    page.get_by_label("Replace it by").press_sequentially("environment:live")
    expect(page.locator(REVIEW)).to_contain_text("Makes environment:live.")
    expect(page.locator(REVIEW)).to_contain_text("20 sources and 2 spaces")
    expect(page.locator(REVIEW)).to_contain_text("access changes.")
    page.get_by_role("button", name="Replace everywhere").click()
    expect(toast(page)).to_contain_text("Replaced environment:prod by environment:live.")
    undo_by_toast(page)
    expect(toast(page)).to_contain_text("Undone")
    page.goto(f"{LABELS}/environment:prod")
    expect(page.locator("#things")).to_contain_text("On 22 things")


def test_rows_are_ticked_and_labelled_by_mouse_L3(open_as):
    page = open_as(OWNER)
    page.goto(f"{LABELS}/assign")
    page.get_by_label("Name or slug").fill("checkout")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_label("Tick every row of this page").check()
    expect(page.locator("[data-ticked]")).to_have_text("3 ticked")
    page.get_by_label("Label the ticked sources as").press_sequentially("environment:d")
    page.locator(".picks [role=option]", has_text="environment:dev").click()
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="Label 3 sources")).to_be_visible()
    expect(page.locator("tbody")).to_contain_text("environment:prod → environment:dev")
    expect(page.locator(REVIEW)).to_contain_text("loses edit on")
    page.get_by_label("Replace the values").check()
    page.get_by_role("button", name="Save labels").click()
    expect(toast(page)).to_contain_text("Labelled 3 sources.")
    expect(page).to_have_url(re.compile("q=checkout"))


def test_one_thing_is_relabelled_by_keyboard_alone_L6(open_as):
    page = open_as(OWNER)
    page.goto(CHECKOUT)
    page.get_by_label("environment", exact=True).focus()
    page.keyboard.type("dev")
    expect(page.locator(REVIEW)).to_contain_text("loses edit")
    expect(page.get_by_label("environment", exact=True)).to_be_focused()
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent").strip() == "Save labels":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("Changed the labels of Checkout web.")


@pytest.mark.parametrize("width", [1440, 390])
def test_all_of_it_works_with_scripts_off(open_as, width):
    page = open_as(OWNER, scripts=False, width=width, listen=False)  # a 422 is noted there
    page.goto(f"{LABELS}/new")
    page.get_by_label("Label", exact=True).fill("1x:y")
    page.get_by_role("button", name="Create label").click()
    expect(page.locator("main p.error")).to_contain_text("begins with a letter")
    page.get_by_label("Label", exact=True).fill("stage:live")
    page.get_by_role("button", name="Create label").click()
    page.goto(f"{LABELS}/assign?q=checkout-web")
    page.get_by_label("Checkout web", exact=True).check()
    page.get_by_label("Label the ticked sources as").fill("stage:live")
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Save labels").click()
    expect(toast(page)).to_contain_text("Labelled 1 source.")
    page.goto(CHECKOUT)
    page.get_by_label("stage", exact=True).select_option("")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("button", name="Save labels").click()
    expect(toast(page)).to_contain_text("Changed the labels")
    page.goto(f"{LABELS}/stage:live/replace")
    page.get_by_label("Replace it by").fill("stage:beta")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("button", name="Replace everywhere").click()
    expect(toast(page)).to_contain_text("Replaced stage:live by stage:beta.")
    page.goto(f"{LABELS}/stage:beta/delete")
    page.get_by_role("button", name="Delete label").click()
    expect(toast(page)).to_contain_text("Deleted the label stage:beta.")


def test_deleting_asks_in_a_dialog(open_as):
    page = open_as(OWNER)
    page.goto(f"{LABELS}/team:core")
    page.get_by_role("link", name="Delete").click()
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    page.get_by_role("link", name="Delete").click()
    page.locator("#dialog").get_by_role("button", name="Delete label").click()
    expect(toast(page)).to_contain_text("Deleted the label team:core.")
