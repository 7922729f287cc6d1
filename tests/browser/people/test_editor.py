"""The access editor as one writes in it: Save rests, leaving asks, what was left is offered."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from tests.browser.people.test_member_access import card, path_of
from tests.browser.test_every_page import require_sound

ROLE = "Function Admin"


def open_editor(open_as, **window):
    page = open_as(OWNER, **window)
    page.goto(path_of())
    return page


def give(page):
    block = card(page, ROLE)
    block.get_by_label(ROLE).check()
    block.get_by_label("All current & future").check()
    expect(page.locator("#change-count")).to_have_text("1 change")


def leave(page):
    """Go to the overview, and return which questions the browser asked before."""
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Overview").first.click()
    page.wait_for_url("**/overview")
    return asked


def save(page):
    return page.get_by_role("button", name="Save changes")


def test_save_rests_until_there_is_a_change(open_as):
    page = open_editor(open_as)
    expect(save(page)).to_be_disabled()
    give(page)
    expect(save(page)).to_be_enabled()
    card(page, ROLE).get_by_label(ROLE).uncheck()
    expect(save(page)).to_be_disabled()


def test_without_script_save_never_rests(open_as):
    expect(save(open_editor(open_as, scripts=False))).to_be_enabled()


def test_what_is_half_written_is_pointed_at_and_reached_by_its_link(open_as):
    page = open_editor(open_as)
    card(page, "Source Admin").get_by_label("Source Admin").check()
    lacks = page.locator("[data-lacks]")
    expect(lacks).to_contain_text("Name at least one label")
    expect(card(page, "Source Admin").locator(".match.amber")).to_be_visible()
    lacks.get_by_role("link", name="Source Admin").click()
    expect(card(page, "Source Admin").get_by_label("Source Admin")).to_be_focused()
    expect(save(page)).to_be_enabled()
    require_sound(page)


def test_leaving_changes_asks_and_offers_them_again(open_as):
    page = open_editor(open_as)
    give(page)
    assert leave(page) == ["beforeunload"]
    page.goto(path_of())
    expect(card(page, ROLE).get_by_label(ROLE)).not_to_be_checked()
    require_sound(page)
    page.get_by_role("button", name="Put them back").click()
    expect(card(page, ROLE).get_by_label(ROLE)).to_be_checked()
    expect(page.locator("#change-count")).to_have_text("1 change")


def test_what_was_left_can_be_dropped(open_as):
    page = open_editor(open_as)
    give(page)
    leave(page)
    page.goto(path_of())
    page.get_by_role("button", name="Drop them").click()
    page.reload()
    expect(page.get_by_role("button", name="Put them back")).to_have_count(0)


def test_nothing_is_asked_where_nothing_changed(open_as):
    assert leave(open_editor(open_as)) == []


def test_discard_asks_nothing_and_keeps_nothing(open_as):
    page = open_editor(open_as)
    give(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Discard").click()
    page.wait_for_url(re.compile(r"/members/\w+$"))
    page.goto(path_of())
    expect(page.get_by_role("button", name="Put them back")).to_have_count(0)
    assert asked == []


def test_a_save_asks_nothing_and_keeps_nothing(open_as):
    page = open_editor(open_as)
    give(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    save(page).click()
    expect(page.locator(".toast")).to_contain_text("Saved what")
    page.goto(path_of())
    expect(page.get_by_role("button", name="Put them back")).to_have_count(0)
    assert asked == []


def test_on_a_phone_the_foot_stays_in_sight_and_leads_to_the_review(open_as):
    page = open_editor(open_as, width=390, height=844)
    expect(save(page)).to_be_in_viewport()
    page.get_by_role("link", name="Review", exact=True).click()
    expect(page.get_by_role("heading", name="What will change")).to_be_in_viewport()
    expect(save(page)).to_be_in_viewport()
    require_sound(page)
