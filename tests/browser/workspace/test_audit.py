"""An owner finds a change in the trail and takes it back: by mouse, by keyboard, scripts off."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER, undo_by_toast
from tests.browser.test_every_page import require_sound
from workspaces.change import Actor
from workspaces.models import ActorKind, Workspace
from workspaces.operations.groups import groups

PANEL = "#panel"
AUDIT = "/w/northwind/audit"


@pytest.fixture
def joined(demo):
    """Three people joined a group by mistake; return how many were in it before."""
    workspace = Workspace.objects.get(slug="northwind")
    owner = workspace.members.select_related("user").get(user__email=OWNER)
    group = workspace.groups.by_name().first()
    there = group.memberships.count()
    people = list(workspace.members.outside(group).select_related("user").by_name()[:3])
    by = Actor(ActorKind.USER, owner.user.email, owner.user, "192.0.2.7", "req-1")
    groups.add_members(group, people, by=by.because("for the launch"))
    return group, there


def first_row(page):
    return page.locator("li.event a.row-link").first


def test_by_mouse(open_as, joined):
    group, there = joined
    page = open_as(OWNER)
    page.goto(AUDIT)
    page.get_by_label("What", exact=True).select_option("group.members_added")
    expect(page.locator("li.event")).to_have_count(1)
    expect(page.locator("#said")).to_have_text("1 event")
    first_row(page).click()
    expect(page.locator(PANEL)).to_contain_text("for the launch")
    expect(page.locator(PANEL)).to_contain_text("192.0.2.7")
    expect(page).to_have_url(re.compile(r"/audit/\d+\?.*action=group.members_added"))
    expect(page.locator("[data-heading]")).to_be_focused()
    expect(page.locator("li.event.open")).to_have_count(1)
    page.locator(PANEL).get_by_role("link", name="Undo").click()
    expect(page.locator("#dialog")).to_contain_text(f"3 people leave {group}.")
    expect(page.locator("[data-cancel]")).to_be_focused()
    page.get_by_label("Reason, if you like").fill("wrong group")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Undone.")
    expect(page.locator(PANEL)).to_contain_text("undone by")
    assert group.memberships.count() == there
    undo_by_toast(page)
    expect(page.locator(".toast")).to_contain_text("Undone.")
    assert group.memberships.count() == there + 3


def test_by_keyboard(open_as, joined):
    group, there = joined
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(re.compile(AUDIT))  # and until keys are listened to
    page.keyboard.press("j")
    expect(first_row(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-heading]")).to_be_focused()
    link = page.locator(PANEL).get_by_role("link", name="Undo")
    while not link.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-cancel]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Undone.")
    assert group.memberships.count() == there
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_be_hidden()


def test_with_scripts_off(open_as, joined):
    group, there = joined
    page = open_as(OWNER, scripts=False)
    page.goto(AUDIT)
    page.get_by_label("Who", exact=True).fill("mara")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("li.event")).to_have_count(1)
    first_row(page).click()
    expect(page.locator(PANEL)).to_contain_text("for the launch")
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    page.locator(PANEL).get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Undone.")
    assert group.memberships.count() == there
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert download.value.suggested_filename == "audit-trail.csv"
    assert "group.members_added" in download.value.path().read_text()


def test_the_link_of_an_event_is_copied(open_as, joined):
    page = open_as(OWNER)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{AUDIT}/1")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#said")).to_have_text("Link copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"{AUDIT}/1")
    assert copied.startswith("http://")


def test_an_empty_stretch_of_time_is_widened(open_as, joined):
    page = open_as(OWNER)
    page.goto(f"{AUDIT}?until=2020-01-01")
    page.get_by_role("link", name="Look at all 90 days").click()
    expect(page.locator("li.event").first).to_be_visible()


@pytest.mark.parametrize("window", [{"width": 1440, "dark": True}, {"width": 390}])
def test_the_trail_is_sound_with_all_its_badges(open_as, joined, window):
    page = open_as(OWNER, **window)
    page.goto(AUDIT)
    first_row(page).click()
    page.locator(PANEL).get_by_role("link", name="Undo").click()
    expect(page.locator("#dialog")).to_be_visible()
    require_sound(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(PANEL)).to_contain_text("undone by")
    require_sound(page)
    page.goto(AUDIT)
    require_sound(page)
