"""An owner invites people; one of them makes an account and accepts."""

import re

import pytest
from django.core import mail as sent
from playwright.sync_api import expect

from accounts.models.user import User
from tests.browser.conftest import OWNER, sign_in_by_password
from tests.browser.test_every_page import require_sound
from tests.cast.invited import link_to
from workspaces.models import Invite, Member

PASSWORD = "three turnips on a boat"
INVITE = "/w/northwind/members/invite"
BOX = "E-mail addresses"


def invite(page):
    """Invite one person as the owner, the short way."""
    page.goto(INVITE)
    page.get_by_label(BOX).fill("sam.ortega@acme.test")
    expect(page.locator("#change-review")).to_contain_text("gets a mail")
    page.get_by_role("button", name="Send invites").click()
    expect(page).to_have_url(re.compile("/invite/result"))
    return link_to("sam.ortega@acme.test")


def signed_out(page):
    page.context.clear_cookies()
    return page


def test_by_mouse_many_at_once_each_with_its_verdict(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.get_by_role("link", name="Invite people").click()
    page.get_by_label(BOX).fill(
        "Sam Ortega <sam.ortega@acme.test>\ngreta.holm@northwind.test\nnot an address"
    )
    review = page.locator("#change-review")
    expect(review).to_contain_text("sam.ortega@acme.test gets a mail")
    expect(review).to_contain_text("is a member already")
    expect(page.locator("#change-count")).to_have_text("1 to mail · 2 left out")
    page.get_by_label("Groups", exact=True).press_sequentially("plat")
    page.get_by_role("option", name="Platform").first.click()
    expect(review).to_contain_text(re.compile(r"Each can edit \d+ things"))
    require_sound(page)
    page.get_by_role("button", name="Send invites").click()
    expect(page.get_by_role("heading", name="1 person is invited")).to_be_visible()
    expect(page.get_by_label(BOX)).to_have_value("greta.holm@northwind.test\nnot an address")
    require_sound(page)
    page.get_by_role("link", name="sam.ortega@acme.test").click()
    expect(page.locator("#panel")).to_contain_text("Platform")
    page.get_by_role("link", name="Withdraw").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Withdraw the invite of sam.ortega@acme.test?")
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Withdraw it").click()
    expect(page.locator(".toast")).to_contain_text("Withdrew the invite")
    assert Invite.objects.get().voided_at


def test_by_keyboard_alone(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.get_by_role("link", name="Invite people").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/members/invite$"))
    page.get_by_label(BOX).focus()
    page.keyboard.type("sam.ortega@acme.test")
    expect(page.locator("#change-review")).to_contain_text("gets a mail")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="Owner")).to_be_checked()
    expect(page.locator("#change-review")).to_contain_text("Owners may do everything")
    page.get_by_role("button", name="Send invites").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 person is invited")).to_be_visible()
    assert Invite.objects.get().owner


def test_with_scripts_off(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto(INVITE)
    page.get_by_label(BOX).fill("sam.ortega@acme.test, nonsense")
    page.get_by_label("Groups", exact=True).fill("Platform")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#change-review")).to_contain_text("sam.ortega@acme.test gets a mail")
    expect(page.locator("#change-review")).to_contain_text("Each can edit")
    page.get_by_role("button", name="Send invites").click()
    expect(page.get_by_role("heading", name="1 person is invited")).to_be_visible()
    expect(page.get_by_label(BOX)).to_have_value("nonsense")
    page.get_by_role("link", name="sam.ortega@acme.test").click()
    page.get_by_role("link", name="Edit what they get").click()
    page.get_by_label("A word to them (stands in the mail)").fill("Welcome")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#panel")).to_contain_text("Welcome")
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page).to_have_url(re.compile("/members$"))


@pytest.mark.parametrize("scripts", [True, False])
def test_an_invited_stranger_makes_an_account_and_is_in(open_as, scripts):
    link = invite(open_as(OWNER))
    page = signed_out(open_as(OWNER, scripts=scripts))
    page.goto(link)
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Your name").fill("Sam Ortega")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    if scripts:
        expect(page.locator("#strength")).to_contain_text("Strong")
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    require_sound(page) if scripts else None
    code = re.search(r"^([A-Z0-9-]{6,})$", sent.outbox[-1].body, re.MULTILINE)[1]
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Accept and open Northwind").click()
    expect(page).to_have_url(re.compile("/w/northwind/my-access"))
    member = Member.objects.get(user__email="sam.ortega@acme.test")
    assert member.user.name == "Sam Ortega"


def test_the_wrong_account_switches_and_comes_back(open_as):
    link = invite(open_as(OWNER))
    user = User.objects.create_user("sam.ortega@acme.test", PASSWORD)
    page = open_as(OWNER, listen=False)  # the browser notes the 403 on its console
    assert page.goto(link).status == 403
    expect(page.get_by_role("heading", name="for another address")).to_be_visible()
    page.get_by_role("button", name="Sign out and switch").click()
    sign_in_by_password(page, user.email, PASSWORD)
    expect(page).to_have_url(re.compile("/invites/in-hand"))
    expect(page.get_by_role("link", name="Prove my address")).to_be_visible()


def test_on_a_phone_the_review_stands_below_the_form(open_as):
    page = open_as(OWNER, width=390, height=844)
    page.goto(INVITE)
    page.get_by_label(BOX).fill("sam.ortega@acme.test")
    expect(page.locator("#change-count")).to_have_text("1 to mail")
    page.get_by_role("button", name="Send invites").click()
    expect(page.get_by_role("heading", name="1 person is invited")).to_be_visible()
