"""An owner makes, fills, moves and deletes groups: by mouse, by keyboard, with scripts off."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER, undo_by_toast
from tests.browser.test_every_page import WINDOWS, require_sound
from workspaces.access.engine import Access
from workspaces.models import Workspace

REVIEW, PANEL = "#change-review", "#panel"
NOOR, GRETA = "noor.rahman@northwind.test", "greta.holm@northwind.test"


def northwind():
    return Workspace.objects.get(slug="northwind")


def group_named(name):
    return northwind().groups.get(name=name)


def can_edit(email, slug):
    member = northwind().members.get(user__email=email)
    return Access.of(member).check("edit", northwind().resources.get(type="source", slug=slug))


def role(page, name):
    return page.locator(".role").filter(has_text=name).first


def pick(page, label, text):
    page.get_by_label(label, exact=True).press_sequentially(text)
    page.get_by_role("option").filter(has_text=text).first.click()


def test_a_group_is_made_by_mouse(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/groups")
    page.get_by_role("link", name="New group").click()
    page.get_by_label("Name").fill("Night shift")
    page.get_by_role("button", name="Next").click()
    role(page, "Source Admin").get_by_role("checkbox").first.check()
    role(page, "Source Admin").locator('input[value="all"]').check()
    expect(page.locator(REVIEW)).to_contain_text("Whoever is in it can edit")
    page.get_by_role("button", name="Next").click()
    pick(page, "People", NOOR)
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman gains edit on")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("main")).to_contain_text("Source Admin")
    page.get_by_role("button", name="Make group").click()
    expect(page.locator(PANEL)).to_contain_text("Night shift")
    expect(page.locator(".toast")).to_contain_text("Night shift was made.")
    assert can_edit(NOOR, "checkout-web")


def test_a_group_is_made_by_keyboard(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/groups/new")
    page.get_by_label("Name").focus()
    page.keyboard.type("Night shift")
    page.keyboard.press("Enter")
    tick = role(page, "Source Admin").get_by_role("checkbox").first
    tick.focus()
    page.keyboard.press("Space")
    expect(tick).to_be_checked()
    role(page, "Source Admin").locator('input[value="all"]').focus()
    page.keyboard.press("Space")
    expect(page.locator(REVIEW)).to_contain_text("Whoever is in it can edit")
    press(page, "Next")
    page.get_by_label("People", exact=True).focus()
    page.keyboard.type("noor")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman gains edit on")
    press(page, "Next")
    press(page, "Make group")
    expect(page.locator(PANEL)).to_contain_text("Night shift")
    assert can_edit(NOOR, "checkout-web")


def press(page, name):
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def test_a_group_is_made_with_scripts_off(open_as):
    page = open_as(OWNER, scripts=False, listen=False)  # the browser itself notes the 422
    page.goto("/w/northwind/groups")
    page.get_by_role("link", name="New group").click()
    page.get_by_label("Name").fill("platform")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("already a group named platform")
    page.get_by_label("Name").fill("Night shift")
    page.get_by_role("button", name="Next").click()
    role(page, "Source Admin").get_by_role("checkbox").first.check()
    role(page, "Source Admin").locator('input[value="all"]').check()
    page.get_by_role("button", name="Look").last.click()
    expect(page.locator(REVIEW)).to_contain_text("Whoever is in it can edit")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("People", exact=True).fill(f"{NOOR}, {GRETA}")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(REVIEW)).to_contain_text("Greta Holm gains edit on")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label(GRETA)).to_be_checked()
    page.get_by_label(GRETA).uncheck()
    page.get_by_role("button", name="Next").click()
    expect(page.locator(REVIEW)).not_to_contain_text("Greta Holm")
    page.get_by_role("button", name="Make group").click()
    expect(page.locator(PANEL)).to_contain_text("Night shift")
    inside = northwind().members.in_group(group_named("Night shift"))
    assert [member.user.email for member in inside.select_related("user")] == [NOOR]


def test_putting_somebody_in_takes_four_clicks_and_two_take_it_back(open_as):
    group = group_named("Newcomers")
    page = open_as(OWNER)
    page.goto("/w/northwind/groups")
    page.get_by_role("link", name="Newcomers").click()
    page.locator(PANEL).get_by_role("link", name="Add people").first.click()
    pick(page, "People", NOOR)
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman")
    page.get_by_role("button", name="Add people").click()
    expect(page.locator(PANEL)).to_contain_text("Noor Rahman")
    assert northwind().members.in_group(group).filter(user__email=NOOR).exists()
    undo_by_toast(page)
    expect(page.locator(".toast")).to_contain_text("Undone")
    assert not northwind().members.in_group(group).filter(user__email=NOOR).exists()


@pytest.mark.parametrize("scripts", [True, False])
def test_people_are_ticked_and_moved(open_as, scripts):
    growth, privacy = group_named("Growth"), group_named("Privacy")
    page = open_as(OWNER, scripts=scripts)
    page.goto(f"/w/northwind/groups/{growth.public_id}?tab=members")
    page.get_by_label("Choose Ines Okafor").check()
    page.get_by_label("Choose Jonas Weber").check()
    page.get_by_role("button", name="Move to…").click()
    if scripts:
        pick(page, "To which group", "Privacy")
    else:
        page.get_by_label("To which group").fill("privacy")
        page.get_by_role("button", name="Look").last.click()
    expect(page.locator(REVIEW)).to_contain_text("Ines Okafor")
    page.get_by_role("button", name="Move people").click()
    expect(page.locator(PANEL)).not_to_contain_text("Ines Okafor")
    moved = (
        northwind().members.in_group(privacy).filter(user__name__in=["Ines Okafor", "Jonas Weber"])
    )
    assert moved.count() == 2


def test_what_a_group_grants_is_edited_with_its_people_in_view(open_as):
    group = group_named("Contractors")
    page = open_as(OWNER)
    page.goto(f"/w/northwind/groups/{group.public_id}")
    page.get_by_role("link", name="Edit access").click()
    role(page, "Function Admin").get_by_role("checkbox").first.check()
    expect(page.locator(REVIEW)).to_contain_text("Contractors gains edit on 3 functions")
    expect(page.locator(REVIEW)).to_contain_text("3 people in it")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(PANEL)).to_contain_text("Function Admin")
    expect(page.locator(".toast")).to_contain_text("Saved what Contractors grants.")


def test_a_group_is_deleted_in_a_dialog_once_its_name_is_typed(open_as):
    group = group_named("Growth")
    page = open_as(OWNER)
    page.goto(f"/w/northwind/groups/{group.public_id}")
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 people stay in the workspace and leave the group.")
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Delete…").click()
    dialog.get_by_label("Type Growth to delete it").fill("Growth")
    dialog.get_by_role("button", name="Delete group").click()
    expect(page).to_have_url(re.compile(r"/groups$"))
    assert not northwind().groups.filter(name="Growth").exists()


@pytest.mark.parametrize("window", WINDOWS)
def test_every_step_is_sound(open_as, window):
    page = open_as(OWNER, **WINDOWS[window])
    page.goto("/w/northwind/groups/new")
    page.get_by_label("Name").fill("A rather long name for a group of people on night shift")
    page.get_by_role("button", name="Next").click()
    role(page, "Source Admin").get_by_role("checkbox").first.check()
    role(page, "Source Admin").locator('input[value="all"]').check()
    expect(page.locator(REVIEW)).to_contain_text("can edit")
    require_sound(page)
    page.get_by_role("button", name="Next").click()
    pick(page, "People", NOOR)
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman")
    require_sound(page)
    page.get_by_role("button", name="Next").click()
    expect(page.locator(REVIEW)).to_contain_text("Noor Rahman")
    require_sound(page)
