"""An owner offers a group and names a manager, a member asks, the manager answers: by mouse, by
keyboard and without script (W4, W6)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.web.values.dates import end_of, last_day
from tests.browser.conftest import MEMBER, OWNER, undo_by_toast
from tests.browser.people.test_groups import NOOR, REVIEW, group_named, northwind, pick
from tests.browser.test_every_page import WINDOWS, require_sound
from tests.world import SYSTEM
from workspaces.models import AccessRequest, GroupMember
from workspaces.operations.groups import managers, offers
from workspaces.operations.groups.managers import managers_of
from workspaces.terms import Offered

GROUP = "Newcomers"
WAYS = {"mouse": True, "without script": False}


def day(number):
    return timezone.now().date() + timedelta(days=number)


def place_of(email):
    return GroupMember.objects.filter(group=group_named(GROUP), member__user__email=email)


def offered(*, minutes=14 * 24 * 60):
    """Offer the group to everybody, and let Noor manage it."""
    offers.set_offer(group_named(GROUP), Offered(None, minutes), by=SYSTEM)
    noor = northwind().members.select_related("user").get(user__email=NOOR)
    managers.set_managers(group_named(GROUP), [noor], by=SYSTEM)


def test_an_owner_names_a_manager_and_offers_the_group_by_mouse_W4_W6(open_as):
    page = open_as(OWNER)
    page.goto(f"/w/northwind/groups/{group_named(GROUP).public_id}")
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Managers…").click()
    pick(page, "Managers", NOOR)
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman will manage it.")
    require_sound(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text(f"Saved who manages {GROUP}.")
    expect(page.locator("#panel")).to_contain_text("Managed by Noor Rahman")
    assert managers_of(group_named(GROUP)).get().user.email == NOOR
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Who may ask to be in it…").click()
    page.get_by_label("Everybody in the workspace").check()
    page.get_by_label("For how long at most").fill("9")
    page.get_by_label("Why (kept in the audit trail)").click()
    expect(page.locator(REVIEW)).to_contain_text("can ask to be in it")
    require_sound(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#panel")).to_contain_text("Everybody may ask to be in it · 9 days at most")
    undo_by_toast(page)
    expect(page.locator("#panel")).not_to_contain_text("9 days at most")


@pytest.mark.parametrize("scripts", WAYS.values(), ids=WAYS)
def test_a_member_asks_and_the_manager_puts_them_in_W4_W6(open_as, scripts):
    offered()
    page = open_as(MEMBER, scripts=scripts)
    page.goto("/w/northwind/my-access")
    expect(page.locator("main")).to_contain_text("You can ask for")
    page.get_by_role("link", name=f"Ask… {GROUP}").click()
    page.get_by_label("Until").fill(str(day(3)))
    page.get_by_label("Why").fill("The new starters are mine this week")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"You ask to be in {GROUP}")
    page = open_as(NOOR, scripts=scripts)
    page.goto("/w/northwind/my-access")
    page.get_by_role("link", name="My groups").first.click()
    page.get_by_role("link", name=GROUP).click()
    expect(page.locator("main")).to_contain_text("The new starters are mine this week")
    page.get_by_role("link", name="Answer…").click()
    page.get_by_role("button", name="Put them in").click()
    expect(page.locator("main")).to_contain_text("Approved")
    assert place_of(MEMBER).get().expires_at == end_of(day(3))


def test_the_manager_puts_in_and_takes_out_by_keyboard_W6(open_as):
    offered()
    page = open_as(NOOR)
    page.goto(f"/w/northwind/my-groups/{group_named(GROUP).public_id}")
    page.get_by_role("link", name="Put people in").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="People").focus()
    page.keyboard.type(MEMBER)
    page.get_by_label("Ends after").fill(str(day(2)))
    page.get_by_role("button", name="Put in").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Greta Holm")
    assert last_day(place_of(MEMBER).get().expires_at) == day(2)
    page.get_by_label("Choose Greta Holm").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Take out…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take out").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Took 1 person out")
    assert not place_of(MEMBER).exists()


@pytest.mark.parametrize("window", WINDOWS)
def test_pages_of_asking_and_managing_are_sound_W4_W6(open_as, window):
    offered(minutes=480)
    page = open_as(MEMBER, **WINDOWS[window])
    page.goto("/w/northwind/my-access")
    require_sound(page)
    page.get_by_role("link", name=f"Ask… {GROUP}").click()
    require_sound(page)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"You ask to be in {GROUP}")
    require_sound(page)
    request = AccessRequest.objects.get()
    page = open_as(NOOR, **WINDOWS[window])
    group = f"my-groups/{group_named(GROUP).public_id}"
    for path in ("my-groups", group, f"{group}/add", f"asked/{request.public_id}"):
        page.goto(f"/w/northwind/{path}")
        require_sound(page)
