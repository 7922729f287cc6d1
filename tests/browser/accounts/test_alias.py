"""From a short session to an alias account: by mouse, by keyboard, and with scripts off."""

import pytest
from playwright.sync_api import expect

from accounts.models.user import User
from tests.browser.test_every_page import WINDOWS, require_sound
from tests.cast.aliases import LINKED, PASSWORD, secret_for

BOUND = "noor.rahman@northwind.test"  # in a HIPAA-eligible workspace and in two others
PAGE = "/accounts/alias/"
ALIAS = "noor.rahman+lighthouse@northwind.test"


def to_step_two(page):
    """Ask for the alias of the first workspace and open the link in the mail."""
    page.goto(PAGE)
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.locator("main")).to_contain_text(ALIAS)
    page.goto(f"{LINKED}{secret_for(ALIAS)}")
    expect(page.locator("main")).to_contain_text(ALIAS)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_menu_to_the_account_by_mouse(open_as, scripts):
    page = open_as(BOUND, scripts=scripts)
    page.goto("/w/northwind/my-access")
    page.locator(".me-menu summary").click()
    page.get_by_role("link", name="Why is my session short?").click()
    expect(page.locator("main")).to_contain_text("HIPAA-eligible")
    to_step_two(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="The account is there")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Lighthouse Labs")
    require_sound_with(page, scripts=scripts)
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", name="Your workspaces")).to_be_visible()
    assert User.objects.get(email=ALIAS).check_password(PASSWORD)


def require_sound_with(page, *, scripts):
    if scripts:
        require_sound(page)


def test_by_keyboard_with_another_part_after_the_plus(open_as):
    page = open_as(BOUND)
    page.goto(PAGE)
    page.get_by_label("Address").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("labs")
    page.keyboard.press("Enter")
    mine = "noor.rahman+labs@northwind.test"
    expect(page.locator(".toast")).to_contain_text(mine)
    page.goto(f"{LINKED}{secret_for(mine)}")
    page.get_by_label("Password", exact=True).focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Show")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(mine)
    assert User.objects.filter(email=mine).exists()


def test_errors_are_summed_up_and_focused(open_as):
    page = open_as(BOUND, listen=False)  # the browser itself notes each 4xx on its console
    page.goto(PAGE)
    page.get_by_label("Address").fill("not an address")
    page.keyboard.press("Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.get_by_label("Address")).to_have_value("not an address")
    require_sound(page)


@pytest.mark.parametrize("window", WINDOWS)
def test_each_step_is_sound(open_as, window):
    page = open_as(BOUND, **WINDOWS[window])
    to_step_two(page)
    require_sound(page)
    page.goto(PAGE)
    require_sound(page)


def test_whom_nothing_shortens_is_told_so(open_as):
    User.objects.create_user("nobody@northwind.test")
    page = open_as("nobody@northwind.test")
    page.goto(PAGE)
    expect(page.locator("main")).to_contain_text("Nothing shortens your sessions.")
    require_sound(page)


def test_a_link_that_is_over_is_a_plain_page(open_as):
    page = open_as(BOUND, listen=False)
    assert page.goto(f"{PAGE}nothing").status == 410
    require_sound(page)
