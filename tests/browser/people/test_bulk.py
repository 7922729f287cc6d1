"""Many people at once: by mouse, by keyboard, and with scripts off."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER, undo_by_toast
from workspaces.models import Workspace

BAR = "#chosen"
REVIEW = "#change-review"


def northwind():
    return Workspace.objects.get(slug="northwind")


def toast(page):
    return page.locator("#toasts")


def test_people_join_a_group_by_mouse(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    expect(page.locator(BAR)).to_be_hidden()
    page.get_by_label("Select Leila Haddad").check()
    page.get_by_label("Select Greta Holm").check()
    expect(page.locator(BAR)).to_contain_text("2 selected")
    page.locator(BAR).get_by_role("button", name="Add to group").click()
    group = page.get_by_label("Group", exact=True)
    group.press_sequentially("privacy")
    expect(page.locator(".picks [role=option]")).to_have_count(1)
    page.locator(".picks [role=option]").click()
    expect(page.locator(REVIEW)).to_contain_text("Leila Haddad")
    page.locator(REVIEW).get_by_role("button", name="Add").click()
    expect(toast(page)).to_contain_text("2 people were added.")
    undo_by_toast(page)
    expect(toast(page)).to_contain_text("Undone.")


def test_a_role_by_label_is_granted_by_keyboard(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.get_by_role("link", name="Amara Diallo").focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator(BAR)).to_contain_text("3 selected")
    page.locator(BAR).get_by_role("button", name="Grant role").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Role").select_option("source-admin")
    labels = page.get_by_label("Labels, all of them")
    labels.focus()
    page.keyboard.type("environment:prod")
    expect(page.locator(".picks [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(REVIEW)).to_contain_text("For 3 people.")
    page.locator(REVIEW).get_by_role("button", name="Grant").focus()
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("Given to 3 people.")
    given = northwind().grants.filter(member__isnull=False, role="source-admin")
    assert given.filter(label_set__label__value="prod", n_labels=1).count() >= 3


@pytest.mark.parametrize("kind", ["Set end date", "Remove"])
def test_with_scripts_off(open_as, kind):
    page = open_as(OWNER, scripts=False)
    page.goto("/w/northwind/members?q=dana")
    page.get_by_label("Select Dana Whitfield").check()
    page.locator(BAR).get_by_role("button", name=kind).click()
    if kind == "Remove":
        expect(page.locator(REVIEW)).to_contain_text("Dana Whitfield")
    else:
        page.get_by_label("Last day (UTC)").fill("2098-12-31")
        page.get_by_role("button", name="Look").click()
        expect(page.locator(REVIEW)).to_contain_text("Moves the end of")
    page.locator(REVIEW).get_by_role("button", name="Set" if "Set" in kind else "Remove").click()
    expect(toast(page)).to_contain_text("1 person")
    expect(page).to_have_url(re.compile(r"members\?q=dana"))


def test_the_box_in_the_head_selects_the_page(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members?role=space-admin")
    page.get_by_label("Select everybody on this page").check()
    count = page.locator("[data-tick]").count()
    expect(page.locator("[data-tick]:checked")).to_have_count(count)
    page.get_by_label("Select everybody on this page").uncheck()
    expect(page.locator(BAR)).to_be_hidden()


def test_the_list_is_exported_as_it_is_filtered(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members")
    page.get_by_label("Name or email").fill("leila")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Export CSV").click()
    expect(page.get_by_role("heading", name="Export 1 person")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export people").click()
    text = download.value.path().read_text()
    assert download.value.suggested_filename == "members.csv"
    assert text.count("\n") == 2
    assert "leila.haddad@northwind.test" in text
