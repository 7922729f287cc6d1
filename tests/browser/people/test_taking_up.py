"""Taking up in Chromium: from a locked door, from the palette, by keyboard, without script (W2)."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from tests.browser.test_every_page import require_sound
from workspaces.models import Group

NOOR = "noor.rahman@northwind.test"
DOOR = "/w/northwind/sources/checkout-android"  # environment:stage
# A locked door is a 403, which the browser's console names: there nobody listens to it.
LOOKS = [{"width": 1440}, {"width": 1440, "dark": True}, {"width": 390}]


def take_up(page, minutes="60"):
    page.get_by_label("For how many minutes").fill(minutes)
    page.get_by_label("Why").fill("Pager 12")
    page.get_by_role("button", name="Take up").click()


@pytest.mark.parametrize("look", LOOKS)
def test_a_locked_door_is_opened_in_two_clicks(open_as, look):
    page = open_as(NOOR, listen=False, **look)
    page.goto(DOOR)
    require_sound(page)
    page.get_by_role("link", name="Take up… Source Admin").click()
    require_sound(page)
    take_up(page)
    expect(page.get_by_role("heading", name="Checkout Android")).to_be_visible()
    expect(page.locator(".running-one:visible").first).to_contain_text("60 min left")
    require_sound(page)


def test_it_counts_down_turns_amber_and_is_over(open_as):
    page = open_as(NOOR, listen=False)
    page.goto(DOOR)
    page.keyboard.press("u")
    take_up(page)
    clock = page.locator(".sidebar .running-one")
    expect(clock).to_contain_text("60 min left")
    page.clock.install()
    page.reload()
    page.clock.run_for(56 * 60_000)
    expect(clock).to_contain_text("4 min left")
    expect(clock).to_have_class(re.compile("short"))
    require_sound(page)
    page.clock.run_for(5 * 60_000)
    expect(clock).to_contain_text("over")


def test_by_keyboard_alone_from_my_access_and_ended_from_the_palette(open_as):
    page = open_as(NOOR)
    page.goto("/w/northwind/sources")
    page.keyboard.press("g")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/my-access$"))
    page.keyboard.press("u")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("For how many minutes")).to_be_visible()
    require_sound(page)
    dialog.get_by_label("Why").fill("Pager 12")
    page.keyboard.press("Enter")
    expect(page.locator(".sidebar .running-one")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("end source")
    expect(page.locator("#palette .hit strong").first).to_have_text("End Source Admin now…")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="End now").press("Enter")
    expect(page.locator(".running-one")).to_have_count(0)


def test_without_script(open_as):
    page = open_as(NOOR, scripts=False, listen=False)
    page.goto(DOOR)
    page.get_by_role("link", name="Take up… Source Admin").click()
    take_up(page)
    expect(page.get_by_role("heading", name="Checkout Android")).to_be_visible()
    expect(page.locator(".sidebar .running-one")).to_contain_text("60 min left")
    page.locator(".sidebar .running-end").click()
    page.get_by_role("button", name="End now").click()
    expect(page.locator(".running-one")).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS)
def test_what_could_be_taken_up_is_drawn_apart(open_as, look):
    page = open_as(OWNER, **look)
    page.goto("/w/northwind/sources/checkout-android/people")
    row = page.get_by_role("row", name="Noor Rahman")
    expect(row.locator(".badge.could.edit").first).to_have_text("Could take up edit")
    require_sound(page)
    row.get_by_role("link", name="Noor Rahman").click()
    expect(page.locator(".could-line")).to_contain_text("With all that can be taken up")
    require_sound(page)


def test_an_owner_lets_people_take_up_their_place(open_as):
    page = open_as(OWNER)
    group = Group.objects.get(name="Growth").public_id
    page.goto(f"/w/northwind/groups/{group}/members?people=leila.haddad@northwind.test")
    page.get_by_text("Only when it is needed").click()
    page.get_by_label("Eligible: it gives nothing until they take it up").check()
    expect(page.locator("#change-review")).to_contain_text("Eligible – for up to 4 hours")
    require_sound(page)
    page.get_by_role("button", name="Add people").click()
    expect(page.get_by_text("Added 1 person to Growth.")).to_be_visible()
