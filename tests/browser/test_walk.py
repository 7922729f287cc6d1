"""An owner finds out who reaches what: by mouse, by keyboard, and with scripts off."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models.user import User
from tests.browser.conftest import MEMBER, OWNER, sign_in_by_password

PASSWORD = "correct horse battery"
PANEL = "#panel"


def heading(page, name):
    return page.get_by_role("heading", name=name)


def test_by_mouse(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/overview")
    page.get_by_role("link", name="Members", exact=False).first.click()
    page.get_by_label("Name or email").fill("leila")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=leila"))
    expect(page.locator("#said")).to_have_text("1 member")
    page.get_by_role("link", name="Leila Haddad").click()
    expect(page.locator(PANEL)).to_contain_text("Where it comes from")
    expect(page).to_have_url(re.compile(r"/members/\w+\?.*q=leila"))
    expect(heading(page, "Leila Haddad")).to_be_focused()
    expect(page.locator("tr.open")).to_have_count(1)
    page.locator(PANEL).get_by_label("on which resource").fill("source/checkout-web")
    page.locator(PANEL).get_by_role("button", name="Check").click()
    expect(page.locator("#answer")).to_contain_text("Yes, through 2 grants")
    page.go_back()
    expect(page.locator(PANEL)).to_contain_text("Where it comes from")
    page.locator(PANEL).get_by_role("link", name="Groups").click()
    expect(page.locator(PANEL)).to_contain_text("Platform")
    page.get_by_role("link", name="Close").click()
    expect(page.locator(PANEL)).to_be_hidden()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_by_keyboard(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/groups")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url(re.compile("/members"))  # its scripts hear keys once it is loaded
    page.keyboard.press("/")
    expect(page.get_by_label("Name or email")).to_be_focused()
    page.keyboard.type("ha")
    expect(page).to_have_url(re.compile(r"q=ha"))
    expect(page.get_by_label("Name or email")).to_be_focused()
    page.keyboard.press("Tab")
    page.locator("body").press("Escape")
    page.get_by_role("link", name="Leila Haddad").focus()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(PANEL)).to_be_visible()
    expect(page.locator("[data-heading]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_be_hidden()


def test_single_keys_never_fire_in_a_field(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.get_by_label("Name or email").click()
    page.keyboard.type("gta?")
    expect(page.get_by_label("Name or email")).to_have_value("gta?")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_keys_are_listed(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_first_tab_leads_past_the_navigation(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_with_scripts_off_U1(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto("/w/northwind/members")
    page.get_by_label("Name or email").fill("leila")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Leila Haddad").click()
    expect(page.locator(PANEL)).to_contain_text("Where it comes from")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(PANEL).get_by_label("on which resource").fill("source/checkout-web")
    page.locator(PANEL).get_by_role("button", name="Check").click()
    expect(page.locator("#answer")).to_contain_text("Yes, through 2 grants")
    page.locator("summary", has_text="Northwind").first.click()
    page.get_by_role("link", name="Lighthouse Labs").first.click()
    expect(page).to_have_url(re.compile("/w/lighthouse/"))


def test_a_group_is_found_by_typing_part_of_its_name(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    group = page.locator("#group")
    group.press_sequentially("plat")
    expect(page.locator(".picks [role=option]")).to_have_count(1)
    group.press("ArrowDown")
    group.press("Enter")
    expect(page).to_have_url(re.compile("group=Platform"))
    expect(page.locator("tbody tr")).to_have_count(8)


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_panel_is_the_page_U2(open_as, scripts):
    page = open_as(OWNER, width=390, height=844, scripts=scripts)
    page.goto("/w/northwind/members")
    page.get_by_role("link", name="Amara Diallo").click()
    expect(heading(page, "Amara Diallo")).to_be_visible()
    assert page.locator(PANEL).bounding_box()["width"] == 390
    page.get_by_role("link", name="Close").click()
    page.locator(".bottombar summary").click()
    page.locator(".bottombar").get_by_role("link", name="Sources").click()
    expect(page.locator("tbody tr").first).to_be_visible()


def test_signing_in_and_out_with_a_password(open_as):
    user = User.objects.get(email=MEMBER)
    user.set_password(PASSWORD)
    user.save()
    page = open_as(OWNER)
    page.context.clear_cookies()
    page.goto("/w/northwind/my-access")
    sign_in_by_password(page, MEMBER, PASSWORD)
    expect(page).to_have_url(re.compile("/w/northwind/my-access"))
    page.locator(".me-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.go_back()
    page.reload()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_when_the_session_ended_meanwhile_a_click_leads_to_sign_in(open_as):
    page = open_as(OWNER, listen=False)
    page.goto("/w/northwind/members")
    page.context.clear_cookies()
    page.get_by_label("Name or email").fill("x")
    expect(page).to_have_url(re.compile("/accounts/login/.next="))
