"""An owner restricts a role by two labels: looks, saves, takes it back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MEMBER, OWNER, undo_by_toast
from tests.browser.test_every_page import require_sound
from workspaces.access.engine import Access
from workspaces.models import Member


def path_of(email=MEMBER):
    member = Member.objects.get(workspace__slug="northwind", user__email=email)
    return f"/w/northwind/members/{member.public_id}/access"


def edits(email=MEMBER):
    member = Member.objects.get(workspace__slug="northwind", user__email=email)
    return Access.of(member).reach("edit", "space").count()


def card(page, role):
    return page.locator(".role", has=page.get_by_text(role, exact=True)).first


def choose(field, text):
    field.press_sequentially(text)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("Enter")


def test_by_mouse_and_with_undo(open_as):
    page = open_as(OWNER)
    before = edits()
    page.goto(path_of())
    review = page.locator("#change-review")
    expect(review).to_contain_text("Nothing yet.")
    spaces = card(page, "Unify and Engage Admin")
    spaces.get_by_label("Unify and Engage Admin").check()
    spaces.get_by_label("All current & future").check()
    expect(review).to_contain_text("gains edit on")
    expect(page.locator("#change-count")).to_have_text("1 change")
    page.get_by_label("Why (kept in the audit trail)").fill("launch")
    page.get_by_role("button", name="Save changes").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Saved what")
    assert edits() > before
    undo_by_toast(page)
    expect(page.locator(".toast")).not_to_contain_text("Saved what")
    assert edits() == before


def planned(email=MEMBER):
    member = Member.objects.get(workspace__slug="northwind", user__email=email)
    return [(grant.role, str(grant.starts_at)) for grant in member.grants.planned()]


STARTING = [("function-admin", "2198-01-01 00:00:00+00:00")]


def test_a_start_is_set_by_mouse_W1(open_as):
    page = open_as(OWNER)
    page.goto(path_of())
    block = card(page, "Function Admin")
    block.get_by_label("Function Admin").check()
    block.get_by_label("All current & future").check()
    block.get_by_label("Starts on (UTC)").fill("2198-01-01")
    review = page.locator("#change-review")
    expect(review).to_contain_text("From 1 Jan 2198 (UTC) on: Function Admin on all current")
    expect(review).to_contain_text("reaches today stays the same")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".grant.dormant").first).to_contain_text("Planned – starts 1 Jan 2198")
    assert planned() == STARTING


def test_a_start_is_set_and_mended_by_keyboard_alone_W1(open_as):
    page = open_as(OWNER, listen=False)  # the browser itself notes each 4xx on its console
    page.goto(path_of())
    block = card(page, "Function Admin")
    block.get_by_label("Function Admin").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(block.get_by_label("Starts on (UTC)")).to_be_focused()
    page.keyboard.type("12312198")
    for _ in range(2):  # over the button of its calendar
        page.keyboard.press("Tab")
    expect(block.get_by_label("Ends after (UTC)")).to_be_focused()
    page.keyboard.type("01012198")
    expect(block.get_by_label("Ends after (UTC)")).to_have_value("2198-01-01")
    page.get_by_role("button", name="Save changes").focus()
    page.keyboard.press("Enter")
    expect(card(page, "Function Admin")).to_contain_text("It would end before it starts.")
    require_sound(page)
    block.get_by_label("Starts on (UTC)").focus()
    page.keyboard.type("01012198")
    expect(page.locator("#change-review")).to_contain_text("From 1 Jan 2198 (UTC) on")
    page.get_by_role("button", name="Save changes").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/members/\w+$"))
    assert planned() == STARTING


def test_two_labels_by_keyboard_alone(open_as):
    page = open_as(OWNER)
    page.goto(path_of())
    tick = card(page, "Unify and Engage Admin").get_by_label("Unify and Engage Admin")
    tick.focus()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "text":
            break
    field = page.locator(":focus")
    choose(field, "environment:prod")
    expect(card(page, "Unify and Engage Admin").locator(".match")).to_contain_text("Matches")
    choose(field, "region")
    expect(page.locator("#change-review .labels").first.locator(".label")).to_have_count(2)
    page.get_by_role("button", name="Save changes").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/members/\w+$"))
    grant = Member.objects.get(workspace__slug="northwind", user__email=MEMBER).grants.get(
        role="space-admin", n_labels=2
    )
    assert grant.scope == "labels"


def test_with_scripts_off(open_as):
    page = open_as(OWNER, scripts=False)
    before = edits()
    page.goto(path_of())
    spaces = card(page, "Unify and Engage Admin")
    spaces.get_by_label("Unify and Engage Admin").check()
    spaces.get_by_label("All current & future").check()
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#change-review")).to_contain_text("gains edit on")
    page.get_by_role("button", name="Save changes").click()
    expect(page).to_have_url(re.compile(r"/members/\w+$"))
    assert edits() > before


def test_one_more_grant_of_a_role_needs_no_new_group(open_as):
    page = open_as(OWNER)
    page.goto(path_of())
    spaces = card(page, "Unify and Engage Admin")
    spaces.get_by_label("Unify and Engage Admin").check()
    page.get_by_role("button", name="Or Unify and Engage Admin on something else").click()
    expect(page.locator(".role", has_text="or Unify and Engage Admin")).to_be_visible()


@pytest.mark.parametrize("window", [{"width": 1440, "dark": True}, {"width": 390, "height": 844}])
def test_with_a_review_open_nothing_is_broken(open_as, window):
    page = open_as(OWNER, **window)
    page.goto(path_of())
    card(page, "Unify and Engage Admin").get_by_label("Unify and Engage Admin").check()
    card(page, "Unify and Engage Admin").get_by_label("Named").check()
    field = card(page, "Unify and Engage Admin").locator(".on-resources input[type=text]")
    field.press_sequentially("north")
    expect(page.locator(".picks:visible")).to_be_visible()
    require_sound(page)
