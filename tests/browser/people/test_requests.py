"""Asking at a locked door and answering it: by mouse, by keyboard, with scripts off (Q1)."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.browser.conftest import MEMBER, OWNER
from workspaces.access.engine import Access
from workspaces.models import AccessRequest, Workspace

LOCKED = "/w/northwind/sources/billing-events"
PANEL = "#panel"


def member():
    workspace = Workspace.objects.get(slug="northwind")
    return workspace.members.get(user=User.objects.get(email=MEMBER))


def may_read():
    source = member().workspace.resources.get(type="source", slug="billing-events")
    return Access.of(member()).check("read", source)


def ask(page, why="Mails of the campaign look odd."):
    page.goto(LOCKED)
    page.get_by_label("Why you need it").fill(why)
    page.get_by_role("button", name="Ask for access").click()
    expect(page).to_have_url(re.compile("/my-access"))
    expect(page.get_by_text("You ask to read source/billing-events")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_locked_door_to_the_open_one(open_as, scripts):
    """The console notes the 403 itself, so the asker's is not listened to."""
    asker = open_as(MEMBER, scripts=scripts, listen=False)
    ask(asker)
    assert not may_read()
    owner = open_as(OWNER, scripts=scripts)
    owner.goto("/w/northwind/members")
    owner.locator(".banner").get_by_role("link", name="Review").click()
    expect(owner.locator(PANEL)).to_contain_text("Mails of the campaign look odd.")
    first = owner.locator(f"{PANEL} .offer").first
    expect(first).to_contain_text("Source Read-only")
    expect(first.get_by_label("Ends after")).not_to_have_value("")
    first.get_by_role("button", name="Approve").click()
    expect(owner).to_have_url(re.compile("/requests$"))
    expect(owner.locator("#toasts")).to_contain_text("has what they asked for")
    assert may_read()
    asker.goto("/w/northwind/my-access")
    expect(asker.get_by_text("You ask to")).to_have_count(0)
    assert Mail.objects.filter(to=MEMBER, subject__contains="approved").exists()


def test_declined_by_keyboard_in_a_dialog(open_as):
    ask(open_as(MEMBER, listen=False))
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url(re.compile("/requests"))  # its scripts hear keys once it is loaded
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("[data-heading]")).to_be_focused()
    page.get_by_role("link", name="Decline").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("Decline what")
    dialog.get_by_label("A line for the person who asked").focus()
    page.keyboard.type("Ask the platform team.")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Declined")
    assert AccessRequest.objects.get().answer == "Ask the platform team."
    assert not may_read()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_faulty_plea_says_why_and_keeps_what_was_typed(open_as, scripts):
    page = open_as(MEMBER, scripts=scripts, listen=False)
    page.goto("/w/northwind/my-access")
    page.get_by_role("link", name="Ask for access").click()
    page.get_by_label("I need to").select_option("engage")
    page.get_by_label("On what").fill("source/billing-events")
    page.get_by_label("Why", exact=True).fill("To try it")
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be done on such a thing")
    expect(page.get_by_label("Why", exact=True)).to_have_value("To try it")
    page.get_by_label("I need to").select_option("label")
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_text("You ask to label source/billing-events")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("You ask to")).to_have_count(0)


def test_on_a_phone_the_panel_is_the_page(open_as):
    ask(open_as(MEMBER, width=390, height=844, listen=False))
    page = open_as(OWNER, width=390, height=844)
    page.goto("/w/northwind/requests")
    page.locator("tbody .row-link").first.click()
    expect(page.locator(PANEL)).to_contain_text("What would satisfy it")
    assert page.locator(PANEL).bounding_box()["width"] == 390
