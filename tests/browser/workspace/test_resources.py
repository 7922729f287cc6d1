"""An owner adds, connects and deletes what access is granted to: by mouse, keyboard, no script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from tests.browser.test_every_page import require_sound
from workspaces.models import Resource, Workspace

SOURCES = "/w/northwind/sources"


def stored(ref):
    type_, _, slug = ref.partition("/")
    return Workspace.objects.get(slug="northwind").resources.filter(type=type_, slug=slug).first()


def connected(one, other):
    return Resource.objects.connected_with(stored(one)).filter(pk=stored(other).pk).exists()


def test_by_mouse_a_source_is_added_connected_and_deleted(open_as):
    page = open_as(OWNER)
    page.goto(SOURCES)
    page.get_by_role("link", name="Add source").click()
    page.get_by_label("Name").press_sequentially("Point of Sale")
    expect(page.get_by_label("Slug")).to_have_value("point-of-sale")
    page.get_by_label("Slug").fill("pos")
    page.get_by_label("Name").fill("Point of Sale 2")
    expect(page.get_by_label("Slug")).to_have_value("pos")
    page.get_by_role("textbox", name="Labels").press_sequentially("environment:pr")
    page.get_by_role("option", name="environment:prod").click()
    page.get_by_role("button", name="Add a source").click()
    expect(page).to_have_url(re.compile("/sources/pos$"))
    expect(page.locator(".toast")).to_contain_text("Added Point of Sale 2.")
    expect(page.locator(".facts")).to_contain_text("environment:prod")

    page.get_by_role("link", name="Add destination").click()
    expect(page.get_by_text("source/pos")).to_be_visible()
    page.get_by_label("Name").fill("Receipts")
    page.get_by_role("button", name="Add a destination").click()
    expect(page.locator(".facts")).to_contain_text("Point of Sale 2")

    page.goto(f"{SOURCES}/pos")
    page.get_by_role("link", name="Connect", exact=True).click()
    page.get_by_label("Warehouses").press_sequentially("bigq")
    page.get_by_role("option", name="BigQuery").click()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.locator("#connections")).to_contain_text("BigQuery")
    page.get_by_role("link", name="Disconnect BigQuery").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Disconnect Point of Sale 2 and BigQuery?")
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Disconnect").click()
    expect(page.locator("#connections")).not_to_contain_text("BigQuery")

    page.get_by_role("link", name="Delete").click()
    expect(dialog).to_contain_text("1 destination goes with it: Receipts.")
    dialog.get_by_label("Type pos").fill("pos")
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/sources$"))
    assert stored("source/pos") is None
    assert stored("destination/receipts") is None


def test_by_keyboard_a_source_is_renamed_and_that_is_undone(open_as):
    page = open_as(OWNER)
    page.goto(f"{SOURCES}/checkout-web")
    page.get_by_role("link", name="Rename").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/edit$"))
    page.get_by_label("Name").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Shop")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Shop")).to_be_visible()
    page.locator(".toast").get_by_role("link", name="Undo").focus()
    page.keyboard.press("Enter")
    page.locator("#dialog").get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("heading", name="Checkout web")).to_be_visible()


def test_by_keyboard_a_question_is_cancelled_and_nothing_goes(open_as):
    page = open_as(OWNER)
    page.goto(f"{SOURCES}/checkout-web")
    page.get_by_role("link", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert stored("source/checkout-web")


def test_with_scripts_off_the_whole_way_works(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto(f"{SOURCES}/new")
    page.get_by_label("Name").fill("Kiosk")
    page.get_by_role("textbox", name="Labels").fill("environment:prod, region:emea")
    page.get_by_role("button", name="Add a source").click()
    expect(page).to_have_url(re.compile("/sources/kiosk$"))
    page.get_by_role("link", name="Connect", exact=True).click()
    page.get_by_label("Warehouses").fill("BigQuery")
    page.get_by_role("button", name="Connect", exact=True).click()
    assert connected("source/kiosk", "warehouse/bigquery")
    page.get_by_role("link", name="Disconnect BigQuery").click()
    page.get_by_role("button", name="Disconnect").click()
    assert not connected("source/kiosk", "warehouse/bigquery")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/sources$"))
    assert stored("source/kiosk") is None


@pytest.mark.parametrize("scripts", [True, False])
def test_columns_are_chosen_and_kept_in_the_address(open_as, scripts):
    page = open_as(OWNER, scripts=scripts)
    page.goto(SOURCES)
    heading = page.get_by_role("columnheader", name="brand")
    expect(heading).to_be_visible()
    page.locator(".columns summary").click()
    require_sound(page) if scripts else None
    page.get_by_label("brand").uncheck()
    if not scripts:
        page.get_by_role("button", name="Apply").click()
    expect(heading).to_have_count(0)
    expect(page).to_have_url(re.compile(r"columns=environment"))
    page.reload()
    expect(heading).to_have_count(0)
    expect(page.get_by_role("columnheader", name="region")).to_be_visible()


def test_a_list_is_narrowed_by_a_label_found_by_typing(open_as):
    page = open_as(OWNER)
    page.goto(SOURCES)
    label = page.get_by_label("Label", exact=True)
    label.press_sequentially("region:em")
    expect(page.locator(".picks [role=option]")).to_have_count(1)
    page.locator(".picks [role=option]").click()
    expect(page).to_have_url(re.compile("label=region%3Aemea"))
    expect(page.locator("tbody")).not_to_contain_text("Call centre")


@pytest.mark.parametrize("window", [{"width": 1440}, {"width": 390, "height": 844, "dark": True}])
def test_what_went_wrong_stands_on_a_sound_page(open_as, window):
    page = open_as(OWNER, **window, listen=False)  # the browser notes a 422 on its console
    page.goto(f"{SOURCES}/new")
    page.get_by_label("Name").fill("Another")
    page.get_by_label("Slug").fill("checkout-web")
    page.get_by_role("button", name="Add a source").click()
    expect(page.get_by_role("alert")).to_contain_text("already a source with the slug checkout-web")
    expect(page.get_by_label("Name")).to_have_value("Another")
    require_sound(page)
