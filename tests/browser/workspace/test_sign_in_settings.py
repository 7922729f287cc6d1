"""Rules of signing in: by mouse, by keyboard, and with scripts off, with whom they move."""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import OWNER, undo_by_toast
from tests.browser.test_every_page import require_sound
from tests.world import SYSTEM
from workspaces.models import Workspace
from workspaces.operations.sign_in import rules as sign_in_rules
from workspaces.operations.sign_in.rules import SignInRules, rules_of

PAGE = "/w/northwind/settings/sign-in"
REVIEW = "#change-review"
IDLE, HOURS = "Minutes without activity", "Hours after signing in"


def rules():
    return rules_of(Workspace.objects.get(slug="northwind"))


def test_the_review_follows_what_one_types_and_undo_takes_it_back(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.locator(".nav").get_by_role("link", name="Sign-in").click()
    expect(page.locator(REVIEW)).to_contain_text("Nothing changes for anybody.")
    page.get_by_label(HOURS).fill("12")
    expect(page.locator(REVIEW)).to_contain_text("signed out sooner than today")
    assert rules() == SignInRules()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Sessions last 12 hours")
    assert rules().session_hours == 12
    undo_by_toast(page)
    expect(page.locator(".toast")).to_contain_text("Undone.")
    assert rules() == SignInRules()


def test_by_keyboard_one_is_warned_of_ones_own_session_and_saves(open_as):
    page = open_as(OWNER)
    page.goto(PAGE)
    page.get_by_label(IDLE).focus()
    page.keyboard.type("10")
    expect(page.locator(REVIEW)).to_contain_text("signed out after 10 minutes without activity")
    expect(page.get_by_label(IDLE)).to_be_focused()
    require_sound(page)
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("10 minutes without activity")
    assert rules().idle_minutes == 10


def test_enter_in_a_field_looks_and_keeps_what_was_typed(open_as):
    page = open_as(OWNER)
    page.goto(PAGE)
    page.get_by_label(IDLE).fill("20")
    page.keyboard.press("Enter")
    expect(page.locator(REVIEW)).to_contain_text("signed out after 20 minutes")
    expect(page.get_by_label(IDLE)).to_have_value("20")
    assert rules() == SignInRules()


def test_a_second_factor_is_required_from_a_day_a_week_ahead(open_as):
    page = open_as(OWNER)
    page.goto(PAGE)
    page.get_by_label("Require a second factor").check()
    expect(page.locator(REVIEW)).to_contain_text("people without a second factor")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("A second factor is required from")
    ahead = timezone.now().astimezone(UTC) + timedelta(days=7)
    assert rules().mfa_required_from.date() == ahead.date()
    page.goto("/w/northwind/overview")
    expect(page.locator("main")).to_contain_text("A second factor is required from")
    require_sound(page)


def test_an_owner_without_one_cannot_require_it_from_today(open_as):
    page = open_as(OWNER, listen=False)  # the browser itself notes each 4xx on its console
    page.goto(PAGE)
    page.get_by_label("Require a second factor").check()
    page.get_by_label("From (UTC)").fill(f"{timezone.now().astimezone(UTC):%Y-%m-%d}")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.locator("[data-errors]")).to_contain_text("no second factor yourself")
    require_sound(page)
    assert rules() == SignInRules()


def test_with_scripts_off_one_looks_first_and_then_saves(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto(PAGE)
    page.get_by_label(HOURS).fill("24")
    page.get_by_role("button", name="Look").click()
    expect(page.locator(REVIEW)).to_contain_text("signed out sooner than today")
    expect(page.get_by_label(HOURS)).to_have_value("24")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Sessions last 1 day")
    assert rules().session_hours == 24


@pytest.mark.parametrize("width", [1440, 390])
def test_what_somebody_else_saved_meanwhile_is_shown(open_as, width):
    page = open_as(OWNER, width=width, listen=False)
    page.goto(PAGE)
    workspace = Workspace.objects.get(slug="northwind")
    sign_in_rules.change(workspace, SignInRules(session_hours=100), by=SYSTEM)
    page.get_by_label(HOURS).fill("50")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("100 hours")
    require_sound(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("50 hours")
