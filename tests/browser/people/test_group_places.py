"""Somebody is put into a group until a day, and renewed once it has passed: by mouse and by
keyboard (W1)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.web.values.dates import end_of
from tests.browser.conftest import OWNER
from tests.browser.people.test_groups import NOOR, PANEL, REVIEW, group_named, northwind, pick
from tests.browser.test_every_page import WINDOWS, require_sound
from tests.world import SYSTEM
from workspaces.change import lock_workspace
from workspaces.models import GroupMember
from workspaces.operations.groups import membership
from workspaces.spans import Span

GROUP = "Newcomers"


def day(number):
    return timezone.now().date() + timedelta(days=number)


def place():
    return GroupMember.objects.get(group=group_named(GROUP), member__user__email=NOOR)


def ended():
    """Let Noor's place in the group have ended yesterday."""
    workspace = northwind()
    with lock_workspace(workspace.pk, by=SYSTEM) as locked:
        span = Span(ends=timezone.now() - timedelta(days=1))
        noor = locked.members.get(user__email=NOOR)
        membership.put_in(locked, group_named(GROUP), [noor], span)


def members_tab(page):
    page.goto(f"/w/northwind/groups/{group_named(GROUP).public_id}?tab=members")


def test_somebody_is_added_until_a_day_and_renewed_by_mouse_W1(open_as):
    page = open_as(OWNER)
    members_tab(page)
    page.locator(PANEL).get_by_role("link", name="Add people").first.click()
    pick(page, "People", NOOR)
    page.get_by_label("Ends after").fill(str(day(5)))
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman")
    page.get_by_role("button", name="Add people").click()
    expect(page.locator(PANEL)).to_contain_text("Ends after")
    assert place().expires_at == end_of(day(5))
    ended()
    members_tab(page)
    expect(page.locator(PANEL)).to_contain_text("Ended on")
    page.locator(PANEL).get_by_role("link", name="Renew Noor Rahman").click()
    page.get_by_label("Ends after").fill(str(day(9)))
    page.get_by_label("Why (kept in the audit trail)").click()
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman")
    page.get_by_role("button", name="Change dates").click()
    expect(page.locator(".toast")).to_contain_text("Changed the dates of 1 person in Newcomers.")
    assert place().span == Span(ends=end_of(day(9)))


def enter(page, name):
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")


def write_day(page, chosen):
    """Type a day into the field one is in, as the browser's language writes it."""
    page.keyboard.type(f"{chosen:%m%d%Y}")
    page.keyboard.press("Tab")


def test_somebody_is_added_until_a_day_and_renewed_by_keyboard_W1(open_as):
    page = open_as(OWNER)
    members_tab(page)
    page.locator(PANEL).get_by_role("link", name="Add people").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("People", exact=True).focus()
    page.keyboard.type("noor")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Ends after").focus()
    write_day(page, day(5))
    expect(page.get_by_label("Ends after")).to_have_value(str(day(5)))
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman")
    enter(page, "Add people")
    expect(page.locator(PANEL)).to_contain_text("Noor Rahman")
    assert place().expires_at == end_of(day(5))
    ended()
    members_tab(page)
    page.get_by_label("Choose Noor Rahman").focus()
    page.keyboard.press("Space")
    enter(page, "Change dates…")
    page.get_by_label("Ends after").focus()
    write_day(page, day(9))
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman")
    enter(page, "Change dates")
    expect(page.locator(".toast")).to_contain_text("Changed the dates of 1 person in Newcomers.")
    assert place().span == Span(ends=end_of(day(9)))


def test_without_script_a_day_that_has_passed_is_told_beside_it_W1(open_as):
    page = open_as(OWNER, scripts=False, listen=False)  # the browser itself notes the 422
    page.goto(f"/w/northwind/groups/{group_named(GROUP).public_id}/members")
    page.get_by_label("People", exact=True).fill(NOOR)
    page.get_by_label("Ends after").fill(str(day(-5)))
    page.get_by_role("button", name="Look").last.click()
    expect(page.locator("main")).to_contain_text("This day has passed. Name a later one.")
    expect(page.get_by_label("Ends after")).to_have_value(str(day(-5)))
    page.get_by_label("Ends after").fill(str(day(5)))
    page.get_by_role("button", name="Look").last.click()
    page.get_by_role("button", name="Add people").click()
    expect(page.locator(PANEL)).to_contain_text("Ends after")


@pytest.mark.parametrize("window", WINDOWS)
def test_the_list_of_places_is_sound(open_as, window):
    ended_page = open_as(OWNER, **WINDOWS[window])
    ended()
    members_tab(ended_page)
    expect(ended_page.locator(PANEL)).to_contain_text("Ended on")
    require_sound(ended_page)
