"""What owners do with a person: by mouse, by keyboard, and with scripts off."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MEMBER, OWNER, undo_by_toast
from workspaces.models import Workspace

PANEL = "#panel"
DIALOG = "#dialog"


def northwind():
    return Workspace.objects.get(slug="northwind")


def panel_of(email):
    member = northwind().members.get(user__email=email)
    return f"/w/northwind/members/{member.public_id}"


def toast(page):
    return page.locator("#toasts")


def test_making_an_owner_by_mouse_and_taking_it_back(open_as):
    page = open_as(OWNER)
    page.goto(panel_of(MEMBER))
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Make owner…").click()
    expect(page.locator(DIALOG)).to_contain_text("Make Greta Holm an owner?")
    expect(page.locator(DIALOG).get_by_role("link", name="Cancel")).to_be_focused()
    page.locator(DIALOG).get_by_role("button", name="Make owner").click()
    expect(toast(page)).to_contain_text("Greta Holm is an owner now.")
    undo_by_toast(page)
    expect(toast(page)).to_contain_text("Undone.")
    assert not northwind().members.get(user__email=MEMBER).owner


def test_removing_by_keyboard(open_as):
    page = open_as(OWNER)
    page.goto(panel_of(MEMBER))
    page.get_by_label("More actions").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Remove…").focus()
    page.keyboard.press("Enter")
    expect(page.locator(DIALOG)).to_contain_text("Remove Greta Holm from Northwind?")
    page.locator(DIALOG).get_by_role("button", name="Remove").focus()
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("Greta Holm was removed.")
    assert not northwind().members.filter(user__email=MEMBER).exists()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_whole_with_scripts_off(open_as, width):
    page = open_as(OWNER, scripts=False, width=width)
    page.goto(panel_of(MEMBER))
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Make owner…").click()
    page.get_by_role("button", name="Make owner").click()
    expect(toast(page)).to_contain_text("Greta Holm is an owner now.")
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Remove…").click()
    page.get_by_label("Reason, for the audit trail").fill("left the company")
    page.get_by_role("button", name="Remove").click()
    expect(toast(page)).to_contain_text("Greta Holm was removed.")


def test_a_grant_is_extended_from_its_card(open_as):
    grant = northwind().grants.filter(member__isnull=False, expires_at__isnull=False).last()
    page = open_as(OWNER)
    page.goto(panel_of(grant.member.user.email))
    page.get_by_role("link", name="Extend").last.click()
    page.locator(DIALOG).get_by_label("Last day (UTC)").fill("2098-12-31")
    page.locator(DIALOG).get_by_role("button", name="Set the end").click()
    expect(toast(page)).to_contain_text("ends after 31 Dec 2098")


def test_access_is_copied_after_a_look(open_as):
    page = open_as(OWNER)
    page.goto(panel_of("leila.haddad@northwind.test"))
    page.get_by_role("link", name="Copy to…").click()
    who = page.get_by_label("Who")
    who.press_sequentially("greta")
    expect(page.locator(".picks [role=option]")).to_have_count(1)
    who.press("ArrowDown")
    who.press("Enter")
    expect(page.locator("#change-review")).to_contain_text("Greta Holm")
    page.locator("#change-review").get_by_role("button", name="Copy").click()
    expect(toast(page)).to_contain_text("Copied to 1 person.")


def test_two_people_are_compared_and_one_is_seen_as(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto(panel_of("leila.haddad@northwind.test"))
    page.get_by_role("link", name="Compare with another person").click()
    page.get_by_label("Compare with").fill(MEMBER)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("table")).to_contain_text("Only Leila")
    page.goto(panel_of(MEMBER))
    page.get_by_role("link", name="View as").click()
    expect(page.get_by_role("note")).to_contain_text("This is what Greta Holm sees.")
    page.get_by_role("link", name="Back").click()
    expect(page.locator(PANEL)).to_contain_text("Where it comes from")


def test_leaving_ends_at_the_start_page(open_as):
    page = open_as(MEMBER)
    page.goto("/w/northwind/my-access")
    page.get_by_role("link", name="Leave the workspace…").click()
    page.locator(DIALOG).get_by_role("button", name="Leave").click()
    expect(toast(page)).to_contain_text("You left Northwind.")
    expect(page).not_to_have_url(re.compile("northwind"))
